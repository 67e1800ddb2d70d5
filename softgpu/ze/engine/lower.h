// Between the two halves of lower(): calls of OpenCL functions first become uses of five primitives of the
// work-item, then the kernels' entry points give the primitives their meaning. Included by LLVM source files
// only.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <string>

#include "softgpu/ze/engine/compiler.h"

namespace softgpu::engine::primitive {

// i64 localId(i32 dimension): dimension is a constant.
inline constexpr const char* kLocalId = "softgpu.localId";
// ptr group(): abi::Group.
inline constexpr const char* kGroup = "softgpu.group";
// ptr item(): abi::Item, in kernels that stop only.
inline constexpr const char* kItem = "softgpu.item";
// i32 subgroupSize(): of a full sub-group.
inline constexpr const char* kSubgroupSize = "softgpu.subgroupSize";
// void stop(i32 stopWord, i64 selector): returns when the exchange has been run.
inline constexpr const char* kStop = "softgpu.stop";

}  // namespace softgpu::engine::primitive

namespace softgpu::engine {

// Loads a 64-bit field of abi::Group, which does not change while generated code runs.
llvm::Value* loadGroupField(llvm::IRBuilder<>& builder, llvm::Value* group, size_t offset);

// Calls of a function by its name, a primitive's for one, in `function`.
std::vector<llvm::CallInst*> callsOf(llvm::Function& function, llvm::StringRef name);

// Base name of an Itanium-mangled function and what follows it; the whole name and nothing if it is not
// mangled.
struct MangledName {
  llvm::StringRef base, parameters;
};
MangledName splitName(llvm::StringRef name);

// Replaces the calls of OpenCL functions that are the engine's. False: one of them is used in an unsupported
// way.
bool lowerCalls(llvm::Module& module, std::string& log);

bool isKernel(const llvm::Function& function);

// Used, without a body or an initialiser, and none of the runtime's.
bool isUndefined(const llvm::Function& function);
bool isUndefined(const llvm::GlobalVariable& variable);

// Links the functions of the builtin library that the module uses. Those that it lacks become imports of the
// program; if there are any, nothing is linked.
bool linkBuiltins(llvm::Module& module, Manifest& manifest, std::string& log);

// Entry points of all kernels; to be called when every other function is defined.
bool lowerKernels(llvm::Module& module, Manifest& manifest, std::string& log);

}  // namespace softgpu::engine
