// OpenCL functions that depend on the work-item or on the memory model: ids, barriers, collectives, atomics,
// printf, asynchronous copies, samplers. They are recognised by mangled name, whatever the address space of
// their pointers.
#include <fmt/format.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/lower.h"
#include "softgpu/ze/engine/runtime.h"

namespace softgpu::engine {

llvm::Value* loadGroupField(llvm::IRBuilder<>& builder, llvm::Value* group, size_t offset) {
  llvm::LoadInst* load = builder.CreateAlignedLoad(
      builder.getInt64Ty(), builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), group, offset),
      llvm::Align(8));
  load->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(builder.getContext(), {}));
  return load;
}

MangledName splitName(llvm::StringRef name) {
  llvm::StringRef rest = name;
  unsigned length = 0;
  if (!rest.consume_front("_Z") || rest.consumeInteger(10, length) || length > rest.size()) {
    return {name, {}};
  }
  return {rest.take_front(length), rest.drop_front(length)};
}

namespace {

using llvm::CallInst;
using llvm::Value;
using Builder = llvm::IRBuilder<>;

constexpr uint64_t kOpenClGlobalFence = 2, kOpenClLocalFence = 1;
constexpr uint64_t kScopeDevice = 2;  // memory_scope: work_item 0, work_group 1, device 2, all 3, sub_group 4

// First letter of a mangled arithmetic type; vectors answer with their element.
char typeLetter(llvm::StringRef parameters) {
  if (parameters.consume_front("Dv")) {
    parameters = parameters.drop_until([](char c) { return c == '_'; }).drop_front();
  }
  if (parameters.startswith("Dh")) {
    return 'D';
  }
  return parameters.empty() ? 0 : parameters.front();
}

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

class CallLowering {
 public:
  CallLowering(llvm::Module& module, std::string& log) : module_(module), log_(log) {
    auto& context = module.getContext();
    i32_ = llvm::Type::getInt32Ty(context);
    i64_ = llvm::Type::getInt64Ty(context);
    pointer_ = llvm::PointerType::get(context, 0);
    auto* none = llvm::Type::getVoidTy(context);
    localId_ = constant(primitive::kLocalId, i64_, {i32_});
    group_ = constant(primitive::kGroup, pointer_, {});
    item_ = constant(primitive::kItem, pointer_, {});
    subgroupSize_ = constant(primitive::kSubgroupSize, i32_, {});
    stop_ = module.getOrInsertFunction(primitive::kStop, none, i32_, i64_);
  }

  bool run() {
    std::vector<llvm::Function*> declared;
    for (llvm::Function& function : module_) {
      if (function.isDeclaration() && !function.isIntrinsic()) {
        declared.push_back(&function);
      }
    }
    for (llvm::Function* function : declared) {
      if (!lower(*function)) {
        return false;
      }
    }
    return true;
  }

 private:
  using Emit = std::function<Value*(Builder&, CallInst&)>;  // null: not possible

  llvm::FunctionCallee constant(const char* name, llvm::Type* result,
                                llvm::ArrayRef<llvm::Type*> parameters) {
    auto callee = module_.getOrInsertFunction(name, llvm::FunctionType::get(result, parameters, false));
    auto* function = llvm::cast<llvm::Function>(callee.getCallee());
    function->setDoesNotAccessMemory();
    function->setDoesNotThrow();
    function->setWillReturn();
    return callee;
  }

  bool lower(llvm::Function& function) {
    const MangledName name = splitName(function.getName());
    if (Emit emit = workItemFunction(name.base)) {
      return replace(function, emit);
    }
    if (Emit emit = synchronization(name)) {
      return replace(function, emit);
    }
    if (Emit emit = collective(name)) {
      return replace(function, emit);
    }
    if (Emit emit = atomic(name)) {
      return replace(function, emit);
    }
    if (Emit emit = other(name)) {
      return replace(function, emit);
    }
    return true;
  }

  bool replace(llvm::Function& function, const Emit& emit) {
    while (!function.use_empty()) {
      auto* call = llvm::dyn_cast<CallInst>(function.user_back());
      Value* result = nullptr;
      if (call && call->getCalledOperand() == &function) {
        Builder builder(call);
        result = emit(builder, *call);
      }
      if (!result) {
        log_ += fmt::format("use of {} is not supported\n", function.getName().str());
        return false;
      }
      if (!call->getType()->isVoidTy()) {
        Builder builder(call);
        call->replaceAllUsesWith(convert(builder, result, call->getType()));
      }
      call->eraseFromParent();
    }
    function.eraseFromParent();
    return true;
  }

