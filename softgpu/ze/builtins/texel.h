// Texels to channel values and back, for every layout and type (OpenCL 3.0 section 8.3). Threads: no state.
#pragma once

#include <cstddef>

#include "softgpu/ze/engine/engine.h"

namespace softgpu::builtins {

// Passed in vector registers, as generated code does: OpenCL's float4 and int4.
using Float4 = float __attribute__((vector_size(16)));
using Int4 = int __attribute__((vector_size(16)));

// Red, green, blue, alpha; the format tells whether an int4 stands for signed or unsigned channels. A channel
// that is not stored is 0, alpha 1. Integers of normalised or floating formats and floats of integer formats
// are undefined in OpenCL: here all zero.
Float4 loadFloat(const engine::ImageDescriptor& image, const std::byte* texel);
Int4 loadInt(const engine::ImageDescriptor& image, const std::byte* texel);
void storeFloat(const engine::ImageDescriptor& image, std::byte* texel, Float4 color);
void storeInt(const engine::ImageDescriptor& image, std::byte* texel, Int4 color);

}  // namespace softgpu::builtins
