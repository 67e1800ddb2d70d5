// Images and samplers on Level Zero: formats, creation, planes of imported surfaces.
#pragma once

#include <CL/cl.h>

#include <span>

#include "l0backend/memory/memory.h"

namespace clze::l0 {

// CL_IMAGE_FORMAT_NOT_SUPPORTED when Level Zero has no such format.
Result<ze_image_format_t> toZeFormat(const cl_image_format& format);
// Bytes of one texel; 0 for a format that OpenCL does not know.
size_t texelSize(const cl_image_format& format);
// Formats kernels can read and write on this device, in a stable order; they live as long as the device. A
// failure (no memory, a lost device) is not remembered: the next call tries again.
Result<std::span<const cl_image_format>> supportedFormats(const Device& device);

struct ImageShape {
  ze_image_type_t type = ZE_IMAGE_TYPE_2D;
  uint64_t width = 1;
  uint32_t height = 1, depth = 1, arrayLayers = 0;  // texels; layers 0: not an array
  bool kernelWrites = true;
};

// Driver-laid image.
Result<ImageHandle> createImage(const Context& context, const Device& device, const cl_image_format& format,
                                const ImageShape& shape);
// 2D image over memory of our context at `data` with `rowPitch` bytes a row (caps.pitchedImages).
// The memory outlives the image.
Result<ImageHandle> createPitchedImage(const Context& context, const Device& device,
                                       const cl_image_format& format, const ImageShape& shape, void* data,
                                       size_t rowPitch);

struct SamplerShape {
  bool normalized = true;
  cl_addressing_mode addressing = CL_ADDRESS_CLAMP;
  cl_filter_mode filter = CL_FILTER_NEAREST;
};
Result<SamplerHandle> createSampler(const Context& context, const Device& device, const SamplerShape& shape);

}  // namespace clze::l0
