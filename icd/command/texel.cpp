// Conversion of fill colours to texels.
#include "icd/command/texel.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace clze::icd {
namespace {

// NaN becomes 0, as saturated conversions do.
int64_t nearest(float value, double scale, double low, double high) {
  if (std::isnan(value)) return 0;
  // The product is rounded to float first, as convert_..._sat_rte(f * scale) says.
  const float scaled = value * static_cast<float>(scale);
  return static_cast<int64_t>(std::nearbyint(std::clamp(static_cast<double>(scaled), low, high)));
}

// sRGB encoding of a linear value (OpenCL 3.0, 8.3.1.4).
float encoded(float linear) {
  if (!(linear > 0.0F)) return 0.0F;
  if (linear >= 1.0F) return 1.0F;
  return linear < 0.0031308F ? 12.92F * linear : 1.055F * std::pow(linear, 1.0F / 2.4F) - 0.055F;
}

bool isSrgb(cl_channel_order order) {
  return order == CL_sRGB || order == CL_sRGBx || order == CL_sRGBA || order == CL_sBGRA;
}

// Which component of the colour each channel holds, in memory order; 4: padding.
struct Channels {
  std::array<uint8_t, 4> component;
  size_t count;
};
Channels channelsOf(cl_channel_order order) {
  switch (order) {
    case CL_A:
      return {{3}, 1};
    case CL_Rx:
      return {{0, 4}, 2};
    case CL_RG:
      return {{0, 1}, 2};
    case CL_RGx:
      return {{0, 1, 4}, 3};
    case CL_RA:
      return {{0, 3}, 2};
    case CL_RGB:
    case CL_sRGB:
      return {{0, 1, 2}, 3};
    case CL_RGBx:
    case CL_sRGBx:
      return {{0, 1, 2, 4}, 4};
    case CL_RGBA:
    case CL_sRGBA:
      return {{0, 1, 2, 3}, 4};
    case CL_BGRA:
    case CL_sBGRA:
      return {{2, 1, 0, 3}, 4};
    case CL_ARGB:
      return {{3, 0, 1, 2}, 4};
    case CL_ABGR:
      return {{3, 2, 1, 0}, 4};
    default:  // R, INTENSITY, LUMINANCE, DEPTH
      return {{0}, 1};
  }
}

template <class T>
size_t store(Texel& texel, size_t at, T value) {
  std::memcpy(texel.data() + at, &value, sizeof(value));
  return at + sizeof(value);
}

// Appends one channel; the offset behind it.
size_t storeChannel(Texel& texel, size_t at, cl_channel_type type, uint32_t bits) {
  const auto asFloat = std::bit_cast<float>(bits);
  const auto asInt = static_cast<int32_t>(bits);
  switch (type) {
    case CL_SNORM_INT8:
      return store(texel, at, static_cast<int8_t>(nearest(asFloat, 127, -127, 127)));
    case CL_SNORM_INT16:
      return store(texel, at, static_cast<int16_t>(nearest(asFloat, 32767, -32767, 32767)));
    case CL_UNORM_INT8:
      return store(texel, at, static_cast<uint8_t>(nearest(asFloat, 255, 0, 255)));
    case CL_UNORM_INT16:
      return store(texel, at, static_cast<uint16_t>(nearest(asFloat, 65535, 0, 65535)));
    case CL_SIGNED_INT8:
      return store(texel, at, static_cast<int8_t>(std::clamp(asInt, -128, 127)));
    case CL_SIGNED_INT16:
      return store(texel, at, static_cast<int16_t>(std::clamp(asInt, -32768, 32767)));
    case CL_UNSIGNED_INT8:
      return store(texel, at, static_cast<uint8_t>(std::min(bits, 255U)));
    case CL_UNSIGNED_INT16:
      return store(texel, at, static_cast<uint16_t>(std::min(bits, 65535U)));
    case CL_HALF_FLOAT:
      return store(texel, at, halfOf(asFloat));
    default:  // 32 bit, as they are
      return store(texel, at, bits);
  }
}

}  // namespace

uint16_t halfOf(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>((bits >> 16U) & 0x8000U);
  const uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) return sign | 0x7E00U;   // NaN
  if (magnitude >= 0x477FF000U) return sign | 0x7C00U;  // 65520 and more round to infinity
  if (magnitude < 0x38800000U) {
    // Subnormal: counted in units of 2^-24; the product is exact.
    return sign | static_cast<uint16_t>(std::nearbyint(std::ldexp(std::fabs(value), 24)));
  }
  const uint32_t rebased = magnitude - 0x38000000U;
  const uint32_t odd = (rebased >> 13U) & 1U;
  return sign | static_cast<uint16_t>((rebased + 0xFFFU + odd) >> 13U);
}

Texel texelOf(const cl_image_format& format, const void* color) {
  const auto order = format.image_channel_order;
  const auto type = format.image_channel_data_type;
  Texel texel = {};
  std::array<uint32_t, 5> components = {};  // the fifth is the padding's
  std::memcpy(components.data(), color, order == CL_DEPTH ? sizeof(float) : 4 * sizeof(uint32_t));
  if (isSrgb(order)) {
    for (size_t i = 0; i < 3; ++i) {
      components[i] = std::bit_cast<uint32_t>(encoded(std::bit_cast<float>(components[i])));
    }
  }
  const auto unorm = [&components](size_t component, double highest) {
    return static_cast<uint32_t>(nearest(std::bit_cast<float>(components[component]), highest, 0, highest));
  };
  switch (type) {
    case CL_UNORM_SHORT_565:
      store(texel, 0, static_cast<uint16_t>(unorm(0, 31) << 11U | unorm(1, 63) << 5U | unorm(2, 31)));
      return texel;
    case CL_UNORM_SHORT_555:
      store(texel, 0, static_cast<uint16_t>(unorm(0, 31) << 10U | unorm(1, 31) << 5U | unorm(2, 31)));
      return texel;
    case CL_UNORM_INT_101010:
      store(texel, 0, unorm(0, 1023) << 20U | unorm(1, 1023) << 10U | unorm(2, 1023));
      return texel;
    case CL_UNORM_INT_101010_2:
      store(texel, 0, unorm(0, 1023) << 22U | unorm(1, 1023) << 12U | unorm(2, 1023) << 2U | unorm(3, 3));
      return texel;
    default:
      break;
  }
  const auto channels = channelsOf(order);
  size_t at = 0;
  for (size_t i = 0; i < channels.count; ++i) {
    at = storeChannel(texel, at, type, components[channels.component[i]]);
  }
  return texel;
}

}  // namespace clze::icd
