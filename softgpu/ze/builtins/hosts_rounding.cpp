// Host functions of convert.clt and memory.clt: conversions to floating point with a rounding mode.
#include "softgpu/ze/builtins/hosts.h"
#include "softgpu/ze/builtins/rounding.h"

namespace softgpu::builtins {
namespace {

template <typename Format>
typename Format::Bits convert(int64_t value, Rounding rounding) {
  return round<Format>(value < 0, value < 0 ? -uint64_t(value) : uint64_t(value), 0, rounding);
}
template <typename Format>
typename Format::Bits convert(uint64_t value, Rounding rounding) {
  return round<Format>(false, value, 0, rounding);
}
template <typename Format>
typename Format::Bits convert(double value, Rounding rounding) {
  return roundDouble<Format>(value, rounding);
}

template <typename From>
float toFloat(From value, Rounding rounding) {
  return std::bit_cast<float>(convert<FloatFormat>(value, rounding));
}
template <typename From>
double toDouble(From value, Rounding rounding) {
  return std::bit_cast<double>(convert<DoubleFormat>(value, rounding));
}

}  // namespace

#define FROM(source, type)                                                  \
  SOFTGPU_HOST(float, source##_to_float, type value, Rounding rounding) {   \
    return std::bit_cast<float>(convert<FloatFormat>(value, rounding));     \
  }                                                                         \
  SOFTGPU_HOST(uint16_t, source##_to_half, type value, Rounding rounding) { \
    return convert<HalfFormat>(value, rounding);                            \
  }
#define TO_DOUBLE(source, type)                                             \
  SOFTGPU_HOST(double, source##_to_double, type value, Rounding rounding) { \
    return std::bit_cast<double>(convert<DoubleFormat>(value, rounding));   \
  }
FROM(long, int64_t)
FROM(ulong, uint64_t)
FROM(double, double)
TO_DOUBLE(long, int64_t)
TO_DOUBLE(ulong, uint64_t)

}  // namespace softgpu::builtins
