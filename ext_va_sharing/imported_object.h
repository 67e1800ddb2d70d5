// One dma-buf as Level Zero has it: as memory, as frames in the driver's layout, each imported at first need.
#pragma once

#include <level_zero/ze_api.h>

#include <memory>
#include <vector>

#include "ext_va_sharing/surface.h"
#include "l0backend/image/imported.h"
#include "l0backend/memory/memory.h"

namespace clze::va {

// Not thread-safe: the cache that owns it locks. What it gives out keeps itself alive.
class ImportedObject {
 public:
  ImportedObject(const l0::Context& context, const l0::Device& device)
      : context_(&context), device_(&device) {}

  // `object` is the same dma-buf at every call, by whatever fd; the fd stays the caller's.
  Result<std::shared_ptr<const l0::Allocation>> memory(const SurfaceObject& object);
  Result<std::shared_ptr<const l0::ImportedImage>> frame(const SurfaceObject& object,
                                                         const ze_image_format_t& format, uint32_t width,
                                                         uint32_t height);

 private:
  struct Frame {
    ze_image_format_layout_t layout;
    uint32_t width, height;
    std::shared_ptr<const l0::ImportedImage> image;
  };
  const l0::Context* context_;
  const l0::Device* device_;
  std::shared_ptr<const l0::Allocation> memory_;
  std::vector<Frame> frames_;
};

}  // namespace clze::va
