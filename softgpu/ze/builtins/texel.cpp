// A switch over the types, once per texel, around loops over the channels that the compiler unrolls.
#include "softgpu/ze/builtins/texel.h"

#include <algorithm>
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

// Which of red, green, blue, alpha each stored channel is, in the order of memory.
struct Order {
  int count;
  int channel[4];
};
constexpr Order kOrders[] = {{1, {0}},          {2, {0, 1}},       {3, {0, 1, 2}}, {4, {0, 1, 2, 3}},
                             {4, {2, 1, 0, 3}}, {4, {3, 0, 1, 2}}, {1, {3}}};

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

// 8.3.1.1: c / (2^n - 1), for signed types with a floor of -1. A division, since that alone is rounded
// correctly.
template <typename T>
float normalized(T value) {
  constexpr float most = float(std::numeric_limits<T>::max());
  if constexpr (std::is_signed_v<T>) {
    return std::max(float(value) / most, -1.0f);
  } else {
    return float(value) / most;
  }
}

// 8.3.1.2: convert_T_sat_rte(f * (2^n - 1)); NaN gives 0. The default rounding of the CPU is to nearest even.
int toInteger(float value, float scale, float least, float most) {
  const float scaled = value * scale;
  if (!(scaled > least)) return scaled != scaled ? 0 : int(least);
  return int(std::nearbyint(std::min(scaled, most)));
}
template <typename T>
T toNormalized(float value) {
  return T(toInteger(value, float(std::numeric_limits<T>::max()), float(std::numeric_limits<T>::min()),
                     float(std::numeric_limits<T>::max())));
}

template <typename T, typename Color, typename Convert>
Color load(const Order& order, const std::byte* texel, Convert convert) {
  Color color = {0, 0, 0, 1};
  for (int i = 0; i < order.count; ++i) color[order.channel[i]] = convert(get<T>(texel + i * sizeof(T)));
  return color;
}
template <typename T, typename Color, typename Convert>
void store(const Order& order, std::byte* texel, Color color, Convert convert) {
  for (int i = 0; i < order.count; ++i) put<T>(texel + i * sizeof(T), convert(color[order.channel[i]]));
}

// CL_UNORM_SHORT_565: red in the upper bits. Unorm1010102: red in the lower bits, as in Level Zero's and
// DRM's formats of that name.
struct Packed {
  int shift[4], width[4], count;
};
constexpr Packed k565 = {{11, 5, 0, 0}, {5, 6, 5, 0}, 3};
constexpr Packed k1010102 = {{0, 10, 20, 30}, {10, 10, 10, 2}, 4};
constexpr Packed k1010102Bgra = {{20, 10, 0, 30}, {10, 10, 10, 2}, 4};

Float4 loadPacked(const Packed& packed, uint32_t bits) {
  Float4 color = {0, 0, 0, 1};
  for (int i = 0; i < packed.count; ++i) {
    const uint32_t most = (1u << packed.width[i]) - 1;
    color[i] = float(bits >> packed.shift[i] & most) / float(most);
  }
  return color;
}
uint32_t storePacked(const Packed& packed, Float4 color) {
  uint32_t bits = 0;
  for (int i = 0; i < packed.count; ++i) {
    const float most = float((1u << packed.width[i]) - 1);
    bits |= uint32_t(toInteger(color[i], most, 0, most)) << packed.shift[i];
  }
  return bits;
}
const Packed& order1010102(const ImageDescriptor& image) {
  return image.layout == ChannelLayout::BGRA ? k1010102Bgra : k1010102;
}

// 8.3.3: integers are clamped to the range of the type; the color has the sign of the format.
template <typename T>
T saturated(int value) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_signed_v<T>) {
    return T(std::clamp(value, int(Limits::min()), int(Limits::max())));
  } else {
    return T(std::min(unsigned(value), unsigned(Limits::max())));
  }
}

}  // namespace

