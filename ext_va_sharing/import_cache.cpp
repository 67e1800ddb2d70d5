// The cache of imports, and the choice of the way.
#include "ext_va_sharing/import_cache.h"

#include <CL/cl_va_api_media_sharing_intel.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/log.h"
#include "ext_va_sharing/counters.h"

namespace clze::va {
namespace {

// "NV12" from its four bytes.
std::string fourccName(uint32_t fourcc) {
  std::string name;
  for (int shift = 0; shift < 32; shift += 8) {
    const char letter = static_cast<char>(fourcc >> shift & 0xffU);
    name += letter >= ' ' && letter <= '~' ? letter : '?';
  }
  return name;
}

}  // namespace

Result<ImportCache::Entry*> ImportCache::entryFor(const SurfaceObject& object) {
  struct stat status = {};
  if (::fstat(object.fd.get(), &status) != 0) return Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
  const ObjectKey key(status.st_dev, status.st_ino, object.size);
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&key](const Entry& entry) { return entry.key == key; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return &entries_.front();
  }
  entries_.push_front({key, ImportedObject(*context_, *device_), {}});
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

Result<std::shared_ptr<const PlaneImage>> ImportCache::open(ImportedObject& object, const Surface& surface,
                                                            const Plane& plane) {
  const std::string fourcc = fourccName(surface.fourcc);
  std::string reasons;
  for (const auto& path : paths_) {
    const char* objection = path->objection(surface, plane);
    if (objection == nullptr) {
      auto opened = path->open(object, surface, plane);
      if (opened) {
        if (told_.insert({surface.fourcc, plane.index, plane.modifier, path->name()}).second) {
          CLZE_LOG_INFO("va", "{}: plane {} of {} with modifier {:#x} is imported as '{}'{}{}",
                        device_->properties.name, plane.index, fourcc, plane.modifier, path->name(),
                        reasons.empty() ? "" : "; not as ", reasons);
        }
        return opened;
      }
      if (opened.code() != CL_INVALID_IMAGE_FORMAT_DESCRIPTOR) return opened.failure();
      objection = "the driver's layout differs";
    }
    if (!reasons.empty()) reasons += "; ";
    reasons.append("'").append(path->name()).append("': ").append(objection);
  }
  CLZE_LOG_ERROR(
      "va", "plane {} of {} {}x{} with modifier {:#x}, pitch {} and offset {} cannot be shared: {}",
      plane.index, fourcc, surface.width, surface.height, plane.modifier, plane.pitch, plane.offset, reasons);
  return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
}

Result<std::shared_ptr<const PlaneImage>> ImportCache::find(const Surface& surface, const Plane& plane) {
  CLZE_TRY_ASSIGN(Entry * entry, entryFor(surface.objects[plane.object]));
  const PlaneKey key(surface.fourcc, plane.index, surface.width, surface.height, plane.offset, plane.pitch,
                     plane.modifier);
  for (const auto& [known, image] : entry->planes) {
    if (known == key) {
      counters().cacheHits.fetch_add(1, std::memory_order_relaxed);
      return image;
    }
  }
  auto image = open(entry->object, surface, plane);
  // Nothing was made of it: the dma-buf need not be kept.
  if (!image && entry->planes.empty()) entries_.pop_front();
  if (!image) return image.failure();
  entry->planes.emplace_back(key, *image);
  return *image;
}

}  // namespace clze::va
