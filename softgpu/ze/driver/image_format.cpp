// The table of formats: R, RG, RGBA and BGRA of every channel type, and the planar NV12, P010, P012 and P016.
#include "softgpu/ze/driver/image_format.h"

namespace softgpu::driver {
namespace {

using engine::ChannelLayout;
using engine::ChannelType;

struct Shape {
  ze_image_format_layout_t layout;
  uint32_t channels, bits;
};
constexpr Shape kShapes[] = {
    {ZE_IMAGE_FORMAT_LAYOUT_8, 1, 8},
    {ZE_IMAGE_FORMAT_LAYOUT_16, 1, 16},
    {ZE_IMAGE_FORMAT_LAYOUT_32, 1, 32},
    {ZE_IMAGE_FORMAT_LAYOUT_8_8, 2, 8},
    {ZE_IMAGE_FORMAT_LAYOUT_16_16, 2, 16},
    {ZE_IMAGE_FORMAT_LAYOUT_32_32, 2, 32},
    {ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, 4, 8},
    {ZE_IMAGE_FORMAT_LAYOUT_16_16_16_16, 4, 16},
    {ZE_IMAGE_FORMAT_LAYOUT_32_32_32_32, 4, 32},
};

struct Channel {
  ze_image_format_type_t type;
  uint32_t bits;
  ChannelType channel;
};
constexpr Channel kChannels[] = {
    {ZE_IMAGE_FORMAT_TYPE_UINT, 8, ChannelType::Uint8},
    {ZE_IMAGE_FORMAT_TYPE_UINT, 16, ChannelType::Uint16},
    {ZE_IMAGE_FORMAT_TYPE_UINT, 32, ChannelType::Uint32},
    {ZE_IMAGE_FORMAT_TYPE_SINT, 8, ChannelType::Sint8},
    {ZE_IMAGE_FORMAT_TYPE_SINT, 16, ChannelType::Sint16},
    {ZE_IMAGE_FORMAT_TYPE_SINT, 32, ChannelType::Sint32},
    {ZE_IMAGE_FORMAT_TYPE_UNORM, 8, ChannelType::Unorm8},
    {ZE_IMAGE_FORMAT_TYPE_UNORM, 16, ChannelType::Unorm16},
    {ZE_IMAGE_FORMAT_TYPE_SNORM, 8, ChannelType::Snorm8},
    {ZE_IMAGE_FORMAT_TYPE_SNORM, 16, ChannelType::Snorm16},
    {ZE_IMAGE_FORMAT_TYPE_FLOAT, 16, ChannelType::Half},
    {ZE_IMAGE_FORMAT_TYPE_FLOAT, 32, ChannelType::Float},
};

// The swizzle tells which component each channel of a read gets; what is not stored may be named 0, 1, X or
// itself.
std::optional<ChannelLayout> channelLayout(uint32_t channels, const ze_image_format_t& format) {
  const ze_image_format_swizzle_t swizzle[] = {format.x, format.y, format.z, format.w};
  constexpr ze_image_format_swizzle_t kRgba[] = {ZE_IMAGE_FORMAT_SWIZZLE_R, ZE_IMAGE_FORMAT_SWIZZLE_G,
                                                 ZE_IMAGE_FORMAT_SWIZZLE_B, ZE_IMAGE_FORMAT_SWIZZLE_A};
  bool identity = true;
  for (uint32_t i = 0; i < channels; ++i) identity = identity && swizzle[i] == kRgba[i];
  if (identity) {
    return channels == 1 ? ChannelLayout::R : channels == 2 ? ChannelLayout::RG : ChannelLayout::RGBA;
  }
  if (channels == 4 && format.x == ZE_IMAGE_FORMAT_SWIZZLE_B && format.y == ZE_IMAGE_FORMAT_SWIZZLE_G &&
      format.z == ZE_IMAGE_FORMAT_SWIZZLE_R && format.w == ZE_IMAGE_FORMAT_SWIZZLE_A) {
    return ChannelLayout::BGRA;
  }
  return std::nullopt;
}

ImageFormat semiPlanar(ChannelType type, uint32_t bytes) {
  return {2, {{{{ChannelLayout::R, type, bytes}, 1, 1}, {{ChannelLayout::RG, type, 2 * bytes}, 2, 2}}}};
}

}  // namespace

bool TexelFormat::filterable() const {
  switch (type) {
    case ChannelType::Uint8:
    case ChannelType::Uint16:
    case ChannelType::Uint32:
    case ChannelType::Sint8:
    case ChannelType::Sint16:
    case ChannelType::Sint32:
      return false;
    default:
      return true;
  }
}

std::optional<ImageFormat> imageFormat(const ze_image_format_t& format) {
  // Whatever type a media layout comes with, its planes hold unsigned normalised numbers.
  if (format.layout == ZE_IMAGE_FORMAT_LAYOUT_NV12) return semiPlanar(ChannelType::Unorm8, 1);
  if (format.layout == ZE_IMAGE_FORMAT_LAYOUT_P010 || format.layout == ZE_IMAGE_FORMAT_LAYOUT_P012 ||
      format.layout == ZE_IMAGE_FORMAT_LAYOUT_P016) {
    return semiPlanar(ChannelType::Unorm16, 2);
  }
  for (const Shape& shape : kShapes) {
    if (shape.layout != format.layout) continue;
    const auto layout = channelLayout(shape.channels, format);
    if (!layout) return std::nullopt;
    for (const Channel& channel : kChannels) {
      if (channel.type != format.type || channel.bits != shape.bits) continue;
      return ImageFormat{1, {{{{*layout, channel.channel, shape.channels * shape.bits / 8}, 1, 1}, {}}}};
    }
  }
  return std::nullopt;
}

}  // namespace softgpu::driver
