// OpenCL C to SPIR-V, and what can be known of a SPIR-V module without a device.
// Threads: every function may be called from any thread. Nothing here touches Level Zero.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace clze::spirv {

using Words = std::vector<uint32_t>;

// What the device can do, as far as the language shows it: macros, extension pragmas, builtins.
struct LanguageTarget {
  std::vector<std::string> extensions;  // "cl_khr_fp64", ...
  std::vector<std::string> features;    // "__opencl_c_images", ...
  uint32_t addressBits = 64;
  bool images = true;
};

// Options of clBuildProgram and clCompileProgram, checked (OpenCL 3.0, 5.8.6) and mapped.
struct BuildOptions {
  std::vector<std::string> compiler;  // for the front end: -D, -I, -cl-std=..., -cl-fast-relaxed-math, ...
  std::string device;                 // for zeModuleCreate
  bool kernelArgInfo = false;         // -cl-kernel-arg-info
  bool createLibrary = false;         // link options
  bool enableLinkOptions = false;
};
// CL_INVALID_BUILD_OPTIONS (or the caller's CL_INVALID_COMPILER_OPTIONS / CL_INVALID_LINKER_OPTIONS) on a
// word that is not an option; `log` says which.
Result<BuildOptions> parseBuildOptions(std::string_view text, std::string& log);
Result<BuildOptions> parseLinkOptions(std::string_view text, std::string& log);

struct CompileRequest {
  std::string source;
  std::vector<std::pair<std::string, std::string>> headers;  // name as included, text
  BuildOptions options;
  LanguageTarget target;
};
struct CompileOutcome {
  bool ok = false;
  Words module;
  std::string log;  // warnings as well as errors
};
// Runs in the helper process clze-clc, which is started at the first call; a crash there is an outcome, not a
// crash here.
CompileOutcome compile(const CompileRequest& request);

// spirv-val's rules for the OpenCL environment; user IL always goes through it.
Result<void> validate(std::span<const uint32_t> module, std::string& log);
Result<Words> link(std::span<const Words> modules, bool createLibrary, std::string& log);

enum class ArgAddress { Private, Global, Constant, Local };
enum class ArgAccess { None, ReadOnly, WriteOnly, ReadWrite };
enum class ArgKind { Value, Pointer, Image, Sampler };
// cl_kernel_arg_type_qualifier bits are used as they are.
struct KernelArg {
  ArgKind kind = ArgKind::Value;
  ArgAddress address = ArgAddress::Private;
  ArgAccess access = ArgAccess::None;  // images
  uint64_t typeQualifier = 0;
  size_t size = 0;        // bytes of a value; 8 for the rest
  uint32_t imageDim = 0;  // SpvDim of an image
  bool imageArrayed = false, imageDepth = false;
  std::string name;      // empty when the module does not say
  std::string typeName;  // empty when the module does not say
};
struct KernelInfo {
  std::string name;
  std::string attributes;  // CL_KERNEL_ATTRIBUTES
  std::vector<KernelArg> args;
  std::array<uint32_t, 3> requiredGroupSize = {0, 0, 0};
  uint32_t requiredSubgroupSize = 0;
};
struct SpecConstant {
  uint32_t id;
  uint32_t size;  // bytes
};
struct ModuleInfo {
  std::vector<KernelInfo> kernels;
  std::vector<SpecConstant> specConstants;
  std::vector<uint32_t> capabilities;
  std::vector<std::string> extensions;
};
// A bounds-checked walk over the words; malformed input is an error, whatever the words are.
Result<ModuleInfo> reflect(std::span<const uint32_t> module);

}  // namespace clze::spirv
