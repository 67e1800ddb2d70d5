// Places are the blocks in an order in which whatever leaves a loop comes after all of the loop, and either
// side of a branch before what follows both. Two work-items at the same place and in the same round of all
// loops around it are in the same dynamic instance of the call.
#include "softgpu/ze/engine/stop_order.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/Dominators.h>

#include <algorithm>
#include <vector>

#include "softgpu/ze/engine/abi.h"

namespace softgpu::engine {
namespace {

using llvm::BasicBlock;
using Builder = llvm::IRBuilder<>;

// Depth of the innermost loop that has both blocks.
unsigned commonDepth(const llvm::LoopInfo& loops, const BasicBlock* a, const BasicBlock* b) {
  const llvm::Loop* loop = loops.getLoopFor(a);
  while (loop && !loop->contains(b)) {
    loop = loop->getParentLoop();
  }
  return loop ? loop->getLoopDepth() : 0;
}

// Reverse post order that takes the ways out of loops first, hence numbers them last.
llvm::DenseMap<const BasicBlock*, uint32_t> numberBlocks(const llvm::Function& function,
                                                         const llvm::LoopInfo& loops) {
  struct Visit {
    const BasicBlock* block;
    std::vector<const BasicBlock*> next;  // taken from the back
  };
  const auto successorsOf = [&](const BasicBlock* block) {
    std::vector<const BasicBlock*> next(llvm::succ_begin(block), llvm::succ_end(block));
    std::ranges::stable_sort(next, [&](const BasicBlock* a, const BasicBlock* b) {
      return commonDepth(loops, block, a) > commonDepth(loops, block, b);
    });
    return next;
  };
  llvm::DenseMap<const BasicBlock*, uint32_t> numbers;
  llvm::SmallPtrSet<const BasicBlock*, 32> seen;
  std::vector<Visit> stack;
  auto number = static_cast<uint32_t>(function.size());
  const BasicBlock* entry = &function.getEntryBlock();
  seen.insert(entry);
  stack.push_back({entry, successorsOf(entry)});
  while (!stack.empty()) {
    if (stack.back().next.empty()) {
      numbers[stack.back().block] = number--;
      stack.pop_back();
      continue;
    }
    const BasicBlock* next = stack.back().next.back();
    stack.back().next.pop_back();
    if (seen.insert(next).second) {
      stack.push_back({next, successorsOf(next)});
    }
  }
  return numbers;
}

}  // namespace

void storeStopOrder(llvm::Function& function, llvm::ArrayRef<llvm::CallInst*> stops, llvm::Value* item) {
  if (stops.empty()) {
    return;
  }
  const llvm::DominatorTree dominators(function);
  const llvm::LoopInfo loops(dominators);
  const auto numbers = numberBlocks(function, loops);
  llvm::DenseMap<const llvm::Loop*, llvm::AllocaInst*> counters;
  BasicBlock& entry = function.getEntryBlock();
  const auto counterOf = [&](const llvm::Loop* loop) {
    llvm::AllocaInst*& counter = counters[loop];
    if (!counter) {
      Builder b(&entry, entry.getFirstInsertionPt());
      counter = b.CreateAlloca(b.getInt32Ty());
      for (BasicBlock* before : llvm::predecessors(loop->getHeader())) {
        if (!loop->contains(before)) {
          Builder atEnd(before->getTerminator());
          atEnd.CreateStore(atEnd.getInt32(0), counter);
        }
      }
      Builder atHeader(loop->getHeader(), loop->getHeader()->getFirstInsertionPt());
      atHeader.CreateStore(
          atHeader.CreateAdd(atHeader.CreateLoad(atHeader.getInt32Ty(), counter), atHeader.getInt32(1)),
          counter);
    }
    return counter;
  };
  // Stops of one block are at places of their own: blocks are this far apart.
  constexpr uint32_t kStopsOfBlock = 1U << 10;
  llvm::DenseMap<const BasicBlock*, uint32_t> stopsOfBlock;
  for (llvm::CallInst* stop : stops) {
    std::vector<const llvm::Loop*> around;  // outermost first
    for (const llvm::Loop* loop = loops.getLoopFor(stop->getParent()); loop; loop = loop->getParentLoop()) {
      around.insert(around.begin(), loop);
    }
    around.resize(std::min<size_t>(around.size(), abi::kLoopLevels));
    Builder b(stop);
    std::vector<llvm::Value*> words;
    for (const llvm::Loop* loop : around) {
      words.push_back(b.getInt32(numbers.lookup(loop->getHeader()) * kStopsOfBlock));
      words.push_back(b.CreateLoad(b.getInt32Ty(), counterOf(loop)));
    }
    const uint32_t inBlock = std::min(stopsOfBlock[stop->getParent()]++, kStopsOfBlock - 1);
    words.push_back(b.getInt32(numbers.lookup(stop->getParent()) * kStopsOfBlock + inBlock));
    words.resize(sizeof(abi::Item::order) / sizeof(uint32_t), b.getInt32(0));
    for (size_t i = 0; i < words.size(); ++i) {
      b.CreateStore(words[i], b.CreateConstInBoundsGEP1_64(
                                  b.getInt8Ty(), item, offsetof(abi::Item, order) + i * sizeof(uint32_t)));
    }
  }
}

}  // namespace softgpu::engine
