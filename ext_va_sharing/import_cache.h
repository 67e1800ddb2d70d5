// Surfaces' memory and the images over it, kept across the life of OpenCL images: applications make and
// release an image for every frame. Keyed by the dma-buf itself (its inode), never by surface id: ids are
// used again for other memory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <list>
#include <memory>
#include <tuple>
#include <vector>

#include "ext_va_sharing/plane.h"
#include "l0backend/image/image.h"
#include "l0backend/memory/memory.h"

namespace clze::va {

// A plane of an imported surface, ready for kernels.
class PlaneImage {
 public:
  PlaneImage(std::shared_ptr<const l0::Allocation> memory, l0::ImageHandle image)
      : memory_(std::move(memory)), image_(std::move(image)) {}
  ze_image_handle_t level0() const { return image_.get(); }

 private:
  std::shared_ptr<const l0::Allocation> memory_;  // outlives the image: destroyed after it
  l0::ImageHandle image_;
};

// Not thread-safe: its owner locks. Holding an import keeps the dma-buf, so its inode cannot be taken by
// another.
class ImportCache {
 public:
  ImportCache(const l0::Context& context, const l0::Device& device, size_t capacity)
      : context_(&context), device_(&device), capacity_(capacity) {}

  // Finds or makes the image of `plane`, which lies in `object` (whose fd may be taken).
  // CL_INVALID_IMAGE_FORMAT_DESCRIPTOR for a layout that no import path handles: an error, never a wrong
  // picture.
  Result<std::shared_ptr<const PlaneImage>> find(SurfaceObject& object, const Plane& plane);
  size_t size() const { return entries_.size(); }

 private:
  using ObjectKey = std::tuple<dev_t, ino_t, uint64_t>;  // device, inode, bytes
  using PlaneKey = std::tuple<uint64_t, uint32_t, uint32_t, uint32_t, cl_channel_order, cl_channel_type>;
  struct Entry {
    ObjectKey key;
    std::shared_ptr<const l0::Allocation> memory;
    std::vector<std::pair<PlaneKey, std::shared_ptr<const PlaneImage>>> planes;
  };
  Result<Entry*> entryFor(SurfaceObject& object);
  void evict();

  const l0::Context* context_;
  const l0::Device* device_;
  size_t capacity_;           // surfaces
  std::list<Entry> entries_;  // most recently used first
};

}  // namespace clze::va
