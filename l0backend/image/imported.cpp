// Import as an image, with what is checked because drivers do not.
#include "l0backend/image/imported.h"

#include <algorithm>

#include "l0backend/memory/lent_fd.h"

namespace clze::l0 {

ze_image_format_t mediaFormat(ze_image_format_layout_t layout) {
  // Older drivers look the type up in a table even for layouts that leave no choice.
  return {layout,
          ZE_IMAGE_FORMAT_TYPE_UNORM,
          ZE_IMAGE_FORMAT_SWIZZLE_R,
          ZE_IMAGE_FORMAT_SWIZZLE_G,
          ZE_IMAGE_FORMAT_SWIZZLE_B,
          ZE_IMAGE_FORMAT_SWIZZLE_A};
}

Result<ImportedImage> importImage(const Context& context, const Device& device,
                                  const ze_image_format_t& format, uint32_t width, uint32_t height, int fd,
                                  uint64_t bytes) {
  if (ze().zeImageGetMemoryPropertiesExp == nullptr) return Failure{CL_INVALID_OPERATION};
  if (width == 0 || height == 0 || width > device.image.maxImageDims2D ||
      height > device.image.maxImageDims2D) {
    return Failure{CL_INVALID_IMAGE_SIZE};
  }
  ImportedImage imported;
  {
    CLZE_TRY_ASSIGN(const LentFd lent, LentFd::of(fd, bytes));
    ze_external_memory_import_fd_t import = {};
    import.stype = ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD;
    import.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
    import.fd = lent.get();
    ze_image_desc_t desc = {};
    desc.stype = ZE_STRUCTURE_TYPE_IMAGE_DESC;
    desc.pNext = &import;
    desc.flags = ZE_IMAGE_FLAG_KERNEL_WRITE;
    desc.type = ZE_IMAGE_TYPE_2D;
    desc.format = format;
    desc.width = width;
    desc.height = height;
    desc.depth = 1;
    CLZE_ZE_TRY(zeImageCreate, context.handle(), device.handle, &desc, imported.handle.put());
  }
  ze_image_memory_properties_exp_t layout = {};
  layout.stype = ZE_STRUCTURE_TYPE_IMAGE_MEMORY_EXP_PROPERTIES;
  CLZE_ZE_TRY(zeImageGetMemoryPropertiesExp, imported.handle.get(), &layout);
  imported.rowPitch = layout.rowPitch;
  // Intel's driver of 22.43 gives the size of a texel as `size`, and that of the layout as the slice's pitch.
  imported.bytes = std::max<size_t>(layout.size, layout.slicePitch);
  return imported;
}

Result<ImageHandle> viewPlane(const Context& context, const Device& device, ze_image_handle_t frame,
                              uint32_t plane, const cl_image_format& format, const ImageShape& shape) {
  CLZE_TRY_ASSIGN(const auto zeFormat, toZeFormat(format));
  const ze_image_view_planar_exp_desc_t which = {ZE_STRUCTURE_TYPE_IMAGE_VIEW_PLANAR_EXP_DESC, nullptr,
                                                 plane};
  ze_image_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_IMAGE_DESC;
  desc.pNext = &which;
  desc.flags = ZE_IMAGE_FLAG_KERNEL_WRITE;
  desc.type = ZE_IMAGE_TYPE_2D;
  desc.format = zeFormat;
  desc.width = shape.width;
  desc.height = shape.height;
  desc.depth = 1;
  ImageHandle view;
  CLZE_ZE_TRY(zeImageViewCreateExp, context.handle(), device.handle, &desc, frame, view.put());
  return view;
}

}  // namespace clze::l0
