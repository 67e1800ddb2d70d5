// Images over dma-bufs in the driver's own layout, and views of their planes. Neither the exporter's pitch
// nor its offsets are told to the driver: the caller compares what came of it.
#pragma once

#include "l0backend/image/image.h"

namespace clze::l0 {

// A whole frame. Views of it do not keep it alive.
struct ImportedImage {
  ImageHandle handle;
  size_t rowPitch = 0;  // bytes, of the first plane, as the driver laid it out
  size_t bytes = 0;     // of the layout, all planes
};

// Imports the object behind `fd`, which stays the caller's. CL_INVALID_VALUE when it is smaller than `bytes`;
// CL_INVALID_OPERATION when the driver does not tell how it laid the image out;
// CL_INVALID_IMAGE_SIZE beyond the device's limits, which drivers do not survive.
Result<ImportedImage> importImage(const Context& context, const Device& device,
                                  const ze_image_format_t& format, uint32_t width, uint32_t height, int fd,
                                  uint64_t bytes);

// NV12, P010 and the like: layout alone says all.
ze_image_format_t mediaFormat(ze_image_format_layout_t layout);

// One plane of a video image as an image of `format`; the driver decides its size (caps.chromaViews8 and 16).
Result<ImageHandle> viewPlane(const Context& context, const Device& device, ze_image_handle_t frame,
                              uint32_t plane, const cl_image_format& format, const ImageShape& shape);

}  // namespace clze::l0
