// The table of formats: one, two and four channels of every type in the orders that OpenCL has, sRGB, packed
// ones, and the planar NV12, P010, P012 and P016.
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

// All channels in one word.
struct PackedShape {
  ze_image_format_layout_t layout;
  uint32_t channels, bytes;
  ChannelType type;
};
constexpr PackedShape kPacked[] = {
    {ZE_IMAGE_FORMAT_LAYOUT_5_6_5, 3, 2, ChannelType::Unorm565},
    {ZE_IMAGE_FORMAT_LAYOUT_5_5_5_1, 4, 2, ChannelType::Unorm5551},
    {ZE_IMAGE_FORMAT_LAYOUT_4_4_4_4, 4, 2, ChannelType::Unorm4444},
    {ZE_IMAGE_FORMAT_LAYOUT_10_10_10_2, 4, 4, ChannelType::Unorm1010102},
};

// The swizzle tells which component (R is the first in memory) each channel of a read gets; what is not
// stored may be named 0, 1, X or itself. D, depth (1.13), is another name of R.
ChannelLayout channelLayout(uint32_t channels, ze_image_format_t format) {
  constexpr auto depth = static_cast<ze_image_format_swizzle_t>(7);
  for (auto* component : {&format.x, &format.y, &format.z, &format.w}) {
    if (*component == depth) *component = ZE_IMAGE_FORMAT_SWIZZLE_R;
  }
  constexpr auto R = ZE_IMAGE_FORMAT_SWIZZLE_R, G = ZE_IMAGE_FORMAT_SWIZZLE_G, B = ZE_IMAGE_FORMAT_SWIZZLE_B,
                 A = ZE_IMAGE_FORMAT_SWIZZLE_A, one = ZE_IMAGE_FORMAT_SWIZZLE_1;
  struct Row {
    uint32_t channels;
    ze_image_format_swizzle_t x, y, z, w;
    ChannelLayout layout;
  };
  constexpr Row kWhole[] = {
      {1, R, R, R, R, ChannelLayout::Intensity}, {1, R, R, R, one, ChannelLayout::Luminance},
      {4, R, G, B, A, ChannelLayout::RGBA},      {4, B, G, R, A, ChannelLayout::BGRA},
      {4, G, B, A, R, ChannelLayout::ARGB},      {4, A, B, G, R, ChannelLayout::ABGR},
      {4, R, G, B, one, ChannelLayout::RGBx},    {4, B, G, R, one, ChannelLayout::BGRx}};
  for (const Row& row : kWhole) {
    if (row.channels == channels && row.x == format.x && row.y == format.y && row.z == format.z &&
        row.w == format.w) {
      return row.layout;
    }
  }
  const auto stored = [channels](ze_image_format_swizzle_t component) {
    return static_cast<uint32_t>(component) < channels;
  };
  const bool green = stored(format.y), blue = stored(format.z), alpha = stored(format.w);
  if (channels == 1 && !blue && !green) {
    if (format.x == R && !alpha) return ChannelLayout::R;
    if (!stored(format.x) && format.w == R) return ChannelLayout::A;
  } else if (channels == 2 && !blue && format.x == R) {
    if (format.y == G && !alpha) return ChannelLayout::RG;
    if (!green && format.w == G) return ChannelLayout::RA;
  } else if (channels == 3 && format.x == R && format.y == G && format.z == B && !alpha) {
    return ChannelLayout::RGB;
  }
  const auto read = [&](ze_image_format_swizzle_t component) {
    if (stored(component)) return static_cast<uint32_t>(component);
    return component == one || component == A ? engine::kChannelOne : engine::kChannelZero;
  };
  return engine::swizzled(channels, {read(format.x), read(format.y), read(format.z), read(format.w)});
}

std::optional<TexelFormat> packedFormat(const PackedShape& packed, const ze_image_format_t& format) {
  const auto layout = channelLayout(packed.channels, format);
  if (format.type != ZE_IMAGE_FORMAT_TYPE_UNORM || layout == ChannelLayout::ARGB ||
      layout == ChannelLayout::ABGR || engine::isSwizzled(layout)) {
    return std::nullopt;
  }
  return TexelFormat{layout, packed.type, packed.bytes};
}

// Colours are sRGB in four channels of 8 bits only (OpenCL 3.0 5.3.1.1).
ChannelType withSrgb(ChannelType type, ChannelLayout layout, bool srgb) {
  const bool fits =
      type == ChannelType::Unorm8 && (layout == ChannelLayout::RGBA || layout == ChannelLayout::BGRA);
  return srgb && fits ? ChannelType::Srgb8 : type;
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

std::optional<ImageFormat> imageFormat(const ze_image_format_t& format, bool srgb) {
  std::optional<ImageFormat> found;
  const auto single = [](const TexelFormat& texel) { return ImageFormat{1, {{{texel, 1, 1}, {}}}}; };
  // Whatever type a media layout comes with, its planes hold unsigned normalised numbers.
  if (format.layout == ZE_IMAGE_FORMAT_LAYOUT_NV12) found = semiPlanar(ChannelType::Unorm8, 1);
  if (format.layout == ZE_IMAGE_FORMAT_LAYOUT_P010 || format.layout == ZE_IMAGE_FORMAT_LAYOUT_P012 ||
      format.layout == ZE_IMAGE_FORMAT_LAYOUT_P016) {
    found = semiPlanar(ChannelType::Unorm16, 2);
  }
  for (const PackedShape& packed : kPacked) {
    if (packed.layout != format.layout) continue;
    if (const auto texel = packedFormat(packed, format)) found = single(*texel);
  }
  for (const Shape& shape : kShapes) {
    if (shape.layout != format.layout) continue;
    const auto layout = channelLayout(shape.channels, format);
    for (const Channel& channel : kChannels) {
      if (channel.type != format.type || channel.bits != shape.bits) continue;
      found = single({layout, withSrgb(channel.channel, layout, srgb), shape.channels * shape.bits / 8});
    }
  }
  if (found && srgb && found->plane[0].texel.type != ChannelType::Srgb8) return std::nullopt;
  return found;
}

}  // namespace softgpu::driver