  // Booleans and sizes are declared with different widths by different producers.
  static Value* convert(Builder& builder, Value* value, llvm::Type* type) {
    if (value->getType() == type) {
      return value;
    }
    if (type->isIntegerTy()) {
      return builder.CreateZExtOrTrunc(value, type);
    }
    return type->isPointerTy() ? builder.CreateAddrSpaceCast(value, type)
                               : builder.CreateBitCast(value, type);
  }

  // Work-item functions.

  Value* group(Builder& b, size_t field, unsigned dimension = 0) {
    return loadGroupField(b, b.CreateCall(group_), field + dimension * sizeof(uint64_t));
  }
  Value* localId(Builder& b, unsigned dimension) { return b.CreateCall(localId_, {b.getInt32(dimension)}); }
  Value* localSize(Builder& b, unsigned dimension) {
    return group(b, offsetof(abi::Group, localSize), dimension);
  }
  Value* groupSize(Builder& b) {
    return b.CreateMul(b.CreateMul(localSize(b, 0), localSize(b, 1)), localSize(b, 2));
  }
  Value* localIdInGlobal(Builder& b, unsigned dimension) {  // global id without the offset
    return b.CreateAdd(
        b.CreateMul(group(b, offsetof(abi::Group, groupId), dimension), localSize(b, dimension)),
        localId(b, dimension));
  }
  Value* localLinearId(Builder& b) {
    Value* plane = b.CreateAdd(b.CreateMul(localId(b, 2), localSize(b, 1)), localId(b, 1));
    return b.CreateAdd(b.CreateMul(plane, localSize(b, 0)), localId(b, 0));
  }
  Value* subgroupSize64(Builder& b) { return b.CreateZExt(b.CreateCall(subgroupSize_), i64_); }
  Value* subgroupId(Builder& b) { return b.CreateUDiv(localLinearId(b), subgroupSize64(b)); }
  Value* subgroupLocalId(Builder& b) { return b.CreateURem(localLinearId(b), subgroupSize64(b)); }
  Value* subgroupCount(Builder& b) {
    Value* full = subgroupSize64(b);
    return b.CreateUDiv(b.CreateAdd(groupSize(b), b.CreateSub(full, b.getInt64(1))), full);
  }
  Value* currentSubgroupSize(Builder& b) {
    Value* full = subgroupSize64(b);
    Value* left = b.CreateSub(groupSize(b), b.CreateMul(subgroupId(b), full));
    return b.CreateSelect(b.CreateICmpULT(left, full), left, full);
  }

  using PerDimension = std::function<Value*(Builder&, unsigned)>;
  // The function of a dimension: `other` beyond the third.
  static Emit dimensional(PerDimension value, uint64_t other) {
    return [value = std::move(value), other](Builder& b, CallInst& call) -> Value* {
      Value* dimension = call.getArgOperand(0);
      if (auto* known = llvm::dyn_cast<llvm::ConstantInt>(dimension)) {
        return known->getZExtValue() < 3 ? value(b, static_cast<unsigned>(known->getZExtValue()))
                                         : b.getInt64(other);
      }
      Value* result = b.getInt64(other);
      for (unsigned i = 0; i < 3; ++i) {
        Value* matches = b.CreateICmpEQ(dimension, llvm::ConstantInt::get(dimension->getType(), i));
        result = b.CreateSelect(matches, value(b, i), result);
      }
      return result;
    };
  }
  PerDimension field(size_t offset) {
    return [this, offset](Builder& b, unsigned dimension) { return group(b, offset, dimension); };
  }

