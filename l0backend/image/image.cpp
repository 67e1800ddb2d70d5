// Images: laid out by the driver, or put over memory at a pitch that somebody else chose.
#include "l0backend/image/image.h"

#include "base/log.h"
#include "l0backend/api/ze_newer.h"

namespace clze::l0 {

namespace {

Result<ze_image_desc_t> describe(const cl_image_format& format, const ImageShape& shape) {
  CLZE_TRY_ASSIGN(const auto zeFormat, toZeFormat(format));
  ze_image_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_IMAGE_DESC;
  desc.flags = shape.kernelWrites ? static_cast<ze_image_flags_t>(ZE_IMAGE_FLAG_KERNEL_WRITE) : 0;
  desc.type = shape.type;
  desc.format = zeFormat;
  desc.width = shape.width;
  desc.height = shape.height;
  desc.depth = shape.depth;
  desc.arraylevels = shape.arrayLayers;
  return desc;
}

Result<ImageHandle> create(const Context& context, const Device& device, const ze_image_desc_t& desc) {
  ImageHandle image;
  const auto code = ze().zeImageCreate(context.handle(), device.handle, &desc, image.put());
  if (code == ZE_RESULT_SUCCESS) return image;
  const cl_int general = toCl(code, "zeImageCreate");
  return Failure{code == ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY || code == ZE_RESULT_ERROR_UNSUPPORTED_SIZE
                     ? CL_MEM_OBJECT_ALLOCATION_FAILURE
                     : general};
}

}  // namespace

Result<ImageHandle> createImage(const Context& context, const Device& device, const cl_image_format& format,
                                const ImageShape& shape) {
  // Some drivers abort on an empty image instead of answering.
  if (shape.width == 0 || shape.height == 0 || shape.depth == 0) return Failure{CL_INVALID_IMAGE_SIZE};
  CLZE_TRY_ASSIGN(const auto desc, describe(format, shape));
  return create(context, device, desc);
}

Result<ImageHandle> createPitchedImage(const Context& context, const Device& device,
                                       const cl_image_format& format, const ImageShape& shape, void* data,
                                       size_t rowPitch) {
  if (!device.caps.pitchedImages) return Failure{CL_INVALID_OPERATION};
  if (shape.type != ZE_IMAGE_TYPE_2D || shape.width == 0 || shape.height == 0 || data == nullptr) {
    return Failure{CL_INVALID_IMAGE_DESCRIPTOR};
  }
  // Drivers check neither, and would read beside the picture.
  const size_t texel = texelSize(format);
  if (texel == 0 || rowPitch % texel != 0 || rowPitch / texel < shape.width) {
    CLZE_LOG_ERROR("l0", "row pitch {} does not fit {} texels of {} bytes", rowPitch, shape.width, texel);
    return Failure{CL_INVALID_IMAGE_DESCRIPTOR};
  }
  CLZE_TRY_ASSIGN(auto desc, describe(format, shape));
  ze_newer::CustomPitchDesc pitch;
  pitch.rowPitch = rowPitch;
  ze_newer::ImagePitchedDesc pitched;
  pitched.pNext = &pitch;
  pitched.ptr = data;
  desc.pNext = &pitched;
  return create(context, device, desc);
}

}  // namespace clze::l0
