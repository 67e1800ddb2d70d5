// The loop of fetching, naming and executing commands.
#include "tests/intel/fake_gpu/engine/walker.h"

#include <cstdio>

namespace fake_gpu {
namespace {

std::string line(uint64_t address, uint32_t header, const char* name) {
  char text[128];
  std::snprintf(text, sizeof text, "  0x%012llx: %08x %s\n", static_cast<unsigned long long>(address), header,
                name);
  return text;
}

}  // namespace

Walker::Walker(Facts facts, HardwareState& state, std::shared_ptr<const AddressSpace> space, uint64_t batch)
    : facts_(std::move(facts)),
      memory_(std::move(space), [this](const std::string& what) { report(what); }),
      effects_({facts_.generation, facts_.counts, [this](const std::string& what) { report(what); },
                facts_.stored, facts_.imageEnds},
               state, memory_, position_) {
  position_.next = batch & addressMask;
}

void Walker::report(const std::string& what) {
  ++facts_.counts->violations;
  if (++violations_ > maxViolations) return;
  facts_.report({std::string(name_) + " " + what, facts_.place + ", " + command(), trail()});
}

std::string Walker::command() const {
  char text[96];
  std::snprintf(text, sizeof text, "%s at 0x%llx", name_, static_cast<unsigned long long>(position_.command));
  return text;
}

std::string Walker::trail() const {
  std::string text;
  const uint64_t begin = seen_ > pastCommands ? seen_ - pastCommands : 0;
  for (uint64_t at = begin; at < seen_; ++at) {
    const Past& past = past_[at % pastCommands];
    text += line(past.address, past.header, past.name);
  }
  return text;
}

bool Walker::fetch(uint64_t address, uint32_t count) {
  dwords_.resize(count);
  return memory_.read(address, dwords_.data(), uint64_t{4} * count,
                      count == 1 ? "is fetched from" : "is read from");
}

// Encoders call batches which the HuC's firmware fills. It does not run here, so such a batch is zeros to its
// end.
bool Walker::isBatchThatFirmwareWouldWrite() {
  return onlyZeros_ && facts_.engine == EngineClass::Video && !position_.returns.empty() &&
         !memory_.isResident(position_.command, 4);
}

Walker::State Walker::run(uint32_t commands, const std::atomic<bool>& stop) {
  memory_.forget();
  for (uint32_t at = 0; at < commands; ++at) {
    if (stop) return State::Stopped;
    position_.command = position_.next;
    name_ = "command";
    if (isBatchThatFirmwareWouldWrite()) {
      position_.next = position_.returns.back();
      position_.returns.pop_back();
      continue;
    }
    if (!fetch(position_.command, 1)) return State::Stopped;
    const uint32_t header = dwords_[0];
    onlyZeros_ = onlyZeros_ && header == 0;
    const Command* command = findCommand(facts_.engine, header);
    name_ = command ? command->name : "UNKNOWN";
    if (!again_) {
      past_[seen_++ % pastCommands] = {position_.command, header, name_};
      ++facts_.counts->commands;
      constexpr uint32_t semaphoreWait = 0x1c;
      if (header >> 23 == semaphoreWait) ++facts_.counts->waits;
      if (facts_.trace) facts_.trace(facts_.place + line(position_.command, header, name_));
    }
    again_ = false;
    uint32_t length = command ? commandLength(command->length, header) : guessedLength(header);
    if (!command) {
      char text[64];
      std::snprintf(text, sizeof text, "command with header %08x on %s", header, name(facts_.engine));
      report(text);
      if (length == 0) return State::Stopped;
    }
    if (length > 1 && !fetch(position_.command, length)) return State::Stopped;
    position_.next = position_.command + uint64_t{4} * length;
    Flow flow = Flow::Next;
    if (command && !effects_.isPredicatedAway(header)) {
      effects_.setName(command->name);
      flow = (effects_.*command->effect)(dwords_);
    }
    switch (flow) {
      case Flow::Blocked:
        position_.next = position_.command;
        again_ = true;
        return State::Blocked;
      case Flow::Ended:
        ++done_;
        return State::Done;
      case Flow::Jumped:
        onlyZeros_ = true;
        ++done_;
        break;
      case Flow::Next:
        ++done_;
        break;
    }
  }
  return State::Running;
}

}  // namespace fake_gpu