Float4 loadFloat(const ImageDescriptor& image, const std::byte* texel) {
  const Order& order = kOrders[size_t(image.layout)];
  switch (image.type) {
    case ChannelType::Unorm8:
      return load<uint8_t, Float4>(order, texel, normalized<uint8_t>);
    case ChannelType::Unorm16:
      return load<uint16_t, Float4>(order, texel, normalized<uint16_t>);
    case ChannelType::Snorm8:
      return load<int8_t, Float4>(order, texel, normalized<int8_t>);
    case ChannelType::Snorm16:
      return load<int16_t, Float4>(order, texel, normalized<int16_t>);
    case ChannelType::Half:
      return load<uint16_t, Float4>(order, texel, halfToFloat);
    case ChannelType::Float:
      return load<float, Float4>(order, texel, [](float value) { return value; });
    case ChannelType::Unorm565:
      return loadPacked(k565, get<uint16_t>(texel));
    case ChannelType::Unorm1010102:
      return loadPacked(order1010102(image), get<uint32_t>(texel));
    default:
      return Float4{};
  }
}

Int4 loadInt(const ImageDescriptor& image, const std::byte* texel) {
  const Order& order = kOrders[size_t(image.layout)];
  const auto same = [](auto value) { return int(value); };
  switch (image.type) {
    case ChannelType::Uint8:
      return load<uint8_t, Int4>(order, texel, same);
    case ChannelType::Uint16:
      return load<uint16_t, Int4>(order, texel, same);
    case ChannelType::Uint32:
      return load<uint32_t, Int4>(order, texel, same);
    case ChannelType::Sint8:
      return load<int8_t, Int4>(order, texel, same);
    case ChannelType::Sint16:
      return load<int16_t, Int4>(order, texel, same);
    case ChannelType::Sint32:
      return load<int32_t, Int4>(order, texel, same);
    default:
      return Int4{};
  }
}

void storeFloat(const ImageDescriptor& image, std::byte* texel, Float4 color) {
  const Order& order = kOrders[size_t(image.layout)];
  const auto half = [](float value) { return roundDouble<HalfFormat>(double(value), Rounding::Nearest); };
  switch (image.type) {
    case ChannelType::Unorm8:
      return store<uint8_t>(order, texel, color, toNormalized<uint8_t>);
    case ChannelType::Unorm16:
      return store<uint16_t>(order, texel, color, toNormalized<uint16_t>);
    case ChannelType::Snorm8:
      return store<int8_t>(order, texel, color, toNormalized<int8_t>);
    case ChannelType::Snorm16:
      return store<int16_t>(order, texel, color, toNormalized<int16_t>);
    case ChannelType::Half:
      return store<uint16_t>(order, texel, color, half);
    case ChannelType::Float:
      return store<float>(order, texel, color, [](float value) { return value; });
    case ChannelType::Unorm565:
      return put<uint16_t>(texel, uint16_t(storePacked(k565, color)));
    case ChannelType::Unorm1010102:
      return put<uint32_t>(texel, storePacked(order1010102(image), color));
    default:
      return;
  }
}

void storeInt(const ImageDescriptor& image, std::byte* texel, Int4 color) {
  const Order& order = kOrders[size_t(image.layout)];
  switch (image.type) {
    case ChannelType::Uint8:
      return store<uint8_t>(order, texel, color, saturated<uint8_t>);
    case ChannelType::Uint16:
      return store<uint16_t>(order, texel, color, saturated<uint16_t>);
    case ChannelType::Uint32:
      return store<uint32_t>(order, texel, color, saturated<uint32_t>);
    case ChannelType::Sint8:
      return store<int8_t>(order, texel, color, saturated<int8_t>);
    case ChannelType::Sint16:
      return store<int16_t>(order, texel, color, saturated<int16_t>);
    case ChannelType::Sint32:
      return store<int32_t>(order, texel, color, saturated<int32_t>);
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
