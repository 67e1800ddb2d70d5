// Rounding of integers and doubles to narrower floating point types in a given direction, without touching
// the CPU's rounding mode. Pure functions.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "softgpu/ze/builtins/builtins.h"

namespace softgpu::builtins {

// An IEEE 754 binary format by its parameters.
struct HalfFormat {
  using Bits = uint16_t;
  static constexpr int precision = 11, minExponent = -14, maxExponent = 15;
};
struct FloatFormat {
  using Bits = uint32_t;
  static constexpr int precision = 24, minExponent = -126, maxExponent = 127;
};
struct DoubleFormat {
  using Bits = uint64_t;
  static constexpr int precision = 53, minExponent = -1022, maxExponent = 1023;
};

// (-1)^negative * magnitude * 2^exponent, rounded once to Format. Overflow goes to infinity, or to the
// largest number where the direction points back to it.
template <typename Format>
typename Format::Bits round(bool negative, uint64_t magnitude, int exponent, Rounding rounding) {
  using Bits = typename Format::Bits;
  constexpr int fraction = Format::precision - 1;
  constexpr uint64_t infinity = uint64_t(Format::maxExponent - Format::minExponent + 2) << fraction;
  const Bits sign = negative ? Bits(Bits(1) << (sizeof(Bits) * 8 - 1)) : Bits(0);
  if (magnitude == 0) return sign;
  const bool away = rounding == (negative ? Rounding::Down : Rounding::Up);
  const int leading = 63 - std::countl_zero(magnitude) + exponent;  // magnitude is in 2^leading * [1, 2)
  if (leading > Format::maxExponent) {
    return sign | Bits(rounding == Rounding::Nearest || away ? infinity : infinity - 1);
  }
  // The weight of the last bit kept; below the normal range it stays where it is.
  const int last = (leading > Format::minExponent ? leading : Format::minExponent) - fraction;
  const int dropped = last - exponent;
  uint64_t kept, rest, half;
  if (dropped <= 0) {
    kept = magnitude << -dropped, rest = 0, half = 1;
  } else if (dropped < 64) {
    kept = magnitude >> dropped, rest = magnitude & ((uint64_t(1) << dropped) - 1);
    half = uint64_t(1) << (dropped - 1);
  } else if (dropped == 64) {
    kept = 0, rest = magnitude, half = uint64_t(1) << 63;
  } else {
    kept = 0, rest = 1, half = 2;
  }
  if (rounding == Rounding::Nearest ? rest > half || (rest == half && (kept & 1)) : rest != 0 && away) ++kept;
  // Adding the fraction with its leading bit to the exponent below carries into it, up to infinity.
  const uint64_t biased = leading > Format::minExponent ? uint64_t(leading - Format::minExponent) : 0;
  return sign | Bits((biased << fraction) + kept);
}

template <typename Format>
typename Format::Bits roundDouble(double value, Rounding rounding) {
  using Bits = typename Format::Bits;
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  const bool negative = bits >> 63;
  const int biased = int(bits >> 52 & 0x7ff);
  uint64_t fraction = bits & ((uint64_t(1) << 52) - 1);
  if (biased == 0x7ff) {
    constexpr int width = Format::precision - 1;
    const Bits sign = negative ? Bits(Bits(1) << (sizeof(Bits) * 8 - 1)) : Bits(0);
    const Bits infinity = Bits(uint64_t(Format::maxExponent - Format::minExponent + 2) << width);
    if (fraction == 0) return sign | infinity;
    // A NaN keeps the upper part of its payload and becomes quiet, as the CPU does it.
    return sign | infinity | Bits(fraction >> (52 - width)) | Bits(Bits(1) << (width - 1));
  }
  if (biased != 0) fraction |= uint64_t(1) << 52;
  return round<Format>(negative, fraction, (biased == 0 ? 1 : biased) - 1075, rounding);
}

inline float halfToFloat(uint16_t half) {
  const uint32_t sign = uint32_t(half & 0x8000) << 16, rest = half & 0x7fff;
  if (rest >= 0x7c00) return std::bit_cast<float>(sign | 0x7f800000 | (rest & 0x3ff) << 13);
  // 2^112 moves the exponent's bias, and makes normal numbers of subnormal ones; the product is exact.
  const float magnitude = std::bit_cast<float>(rest << 13) * 0x1p112f;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(magnitude) | sign);
}

}  // namespace softgpu::builtins
