// The cache of imports. One path so far: linear surfaces as pitched images over imported memory.
#include "ext_va_sharing/import_cache.h"

#include <CL/cl_va_api_media_sharing_intel.h>
#include <drm_fourcc.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/log.h"
#include "ext_va_sharing/counters.h"

namespace clze::va {

Result<ImportCache::Entry*> ImportCache::entryFor(SurfaceObject& object) {
  struct stat status = {};
  if (::fstat(object.fd.get(), &status) != 0) return Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
  const ObjectKey key(status.st_dev, status.st_ino, object.size);
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&key](const Entry& entry) { return entry.key == key; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return &entries_.front();
  }
  CLZE_TRY_ASSIGN(l0::Allocation memory,
                  l0::importDmaBuf(*context_, *device_, std::move(object.fd), object.size));
  counters().memoryImports.fetch_add(1, std::memory_order_relaxed);
  entries_.push_front({key, std::make_shared<const l0::Allocation>(std::move(memory)), {}});
  evict();
  return &entries_.front();
}

void ImportCache::evict() {
  // From the least recently used end; what images still use stays, however long the list.
  for (auto entry = entries_.end(); entries_.size() > capacity_ && entry != entries_.begin();) {
    --entry;
    const bool used = std::any_of(entry->planes.begin(), entry->planes.end(),
                                  [](const auto& plane) { return plane.second.use_count() > 1; });
    if (!used && entry != entries_.begin()) entry = entries_.erase(entry);
  }
}

Result<std::shared_ptr<const PlaneImage>> ImportCache::find(SurfaceObject& object, const Plane& plane) {
  if (plane.modifier != DRM_FORMAT_MOD_LINEAR) {
    CLZE_LOG_ERROR("va", "surface layout with modifier {:#x} is not supported", plane.modifier);
    return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  }
  if (!device_->caps.pitchedImages) {
    CLZE_LOG_ERROR("va",
                   "the Level Zero driver makes no image at a given pitch; linear surfaces cannot be shared");
    return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  }
  CLZE_TRY_ASSIGN(Entry * entry, entryFor(object));
  const PlaneKey key(plane.offset, plane.pitch, plane.width, plane.height, plane.format.image_channel_order,
                     plane.format.image_channel_data_type);
  for (const auto& [known, image] : entry->planes) {
    if (known == key) {
      counters().cacheHits.fetch_add(1, std::memory_order_relaxed);
      return image;
    }
  }
  l0::ImageShape shape;
  shape.width = plane.width;
  shape.height = plane.height;
  CLZE_TRY_ASSIGN(l0::ImageHandle handle,
                  l0::createPitchedImage(*context_, *device_, plane.format, shape,
                                         entry->memory->data() + plane.offset, plane.pitch));
  auto image = std::make_shared<const PlaneImage>(entry->memory, std::move(handle));
  entry->planes.emplace_back(key, image);
  return image;
}

}  // namespace clze::va
