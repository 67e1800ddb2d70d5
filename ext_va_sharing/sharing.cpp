// From surface to image.
#include "ext_va_sharing/sharing.h"

#include "ext_va_sharing/counters.h"
#include "ext_va_sharing/va_library.h"

namespace clze::va {
namespace {

// More than decoders and filter chains keep in rotation; each holds its surface's memory.
constexpr size_t kCachedSurfaces = 64;

}  // namespace

Sharing::Sharing(VADisplay display, const l0::Context& context, const l0::Device& device)
    : display_(display), cache_(context, device, kCachedSurfaces) {}

Result<ImportedPlane> Sharing::importPlane(VASurfaceID surface, uint32_t plane, bool write) {
  // libva may block here; no lock of ours is held.
  CLZE_TRY_ASSIGN(Surface exported, exportSurface(display_, surface, write));
  ImportedPlane imported;
  CLZE_TRY_ASSIGN(imported.plane, planeOf(exported, plane));
  CLZE_TRY_ASSIGN(imported.image,
                  cache_.lock()->find(exported.objects[imported.plane.object], imported.plane));
  counters().planesMapped.fetch_add(1, std::memory_order_relaxed);
  return imported;
}

std::vector<VAImageFormat> Sharing::formats(uint32_t plane) const {
  const Library& libva = *library();
  std::vector<VAImageFormat> all(static_cast<size_t>(libva.maxNumImageFormats(display_)));
  int count = 0;
  if (libva.queryImageFormats(display_, all.data(), &count) != VA_STATUS_SUCCESS) return {};
  all.resize(static_cast<size_t>(count));
  std::erase_if(all, [plane](const VAImageFormat& format) { return planeCount(format.fourcc) <= plane; });
  return all;
}

}  // namespace clze::va
