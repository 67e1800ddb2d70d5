// Tells how far a work-item has come when it stops, so that the runtime can wait for those behind.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Instructions.h>

namespace softgpu::engine {

// Stores abi::Item::order of `item` before each of `stops`, calls in `function` that sub-groups stop at.
// Counts the rounds of the loops around them.
void storeStopOrder(llvm::Function& function, llvm::ArrayRef<llvm::CallInst*> stops, llvm::Value* item);

}  // namespace softgpu::engine