  Emit workItemFunction(llvm::StringRef name) {
    if (!name.startswith("get_")) {
      return {};
    }
    if (name == "get_global_id") {
      return dimensional(
          [this](Builder& b, unsigned d) {
            return b.CreateAdd(group(b, offsetof(abi::Group, globalOffset), d), localIdInGlobal(b, d));
          },
          0);
    }
    if (name == "get_local_id") {
      return dimensional([this](Builder& b, unsigned d) { return localId(b, d); }, 0);
    }
    if (name == "get_group_id") {
      return dimensional(field(offsetof(abi::Group, groupId)), 0);
    }
    if (name == "get_global_offset") {
      return dimensional(field(offsetof(abi::Group, globalOffset)), 0);
    }
    if (name == "get_global_size") {
      return dimensional(field(offsetof(abi::Group, globalSize)), 1);
    }
    if (name == "get_local_size" || name == "get_enqueued_local_size") {
      return dimensional(field(offsetof(abi::Group, localSize)), 1);
    }
    if (name == "get_num_groups") {
      return dimensional(field(offsetof(abi::Group, groupCount)), 1);
    }
    if (name == "get_work_dim") {
      return [this](Builder& b, CallInst&) { return group(b, offsetof(abi::Group, dimensions)); };
    }
    if (name == "get_local_linear_id") {
      return [this](Builder& b, CallInst&) { return localLinearId(b); };
    }
    if (name == "get_global_linear_id") {
      return [this](Builder& b, CallInst&) {
        auto size = [&](unsigned d) { return group(b, offsetof(abi::Group, globalSize), d); };
        Value* plane = b.CreateAdd(b.CreateMul(localIdInGlobal(b, 2), size(1)), localIdInGlobal(b, 1));
        return b.CreateAdd(b.CreateMul(plane, size(0)), localIdInGlobal(b, 0));
      };
    }
    if (name == "get_sub_group_size") {
      return [this](Builder& b, CallInst&) { return currentSubgroupSize(b); };
    }
    if (name == "get_max_sub_group_size") {
      return [this](Builder& b, CallInst&) { return b.CreateCall(subgroupSize_); };
    }
    if (name == "get_num_sub_groups" || name == "get_enqueued_num_sub_groups") {
      return [this](Builder& b, CallInst&) { return subgroupCount(b); };
    }
    if (name == "get_sub_group_id") {
      return [this](Builder& b, CallInst&) { return subgroupId(b); };
    }
    if (name == "get_sub_group_local_id") {
      return [this](Builder& b, CallInst&) { return subgroupLocalId(b); };
    }
    if (name == "get_fence") {
      return [this](Builder& b, CallInst& call) {
        Value* space = addressSpace(b, call.getArgOperand(0));
        return b.CreateSelect(b.CreateICmpEQ(space, b.getInt32(3)), b.getInt32(kOpenClLocalFence),
                              b.getInt32(kOpenClGlobalFence));
      };
    }
    return {};
  }

  // Barriers and fences.

  Value* stop(Builder& b, uint32_t word, Value* selector = nullptr) {
    return b.CreateCall(stop_, {b.getInt32(word), selector ? selector : b.getInt64(0)});
  }

