// What of a work-item's function is the same for all work-items. Included by LLVM source files only.
#pragma once

#include <llvm/Analysis/DivergenceAnalysis.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/PostDominators.h>
#include <llvm/Analysis/SyncDependenceAnalysis.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

#include <vector>

namespace softgpu::engine {

// Arguments of a work-item's function behind the kernel's arguments and the group.
constexpr unsigned kFirstLocalId = 2;
constexpr unsigned kItem = 5;

using Blocks = llvm::SmallPtrSet<const llvm::BasicBlock*, 16>;

// What is known of a work-item's function while it does not change.
struct Analyses {
  explicit Analyses(llvm::Function& function)
      : dominators(function),
        postDominators(function),
        loops(dominators),
        synchronization(dominators, postDominators, loops),
        divergence(function, nullptr, dominators, loops, synchronization, /*IsLCSSAForm=*/true) {
    for (unsigned argument = kFirstLocalId; argument <= kItem; ++argument) {
      divergence.markDivergent(*function.getArg(argument));
    }
    for (const llvm::Instruction& instruction : llvm::instructions(function)) {
      if (differs(instruction)) {
        divergence.markDivergent(instruction);
      }
    }
    divergence.compute();
  }

  // Of equal operands, or without any. Memory can change between the turns of two work-items.
  static bool differs(const llvm::Instruction& instruction) {
    if (llvm::isa<llvm::AllocaInst>(instruction)) {
      return true;
    }
    if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
      return !load->hasMetadata(llvm::LLVMContext::MD_invariant_load) || load->isVolatile();
    }
    return instruction.mayReadOrWriteMemory();
  }

  llvm::DominatorTree dominators;
  llvm::PostDominatorTree postDominators;
  llvm::LoopInfo loops;
  llvm::SyncDependenceAnalysis synchronization;
  llvm::DivergenceAnalysisImpl divergence;
};

// Blocks that `from` leads to, itself only through a loop, without passing any of `walls`.
Blocks reachable(const llvm::BasicBlock* from, const Blocks& walls);

}  // namespace softgpu::engine
