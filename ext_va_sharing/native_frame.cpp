// Agreement of two layouts that nobody tells each other.
#include "ext_va_sharing/native_frame.h"

#include <drm_fourcc.h>

#include "base/log.h"

namespace clze::va {
namespace {

uint32_t roundUp(uint32_t value, uint32_t to) { return (value + to - 1) / to * to; }

struct Size {
  uint32_t width = 0, height = 0;
};

// Of the frame to import.
Size frameSize(const l0::Device& device, const Surface& surface) {
  if (!frameFormat(surface.fourcc)->media) return {surface.width, surface.height};
  // Halves of odd sizes are rounded in ways that drivers do not tell.
  Size size = {roundUp(surface.width, 2), roundUp(surface.height, 2)};
  // A decoder's frame may be taller than its picture: then the chroma plane begins later.
  const auto chromaRow = static_cast<uint32_t>(surface.layers[1].offset / surface.layers[1].pitch);
  if (roundUp(size.height, device.caps.surfaceLayout->tileRows) != chromaRow) size.height = chromaRow;
  return size;
}

// A driver that refuses a frame lays it out in another way, larger than the object for one: other ways of
// import may still do. Only lack of memory is no answer.
Failure asLayout(Failure refusal) {
  const bool lacks = refusal.code == CL_OUT_OF_HOST_MEMORY || refusal.code == CL_OUT_OF_RESOURCES ||
                     refusal.code == CL_MEM_OBJECT_ALLOCATION_FAILURE;
  return lacks ? refusal : Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
}

}  // namespace

const char* frameObjection(const l0::Device& device, const Surface& surface) {
  const auto& layout = device.caps.surfaceLayout;
  const FrameFormat& format = *frameFormat(surface.fourcc);
  if (!layout) return "how this device's driver lays out surfaces is not known";
  if (!format.media && format.planes > 1) return "Level Zero has no such video image";
  if (format.media && !device.caps.planarViews) return "the driver makes no views of planes";
  for (uint32_t i = 0; i < surface.layerCount; ++i) {
    if (surface.layers[i].planes != 1) return "the surface is compressed";
  }
  const SurfaceLayer& first = surface.layers[0];
  const uint64_t modifier = surface.objects[first.object].modifier;
  // Linear frames of several planes are laid out by rules that nobody has seen, unless they are all there is.
  const bool linear = modifier == DRM_FORMAT_MOD_LINEAR && layout->linearToldApart && !format.media;
  if (modifier != layout->modifier && !linear)
    return "the driver would take the surface for tiled in another way";
  if (first.offset != 0) return "the first plane does not begin where the object does";
  if (!format.media) return nullptr;
  const SurfaceLayer& chroma = surface.layers[1];
  if (surface.layerCount < 2 || chroma.object != first.object) return "the planes lie in different objects";
  if (chroma.pitch != first.pitch) return "the planes differ in pitch";
  if (chroma.offset % chroma.pitch != 0) return "the chroma plane does not begin with a row";
  const uint64_t chromaRow = chroma.offset / chroma.pitch;
  if (chromaRow % layout->tileRows != 0) return "the chroma plane does not begin with a row of tiles";
  if (chromaRow < surface.height) return "the chroma plane begins inside the luma plane";
  if (chromaRow > device.image.maxImageDims2D) return "the device has no images of that size";
  return nullptr;
}

bool frameIsExact(const l0::Device& device, const Surface& surface) {
  const Size size = frameSize(device, surface);
  return size.width == surface.width && size.height == surface.height;
}

Result<std::shared_ptr<const l0::ImportedImage>> NativeFrame::import(ImportedObject& imported,
                                                                     const Surface& surface,
                                                                     Width width) const {
  const FrameFormat& format = *frameFormat(surface.fourcc);
  CLZE_TRY_ASSIGN(const Plane luma, planeOf(surface, 0));
  Size size = frameSize(device_, surface);
  const SurfaceLayer& first = surface.layers[0];
  const SurfaceObject& object = surface.objects[first.object];
  // The last row of the last plane must lie in the driver's layout, and that in the object.
  const SurfaceLayer& last = surface.layers[format.planes - 1];
  const uint64_t rows = format.subsampled ? (surface.height + 1) / 2 : surface.height;
  const auto agrees = [&](const l0::ImportedImage& frame) {
    return frame.rowPitch == first.pitch && frame.bytes <= object.size &&
           frame.bytes >= last.offset + last.pitch * rows;
  };
  const auto frameZeFormat =
      format.media ? Result<ze_image_format_t>(l0::mediaFormat(*format.media)) : l0::toZeFormat(luma.format);
  if (!frameZeFormat) return frameZeFormat.failure();
  auto frame = imported.frame(object, *frameZeFormat, size.width, size.height);
  if (!frame) return asLayout(frame.failure());
  if (agrees(**frame)) return frame;
  const size_t pitch = (*frame)->rowPitch;
  const size_t bytes = (*frame)->bytes;
  const uint32_t widest = first.pitch / format.lumaBytes;
  if (width == Width::MayBeLarger && widest > size.width && widest <= device_.image.maxImageDims2D) {
    size.width = widest;
    frame = imported.frame(object, *frameZeFormat, size.width, size.height);
    if (!frame) return asLayout(frame.failure());
    if (agrees(**frame)) return frame;
  }
  CLZE_LOG_WARNING(
      "va", "the driver lays a frame of {}x{} out in {} bytes with pitch {}, the exporter in {} with {}",
      surface.width, surface.height, bytes, pitch, object.size, first.pitch);
  return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
}

Result<l0::ImageHandle> NativeFrame::view(const l0::ImportedImage& frame, const Surface& surface,
                                          const Plane& plane) const {
  if (!frameFormat(surface.fourcc)->media) return l0::ImageHandle();
  l0::ImageShape shape;
  shape.width = plane.width;
  shape.height = plane.height;
  return l0::viewPlane(context_, device_, frame.handle.get(), plane.index, plane.format, shape);
}

}  // namespace clze::va
