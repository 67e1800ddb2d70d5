// Effects of the MI commands: stores, registers, arithmetic, waits and jumps.
#include <algorithm>

#include "tests/intel/fake_gpu/engine/effects.h"

namespace fake_gpu {
namespace {

bool bitOf(uint32_t value, int bit) { return value >> bit & 1; }

uint64_t addressOf(Dwords dwords, size_t at, uint64_t lowMask = 3) {
  return (dwords[at] | static_cast<uint64_t>(dwords[at + 1]) << 32) & ~lowMask;
}

struct Comparison {
  const char* sign;
  bool (*holds)(uint32_t memory, uint32_t data);
};

// Field "compare operation" of MI_SEMAPHORE_WAIT and MI_CONDITIONAL_BATCH_BUFFER_END.
const Comparison& comparisonOf(uint32_t header) {
  static constexpr Comparison table[] = {{">", [](uint32_t a, uint32_t b) { return a > b; }},
                                         {">=", [](uint32_t a, uint32_t b) { return a >= b; }},
                                         {"<", [](uint32_t a, uint32_t b) { return a < b; }},
                                         {"<=", [](uint32_t a, uint32_t b) { return a <= b; }},
                                         {"==", [](uint32_t a, uint32_t b) { return a == b; }},
                                         {"!=", [](uint32_t a, uint32_t b) { return a != b; }},
                                         {"never", [](uint32_t, uint32_t) { return false; }},
                                         {"never", [](uint32_t, uint32_t) { return false; }}};
  return table[header >> 12 & 7];
}

// Low five bits of MI_ATOMIC's operation; the two above give the size.
uint64_t atomicResult(uint32_t operation, uint64_t old, uint64_t one, uint64_t two, bool isQuad) {
  const auto asSigned = [isQuad](uint64_t value) {
    return isQuad ? static_cast<int64_t>(value) : static_cast<int32_t>(static_cast<uint32_t>(value));
  };
  switch (operation) {
    case 0x01:
      return old & one;
    case 0x02:
      return old | one;
    case 0x03:
      return old ^ one;
    case 0x04:
      return one;
    case 0x05:
      return old + 1;
    case 0x06:
      return old - 1;
    case 0x07:
      return old + one;
    case 0x08:
      return old - one;
    case 0x09:
      return one - old;
    case 0x0a:
      return asSigned(old) > asSigned(one) ? old : one;
    case 0x0b:
      return asSigned(old) < asSigned(one) ? old : one;
    case 0x0c:
      return std::max(old, one);
    case 0x0d:
      return std::min(old, one);
    case 0x0e:
      return old == one ? two : old;  // compare with the first, write the second
    case 0x0f:
      return old - 1;
    default:
      return old;
  }
}

constexpr uint32_t lastAtomic = 0x0f;
constexpr size_t maxNesting = 8;  // the hardware's is 3; more means a loop of calls

}  // namespace

bool Effects::tooShort(Dwords dwords, size_t needed) {
  if (dwords.size() >= needed) return false;
  environment_.report("is " + std::to_string(dwords.size()) + " dwords long, needs " +
                      std::to_string(needed));
  return true;
}

void Effects::store(uint64_t address, uint64_t value, uint32_t bytes) {
  if (!memory_.write(address, &value, bytes, "writes")) return;
  ++environment_.counts->stores;
  environment_.stored(address, value, bytes, name_);
}

bool Effects::isPredicatedAway(uint32_t header) const {
  if (state_.predicateMode == 0) return false;
  const uint32_t opcode = header >> 23 & 0x3f;
  const bool isMi = header >> 29 == 0;
  if (isMi && opcode == 0x01) return false;
  // Jumps and ends obey only when they ask for it.
  if (isMi && (opcode == 0x31 || opcode == 0x0a) && !bitOf(header, 15)) return false;
  const bool result = state_.registers.read(reg::predicateResult2, true) & 1;
  return state_.predicateMode == 15 || (state_.predicateMode == 1 && !result) ||
         (state_.predicateMode == 2 && result);
}

Flow Effects::setPredicate(Dwords dwords) {
  state_.predicateMode = dwords[0] & 0xf;
  return Flow::Next;
}

Flow Effects::predicate(Dwords dwords) {
  Registers& registers = state_.registers;
  const uint32_t load = dwords[0] >> 6 & 3;
  const uint32_t combine = dwords[0] >> 3 & 3;
  const uint32_t compare = dwords[0] & 3;
  bool value = false;
  switch (compare) {
    case 0:
      value = true;
      break;
    case 1:
      value = false;
      break;
    case 2:
      value = registers.read64(reg::predicateSource0) == registers.read64(reg::predicateSource1);
      break;
    default:
      value = registers.read64(reg::predicateSource0) == 0;
      break;
  }
  const bool old = registers.read(reg::predicateResult, true) & 1;
  switch (combine) {
    case 1:
      value = value && old;
      break;
    case 2:
      value = value || old;
      break;
    case 3:
      value = value != old;
      break;
    default:
      break;
  }
  if (load == 0) return Flow::Next;  // keep
  if (load == 3) value = !value;
  registers.write(reg::predicateResult, true, value);
  return Flow::Next;
}

Flow Effects::batchStart(Dwords dwords) {
  if (tooShort(dwords, 3)) return Flow::Next;
  if (bitOf(dwords[0], 22)) {
    if (position_.returns.size() >= maxNesting) {
      environment_.report("nests batches deeper than " + std::to_string(maxNesting));
      return Flow::Ended;
    }
    position_.returns.push_back(position_.next);
  }
  position_.next = addressOf(dwords, 1) & addressMask;
  return Flow::Jumped;
}

Flow Effects::batchEnd(Dwords) {
  if (position_.returns.empty()) return Flow::Ended;
  position_.next = position_.returns.back();
  position_.returns.pop_back();
  return Flow::Jumped;
}

Flow Effects::conditionalBatchEnd(Dwords dwords) {
  if (tooShort(dwords, 4)) return Flow::Next;
  const uint64_t address = addressOf(dwords, 2, 7);
  uint32_t value = 0;
  if (bitOf(dwords[0], 19)) {
    uint32_t maskAndValue[2] = {};
    if (!memory_.read(address, maskAndValue, 8, "compares")) return Flow::Next;
    value = maskAndValue[0] & maskAndValue[1];
  } else if (!memory_.read(address, &value, 4, "compares")) {
    return Flow::Next;
  }
  if (comparisonOf(dwords[0]).holds(value, dwords[1])) return Flow::Next;
  if (bitOf(dwords[0], 18)) return batchEnd(dwords);
  return Flow::Ended;
}

Flow Effects::semaphoreWait(Dwords dwords) {
  if (tooShort(dwords, 4)) return Flow::Next;
  const bool isRegister = bitOf(dwords[0], 16);
  const uint32_t wanted =
      bitOf(dwords[0], 17) ? static_cast<uint32_t>(state_.registers.general(0)) : dwords[1];
  uint64_t address = addressOf(dwords, 2);
  uint32_t value = 0;
  if (isRegister) {
    address &= 0x7ffffc;
    value = loadRegister(static_cast<uint32_t>(address), false);
  } else if (!memory_.read(address, &value, 4, "waits for")) {
    return Flow::Ended;  // hardware would wait for ever in a fault
  }
  const Comparison& comparison = comparisonOf(dwords[0]);
  waiting_ = {address, value, wanted, comparison.sign, isRegister};
  return comparison.holds(value, wanted) ? Flow::Next : Flow::Blocked;
}

Flow Effects::storeData(Dwords dwords) {
  if (tooShort(dwords, 4)) return Flow::Next;
  uint64_t address = addressOf(dwords, 1);
  const bool isQuad = bitOf(dwords[0], 21);
  if (isQuad && tooShort(dwords, 5)) return Flow::Next;
  const size_t step = isQuad ? 2 : 1;
  for (size_t at = 3; at + step <= dwords.size(); at += step) {
    const uint64_t high = isQuad ? dwords[at + 1] : 0;
    store(address, dwords[at] | high << 32, isQuad ? 8 : 4);
    address += isQuad ? 8 : 4;
  }
  return Flow::Next;
}

Flow Effects::loadRegisterImmediate(Dwords dwords) {
  if (tooShort(dwords, 3)) return Flow::Next;
  for (size_t at = 1; at + 1 < dwords.size(); at += 2) {
    state_.registers.write(dwords[at], bitOf(dwords[0], 19), dwords[at + 1]);
  }
  return Flow::Next;
}

Flow Effects::storeRegister(Dwords dwords) {
  if (tooShort(dwords, 4)) return Flow::Next;
  if (bitOf(dwords[0], 21) && !(state_.registers.read(reg::predicateResult, true) & 1)) return Flow::Next;
  store(addressOf(dwords, 2), loadRegister(dwords[1], bitOf(dwords[0], 19)), 4);
  return Flow::Next;
}

Flow Effects::loadRegisterMemory(Dwords dwords) {
  if (tooShort(dwords, 4)) return Flow::Next;
  uint32_t value = 0;
  if (!memory_.read(addressOf(dwords, 2), &value, 4, "reads")) return Flow::Next;
  state_.registers.write(dwords[1], bitOf(dwords[0], 19), value);
  return Flow::Next;
}

Flow Effects::loadRegisterRegister(Dwords dwords) {
  if (tooShort(dwords, 3)) return Flow::Next;
  state_.registers.write(dwords[2], bitOf(dwords[0], 19), loadRegister(dwords[1], bitOf(dwords[0], 18)));
  return Flow::Next;
}

Flow Effects::copyMemory(Dwords dwords) {
  if (tooShort(dwords, 5)) return Flow::Next;
  uint32_t value = 0;
  if (!memory_.read(addressOf(dwords, 3), &value, 4, "reads")) return Flow::Next;
  store(addressOf(dwords, 1), value, 4);
  return Flow::Next;
}

Flow Effects::atomic(Dwords dwords) {
  if (tooShort(dwords, 3)) return Flow::Next;
  const uint32_t operation = dwords[0] >> 8 & 0x1f;
  const uint32_t size = dwords[0] >> 13 & 3;
  if (size > 1 || operation == 0 || operation > lastAtomic) {
    environment_.report("uses an operation that is not emulated: " + std::to_string(dwords[0] >> 8 & 0xff));
    return Flow::Next;
  }
  const bool isQuad = size == 1;
  // Without inline data the operands are the first two general purpose registers.
  uint64_t one = state_.registers.general(0);
  uint64_t two = state_.registers.general(1);
  if (bitOf(dwords[0], 18)) {
    if (tooShort(dwords, 7)) return Flow::Next;
    one = dwords[3] | static_cast<uint64_t>(dwords[5]) << 32;
    two = dwords[4] | static_cast<uint64_t>(dwords[6]) << 32;
  }
  if (!isQuad) {
    one = static_cast<uint32_t>(one);
    two = static_cast<uint32_t>(two);
  }
  const uint64_t address = addressOf(dwords, 1);
  uint64_t before = 0;
  uint64_t after = 0;
  const auto change = [&](uint64_t old) { return after = atomicResult(operation, old, one, two, isQuad); };
  if (!memory_.update(address, isQuad ? 8 : 4, change, &before, "changes")) return Flow::Next;
  ++environment_.counts->stores;
  environment_.stored(address, after, isQuad ? 8 : 4, name_);
  if (bitOf(dwords[0], 16)) state_.registers.setGeneral(0, before);
  return Flow::Next;
}

Flow Effects::flushDw(Dwords dwords) {
  const uint32_t operation = dwords[0] >> 14 & 3;
  if (operation == 0) return Flow::Next;
  if (tooShort(dwords, 4)) return Flow::Next;
  if (bitOf(dwords[0], 21))
    return Flow::Next;  // an index into the hardware's status page, which no program can see
  const uint64_t address = addressOf(dwords, 1, 7);
  if (operation == 3) {
    store(address, state_.registers.timestamp(), 8);
  } else if (operation == 1) {
    const bool isQuad = dwords.size() >= 5;
    store(address, dwords[3] | (isQuad ? static_cast<uint64_t>(dwords[4]) << 32 : 0), isQuad ? 8 : 4);
  }
  return Flow::Next;
}

Flow Effects::reportPerformance(Dwords dwords) {
  constexpr uint64_t reportBytes = 256;
  if (tooShort(dwords, 4)) return Flow::Next;
  // Counters are not emulated; where the report would go is still checked.
  const uint64_t address = addressOf(dwords, 1, 63);
  if (!memory_.isResident(address, reportBytes)) {
    environment_.report("writes " + memory_.reasonFor(address, reportBytes));
  }
  return Flow::Next;
}

Flow Effects::math(Dwords dwords) {
  constexpr uint32_t srca = 0x20, srcb = 0x21, accu = 0x31, zero = 0x32, carry = 0x33;
  uint64_t a = 0, b = 0, sum = 0;
  bool isZero = false, isCarry = false;
  Registers& registers = state_.registers;
  const auto value = [&](uint32_t operand) -> uint64_t {
    switch (operand) {
      case accu:
        return sum;
      case zero:
        return isZero ? UINT64_MAX : 0;
      case carry:
        return isCarry ? UINT64_MAX : 0;
      default:
        return operand < 16 ? registers.general(operand) : 0;
    }
  };
  const auto load = [&](uint32_t operand, uint64_t loaded) {
    if (operand == srca) a = loaded;
    if (operand == srcb) b = loaded;
  };
  for (size_t at = 1; at < dwords.size(); ++at) {
    const uint32_t opcode = dwords[at] >> 20;
    const uint32_t one = dwords[at] >> 10 & 0x3ff;
    const uint32_t two = dwords[at] & 0x3ff;
    bool sets = true;
    switch (opcode) {
      case 0x080:
        load(one, value(two));
        break;
      case 0x480:
        load(one, ~value(two));
        break;
      case 0x081:
        load(one, 0);
        break;
      case 0x481:
        load(one, UINT64_MAX);
        break;
      case 0x180:
      case 0x580:
        if (one < 16) registers.setGeneral(one, opcode == 0x180 ? value(two) : ~value(two));
        break;
      case 0x082:    // LOADIND: from the address in a register
      case 0x181: {  // STOREIND
        const uint64_t address = registers.general(opcode == 0x082 ? two & 15 : one & 15);
        uint64_t data = opcode == 0x082 ? 0 : value(two);
        if (opcode == 0x181) {
          store(address, data, 8);
        } else if (memory_.read(address, &data, 8, "reads")) {
          load(one, data);
        }
        break;
      }
      default:
        break;
    }
    switch (opcode) {
      case 0x100:
        sum = a + b;
        isCarry = sum < a;
        break;
      case 0x101:
        sum = a - b;
        isCarry = a < b;
        break;
      case 0x102:
        sum = a & b;
        break;
      case 0x103:
        sum = a | b;
        break;
      case 0x104:
        sum = a ^ b;
        break;
      case 0x105:
        sum = a << (b & 63);
        break;
      case 0x106:
        sum = a >> (b & 63);
        break;
      case 0x107:
        sum = static_cast<uint64_t>(static_cast<int64_t>(a) >> (b & 63));
        break;
      default:
        sets = false;
        break;
    }
    if (sets) isZero = sum == 0;
  }
  return Flow::Next;
}

}  // namespace fake_gpu
