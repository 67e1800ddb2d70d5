// From Level Zero's image formats to texels in memory.
#pragma once

#include <level_zero/ze_api.h>

#include <array>
#include <cstdint>
#include <optional>

#include "softgpu/ze/engine/engine.h"

namespace softgpu::driver {

struct TexelFormat {
  engine::ChannelLayout layout = engine::ChannelLayout::R;
  engine::ChannelType type = engine::ChannelType::Unorm8;
  uint32_t size = 0;  // bytes

  // Integer formats are read as they are; filtering has no meaning for them.
  bool filterable() const;
  bool operator==(const TexelFormat&) const = default;
};

// A plane of a multi-plane format, relative to the image's size in luma texels.
struct PlaneFormat {
  TexelFormat texel;
  uint32_t divideX = 1, divideY = 1;
};

struct ImageFormat {
  uint32_t planes = 1;
  std::array<PlaneFormat, 2> plane;
};

// Empty when the device has no such format. `srgb`: its colours are sRGB (ze_srgb_ext_desc_t).
std::optional<ImageFormat> imageFormat(const ze_image_format_t& format, bool srgb);

}  // namespace softgpu::driver
