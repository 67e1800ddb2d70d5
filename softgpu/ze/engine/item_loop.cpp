// Three nested loops, the innermost one for LLVM to vectorise.
#include "softgpu/ze/engine/item_loop.h"

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/lower.h"

namespace softgpu::engine {

llvm::BranchInst* emitLoop(llvm::IRBuilder<>& builder, llvm::Value* first, llvm::Value* count,
                           const llvm::Twine& name, llvm::function_ref<void(llvm::Value*)> body) {
  llvm::BasicBlock* before = builder.GetInsertBlock();
  llvm::Function* function = before->getParent();
  auto* block = llvm::BasicBlock::Create(function->getContext(), name, function);
  auto* after = llvm::BasicBlock::Create(function->getContext(), name + ".end", function);
  builder.CreateBr(block);
  builder.SetInsertPoint(block);
  llvm::PHINode* counter = builder.CreatePHI(first->getType(), 2);
  counter->addIncoming(first, before);
  body(counter);
  llvm::Value* next = builder.CreateAdd(counter, llvm::ConstantInt::get(first->getType(), 1), "", true, true);
  counter->addIncoming(next, builder.GetInsertBlock());
  llvm::BranchInst* latch = builder.CreateCondBr(builder.CreateICmpULT(next, count), block, after);
  builder.SetInsertPoint(after);
  return latch;
}

GroupSize::GroupSize(llvm::IRBuilder<>& builder, llvm::Value* group) {
  for (unsigned i = 0; i < 3; ++i) {
    dimension[i] = loadGroupField(builder, group, offsetof(abi::Group, localSize) + i * sizeof(uint64_t));
  }
  items = builder.CreateMul(builder.CreateMul(dimension[0], dimension[1]), dimension[2]);
}

namespace {

// The vectoriser interleaves as it sees fit; more copies of a body that may be long only take time to
// compile.
void describeLoop(llvm::BranchInst& latch, llvm::MDNode* accesses) {
  llvm::LLVMContext& context = latch.getContext();
  llvm::SmallVector<llvm::Metadata*, 3> parts{
      nullptr,
      llvm::MDNode::get(context, {llvm::MDString::get(context, "llvm.loop.unroll.runtime.disable")})};
  if (accesses) {
    parts.push_back(
        llvm::MDNode::get(context, {llvm::MDString::get(context, "llvm.loop.parallel_accesses"), accesses}));
  }
  auto* node = llvm::MDNode::getDistinct(context, parts);
  node->replaceOperandWith(0, node);
  latch.setMetadata(llvm::LLVMContext::MD_loop, node);
}

}  // namespace

void emitItemLoops(llvm::IRBuilder<>& builder, const GroupSize& size, llvm::MDNode* accesses,
                   llvm::function_ref<void(const ItemIds&)> body) {
  llvm::Value* zero = builder.getInt64(0);
  llvm::BranchInst *y = nullptr, *x = nullptr;
  llvm::BranchInst* z = emitLoop(builder, zero, size.dimension[2], "z", [&](llvm::Value* plane) {
    y = emitLoop(builder, zero, size.dimension[1], "y", [&](llvm::Value* row) {
      llvm::Value* before = builder.CreateMul(
          builder.CreateAdd(builder.CreateMul(plane, size.dimension[1]), row), size.dimension[0]);
      x = emitLoop(builder, zero, size.dimension[0], "x", [&](llvm::Value* item) {
        body({{item, row, plane}, builder.CreateAdd(before, item, "", true, true)});
      });
    });
  });
  describeLoop(*z, nullptr);
  describeLoop(*y, nullptr);
  describeLoop(*x, accesses);
}

}  // namespace softgpu::engine
