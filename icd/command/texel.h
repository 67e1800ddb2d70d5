// A fill colour as the bytes of one texel.
#pragma once

#include <CL/cl.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace clze::icd {

using Texel = std::array<std::byte, 16>;

// `color` as clEnqueueFillImage takes it: one float for depth images, else four floats, ints or unsigned
// ints, by the channel type. Converted as write_image does (OpenCL C 3.0, 6.15.15; OpenCL 3.0, 8.3): to the
// nearest, ties to even, saturated.
Texel texelOf(const cl_image_format& format, const void* color);

// To the nearest half, ties to even; too large becomes infinity, NaN stays NaN.
uint16_t halfOf(float value);

}  // namespace clze::icd
