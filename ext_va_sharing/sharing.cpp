// From surface to image.
#include "ext_va_sharing/sharing.h"

#include "ext_va_sharing/counters.h"
#include "ext_va_sharing/va_library.h"

namespace clze::va {
namespace {

// More than decoders and filter chains keep in rotation; each holds its surface's memory.
constexpr size_t kCachedSurfaces = 64;
// Of surfaces that only serve to try a format; even, and of whole tiles.
constexpr unsigned kTriedSize = 64;

}  // namespace

Sharing::Sharing(VADisplay display, l0::Context& context, const l0::Device& device)
    : display_(display), context_(&context), device_(&device), cache_(context, device, kCachedSurfaces) {}

Result<ImportedPlane> Sharing::importPlane(VASurfaceID surface, uint32_t plane, bool write) {
  // libva may block here; no lock of ours is held.
  CLZE_TRY_ASSIGN(Surface exported, exportSurface(display_, surface, write));
  ImportedPlane imported;
  CLZE_TRY_ASSIGN(imported.plane, planeOf(exported, plane));
  CLZE_TRY_ASSIGN(imported.image, cache_.lock()->find(exported, imported.plane));
  counters().planesMapped.fetch_add(1, std::memory_order_relaxed);
  return imported;
}

uint32_t Sharing::tryPlanes(uint32_t fourcc) const {
  const Library& libva = *library();
  const FrameFormat* format = frameFormat(fourcc);
  if (format == nullptr) return 0;
  VASurfaceAttrib attribute = {};
  attribute.type = VASurfaceAttribPixelFormat;
  attribute.flags = VA_SURFACE_ATTRIB_SETTABLE;
  attribute.value.type = VAGenericValueTypeInteger;
  attribute.value.value.i = static_cast<int>(fourcc);
  VASurfaceID surface = VA_INVALID_ID;
  if (libva.createSurfaces(display_, format->rtFormat, kTriedSize, kTriedSize, &surface, 1, &attribute, 1) !=
      VA_STATUS_SUCCESS) {
    return 0;
  }
  uint32_t planes = 0;
  {
    // A cache of its own: nothing of the trial stays.
    ImportCache cache(*context_, *device_, 1);
    if (auto exported = exportSurface(display_, surface, true)) {
      while (planes < format->planes) {
        const auto plane = planeOf(*exported, planes);
        if (!plane || !cache.find(*exported, *plane)) break;
        ++planes;
      }
    }
  }
  libva.destroySurfaces(display_, &surface, 1);
  return planes;
}

std::vector<VAImageFormat> Sharing::formats(uint32_t plane) {
  const Library& libva = *library();
  auto tried = formats_.lock();
  if (!*tried) {
    std::vector<VAImageFormat> all(static_cast<size_t>(libva.maxNumImageFormats(display_)));
    int count = 0;
    if (libva.queryImageFormats(display_, all.data(), &count) != VA_STATUS_SUCCESS) return {};
    all.resize(static_cast<size_t>(count));
    tried->emplace();
    for (const VAImageFormat& format : all) (*tried)->push_back({format, tryPlanes(format.fourcc)});
  }
  std::vector<VAImageFormat> found;
  for (const TriedFormat& format : **tried) {
    if (format.planes > plane) found.push_back(format.format);
  }
  return found;
}

}  // namespace clze::va
