// Kernels with barriers as loops over work-items between the barriers. Included by LLVM source files only.
#pragma once

#include <llvm/IR/Function.h>
#include <llvm/IR/Metadata.h>

namespace softgpu::engine {

// Whether all work-items of `item` (arguments, group, local ids, abi::Item) surely reach the same barriers in
// the same order. Simplifies the function, which has to be known to answer; it stays a work-item's function.
bool reachesBarriersTogether(llvm::Function& item);

// Fills the empty `start` (arguments, group) with one loop over the work-items for each part of `item`
// between barriers, and erases `item`, for which reachesBarriersTogether() was true. `accesses` is the access
// group of the loops.
void splitAtBarriers(llvm::Function& item, llvm::Function& start, llvm::MDNode* accesses);

}  // namespace softgpu::engine
