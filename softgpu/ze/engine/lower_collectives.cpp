// Barriers, fences and collectives of work-groups and sub-groups: each is a stop of the work-item, with what
// the runtime is to exchange meanwhile.
#include "softgpu/ze/engine/lower_calls.h"

namespace softgpu::engine {
namespace {

constexpr uint64_t kScopeDevice = 2;  // memory_scope: work_item 0, work_group 1, device 2, all 3, sub_group 4

std::optional<abi::Value> valueOf(char letter) {
  switch (letter) {
    case 'c':
      return abi::Value::Int8;
    case 'a':
      return abi::Value::Int8;
    case 'h':
      return abi::Value::Uint8;
    case 's':
      return abi::Value::Int16;
    case 't':
      return abi::Value::Uint16;
    case 'i':
      return abi::Value::Int32;
    case 'j':
      return abi::Value::Uint32;
    case 'l':
      return abi::Value::Int64;
    case 'm':
      return abi::Value::Uint64;
    case 'f':
      return abi::Value::Float;
    case 'd':
      return abi::Value::Double;
    case 'D':
      return abi::Value::Half;
    default:
      return std::nullopt;
  }
}

}  // namespace

// Barriers and fences.

Value* CallLowering::stop(Builder& b, uint32_t word, Value* selector) {
  return b.CreateCall(stop_, {b.getInt32(word), selector ? selector : b.getInt64(0)});
}

CallLowering::Emit CallLowering::synchronization(const MangledName& name) {
  const bool group =
      name.base == "barrier" || name.base == "work_group_barrier" || name.base == "wait_group_events";
  if (group || name.base == "sub_group_barrier") {
    return [this, group](Builder& b, CallInst&) {
      return stop(b, abi::stopWord(abi::Exchange::Barrier, abi::Operation::None, abi::Value::None,
                                   group ? abi::Scope::Group : abi::Scope::Subgroup));
    };
  }
  if (name.base == "mem_fence" || name.base == "read_mem_fence" || name.base == "write_mem_fence" ||
      name.base == "atomic_work_item_fence") {
    return [](Builder& b, CallInst& call) {
      // A group runs on one thread: up to its scope the compiler has to keep the order, not the processor.
      bool wide = true;
      if (call.arg_size() == 3) {
        const auto* scope = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(2));
        wide = !scope || scope->getZExtValue() == kScopeDevice || scope->getZExtValue() == 3;
      }
      return b.CreateFence(llvm::AtomicOrdering::SequentiallyConsistent,
                           wide ? llvm::SyncScope::System : llvm::SyncScope::SingleThread);
    };
  }
  return {};
}

// Collectives: the operand goes into the item, the result comes out of it after the stop.

Value* CallLowering::exchange(Builder& b, Value* operand, uint32_t word, Value* selector) {
  const uint64_t size = module_.getDataLayout().getTypeStoreSize(operand->getType());
  if (size > sizeof(abi::Item::value)) {
    return nullptr;
  }
  Value* item = b.CreateCall(item_);
  Value* slot = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), item, offsetof(abi::Item, value));
  b.CreateStore(b.getInt32(static_cast<uint32_t>(size)),
                b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), item, offsetof(abi::Item, valueSize)));
  b.CreateAlignedStore(operand, slot, llvm::Align(16));
  stop(b, word, selector ? b.CreateZExtOrTrunc(selector, i64_) : nullptr);
  return b.CreateAlignedLoad(operand->getType(), slot, llvm::Align(16));
}

// `rest` is shuffle, shuffle_xor, or shuffle_up and shuffle_down, which take a second value for what lies
// beyond.
CallLowering::Emit CallLowering::shuffle(llvm::StringRef rest, abi::Value value) {
  const uint32_t word =
      abi::stopWord(abi::Exchange::Shuffle, abi::Operation::None, value, abi::Scope::Subgroup);
  if (rest == "shuffle" || rest == "shuffle_xor") {
    return [this, word, isXor = rest == "shuffle_xor"](Builder& b, CallInst& call) {
      Value* selector = b.CreateZExtOrTrunc(call.getArgOperand(1), i64_);
      selector = isXor ? b.CreateXor(selector, subgroupLocalId(b)) : selector;
      return exchange(b, call.getArgOperand(0), word, selector);
    };
  }
  if (rest != "shuffle_up" && rest != "shuffle_down") {
    return {};
  }
  return [this, word, isUp = rest == "shuffle_up"](Builder& b, CallInst& call) -> Value* {
    if (call.arg_size() != 3) {
      return nullptr;
    }
    // Up: (previous, current), down: (current, next); ids run through both.
    Value* size = subgroupSize64(b);
    Value* delta = b.CreateZExtOrTrunc(call.getArgOperand(2), i64_);
    Value* id = subgroupLocalId(b);
    id = isUp ? b.CreateSub(b.CreateAdd(id, size), delta) : b.CreateAdd(id, delta);
    Value* isFirst = b.CreateICmpULT(id, size);
    Value* first = exchange(b, call.getArgOperand(0), word, id);
    Value* second = exchange(b, call.getArgOperand(1), word, b.CreateSub(id, size));
    return first && second ? b.CreateSelect(isFirst, first, second) : nullptr;
  };
}

CallLowering::Emit CallLowering::collective(const MangledName& name) {
  llvm::StringRef rest = name.base;
  abi::Scope scope = abi::Scope::Group;
  const bool intel = rest.consume_front("intel_");
  if (rest.consume_front("sub_group_")) {
    scope = abi::Scope::Subgroup;
  } else if (intel || !rest.consume_front("work_group_")) {
    return {};
  }
  const auto value = valueOf(typeLetter(name.parameters));
  if (!value) {
    return {};
  }
  if (scope == abi::Scope::Subgroup && rest.startswith("shuffle")) {
    return shuffle(rest, *value);
  }
  if (intel) {
    return {};
  }
  if (rest == "broadcast") {
    return [this, value, scope](Builder& b, CallInst& call) {
      Value* selector = b.CreateZExt(call.getArgOperand(1), i64_);
      Value* stride = localSize(b, 0);
      for (unsigned i = 2; i < call.arg_size(); ++i) {
        selector = b.CreateAdd(selector, b.CreateMul(b.CreateZExt(call.getArgOperand(i), i64_), stride));
        stride = b.CreateMul(stride, localSize(b, i - 1));
      }
      return exchange(b, call.getArgOperand(0),
                      abi::stopWord(abi::Exchange::Broadcast, abi::Operation::None, *value, scope), selector);
    };
  }
  abi::Exchange kind = abi::Exchange::Barrier;
  abi::Operation operation = abi::Operation::None;
  if (rest == "all" || rest == "any") {
    kind = rest == "all" ? abi::Exchange::All : abi::Exchange::Any;
  } else {
    if (rest.consume_front("reduce_")) {
      kind = abi::Exchange::Reduce;
    } else if (rest.consume_front("scan_inclusive_")) {
      kind = abi::Exchange::ScanInclusive;
    } else if (rest.consume_front("scan_exclusive_")) {
      kind = abi::Exchange::ScanExclusive;
    } else {
      return {};
    }
    operation = rest == "add"   ? abi::Operation::Add
                : rest == "min" ? abi::Operation::Min
                : rest == "max" ? abi::Operation::Max
                                : abi::Operation::None;
    if (operation == abi::Operation::None) {
      return {};
    }
  }
  return [this, word = abi::stopWord(kind, operation, *value, scope)](Builder& b, CallInst& call) {
    return exchange(b, call.getArgOperand(0), word, nullptr);
  };
}

}  // namespace softgpu::engine
