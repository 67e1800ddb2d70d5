// Barriers, fences and collectives of work-groups and sub-groups: each is a stop of the work-item, with what
// the runtime is to exchange meanwhile.
#include <array>
#include <string_view>
#include <utility>

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

// None: not an operation.
abi::Operation operationOf(llvm::StringRef name) {
  using abi::Operation;
  constexpr std::array<std::pair<std::string_view, Operation>, 10> kOperations = {
      {{"add", Operation::Add},
       {"mul", Operation::Mul},
       {"min", Operation::Min},
       {"max", Operation::Max},
       {"and", Operation::And},
       {"or", Operation::Or},
       {"xor", Operation::Xor},
       {"logical_and", Operation::LogicalAnd},
       {"logical_or", Operation::LogicalOr},
       {"logical_xor", Operation::LogicalXor}}};
  for (const auto& [known, operation] : kOperations) {
    if (name == llvm::StringRef(known)) {
      return operation;
    }
  }
  return Operation::None;
}

constexpr uint32_t subgroupWord(abi::Exchange exchange, abi::Value value,
                                abi::Operation operation = abi::Operation::None) {
  return abi::stopWord(exchange, operation, value, abi::Scope::Subgroup);
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

Value* CallLowering::exchange(Builder& b, Value* operand, uint32_t word, Value* selector,
                              llvm::Type* result) {
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
  return b.CreateAlignedLoad(result ? result : operand->getType(), slot, llvm::Align(16));
}

// `rest` is shuffle, shuffle_xor, or shuffle_up and shuffle_down. Of Intel's functions the latter take a
// second value for what lies beyond; of Khronos' they leave it undefined.
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
    if (call.arg_size() == 2) {
      Value* id = subgroupLocalId(b);
      Value* delta = b.CreateZExtOrTrunc(call.getArgOperand(1), i64_);
      return exchange(b, call.getArgOperand(0), word, isUp ? b.CreateSub(id, delta) : b.CreateAdd(id, delta));
    }
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

// Around the whole sub-group, or around each cluster of it.
CallLowering::Emit CallLowering::rotate(llvm::StringRef rest, abi::Value value) {
  if (rest != "rotate" && rest != "clustered_rotate") {
    return {};
  }
  return [this, word = subgroupWord(abi::Exchange::Shuffle, value)](Builder& b, CallInst& call) {
    Value* size = call.arg_size() > 2 ? b.CreateZExtOrTrunc(call.getArgOperand(2), i64_) : subgroupSize64(b);
    Value* id = subgroupLocalId(b);
    Value* inCluster = b.CreateURem(id, size);
    Value* turned =
        b.CreateURem(b.CreateAdd(inCluster, b.CreateZExtOrTrunc(call.getArgOperand(1), i64_)), size);
    return exchange(b, call.getArgOperand(0), word, b.CreateAdd(b.CreateSub(id, inCluster), turned));
  };
}

// Sub-group functions that some of the work-items may leave out, beyond what have a uniform form, too.
CallLowering::Emit CallLowering::nonUniform(llvm::StringRef rest, abi::Value value) {
  const auto plain = [this](abi::Exchange exchanged, abi::Value type) -> Emit {
    return [this, word = subgroupWord(exchanged, type)](Builder& b, CallInst& call) {
      return exchange(b, call.getArgOperand(0), word, nullptr);
    };
  };
  if (rest == "broadcast_first") {
    return plain(abi::Exchange::BroadcastFirst, value);
  }
  if (rest == "non_uniform_all_equal") {
    return [this, word = subgroupWord(abi::Exchange::AllEqual, value)](Builder& b, CallInst& call) {
      return exchange(b, call.getArgOperand(0), word, nullptr, i32_);
    };
  }
  if (rest == "ballot") {
    return [this, word = subgroupWord(abi::Exchange::Ballot, value)](Builder& b, CallInst& call) {
      Value* predicate = b.CreateZExtOrTrunc(call.getArgOperand(0), i32_);
      return exchange(b, predicate, word, nullptr, llvm::FixedVectorType::get(i32_, 4));
    };
  }
  if (rest.consume_front("clustered_reduce_")) {
    const abi::Operation operation = operationOf(rest);
    if (operation == abi::Operation::None) {
      return {};
    }
    return
        [this, word = subgroupWord(abi::Exchange::Clustered, value, operation)](Builder& b, CallInst& call) {
          return exchange(b, call.getArgOperand(0), word, call.getArgOperand(1));
        };
  }
  return rotate(rest, value);
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
  if (scope == abi::Scope::Subgroup && rest == "elect") {
    return [this](Builder& b, CallInst&) {
      return exchange(b, b.getInt32(0), subgroupWord(abi::Exchange::Elect, abi::Value::Int32), nullptr);
    };
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
  if (scope == abi::Scope::Subgroup) {
    if (Emit emit = nonUniform(rest, *value)) {
      return emit;
    }
    rest.consume_front("non_uniform_");
  }
  if (rest == "broadcast") {
    return [this, value, scope](Builder& b, CallInst& call) {
      Value* selector = b.CreateZExtOrTrunc(call.getArgOperand(1), i64_);
      Value* stride = localSize(b, 0);
      for (unsigned i = 2; i < call.arg_size(); ++i) {
        selector =
            b.CreateAdd(selector, b.CreateMul(b.CreateZExtOrTrunc(call.getArgOperand(i), i64_), stride));
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
    operation = operationOf(rest);
    if (operation == abi::Operation::None) {
      return {};
    }
  }
  return [this, word = abi::stopWord(kind, operation, *value, scope)](Builder& b, CallInst& call) {
    return exchange(b, call.getArgOperand(0), word, nullptr);
  };
}

}  // namespace softgpu::engine
