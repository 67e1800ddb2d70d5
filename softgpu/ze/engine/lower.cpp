// The order of lowering, and what is undefined after each step.
#include "softgpu/ze/engine/lower.h"

#include <fmt/format.h>
#include <llvm/IR/InstIterator.h>

#include <set>

namespace softgpu::engine {
namespace {

using llvm::Function;

// Names of what the engine itself calls or means.
bool isRuntimeName(llvm::StringRef name) {
  return name.startswith("softgpu.") || name.startswith("__softgpu_");
}

void findImportedVariables(const llvm::Module& module, Manifest& manifest) {
  for (const llvm::GlobalVariable& variable : module.globals()) {
    if (isUndefined(variable)) {
      manifest.linkage.imports.push_back({variable.getName().str(), false});
    }
  }
}

// After linking, only the runtime's functions may be without a body.
bool checkResolved(const llvm::Module& module, std::string& log) {
  bool resolved = true;
  for (const Function& function : module) {
    if (isUndefined(function)) {
      log += fmt::format("unresolved function {}\n", function.getName().str());
      resolved = false;
    }
  }
  for (const llvm::GlobalVariable& variable : module.globals()) {
    if (isUndefined(variable)) {
      log += fmt::format("unresolved variable {}\n", variable.getName().str());
      resolved = false;
    }
  }
  return resolved;
}

}  // namespace

std::vector<llvm::CallInst*> callsOf(Function& function, llvm::StringRef name) {
  std::vector<llvm::CallInst*> calls;
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
    if (call && call->getCalledFunction() && call->getCalledFunction()->getName() == name) {
      calls.push_back(call);
    }
  }
  return calls;
}

bool isKernel(const Function& function) {
  return function.getCallingConv() == llvm::CallingConv::SPIR_KERNEL && !function.isDeclaration();
}

bool isUndefined(const Function& function) {
  return function.isDeclaration() && !function.isIntrinsic() && !function.use_empty() &&
         !isRuntimeName(function.getName());
}

bool isUndefined(const llvm::GlobalVariable& variable) {
  return variable.isDeclaration() && variable.getAddressSpace() != 3 && !variable.use_empty() &&
         !isRuntimeName(variable.getName());
}

bool lower(Ir& ir, Manifest& manifest, std::string& log) {
  llvm::Module& module = *ir.module;
  // A function of the program may be named as one that the library calls.
  for (Function& function : module) {
    if (!function.isDeclaration() && !isKernel(function) && function.getName() != kFunctionSymbol) {
      function.setName("program." + function.getName());
    }
  }
  if (!lowerCalls(module, log)) {
    return false;
  }
  std::set<std::string> own;
  for (const llvm::GlobalVariable& variable : module.globals()) {
    own.insert(variable.getName().str());
  }
  findImportedVariables(module, manifest);
  if (!linkBuiltins(module, manifest, log)) {
    return false;
  }
  if (!manifest.linkage.imports.empty()) {
    return true;
  }
  for (llvm::GlobalVariable& variable : module.globals()) {
    if (!own.contains(variable.getName().str()) && !variable.isDeclaration()) {
      variable.setLinkage(llvm::GlobalValue::InternalLinkage);
    }
  }
  return lowerCalls(module, log) && checkResolved(module, log) && lowerKernels(module, manifest, log);
}

}  // namespace softgpu::engine