  Emit synchronization(const MangledName& name) {
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

  Value* exchange(Builder& b, Value* operand, uint32_t word, Value* selector) {
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
  Emit shuffle(llvm::StringRef rest, abi::Value value) {
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

  Emit collective(const MangledName& name) {
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
                        abi::stopWord(abi::Exchange::Broadcast, abi::Operation::None, *value, scope),
                        selector);
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

  // Atomics. All are sequentially consistent, which satisfies every order that may be asked for.

  static Value* modify(Builder& b, llvm::AtomicRMWInst::BinOp operation, Value* pointer, Value* value) {
    return b.CreateAtomicRMW(operation, pointer, value, llvm::MaybeAlign(),
                             llvm::AtomicOrdering::SequentiallyConsistent);
  }

  Value* atomicLoad(Builder& b, llvm::Type* type, Value* pointer) {
    llvm::LoadInst* load =
        b.CreateAlignedLoad(type, pointer, llvm::Align(module_.getDataLayout().getTypeStoreSize(type)));
    load->setAtomic(llvm::AtomicOrdering::SequentiallyConsistent);
    return load;
  }

  Value* atomicStore(Builder& b, Value* value, Value* pointer) {
    llvm::StoreInst* store = b.CreateAlignedStore(
        value, pointer, llvm::Align(module_.getDataLayout().getTypeStoreSize(value->getType())));
    store->setAtomic(llvm::AtomicOrdering::SequentiallyConsistent);
    return store;
  }

  // Compares bits, also of floats.
  Value* compareExchange(Builder& b, Value* pointer, Value* expected, Value* desired) {
    llvm::Type* type =
        b.getIntNTy(static_cast<unsigned>(module_.getDataLayout().getTypeSizeInBits(desired->getType())));
    return b.CreateAtomicCmpXchg(pointer, b.CreateBitCast(expected, type), b.CreateBitCast(desired, type),
                                 llvm::MaybeAlign(), llvm::AtomicOrdering::SequentiallyConsistent,
                                 llvm::AtomicOrdering::SequentiallyConsistent);
  }

  Emit atomic(const MangledName& name) {
    llvm::StringRef operation = name.base;
    if (!operation.consume_front("atomic_") && !operation.consume_front("atom_")) {
      return {};
    }
    operation.consume_back("_explicit");
    operation.consume_front("fetch_");
    if (operation == "load") {
      return
          [this](Builder& b, CallInst& call) { return atomicLoad(b, call.getType(), call.getArgOperand(0)); };
    }
    if (operation == "store" || operation == "init") {
      return [this](Builder& b, CallInst& call) {
        return atomicStore(b, call.getArgOperand(1), call.getArgOperand(0));
      };
    }
    if (operation == "flag_test_and_set") {
      return [](Builder& b, CallInst& call) {
        Value* old = modify(b, llvm::AtomicRMWInst::Xchg, call.getArgOperand(0), b.getInt32(1));
        return b.CreateICmpNE(old, b.getInt32(0));
      };
    }
    if (operation == "flag_clear") {
      return
          [this](Builder& b, CallInst& call) { return atomicStore(b, b.getInt32(0), call.getArgOperand(0)); };
    }
    if (operation == "inc" || operation == "dec") {
      return [up = operation == "inc"](Builder& b, CallInst& call) {
        return modify(b, up ? llvm::AtomicRMWInst::Add : llvm::AtomicRMWInst::Sub, call.getArgOperand(0),
                      llvm::ConstantInt::get(call.getType(), 1));
      };
    }
    if (operation == "cmpxchg") {
      return [this](Builder& b, CallInst& call) {
        Value* result =
            compareExchange(b, call.getArgOperand(0), call.getArgOperand(1), call.getArgOperand(2));
        return b.CreateBitCast(b.CreateExtractValue(result, 0), call.getType());
      };
    }
    if (operation == "compare_exchange_strong" || operation == "compare_exchange_weak") {
      return [this](Builder& b, CallInst& call) {
        Value* desired = call.getArgOperand(2);
        Value* expected = b.CreateLoad(desired->getType(), call.getArgOperand(1));
        Value* result = compareExchange(b, call.getArgOperand(0), expected, desired);
        b.CreateStore(b.CreateExtractValue(result, 0), call.getArgOperand(1));
        return b.CreateExtractValue(result, 1);
      };
    }
    // The type of the value tells signedness: after "_Atomic", or last in the OpenCL 1.x form.
    const auto atomicType = name.parameters.find("Atomic");
    const char letter = atomicType == llvm::StringRef::npos
                            ? (name.parameters.empty() ? 0 : name.parameters.back())
                            : typeLetter(name.parameters.substr(atomicType + 6));
    const bool isUnsigned = letter == 'j' || letter == 'm';
    const bool isFloat = letter == 'f' || letter == 'd';
    using Op = llvm::AtomicRMWInst;
    std::optional<Op::BinOp> op;
    if (operation == "exchange" || operation == "xchg") {
      op = Op::Xchg;
    } else if (operation == "add") {
      op = isFloat ? Op::FAdd : Op::Add;
    } else if (operation == "sub") {
      op = isFloat ? Op::FSub : Op::Sub;
    } else if (operation == "min") {
      op = isFloat ? Op::FMin : isUnsigned ? Op::UMin : Op::Min;
    } else if (operation == "max") {
      op = isFloat ? Op::FMax : isUnsigned ? Op::UMax : Op::Max;
    } else if (operation == "and") {
      op = Op::And;
    } else if (operation == "or") {
      op = Op::Or;
    } else if (operation == "xor") {
      op = Op::Xor;
    } else {
      return {};
    }
    return [op](Builder& b, CallInst& call) -> Value* {
      return modify(b, *op, call.getArgOperand(0), call.getArgOperand(1));
    };
  }

  // The rest.

  Value* addressSpace(Builder& b, Value* pointer) {
    auto callee = module_.getOrInsertFunction("__softgpu_address_space", i32_, pointer_, pointer_);
    return b.CreateCall(callee, {b.CreateCall(group_), b.CreateAddrSpaceCast(pointer, pointer_)});
  }

  Emit other(const MangledName& name) {
    if (name.base == "printf") {
      return [this](Builder& b, CallInst& call) { return print(b, call); };
    }
    if (name.base == "prefetch") {
      return [](Builder& b, CallInst&) { return b.getInt32(0); };
    }
    if (name.base == "async_work_group_copy" || name.base == "async_work_group_strided_copy") {
      return asyncCopy(name);
    }
    if (name.base == "__translate_sampler_initializer") {
      return [this](Builder& b, CallInst& call) -> Value* {
        const auto* bits = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(0));
        return bits ? sampler(b, static_cast<uint32_t>(bits->getZExtValue())) : nullptr;
      };
    }
    const unsigned space = name.base == "__to_private"  ? 0
                           : name.base == "__to_global" ? 1
                           : name.base == "__to_local"  ? 3
                                                        : ~0U;
    if (space != ~0U) {
      return [this, space](Builder& b, CallInst& call) {
        Value* pointer = call.getArgOperand(0);
        auto* type = llvm::cast<llvm::PointerType>(call.getType());
        return b.CreateSelect(b.CreateICmpEQ(addressSpace(b, pointer), b.getInt32(space)),
                              convert(b, pointer, type), llvm::ConstantPointerNull::get(type));
      };
    }
    if (name.base.startswith("__softgpu_image") || name.base.startswith("__softgpu_sampler")) {
      return [](Builder&, CallInst& call) { return call.getArgOperand(0); };
    }
    return {};
  }

  // Bits of cl_kernel samplers: normalized 1, addressing 0xe (0 none, 2 edge, 4 border, 6 repeat, 8 mirror),
  // linear 0x20.
  Value* sampler(Builder& b, uint32_t bits) {
    const auto [it, isNew] = samplers_.try_emplace(bits, nullptr);
    if (isNew) {
      constexpr std::array kAddressing = {Addressing::None, Addressing::Clamp, Addressing::ClampToBorder,
                                          Addressing::Repeat, Addressing::Mirror};
      const uint32_t addressing = std::min<uint32_t>((bits & 0xe) >> 1, kAddressing.size() - 1);
      const std::array<uint32_t, 3> words = {
          static_cast<uint32_t>(kAddressing[addressing]),
          static_cast<uint32_t>((bits & 0x20) != 0 ? Filter::Linear : Filter::Nearest), bits & 1};
      static_assert(sizeof(SamplerDescriptor) == sizeof(words));
      auto* data = llvm::ConstantDataArray::get(b.getContext(), words);
      it->second = new llvm::GlobalVariable(module_, data->getType(), true,
                                            llvm::GlobalValue::InternalLinkage, data, "sampler");
      it->second->setAlignment(llvm::Align(8));
    }
    return it->second;
  }

  // The first work-item copies all when it comes along; wait_group_events is a barrier, so nobody reads
  // before that.
  Emit asyncCopy(const MangledName& name) {
    llvm::StringRef element = name.parameters;
    element.consume_front("P");
    for (bool more = true; more;) {
      more = element.consume_front("U3AS1") || element.consume_front("U3AS3") || element.consume_front("K") ||
             element.consume_front("V");
    }
    uint64_t count = 1;
    llvm::StringRef vector = element;
    if (vector.consume_front("Dv") && !vector.consumeInteger(10, count) && count == 3) {
      count = 4;
    }
    uint64_t size = 0;
    switch (typeLetter(element)) {
      case 'c':
      case 'h':
      case 'a':
        size = 1;
        break;
      case 's':
      case 't':
      case 'D':
        size = 2;
        break;
      case 'i':
      case 'j':
      case 'f':
        size = 4;
        break;
      case 'l':
      case 'm':
      case 'd':
        size = 8;
        break;
      default:
        return [](Builder&, CallInst&) -> Value* { return nullptr; };
    }
    return [this, size = size * count](Builder& b, CallInst& call) {
      const bool strided = call.arg_size() == 5;
      Value* target = call.getArgOperand(0);
      const bool toGlobal = target->getType()->getPointerAddressSpace() == 1;
      Value* stride = strided ? b.CreateMul(call.getArgOperand(3), b.getInt64(size)) : b.getInt64(size);
      Value* isFirst = b.CreateICmpEQ(localLinearId(b), b.getInt64(0));
      Value* elements = b.CreateSelect(isFirst, call.getArgOperand(2), b.getInt64(0));
      auto callee = module_.getOrInsertFunction("__softgpu_copy", b.getVoidTy(), pointer_, pointer_, i64_,
                                                i64_, i64_, i64_);
      b.CreateCall(callee,
                   {b.CreateAddrSpaceCast(target, pointer_),
                    b.CreateAddrSpaceCast(call.getArgOperand(1), pointer_), elements, b.getInt64(size),
                    toGlobal ? stride : b.getInt64(size), toGlobal ? b.getInt64(size) : stride});
      Value* event = call.getArgOperand(call.arg_size() - 1);
      return b.CreateSelect(b.CreateIsNull(event), b.CreateIntToPtr(b.getInt64(1), event->getType()), event);
    };
  }

  Value* print(Builder& b, CallInst& call) {
    const llvm::DataLayout& layout = module_.getDataLayout();
    struct Slot {
      Value* value;
      PrintHeader header;
      uint64_t offset;
    };
    std::vector<Slot> slots;
    uint64_t total = 0;
    for (unsigned i = 1; i < call.arg_size(); ++i) {
      Value* value = call.getArgOperand(i);
      llvm::Type* element = value->getType()->getScalarType();
      if (!element->isIntegerTy() && !element->isFloatingPointTy() && !element->isPointerTy()) {
        return nullptr;
      }
      auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value->getType());
      PrintHeader header{};
      header.kind = element->isPointerTy()         ? PrintKind::Pointer
                    : element->isFloatingPointTy() ? PrintKind::Float
                                                   : PrintKind::Integer;
      header.elementSize = static_cast<uint8_t>(layout.getTypeStoreSize(element));
      header.count = static_cast<uint16_t>(vector ? vector->getNumElements() : 1);
      header.bytes = (header.elementSize * header.count + 7U) & ~7U;
      slots.push_back({value, header, total});
      total += sizeof(PrintHeader) + header.bytes;
    }
    auto& entry = call.getFunction()->getEntryBlock();
    Builder entryBuilder(&entry, entry.getFirstInsertionPt());
    auto* buffer =
        entryBuilder.CreateAlloca(llvm::ArrayType::get(b.getInt8Ty(), std::max<uint64_t>(total, 8)));
    buffer->setAlignment(llvm::Align(8));
    const auto at = [&](uint64_t offset) {
      return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), buffer, offset);
    };
    for (const Slot& slot : slots) {
      uint64_t header = 0;
      static_assert(sizeof(PrintHeader) == sizeof(header));
      std::memcpy(&header, &slot.header, sizeof(header));
      b.CreateAlignedStore(b.getInt64(header), at(slot.offset), llvm::Align(8));
      for (unsigned i = 0; i < slot.header.count; ++i) {
        Value* element =
            slot.value->getType()->isVectorTy() ? b.CreateExtractElement(slot.value, i) : slot.value;
        b.CreateAlignedStore(element,
                             at(slot.offset + sizeof(PrintHeader) + uint64_t{i} * slot.header.elementSize),
                             llvm::Align(1));
      }
    }
    auto callee = module_.getOrInsertFunction("__softgpu_printf", i32_, pointer_, pointer_, i32_);
    return b.CreateCall(callee, {b.CreateAddrSpaceCast(call.getArgOperand(0), pointer_), buffer,
                                 b.getInt32(static_cast<uint32_t>(slots.size()))});
  }

  llvm::Module& module_;
  std::string& log_;
  llvm::Type* i32_;
  llvm::Type* i64_;
  llvm::PointerType* pointer_;
  llvm::FunctionCallee localId_, group_, item_, subgroupSize_, stop_;
  std::unordered_map<uint32_t, llvm::GlobalVariable*> samplers_;
};

}  // namespace

bool lowerCalls(llvm::Module& module, std::string& log) { return CallLowering(module, log).run(); }

}  // namespace softgpu::engine
