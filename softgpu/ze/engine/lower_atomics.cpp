// Atomics of OpenCL C 1.x and 2.0. All are sequentially consistent, which satisfies every order that may be
// asked for.
#include "softgpu/ze/engine/lower_calls.h"

namespace softgpu::engine {
namespace {

Value* modify(Builder& b, llvm::AtomicRMWInst::BinOp operation, Value* pointer, Value* value) {
  return b.CreateAtomicRMW(operation, pointer, value, llvm::MaybeAlign(),
                           llvm::AtomicOrdering::SequentiallyConsistent);
}

}  // namespace

Value* CallLowering::atomicLoad(Builder& b, llvm::Type* type, Value* pointer) {
  llvm::LoadInst* load =
      b.CreateAlignedLoad(type, pointer, llvm::Align(module_.getDataLayout().getTypeStoreSize(type)));
  load->setAtomic(llvm::AtomicOrdering::SequentiallyConsistent);
  return load;
}

Value* CallLowering::atomicStore(Builder& b, Value* value, Value* pointer) {
  llvm::StoreInst* store = b.CreateAlignedStore(
      value, pointer, llvm::Align(module_.getDataLayout().getTypeStoreSize(value->getType())));
  store->setAtomic(llvm::AtomicOrdering::SequentiallyConsistent);
  return store;
}

// Compares bits, also of floats.
Value* CallLowering::compareExchange(Builder& b, Value* pointer, Value* expected, Value* desired) {
  llvm::Type* type =
      b.getIntNTy(static_cast<unsigned>(module_.getDataLayout().getTypeSizeInBits(desired->getType())));
  return b.CreateAtomicCmpXchg(pointer, b.CreateBitCast(expected, type), b.CreateBitCast(desired, type),
                               llvm::MaybeAlign(), llvm::AtomicOrdering::SequentiallyConsistent,
                               llvm::AtomicOrdering::SequentiallyConsistent);
}

CallLowering::Emit CallLowering::atomic(const MangledName& name) {
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
      Value* result = compareExchange(b, call.getArgOperand(0), call.getArgOperand(1), call.getArgOperand(2));
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
  const bool isFloat = letter == 'f' || letter == 'd' || letter == 'D';
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

}  // namespace softgpu::engine
