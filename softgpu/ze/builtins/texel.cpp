// All four channels are converted at once, so that texels cost a few vector instructions; the layout only
// tells which of them are in memory, and where.
#include "softgpu/ze/builtins/texel.h"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "softgpu/ze/builtins/hosts.h"
#include "softgpu/ze/builtins/rounding.h"

namespace softgpu::builtins {
namespace {

using engine::ChannelLayout;
using engine::ChannelType;
using engine::ImageDescriptor;
using engine::kChannelOne;
using engine::kChannelZero;
using engine::swizzledChannels;
using engine::swizzledRead;

template <typename T>
T get(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <typename T>
void put(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

// Channels of type T as they are, in the order red, green, blue, alpha; `one` is alpha where none is stored.
template <typename T, typename Color, typename Channel>
Color loadChannels(ChannelLayout layout, const std::byte* texel, Channel one) {
  const auto c = [texel](int i) { return Channel(get<T>(texel + i * sizeof(T))); };
  switch (layout) {
    case ChannelLayout::R:
      return Color{c(0), 0, 0, one};
    case ChannelLayout::RG:
      return Color{c(0), c(1), 0, one};
    case ChannelLayout::RGB:
      return Color{c(0), c(1), c(2), one};
    case ChannelLayout::RGBA:
      return Color{c(0), c(1), c(2), c(3)};
    case ChannelLayout::BGRA:
      return Color{c(2), c(1), c(0), c(3)};
    case ChannelLayout::ARGB:
      return Color{c(1), c(2), c(3), c(0)};
    case ChannelLayout::A:
      return Color{0, 0, 0, c(0)};
    case ChannelLayout::ABGR:
      return Color{c(3), c(2), c(1), c(0)};
    case ChannelLayout::RA:
      return Color{c(0), 0, 0, c(1)};
    case ChannelLayout::Intensity:
      return Color{c(0), c(0), c(0), c(0)};
    case ChannelLayout::Luminance:
      return Color{c(0), c(0), c(0), one};
    case ChannelLayout::RGBx:
      return Color{c(0), c(1), c(2), one};
    case ChannelLayout::BGRx:
      return Color{c(2), c(1), c(0), one};
  }
  const auto chosen = [&](uint32_t index) {
    const uint32_t channel = swizzledRead(layout, index);
    return channel < kChannelZero ? c(int(channel)) : channel == kChannelOne ? one : Channel(0);
  };
  return Color{chosen(0), chosen(1), chosen(2), chosen(3)};
}

template <typename T, typename Color>
void storeChannels(ChannelLayout layout, std::byte* texel, Color color) {
  const auto all = [texel, &color](auto... channels) {
    std::byte* to = texel;
    ((put<T>(to, T(color[channels])), to += sizeof(T)), ...);
  };
  switch (layout) {
    case ChannelLayout::R:
    case ChannelLayout::Intensity:
    case ChannelLayout::Luminance:
      return all(0);
    case ChannelLayout::RG:
      return all(0, 1);
    case ChannelLayout::RGB:
      return all(0, 1, 2);
    case ChannelLayout::RGBA:
    case ChannelLayout::RGBx:
      return all(0, 1, 2, 3);
    case ChannelLayout::BGRA:
    case ChannelLayout::BGRx:
      return all(2, 1, 0, 3);
    case ChannelLayout::ARGB:
      return all(3, 0, 1, 2);
    case ChannelLayout::A:
      return all(3);
    case ChannelLayout::ABGR:
      return all(3, 2, 1, 0);
    case ChannelLayout::RA:
      return all(0, 3);
  }
  for (uint32_t i = 0; i < swizzledChannels(layout); ++i) put<T>(texel + i * sizeof(T), T(color[i]));
}

// 8.3.1.1: c / (2^n - 1), for signed types with a floor of -1. A division, since that alone is rounded
// correctly.
template <typename T>
Float4 loadNormalized(ChannelLayout layout, const std::byte* texel) {
  constexpr int most = std::numeric_limits<T>::max();
  const Float4 value =
      __builtin_convertvector(loadChannels<T, Int4>(layout, texel, most), Float4) / float(most);
  if constexpr (std::is_signed_v<T>) {
    return Float4(_mm_max_ps(__m128(value), _mm_set1_ps(-1)));
  } else {
    return value;
  }
}

// 8.3.1.2: convert_T_sat_rte(f * (2^n - 1)); NaN gives 0. The CPU rounds to nearest even unless told
// otherwise.
Int4 toIntegers(Float4 color, Float4 scale, Float4 least, Float4 most) {
  const __m128 scaled = __m128(color * scale);
  const __m128 number = _mm_and_ps(scaled, _mm_cmpord_ps(scaled, scaled));
  return Int4(_mm_cvtps_epi32(_mm_min_ps(_mm_max_ps(number, __m128(least)), __m128(most))));
}
template <typename T>
void storeNormalized(ChannelLayout layout, std::byte* texel, Float4 color) {
  using Limits = std::numeric_limits<T>;
  const Float4 zero = {};
  storeChannels<T>(layout, texel,
                   toIntegers(color, zero + float(Limits::max()), zero + float(Limits::min()),
                              zero + float(Limits::max())));
}

Float4 loadHalf(ChannelLayout layout, const std::byte* texel) {
  const Int4 bits = loadChannels<uint16_t, Int4>(layout, texel, 0x3c00);
  return Float4{halfToFloat(uint16_t(bits[0])), halfToFloat(uint16_t(bits[1])),
                halfToFloat(uint16_t(bits[2])), halfToFloat(uint16_t(bits[3]))};
}
void storeHalf(ChannelLayout layout, std::byte* texel, Float4 color) {
  Int4 bits;
  for (int i = 0; i < 4; ++i) bits[i] = roundDouble<HalfFormat>(double(color[i]), Rounding::Nearest);
  storeChannels<uint16_t>(layout, texel, bits);
}

// 8.3.3: integers are clamped to the range of the type; the color has the sign of the format.
template <typename T>
void storeInteger(ChannelLayout layout, std::byte* texel, Int4 color) {
  using Limits = std::numeric_limits<T>;
  for (int i = 0; i < 4; ++i) {
    if constexpr (std::is_signed_v<T>) {
      color[i] = std::clamp(color[i], int(Limits::min()), int(Limits::max()));
    } else {
      color[i] = int(std::min(unsigned(color[i]), unsigned(Limits::max())));
    }
  }
  storeChannels<T>(layout, texel, color);
}

// sRGB (IEC 61966-2-1) of 0 to 1 to linear and back (OpenCL 3.0 8.3.1.3); NaN is stored as 0.
double fromSrgb(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}
double toSrgb(double value) {
  const double within = value > 0 ? std::min(value, 1.0) : 0.0;
  return within < 0.0031308 ? 12.92 * within : 1.055 * std::pow(within, 1 / 2.4) - 0.055;
}
Float4 loadSrgb(ChannelLayout layout, const std::byte* texel) {
  static const auto linear = [] {
    std::array<float, 256> values{};
    for (size_t i = 0; i < values.size(); ++i) values[i] = float(fromSrgb(double(i) / 255));
    return values;
  }();
  const Int4 bits = loadChannels<uint8_t, Int4>(layout, texel, 255);
  return Float4{linear[size_t(bits[0])], linear[size_t(bits[1])], linear[size_t(bits[2])],
                float(bits[3]) / 255.0f};
}
void storeSrgb(ChannelLayout layout, std::byte* texel, Float4 color) {
  const Float4 zero = {};
  Int4 bits = toIntegers(color, zero + 255.0f, zero, zero + 255.0f);
  for (int i = 0; i < 3; ++i) bits[i] = int(std::nearbyint(toSrgb(double(color[i])) * 255));
  storeChannels<uint8_t>(layout, texel, bits);
}

// Bit fields of one word. Of 16 bits, blue is in the lower ones as in CL_UNORM_SHORT_565 and 555; of 32, red,
// as in Level Zero's and DRM's formats of that name.
struct Packed {
  Int4 shift, most;  // a channel that is not stored has most 0
};
constexpr Packed k565 = {{11, 5, 0, 0}, {31, 63, 31, 0}};
constexpr Packed k5551 = {{10, 5, 0, 15}, {31, 31, 31, 1}};
constexpr Packed k4444 = {{8, 4, 0, 12}, {15, 15, 15, 15}};
constexpr Packed k1010102 = {{0, 10, 20, 30}, {1023, 1023, 1023, 3}};

Packed arranged(Packed packed, ChannelLayout layout) {
  if (layout == ChannelLayout::BGRA || layout == ChannelLayout::BGRx) {
    packed.shift = __builtin_shufflevector(packed.shift, packed.shift, 2, 1, 0, 3);
  }
  return packed;
}
Float4 loadPacked(const Packed& format, ChannelLayout layout, uint32_t bits) {
  const Packed packed = arranged(format, layout);
  const bool opaque = layout == ChannelLayout::RGBx || layout == ChannelLayout::BGRx;
  Float4 color = {0, 0, 0, 1};
  for (int i = 0; i < (opaque ? 3 : 4); ++i) {
    if (packed.most[i] != 0)
      color[i] = float(bits >> packed.shift[i] & uint32_t(packed.most[i])) / float(packed.most[i]);
  }
  return color;
}
uint32_t storePacked(const Packed& format, ChannelLayout layout, Float4 color) {
  const Packed packed = arranged(format, layout);
  const Float4 most = __builtin_convertvector(packed.most, Float4);
  const Int4 channels = toIntegers(color, most, Float4{}, most);
  uint32_t bits = 0;
  for (int i = 0; i < 4; ++i) bits |= uint32_t(channels[i]) << packed.shift[i];
  return bits;
}

// A tiled image as a linear one of a single texel, and where that is.
struct Untiled {
  ImageDescriptor image;
  std::byte* texel;
};
Untiled untiled(const ImageDescriptor& image, const std::byte* texel) {
  const auto place = uint64_t(texel - image.data);
  Untiled found{image, image.data + tiledOffset(image.tiling, image.rowPitch, place % image.rowPitch,
                                                place / image.rowPitch)};
  found.image.type = image.tiledType;
  return found;
}

}  // namespace

Float4 loadFloat(const ImageDescriptor& image, const std::byte* texel) {
  if (image.type == ChannelType::Unorm8 && image.layout == ChannelLayout::RGBA) {
    const __m128i zero = _mm_setzero_si128();
    const __m128i bytes = _mm_cvtsi32_si128(get<int>(texel));
    const __m128i words = _mm_unpacklo_epi16(_mm_unpacklo_epi8(bytes, zero), zero);
    return Float4(_mm_div_ps(_mm_cvtepi32_ps(words), _mm_set1_ps(255.0f)));
  }
  switch (image.type) {
    case ChannelType::Unorm8:
      return loadNormalized<uint8_t>(image.layout, texel);
    case ChannelType::Unorm16:
      return loadNormalized<uint16_t>(image.layout, texel);
    case ChannelType::Snorm8:
      return loadNormalized<int8_t>(image.layout, texel);
    case ChannelType::Snorm16:
      return loadNormalized<int16_t>(image.layout, texel);
    case ChannelType::Half:
      return loadHalf(image.layout, texel);
    case ChannelType::Float:
      return loadChannels<float, Float4>(image.layout, texel, 1.0f);
    case ChannelType::Unorm565:
      return loadPacked(k565, image.layout, get<uint16_t>(texel));
    case ChannelType::Unorm5551:
      return loadPacked(k5551, image.layout, get<uint16_t>(texel));
    case ChannelType::Unorm4444:
      return loadPacked(k4444, image.layout, get<uint16_t>(texel));
    case ChannelType::Unorm1010102:
      return loadPacked(k1010102, image.layout, get<uint32_t>(texel));
    case ChannelType::Srgb8:
      return loadSrgb(image.layout, texel);
    case ChannelType::Tiled: {
      const Untiled found = untiled(image, texel);
      return loadFloat(found.image, found.texel);
    }
    default:
      return Float4{};
  }
}

Int4 loadInt(const ImageDescriptor& image, const std::byte* texel) {
  switch (image.type) {
    case ChannelType::Uint8:
      return loadChannels<uint8_t, Int4>(image.layout, texel, 1);
    case ChannelType::Uint16:
      return loadChannels<uint16_t, Int4>(image.layout, texel, 1);
    case ChannelType::Uint32:
      return loadChannels<uint32_t, Int4>(image.layout, texel, 1);
    case ChannelType::Sint8:
      return loadChannels<int8_t, Int4>(image.layout, texel, 1);
    case ChannelType::Sint16:
      return loadChannels<int16_t, Int4>(image.layout, texel, 1);
    case ChannelType::Sint32:
      return loadChannels<int32_t, Int4>(image.layout, texel, 1);
    case ChannelType::Tiled: {
      const Untiled found = untiled(image, texel);
      return loadInt(found.image, found.texel);
    }
    default:
      return Int4{};
  }
}

void storeFloat(const ImageDescriptor& image, std::byte* texel, Float4 color) {
  if (image.type == ChannelType::Unorm8 && image.layout == ChannelLayout::RGBA) {
    const Float4 zero = {};
    const __m128i words = __m128i(toIntegers(color, zero + 255.0f, zero, zero + 255.0f));
    const __m128i shorts = _mm_packs_epi32(words, words);
    return put<int>(texel, _mm_cvtsi128_si32(_mm_packus_epi16(shorts, shorts)));
  }
  switch (image.type) {
    case ChannelType::Unorm8:
      return storeNormalized<uint8_t>(image.layout, texel, color);
    case ChannelType::Unorm16:
      return storeNormalized<uint16_t>(image.layout, texel, color);
    case ChannelType::Snorm8:
      return storeNormalized<int8_t>(image.layout, texel, color);
    case ChannelType::Snorm16:
      return storeNormalized<int16_t>(image.layout, texel, color);
    case ChannelType::Half:
      return storeHalf(image.layout, texel, color);
    case ChannelType::Float:
      return storeChannels<float>(image.layout, texel, color);
    case ChannelType::Unorm565:
      return put<uint16_t>(texel, uint16_t(storePacked(k565, image.layout, color)));
    case ChannelType::Unorm5551:
      return put<uint16_t>(texel, uint16_t(storePacked(k5551, image.layout, color)));
    case ChannelType::Unorm4444:
      return put<uint16_t>(texel, uint16_t(storePacked(k4444, image.layout, color)));
    case ChannelType::Unorm1010102:
      return put<uint32_t>(texel, storePacked(k1010102, image.layout, color));
    case ChannelType::Srgb8:
      return storeSrgb(image.layout, texel, color);
    case ChannelType::Tiled: {
      const Untiled found = untiled(image, texel);
      return storeFloat(found.image, found.texel, color);
    }
    default:
      return;
  }
}

void storeInt(const ImageDescriptor& image, std::byte* texel, Int4 color) {
  switch (image.type) {
    case ChannelType::Uint8:
      return storeInteger<uint8_t>(image.layout, texel, color);
    case ChannelType::Uint16:
      return storeInteger<uint16_t>(image.layout, texel, color);
    case ChannelType::Uint32:
      return storeInteger<uint32_t>(image.layout, texel, color);
    case ChannelType::Sint8:
      return storeInteger<int8_t>(image.layout, texel, color);
    case ChannelType::Sint16:
      return storeInteger<int16_t>(image.layout, texel, color);
    case ChannelType::Sint32:
      return storeInteger<int32_t>(image.layout, texel, color);
    case ChannelType::Tiled: {
      const Untiled found = untiled(image, texel);
      return storeInt(found.image, found.texel, color);
    }
    default:
      return;
  }
}

SOFTGPU_HOST(Float4, load_f, const ImageDescriptor* image, const std::byte* texel) {
  return loadFloat(*image, texel);
}
SOFTGPU_HOST(Int4, load_i, const ImageDescriptor* image, const std::byte* texel) {
  return loadInt(*image, texel);
}
SOFTGPU_HOST(void, store_f, const ImageDescriptor* image, std::byte* texel, Float4 color) {
  storeFloat(*image, texel, color);
}
SOFTGPU_HOST(void, store_i, const ImageDescriptor* image, std::byte* texel, Int4 color) {
  storeInt(*image, texel, color);
}

}  // namespace softgpu::builtins
