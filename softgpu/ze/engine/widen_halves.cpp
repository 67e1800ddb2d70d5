// Exact: every half is a float, and the result is one of the operands.
#include "softgpu/ze/engine/widen_halves.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>

#include <vector>

namespace softgpu::engine {

void widenHalves(llvm::Module& module) {
  std::vector<llvm::IntrinsicInst*> found;
  for (llvm::Function& function : module) {
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
      if (call && call->getType()->isVectorTy() && call->getType()->getScalarType()->isHalfTy() &&
          (call->getIntrinsicID() == llvm::Intrinsic::minnum ||
           call->getIntrinsicID() == llvm::Intrinsic::maxnum)) {
        found.push_back(call);
      }
    }
  }
  for (llvm::IntrinsicInst* call : found) {
    llvm::IRBuilder<> b(call);
    llvm::Type* wide = llvm::VectorType::get(b.getFloatTy(), llvm::cast<llvm::VectorType>(call->getType()));
    llvm::Value* result =
        b.CreateBinaryIntrinsic(call->getIntrinsicID(), b.CreateFPExt(call->getArgOperand(0), wide),
                                b.CreateFPExt(call->getArgOperand(1), wide));
    call->replaceAllUsesWith(b.CreateFPTrunc(result, call->getType()));
    call->eraseFromParent();
  }
}

}  // namespace softgpu::engine
