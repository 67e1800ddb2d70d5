// Loops over the work-items of a group in generated code. Included by LLVM source files only.
#pragma once

#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/IRBuilder.h>

namespace softgpu::engine {

// A counted loop from `first` to `count`, which runs at least once; the builder goes on behind it. Returns
// the branch back.
llvm::BranchInst* emitLoop(llvm::IRBuilder<>& builder, llvm::Value* first, llvm::Value* count,
                           const llvm::Twine& name, llvm::function_ref<void(llvm::Value*)> body);

// Numbers of work-items of a group in each dimension and altogether.
struct GroupSize {
  GroupSize(llvm::IRBuilder<>& builder, llvm::Value* group);
  llvm::Value* dimension[3];
  llvm::Value* items;
};

struct ItemIds {
  llvm::Value* local[3];
  llvm::Value* linear;
};

// All work-items in their order. With `accesses` the innermost loop's memory accesses of that group are
// independent of each other.
void emitItemLoops(llvm::IRBuilder<>& builder, const GroupSize& size, llvm::MDNode* accesses,
                   llvm::function_ref<void(const ItemIds&)> body);

}  // namespace softgpu::engine
