// The OpenCL C builtins of softgpu: LLVM bitcode to link kernels with, and the host functions that it calls.
// Work-item functions, barriers, atomics, sub-groups and printf are the engine's. Everything here is
// constant.
#pragma once

#include <cstddef>
#include <cstdint>

struct SoftgpuBuiltinHost {
  const char* name;  // as it stands in the bitcode
  void* address;
};

// A function of the library, and its place in softgpu_builtins_parts.
struct SoftgpuBuiltinName {
  const char* name;
  uint32_t part;
};

// Bytes in softgpu_builtins_bc.
struct SoftgpuBuiltinPart {
  size_t offset, size;
};

extern "C" {
// The library, cut into modules for the triple spir64 with typed pointers; meant to be linked "only needed".
// Functions of one part may call those of others. The image and sampler arguments become pointers to
// engine::ImageDescriptor and engine::SamplerDescriptor through calls of
// `__softgpu_image_<dimension>_<access>` and `__softgpu_sampler`, which the engine replaces by casts.
extern const unsigned char softgpu_builtins_bc[];
extern const SoftgpuBuiltinPart softgpu_builtins_parts[];
// In the order of strcmp.
extern const SoftgpuBuiltinName softgpu_builtins_names[];
extern const size_t softgpu_builtins_name_count;
// Ends with a null name.
extern const SoftgpuBuiltinHost softgpu_builtins_hosts[];
}

namespace softgpu::builtins {

// Of the host conversions; the same numbers stand in convert.clt and memory.clt.
enum class Rounding : int { Nearest, TowardZero, Up, Down };

}  // namespace softgpu::builtins
