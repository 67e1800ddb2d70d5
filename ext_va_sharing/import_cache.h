// Surfaces' memory and the images of it, kept across the life of OpenCL images: applications make and
// release an image for every frame. Keyed by the dma-buf itself (its inode), never by surface id: ids are
// used again for other memory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "ext_va_sharing/import_path.h"

namespace clze::va {

// Not thread-safe: its owner locks. Holding an import keeps the dma-buf, so its inode cannot be taken by
// another.
class ImportCache {
 public:
  ImportCache(l0::Context& context, const l0::Device& device, size_t capacity)
      : context_(&context), device_(&device), capacity_(capacity), paths_(importPaths(context, device)) {}

  // Finds or makes the image of `plane` of `surface`. CL_INVALID_IMAGE_FORMAT_DESCRIPTOR for a layout that no
  // import path handles: an error, never a wrong picture.
  Result<std::shared_ptr<const PlaneImage>> find(const Surface& surface, const Plane& plane);
  size_t size() const { return entries_.size(); }

 private:
  using ObjectKey = std::tuple<dev_t, ino_t, uint64_t>;  // device, inode, bytes
  // All of the description that decides how a plane is shown.
  using PlaneKey = std::tuple<uint32_t, uint32_t, uint32_t, uint32_t, uint64_t, uint32_t, uint64_t>;
  struct Entry {
    ObjectKey key;
    ImportedObject object;
    std::vector<std::pair<PlaneKey, std::shared_ptr<const PlaneImage>>> planes;
  };
  Result<Entry*> entryFor(const SurfaceObject& object);
  Result<std::shared_ptr<const PlaneImage>> open(ImportedObject& object, const Surface& surface,
                                                 const Plane& plane);
  void evict();

  l0::Context* context_;
  const l0::Device* device_;
  size_t capacity_;  // surfaces
  std::vector<std::unique_ptr<ImportPath>> paths_;
  std::set<std::tuple<uint32_t, uint32_t, uint64_t, std::string_view>> told_;  // what the log has named
  std::list<Entry> entries_;                                                   // most recently used first
};

}  // namespace clze::va
