// Images: linear memory of their own, imported (tiled where the pose's hardware tiles), or of a USM
// allocation; and views of their planes. Threads: immutable once made.
#pragma once

#include <level_zero/ze_api.h>

#include <array>
#include <memory>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/driver/image_format.h"
#include "softgpu/ze/driver/mapping.h"

namespace softgpu::driver {

struct Extent {
  uint32_t x = 1, y = 1, z = 1;
  bool operator==(const Extent&) const = default;
};

// Texels of one plane where they lie. Array layers count as the dimension after the image's own:
// y of a 1D array, z of a 2D array.
struct Plane {
  std::byte* data = nullptr;  // where a tile begins, if it is tiled
  TexelFormat texel;
  Extent extent;
  size_t pitchY = 0, pitchZ = 0;   // bytes
  Tiling tiling = Tiling::Linear;  // tiled: one slice
};

class Image : public Object {
 public:
  using Handle = ze_image_handle_t;
  static constexpr Kind kKind = Kind::Image;

  struct Layout {
    ze_image_type_t type;
    uint32_t planeCount;
    std::array<Plane, 2> planes;
    engine::ImageDescriptor descriptor;  // of plane 0, as kernels see it
    size_t size;                         // bytes, all planes
  };
  // `memory` is kept alive as long as the image is; null when the application's USM is.
  Image(std::shared_ptr<Context> context, Layout layout, std::shared_ptr<Mapping> memory, uint64_t memoryId)
      : Object(kKind),
        context_(std::move(context)),
        layout_(layout),
        memory_(std::move(memory)),
        memoryId_(memoryId) {}

  const Layout& layout() const { return layout_; }
  const Plane& plane(uint32_t index = 0) const { return layout_.planes[index]; }
  bool planar() const { return layout_.planeCount > 1; }
  const std::shared_ptr<Mapping>& memory() const { return memory_; }
  uint64_t memoryId() const { return memoryId_; }

 private:
  std::shared_ptr<Context> context_;
  const Layout layout_;
  std::shared_ptr<Mapping> memory_;
  const uint64_t memoryId_;
};

}  // namespace softgpu::driver
