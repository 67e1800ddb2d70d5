// Whether a kernel can be split at its barriers: no barrier may depend on what differs between work-items.
#include "softgpu/ze/engine/uniformity.h"

#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/Analysis/CFG.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/LCSSA.h>
#include <llvm/Transforms/Utils/LoopSimplify.h>

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/fission.h"
#include "softgpu/ze/engine/lower.h"
#include "softgpu/ze/engine/passes.h"

namespace softgpu::engine {

using llvm::BasicBlock;
using llvm::Function;
using llvm::Instruction;

namespace {

void simplify(Function& function) {
  Passes passes;
  llvm::FunctionPassManager manager;
  manager.addPass(llvm::SROAPass());
  manager.addPass(llvm::EarlyCSEPass());
  manager.addPass(llvm::SimplifyCFGPass());
  manager.addPass(llvm::LoopSimplifyPass());
  manager.addPass(llvm::LCSSAPass());
  manager.run(function, passes.functions);
}

// A branch that work-items take differently must be over before the next barrier, or which one comes next
// could depend on the work-item.
bool branchesEndBeforeBarriers(Function& item, const Analyses& analyses) {
  Blocks barriers;
  for (const llvm::CallInst* stop : callsOf(item, primitive::kStop)) {
    barriers.insert(stop->getParent());
  }
  for (const BasicBlock& block : item) {
    const Instruction* branch = block.getTerminator();
    if (branch->getNumSuccessors() < 2) {
      continue;
    }
    const bool differs = llvm::any_of(branch->operands(), [&](const llvm::Use& use) {
      return !llvm::isa<BasicBlock>(use.get()) && analyses.divergence.isDivergentUse(use);
    });
    if (!differs) {
      continue;
    }
    const auto* node = analyses.postDominators.getNode(&block);
    const BasicBlock* join = node && node->getIDom() ? node->getIDom()->getBlock() : nullptr;
    Blocks walls;
    if (join) {
      walls.insert(join);
    }
    const Blocks between = reachable(&block, walls);
    if (llvm::any_of(between, [&](const BasicBlock* reached) { return barriers.contains(reached); })) {
      return false;
    }
  }
  return true;
}

}  // namespace

Blocks reachable(const BasicBlock* from, const Blocks& walls) {
  Blocks reached;
  std::vector<const BasicBlock*> open{from};
  while (!open.empty()) {
    const BasicBlock* block = open.back();
    open.pop_back();
    for (const BasicBlock* next : llvm::successors(block)) {
      if (!walls.contains(next) && reached.insert(next).second) {
        open.push_back(next);
      }
    }
  }
  return reached;
}

bool reachesBarriersTogether(Function& item) {
  for (const llvm::CallInst* stop : callsOf(item, primitive::kStop)) {
    const auto* word = llvm::dyn_cast<llvm::ConstantInt>(stop->getArgOperand(0));
    if (!word || word->getZExtValue() != abi::stopWord(abi::Exchange::Barrier, abi::Operation::None,
                                                       abi::Value::None, abi::Scope::Group)) {
      return false;
    }
  }
  if (!item.getArg(kItem)->use_empty()) {
    return false;
  }
  std::vector<Instruction*> lifetimes;
  for (Instruction& instruction : llvm::instructions(item)) {
    if (instruction.isLifetimeStartOrEnd()) {
      lifetimes.push_back(&instruction);
    }
  }
  for (Instruction* lifetime : lifetimes) {
    lifetime->eraseFromParent();
  }
  simplify(item);
  for (const Instruction& instruction : llvm::instructions(item)) {
    const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(&instruction);
    if (variable && !variable->isStaticAlloca()) {
      return false;
    }
  }
  const Analyses analyses(item);
  const llvm::ReversePostOrderTraversal<const Function*> order(&item);
  return !llvm::containsIrreducibleCFG<const BasicBlock*>(order, analyses.loops) &&
         branchesEndBeforeBarriers(item, analyses);
}

}  // namespace softgpu::engine
