// The class behind lowerCalls(): which OpenCL function becomes what. Its methods are in files by subject:
// lower_items.cpp, lower_collectives.cpp, lower_atomics.cpp, lower_calls.cpp.
#pragma once

#include <llvm/IR/Instructions.h>

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/lower.h"

namespace softgpu::engine {

using llvm::CallInst;
using llvm::Value;
using Builder = llvm::IRBuilder<>;

// First letter of a mangled arithmetic type; vectors answer with their element.
char typeLetter(llvm::StringRef parameters);

class CallLowering {
 public:
  CallLowering(llvm::Module& module, std::string& log);
  bool run();

 private:
  using Emit = std::function<Value*(Builder&, CallInst&)>;  // null: not possible
  using PerDimension = std::function<Value*(Builder&, unsigned)>;

  llvm::FunctionCallee constant(const char* name, llvm::Type* result, llvm::ArrayRef<llvm::Type*> parameters);
  bool lower(llvm::Function& function);
  bool replace(llvm::Function& function, const Emit& emit);
  // Booleans and sizes are declared with different widths by different producers.
  static Value* convert(Builder& builder, Value* value, llvm::Type* type);

  // Work-item functions.
  Value* group(Builder& b, size_t field, unsigned dimension = 0);
  Value* localId(Builder& b, unsigned dimension);
  Value* localSize(Builder& b, unsigned dimension);
  Value* groupSize(Builder& b);
  Value* localIdInGlobal(Builder& b, unsigned dimension);  // global id without the offset
  Value* localLinearId(Builder& b);
  Value* subgroupSize64(Builder& b);
  Value* subgroupId(Builder& b);
  Value* subgroupLocalId(Builder& b);
  Value* subgroupCount(Builder& b);
  Value* currentSubgroupSize(Builder& b);
  // The function of a dimension: `other` beyond the third.
  static Emit dimensional(PerDimension value, uint64_t other);
  PerDimension field(size_t offset);
  Emit workItemFunction(llvm::StringRef name);

  // Barriers, fences and collectives: the operand goes into the item, the result comes out of it after the
  // stop.
  Value* stop(Builder& b, uint32_t word, Value* selector = nullptr);
  Emit synchronization(const MangledName& name);
  Value* exchange(Builder& b, Value* operand, uint32_t word, Value* selector, llvm::Type* result = nullptr);
  Emit nonUniform(llvm::StringRef rest, abi::Value value);
  Emit rotate(llvm::StringRef rest, abi::Value value);
  Emit shuffle(llvm::StringRef rest, abi::Value value);
  Emit collective(const MangledName& name);

  Value* atomicLoad(Builder& b, llvm::Type* type, Value* pointer);
  Value* atomicStore(Builder& b, Value* value, Value* pointer);
  Value* compareExchange(Builder& b, Value* pointer, Value* expected, Value* desired);
  Emit atomic(const MangledName& name);

  // The rest.
  Value* addressSpace(Builder& b, Value* pointer);
  Emit other(const MangledName& name);
  Value* sampler(Builder& b, uint32_t bits);
  Emit asyncCopy(const MangledName& name);
  Value* print(Builder& b, CallInst& call);

  llvm::Module& module_;
  std::string& log_;
  llvm::Type* i32_;
  llvm::Type* i64_;
  llvm::PointerType* pointer_;
  llvm::FunctionCallee localId_, group_, item_, subgroupSize_, stop_;
  std::unordered_map<uint32_t, llvm::GlobalVariable*> samplers_;
};

}  // namespace softgpu::engine
