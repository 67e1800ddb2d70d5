// OpenCL's scalar types for tests: every value as a long double (which holds 64-bit integers and doubles
// exactly), read and made independently of the code under test.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace scalars {

struct Type {
  size_t size;
  bool floating, isSigned;
  int precision, minExponent;  // of floating point
};

inline Type typeOf(std::string_view name) {
  if (name == "half") return {2, true, true, 11, -14};
  if (name == "float") return {4, true, true, 24, -126};
  if (name == "double") return {8, true, true, 53, -1022};
  const bool isSigned = name[0] != 'u';
  if (!isSigned) name.remove_prefix(1);
  return {name == "char"    ? size_t{1}
          : name == "short" ? size_t{2}
          : name == "int"   ? size_t{4}
                            : size_t{8},
          false, isSigned, 0, 0};
}

inline std::string unsignedOf(size_t size) {
  return size == 1 ? "uchar" : size == 2 ? "ushort" : size == 4 ? "uint" : "ulong";
}
inline std::string signedOf(size_t size) { return unsignedOf(size).substr(1); }

inline long double halfValue(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
  long double value;
  if (exponent == 31) {
    value = fraction ? std::numeric_limits<long double>::quiet_NaN()
                     : std::numeric_limits<long double>::infinity();
  } else {
    value = exponent ? std::ldexp(1024.0L + fraction, exponent - 25) : std::ldexp((long double)fraction, -24);
  }
  return bits & 0x8000 ? -value : value;
}

template <typename T>
T at(const std::vector<std::byte>& bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

inline uint64_t bitsAt(const Type& type, const std::vector<std::byte>& bytes, size_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, bytes.data() + index * type.size, type.size);
  return bits;
}

inline long double valueAt(const Type& type, const std::vector<std::byte>& bytes, size_t index) {
  const uint64_t bits = bitsAt(type, bytes, index);
  if (type.floating) {
    return type.size == 2   ? halfValue(uint16_t(bits))
           : type.size == 4 ? at<float>(bytes, index)
                            : at<double>(bytes, index);
  }
  if (!type.isSigned) return bits;
  const int unused = 64 - int(type.size) * 8;
  return int64_t(bits << unused) >> unused;
}

// Zeros, units, limits and their neighbours, then random bits, then random values of ordinary size. 48 n
// elements, a multiple of every vector width; vectors of either kind only.
inline std::vector<std::byte> inputs(const Type& type, uint32_t seed, size_t count) {
  std::mt19937_64 random(seed);
  std::vector<uint64_t> values;
  const int width = int(type.size) * 8;
  const uint64_t mask = width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
  const uint64_t sign = uint64_t{1} << (width - 1);
  if (type.floating) {
    const int fraction = type.precision - 1;
    const uint64_t one = uint64_t(-type.minExponent + 1) << fraction;
    const uint64_t infinity = uint64_t(-type.minExponent * 2 + 3) << fraction;
    for (const uint64_t magnitude :
         {uint64_t{0}, uint64_t{1}, (uint64_t{1} << fraction) - 1, uint64_t{1} << fraction, one - 1, one,
          one + 1, one - (uint64_t{1} << fraction), one + (uint64_t{1} << (fraction - 1)),
          one + (uint64_t{1} << fraction), infinity - 1, infinity,
          infinity | (uint64_t{1} << (fraction - 1))}) {
      values.push_back(magnitude);
      values.push_back(magnitude | sign);
    }
  } else {
    for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{2}, uint64_t{3}, uint64_t{7}, mask,
                                 mask - 1, sign, sign - 1, sign + 1, mask >> 4, mask / 3}) {
      values.push_back(value);
    }
  }
  // Specials meet specials when two inputs of other seeds are combined.
  std::shuffle(values.begin(), values.end(), random);
  while (values.size() < count) {
    uint64_t bits = random() & mask;
    if (type.floating && values.size() / 16 % 2) {
      const int fraction = type.precision - 1;
      const uint64_t one = uint64_t(-type.minExponent + 1) << fraction;
      const int64_t octave = int64_t(random() % 9) - 4;
      bits = (bits & (sign | ((uint64_t{1} << fraction) - 1))) | (one + uint64_t(octave << fraction));
    }
    values.push_back(bits);
  }
  values.resize(count);
  std::vector<std::byte> bytes(count * type.size);
  for (size_t i = 0; i < count; ++i) std::memcpy(bytes.data() + i * type.size, &values[i], type.size);
  return bytes;
}

// The distance in units of the last place of `exact`, in the type's precision. Equal infinities, zeros and
// NaNs are 0 apart.
inline double ulps(const Type& type, long double got, long double exact) {
  if (std::isnan(exact)) return std::isnan(got) ? 0 : std::numeric_limits<double>::infinity();
  const long double most = std::ldexp(2.0L - std::ldexp(1.0L, 1 - type.precision), -type.minExponent + 1);
  // What rounds to infinity may be infinity or, within the limit, the largest number; and the other way
  // round.
  const long double beyond = std::ldexp(1.0L, -type.minExponent + 2);
  if (std::isinf(got)) got = std::copysign(beyond, got);
  if (std::fabs(exact) > beyond) exact = std::copysign(beyond, exact);
  if (got == exact) return 0;
  if (std::isnan(got)) return std::numeric_limits<double>::infinity();
  if (std::fabs(exact) > most && std::fabs(got) > most && (got < 0) == (exact < 0)) return 0;
  const int exponent = exact == 0 ? type.minExponent : std::max(std::ilogb(exact), type.minExponent);
  return double(std::fabs(got - exact) / std::ldexp(1.0L, exponent - type.precision + 1));
}

}  // namespace scalars
