// LLVM's pass builder with the analyses of all levels. Included by LLVM source files only.
#pragma once

#include <llvm/Passes/PassBuilder.h>

namespace softgpu::engine {

struct Passes {
  explicit Passes(llvm::TargetMachine* target = nullptr,
                  const llvm::PipelineTuningOptions& tuning = llvm::PipelineTuningOptions())
      : builder(target, tuning) {
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(sccs);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, sccs, modules);
  }
  Passes(const Passes&) = delete;
  Passes& operator=(const Passes&) = delete;

  // Analyses of outer levels hold some of inner ones: the order counts at the end.
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder;
};

}  // namespace softgpu::engine
