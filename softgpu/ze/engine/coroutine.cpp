// LLVM's coroutine passes, which run with the optimisations, split the function at its suspension points.
#include "softgpu/ze/engine/coroutine.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/Module.h>

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/item_loop.h"
#include "softgpu/ze/engine/lower.h"
#include "softgpu/ze/engine/stop_order.h"
#include "softgpu/ze/engine/uniformity.h"

namespace softgpu::engine {
namespace {

using llvm::Function;
using llvm::Value;
using Builder = llvm::IRBuilder<>;

Function* intrinsic(llvm::Module& module, llvm::Intrinsic::ID id, llvm::ArrayRef<llvm::Type*> types = {}) {
  return llvm::Intrinsic::getDeclaration(&module, id, types);
}

// The same work-item's function with a coroutine's result.
Function* returningFrame(Function& item) {
  auto* type = llvm::FunctionType::get(llvm::PointerType::get(item.getContext(), 0),
                                       item.getFunctionType()->params(), false);
  auto* coroutine =
      Function::Create(type, llvm::GlobalValue::InternalLinkage, item.getName(), item.getParent());
  coroutine->copyAttributesFrom(&item);
  coroutine->getBasicBlockList().splice(coroutine->begin(), item.getBasicBlockList());
  for (unsigned i = 0; i < item.arg_size(); ++i) {
    item.getArg(i)->replaceAllUsesWith(coroutine->getArg(i));
  }
  item.eraseFromParent();
  return coroutine;
}

std::vector<llvm::CallInst*> subgroupStopsOf(Function& function) {
  std::vector<llvm::CallInst*> stops = callsOf(function, primitive::kStop);
  std::erase_if(stops, [](const llvm::CallInst* stop) {
    const auto word = llvm::cast<llvm::ConstantInt>(stop->getArgOperand(0))->getZExtValue();
    return word >> 24 != static_cast<uint64_t>(abi::Scope::Subgroup);
  });
  return stops;
}

// Frames come from the runtime and all go at once when the group has ended, so nothing is freed here.
void suspendAtStops(Function& item) {
  llvm::Module& module = *item.getParent();
  llvm::LLVMContext& context = item.getContext();
  auto* pointer = llvm::PointerType::get(context, 0);
  Value* own = item.getArg(kItem);
  item.setPresplitCoroutine();
  storeStopOrder(item, subgroupStopsOf(item), own);
  auto* none = llvm::ConstantTokenNone::get(context);
  llvm::BasicBlock& entry = item.getEntryBlock();
  Builder b(&entry, entry.getFirstInsertionPt());
  auto* null = llvm::ConstantPointerNull::get(pointer);
  Value* id = b.CreateCall(intrinsic(module, llvm::Intrinsic::coro_id),
                           {b.getInt32(abi::kAlignment), null, null, null});
  Value* size = b.CreateCall(intrinsic(module, llvm::Intrinsic::coro_size, {b.getInt64Ty()}));
  auto allocate = module.getOrInsertFunction("__softgpu_frame", pointer, pointer, b.getInt64Ty());
  Value* memory = b.CreateCall(allocate, {item.getArg(1), size});
  Value* handle = b.CreateCall(intrinsic(module, llvm::Intrinsic::coro_begin), {id, memory});
  b.CreateStore(handle, b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), own, offsetof(abi::Item, frame)));

  auto* leave = llvm::BasicBlock::Create(context, "leave", &item);
  auto* cleanup = llvm::BasicBlock::Create(context, "cleanup", &item);
  auto* finished = llvm::BasicBlock::Create(context, "finished", &item);
  auto* never = llvm::BasicBlock::Create(context, "never", &item);
  for (llvm::BasicBlock& block : item) {
    if (llvm::isa_and_nonnull<llvm::ReturnInst>(block.getTerminator())) {
      block.getTerminator()->eraseFromParent();
      Builder(&block).CreateBr(finished);
    }
  }
  const auto suspend = [&](Builder& at, bool final, llvm::BasicBlock* resumed) {
    Value* way = at.CreateCall(intrinsic(module, llvm::Intrinsic::coro_suspend), {none, at.getInt1(final)});
    llvm::SwitchInst* branch = at.CreateSwitch(way, leave, 2);
    branch->addCase(at.getInt8(0), resumed);
    branch->addCase(at.getInt8(1), cleanup);
  };
  Builder atEnd(finished);
  suspend(atEnd, true, never);
  new llvm::UnreachableInst(context, never);
  Builder(cleanup).CreateBr(leave);
  Builder atLeave(leave);
  atLeave.CreateCall(intrinsic(module, llvm::Intrinsic::coro_end), {handle, atLeave.getFalse()});
  atLeave.CreateRet(handle);

  for (llvm::CallInst* call : callsOf(item, primitive::kStop)) {
    Builder at(call);
    const auto field = [&](size_t offset) {
      return at.CreateConstInBoundsGEP1_64(at.getInt8Ty(), own, offset);
    };
    at.CreateStore(call->getArgOperand(0), field(offsetof(abi::Item, stop)));
    at.CreateStore(call->getArgOperand(1), field(offsetof(abi::Item, selector)));
    llvm::BasicBlock* block = call->getParent();
    llvm::BasicBlock* after = block->splitBasicBlock(call->getIterator(), "resumed");
    call->eraseFromParent();
    block->getTerminator()->eraseFromParent();
    Builder atStop(block);
    suspend(atStop, false, after);
  }
}

}  // namespace

Function* makeCoroutine(Function& item) {
  Function* coroutine = returningFrame(item);
  suspendAtStops(*coroutine);
  return coroutine;
}

void makeResume(Function& resume) {
  llvm::LLVMContext& context = resume.getContext();
  llvm::Module& module = *resume.getParent();
  auto* pointer = llvm::PointerType::get(context, 0);
  Builder b(llvm::BasicBlock::Create(context, "entry", &resume));
  auto* left = b.CreateAlloca(b.getInt64Ty());
  b.CreateStore(b.getInt64(0), left);
  Value* items = b.CreateLoad(
      pointer, b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), resume.getArg(0), offsetof(abi::Group, items)));
  emitLoop(b, resume.getArg(1), resume.getArg(2), "item", [&](Value* i) {
    Value* slot = b.CreateInBoundsGEP(b.getInt8Ty(), items, b.CreateMul(i, b.getInt64(sizeof(abi::Item))));
    Value* frame = b.CreateLoad(pointer, slot);
    auto* alive = llvm::BasicBlock::Create(context, "alive", &resume);
    auto* next = llvm::BasicBlock::Create(context, "next", &resume);
    b.CreateCondBr(b.CreateCall(intrinsic(module, llvm::Intrinsic::coro_done), {frame}), next, alive);
    b.SetInsertPoint(alive);
    b.CreateCall(intrinsic(module, llvm::Intrinsic::coro_resume), {frame});
    Value* ended = b.CreateCall(intrinsic(module, llvm::Intrinsic::coro_done), {frame});
    b.CreateStore(
        b.CreateAdd(b.CreateLoad(b.getInt64Ty(), left), b.CreateZExt(b.CreateNot(ended), b.getInt64Ty())),
        left);
    b.CreateBr(next);
    b.SetInsertPoint(next);
  });
  b.CreateRet(b.CreateLoad(b.getInt64Ty(), left));
}

}  // namespace softgpu::engine
