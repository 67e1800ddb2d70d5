// The stages of a compilation, so that the LLVM headers stay in the sources of translate, lower and codegen.
// A stage that fails has told why in the log. All of it is local to the calling thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "softgpu/ze/engine/engine.h"

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
}  // namespace llvm

namespace softgpu::engine {

struct Options {
  unsigned level = 2;  // 0..3
};

struct SpecValue {
  uint32_t id;
  uint32_t size;  // bytes
  uint64_t value;
};

struct GlobalInfo {
  std::string name;
  uint64_t size;
};

// What run() needs beside KernelInfo.
struct KernelCode {
  uint32_t subgroupSize = 0;
  bool exchanges = false;  // uses collectives: the scheduler has to look at each stop
};

// Facts of a module that outlive its IR; the native container stores them.
struct Manifest {
  std::vector<KernelInfo> kernels;
  std::vector<KernelCode> code;  // same order
  std::vector<GlobalInfo> globals;
  Linkage linkage;
};

// What a program is made from.
struct Input {
  std::vector<uint32_t> spirv;  // checked
  std::vector<SpecValue> constants;
};

// Symbols of the object file.
std::string startSymbol(size_t kernel);
std::string resumeSymbol(size_t kernel);
std::string globalSymbol(size_t global);
inline constexpr const char* kFunctionSymbol = "function0";  // that a function pointer was asked for

// Owns a module and its context in the right order.
class Ir {
 public:
  Ir();
  Ir(Ir&&) noexcept;
  Ir& operator=(Ir&&) noexcept;
  ~Ir();
  std::shared_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
};

// SPIR-V to IR with opaque pointers, for the CPU's data layout; fills names, arguments and attributes of
// kernels. The IR's context is made if it has none.
bool translate(std::span<const uint32_t> spirv, std::span<const SpecValue> constants, Ir& ir,
               Manifest& manifest, std::string& log);

// Replaces the OpenCL functions that need the work-item (ids, barriers, atomics, printf, ...), links the rest
// of the builtin library, and gives every kernel its entry points. After it the module has no unknown symbol.
// Functions and variables that neither the program nor the library has become the manifest's imports; if
// there are any, the module is left as it is then.
bool lower(Ir& ir, Manifest& manifest, std::string& log);

// Optimises and emits an object file for this CPU; tells the kernels of the manifest what they spill.
bool emitObject(Ir& ir, const Options& options, Manifest& manifest, std::vector<std::byte>& object,
                std::string& log);

// The CPU that code is made for, with its features.
const std::string& hostCpuName();

// A program-scope variable in memory.
struct Variable {
  std::string symbol;
  void* address = nullptr;
  uint64_t size = 0;
};

// An object file made executable in this process.
class Loaded {
 public:
  virtual ~Loaded() = default;
  virtual void* address(const std::string& symbol) const = 0;  // null if there is none
  // `variables`: those of other programs that the object uses.
  static std::unique_ptr<Loaded> load(std::span<const std::byte> object, const Manifest& manifest,
                                      std::span<const Variable> variables, std::string& log);
};

}  // namespace softgpu::engine
