// An image in memory and what OpenCL says about its texels, computed from bit fields in long double; shares
// nothing with the code under test but the descriptor.
#pragma once

#include <array>
#include <random>
#include <tuple>

#include "softgpu/ze/engine/engine.h"
#include "tests/unit/softgpu/ze/builtins/scalars.h"

namespace reference {

using softgpu::engine::Addressing;
using softgpu::engine::ChannelLayout;
using softgpu::engine::ChannelType;
using softgpu::engine::Filter;
using softgpu::engine::ImageDescriptor;
using softgpu::engine::SamplerDescriptor;

using Real = long double;
using Color = std::array<Real, 4>;

enum class Kind { Unorm, Snorm, Uint, Sint, Half, Float, Srgb };

struct Format {
  ChannelLayout layout;
  ChannelType type;
  std::string
      channels;  // of memory, lowest bits first; i: read as all, l: as the colours, x: alpha, but read as 1
  std::vector<int> widths;  // bits of each
  Kind kind;

  int bits() const {
    int sum = 0;
    for (const int width : widths) sum += width;
    return sum;
  }
  Kind kindOf(size_t channel) const {
    return kind == Kind::Srgb && channels[channel] == 'a' ? Kind::Unorm : kind;
  }
  bool integers() const { return kind == Kind::Uint || kind == Kind::Sint; }
  std::string name() const { return channels + " " + std::to_string(int(type)); }
};

inline std::vector<Format> everyFormat() {
  const std::vector<std::pair<ChannelLayout, std::string>> layouts = {
      {ChannelLayout::R, "r"},         {ChannelLayout::RG, "rg"},       {ChannelLayout::RGB, "rgb"},
      {ChannelLayout::RGBA, "rgba"},   {ChannelLayout::BGRA, "bgra"},   {ChannelLayout::ARGB, "argb"},
      {ChannelLayout::A, "a"},         {ChannelLayout::ABGR, "abgr"},   {ChannelLayout::RA, "ra"},
      {ChannelLayout::Intensity, "i"}, {ChannelLayout::Luminance, "l"}, {ChannelLayout::RGBx, "rgbx"},
      {ChannelLayout::BGRx, "bgrx"}};
  struct Row {
    ChannelType type;
    int width;
    Kind kind;
  };
  const std::vector<Row> types = {
      {ChannelType::Unorm8, 8, Kind::Unorm}, {ChannelType::Unorm16, 16, Kind::Unorm},
      {ChannelType::Snorm8, 8, Kind::Snorm}, {ChannelType::Snorm16, 16, Kind::Snorm},
      {ChannelType::Uint8, 8, Kind::Uint},   {ChannelType::Uint16, 16, Kind::Uint},
      {ChannelType::Uint32, 32, Kind::Uint}, {ChannelType::Sint8, 8, Kind::Sint},
      {ChannelType::Sint16, 16, Kind::Sint}, {ChannelType::Sint32, 32, Kind::Sint},
      {ChannelType::Half, 16, Kind::Half},   {ChannelType::Float, 32, Kind::Float}};
  std::vector<Format> formats;
  for (const auto& [layout, channels] : layouts) {
    for (const Row& row : types) {
      formats.push_back({layout, row.type, channels, std::vector<int>(channels.size(), row.width), row.kind});
    }
  }
  formats.push_back({ChannelLayout::RGB, ChannelType::Unorm565, "bgr", {5, 6, 5}, Kind::Unorm});
  for (const auto& [layout, colours, alpha] :
       {std::tuple{ChannelLayout::RGBA, "rgb", "a"}, std::tuple{ChannelLayout::BGRA, "bgr", "a"},
        std::tuple{ChannelLayout::RGBx, "rgb", "x"}, std::tuple{ChannelLayout::BGRx, "bgr", "x"}}) {
    const std::string upwards = colours, downwards(upwards.rbegin(), upwards.rend());
    formats.push_back({layout, ChannelType::Unorm1010102, upwards + alpha, {10, 10, 10, 2}, Kind::Unorm});
    formats.push_back({layout, ChannelType::Unorm5551, downwards + alpha, {5, 5, 5, 1}, Kind::Unorm});
    formats.push_back({layout, ChannelType::Unorm4444, downwards + alpha, {4, 4, 4, 4}, Kind::Unorm});
  }
  formats.push_back({ChannelLayout::RGBA, ChannelType::Srgb8, "rgba", {8, 8, 8, 8}, Kind::Srgb});
  formats.push_back({ChannelLayout::BGRA, ChannelType::Srgb8, "bgra", {8, 8, 8, 8}, Kind::Srgb});
  return formats;
}

// Of a colour, which channel is written to the one in memory.
inline size_t channelIndex(char name) {
  return name == 'i' || name == 'l' ? 0 : name == 'x' ? 3 : std::string("rgba").find(name);
}

// The float nearest to what IEC 61966-2-1 says, and its inverse.
inline Real srgbToLinear(Real value) {
  return value <= 0.04045L ? value / 12.92L : std::pow((value + 0.055L) / 1.055L, 2.4L);
}
inline Real linearToSrgb(Real value) {
  return value < 0.0031308L ? 12.92L * value : 1.055L * std::pow(value, 1 / 2.4L) - 0.055L;
}

// One value of a channel; normalised ones as the float nearest to the exact quotient. Alpha is Unorm in Srgb
// formats.
inline Real decode(Kind kind, int width, uint32_t bits) {
  const Real signedBits = Real(int32_t(bits << (32 - width)) >> (32 - width));
  switch (kind) {
    case Kind::Unorm:
      return float(Real(bits) / (std::ldexp(1.0L, width) - 1));
    case Kind::Snorm:
      return std::max<Real>(float(signedBits / (std::ldexp(1.0L, width - 1) - 1)), -1);
    case Kind::Uint:
      return bits;
    case Kind::Sint:
      return signedBits;
    case Kind::Srgb:
      return float(srgbToLinear(Real(bits) / 255));
    case Kind::Half:
      return scalars::halfValue(uint16_t(bits));
    case Kind::Float: {
      float value;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    }
  }
  return 0;
}

// The bits of a value in range or not; normalised: f * (2^n - 1) as float, to nearest even, saturated.
inline uint32_t encode(Kind kind, int width, Real value) {
  const uint32_t mask = uint32_t((uint64_t{1} << width) - 1);
  const Real most = std::ldexp(1.0L, width) - 1, half = std::ldexp(1.0L, width - 1);
  const auto nearest = [](Real product, Real least, Real greatest) {
    return std::isnan(product) ? 0 : std::nearbyint(std::fmin(std::fmax(product, least), greatest));
  };
  switch (kind) {
    case Kind::Unorm:
      return uint32_t(nearest(float(float(value) * float(most)), 0, most));
    case Kind::Snorm:
      return uint32_t(int32_t(nearest(float(float(value) * float(half - 1)), -half, half - 1))) & mask;
    case Kind::Uint:
      return uint32_t(std::fmin(value, most));
    case Kind::Sint:
      return uint32_t(int32_t(std::fmin(std::fmax(value, -half), half - 1))) & mask;
    case Kind::Srgb:
      return std::isnan(value)
                 ? 0
                 : uint32_t(std::nearbyint(255 * linearToSrgb(std::fmin(std::fmax(value, 0.0L), 1.0L))));
    case Kind::Half:
    case Kind::Float: {
      if (kind == Kind::Float) {
        const float single = float(value);
        uint32_t bits;
        std::memcpy(&bits, &single, sizeof bits);
        return bits;
      }
      // The nearest of all halves; of two equally near the even one.
      if (std::isnan(value)) return 0x7e00;
      const uint32_t sign = std::signbit(value) ? 0x8000 : 0;
      uint32_t low = 0, high = 0x7c00;
      const Real magnitude = std::fabs(value);
      while (high - low > 1) {
        const uint32_t middle = (low + high) / 2;
        (scalars::halfValue(uint16_t(middle)) <= magnitude ? low : high) = middle;
      }
      if (magnitude >= 65536) return sign | 0x7c00;
      const Real below = magnitude - scalars::halfValue(uint16_t(low));
      const Real above = (high == 0x7c00 ? 65536 : scalars::halfValue(uint16_t(high))) - magnitude;
      return sign | (below < above || (below == above && low % 2 == 0) ? low : high);
    }
  }
  return 0;
}

struct Image {
  Format format;
  ImageDescriptor descriptor;
  std::vector<std::byte> storage;
  static constexpr size_t kMargin = 64;

  // With unused bytes after each row and slice, and guards around all. `layers` 0: no array.
  Image(const Format& made, uint32_t width, uint32_t height, uint32_t depth, uint32_t layers, uint32_t seed)
      : format(made) {
    const uint32_t texel = uint32_t(format.bits()) / 8;
    const uint64_t row = (uint64_t{width} * texel + 7) / 4 * 4, slice = row * height + 12;
    storage.resize(slice * depth * std::max(layers, 1u) + 2 * kMargin);
    std::mt19937 random(seed);
    for (std::byte& byte : storage) byte = std::byte(random());
    descriptor = {storage.data() + kMargin,
                  row,
                  slice,
                  width,
                  height,
                  depth,
                  layers,
                  format.layout,
                  format.type,
                  texel,
                  1};
  }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  std::byte* texel(int x, int y, int z) {
    return storage.data() + kMargin + size_t(x) * descriptor.texelSize + size_t(y) * descriptor.rowPitch +
           size_t(z) * descriptor.slicePitch;
  }
  uint32_t bitsOf(int x, int y, int z, size_t channel) {
    int offset = 0;
    for (size_t i = 0; i < channel; ++i) offset += format.widths[i];
    uint64_t bits = 0;
    const size_t first = size_t(offset) / 8, last = size_t(offset + format.widths[channel] - 1) / 8;
    std::memcpy(&bits, texel(x, y, z) + first, last - first + 1);
    return uint32_t(bits >> (offset % 8)) & uint32_t((uint64_t{1} << format.widths[channel]) - 1);
  }
  // z is the slice or the layer.
  Color read(int x, int y, int z) {
    Color color = {0, 0, 0, 1};
    for (size_t i = 0; i < format.channels.size(); ++i) {
      const Real value = decode(format.kindOf(i), format.widths[i], bitsOf(x, y, z, i));
      switch (format.channels[i]) {
        case 'x':
          break;
        case 'i':
          color = {value, value, value, value};
          break;
        case 'l':
          color = {value, value, value, 1};
          break;
        default:
          color[channelIndex(format.channels[i])] = value;
          break;
      }
    }
    return color;
  }
  Color border() const {
    return {0, 0, 0, format.channels.find_first_of("ai") == std::string::npos ? 1.0L : 0.0L};
  }
};

// Replaces floats that cannot be compared, or that make filters overflow.
inline void fillWithOrdinaryFloats(Image& image, uint32_t seed) {
  if (image.format.kind != Kind::Half && image.format.kind != Kind::Float) return;
  std::mt19937 random(seed);
  for (uint32_t z = 0; z < std::max(image.descriptor.depth, image.descriptor.layers); ++z) {
    for (uint32_t y = 0; y < image.descriptor.height; ++y) {
      for (uint32_t x = 0; x < image.descriptor.width; ++x) {
        for (size_t i = 0; i < image.format.channels.size(); ++i) {
          const uint32_t bits =
              encode(image.format.kind, image.format.widths[i], Real(int(random() % 2001) - 1000) / 256);
          const size_t size = size_t(image.format.widths[i]) / 8;
          std::memcpy(image.texel(int(x), int(y), int(z)) + i * size, &bits, size);
        }
      }
    }
  }
}

// The texel index that an addressing mode makes of an integer one; -1 is the border.
inline int addressed(long index, int size, Addressing addressing) {
  switch (addressing) {
    case Addressing::Repeat:
      return int((index % size + size) % size);
    case Addressing::Mirror: {
      const long period = (index % (2L * size) + 2L * size) % (2L * size);
      return int(period < size ? period : 2L * size - 1 - period);
    }
    case Addressing::Clamp:
      return int(std::min<long>(std::max<long>(index, 0), size - 1));
    default:
      return index < 0 || index >= size ? -1 : int(index);
  }
}

// What float arithmetic makes of one operation. Doubly rounded, by way of 64 bits of precision, is as good as
// once: twice the precision of float and two bits more are enough.
inline float rounded(Real exact) { return float(exact); }

// The texel coordinate of a normalised or other coordinate (OpenCL 3.0 8.2), each operation in float.
inline float texelCoordinate(float s, int size, const SamplerDescriptor& sampler) {
  if (!sampler.normalized) return s;
  float within = s;
  if (sampler.addressing == Addressing::Repeat) {
    within = rounded(Real(s) - std::floor(Real(s)));
  } else if (sampler.addressing == Addressing::Mirror) {
    const Real even = 2 * std::rint(Real(rounded(0.5L * s)));
    within = std::fabs(rounded(s - even));
  }
  return rounded(Real(within) * size);
}

// The texels of one dimension and their weights: of `linear` filters two, floor(u - 0.5) and the next; else
// one.
struct Tap {
  int index;  // before addressing
  float weight;
};
inline std::vector<Tap> tapsOf(float s, int size, const SamplerDescriptor& sampler) {
  const float u = texelCoordinate(s, size, sampler);
  if (sampler.filter != Filter::Linear) return {{int(std::floor(u)), 1}};
  const float moved = rounded(u - 0.5L);
  const float fraction = rounded(Real(moved) - std::floor(Real(moved)));
  const int first = int(std::floor(moved));
  return {{first, rounded(1 - Real(fraction))}, {first + 1, fraction}};
}

// The sum of products that 8.2 writes out for one to three dimensions: weights of x, y and z multiplied in
// this order, the first dimension changing fastest.
inline Color sample(Image& image, const SamplerDescriptor& sampler, const std::array<float, 4>& at,
                    int dimensions, bool array) {
  const int size[3] = {int(image.descriptor.width), int(image.descriptor.height),
                       int(image.descriptor.depth)};
  int layer = 0;
  if (array)
    layer = int(std::min<Real>(std::max<Real>(std::rint(Real(at[size_t(dimensions)])), 0),
                               image.descriptor.layers - 1));
  const bool linear = sampler.filter == Filter::Linear;
  Color sum = {0, 0, 0, 0};
  for (int corner = 0; corner < (linear ? 1 << dimensions : 1); ++corner) {
    int chosen[3] = {0, 0, 0};
    float weight = 1;
    for (int i = 0; i < dimensions; ++i) {
      const Tap tap = tapsOf(at[size_t(i)], size[i], sampler)[size_t(corner >> i & 1)];
      chosen[i] = addressed(tap.index, size[i], sampler.addressing);
      weight = i == 0 ? tap.weight : rounded(Real(weight) * tap.weight);
    }
    const bool outside = chosen[0] < 0 || chosen[1] < 0 || chosen[2] < 0;
    const Color texel =
        outside ? image.border() : image.read(chosen[0], chosen[1], array ? layer : chosen[2]);
    if (!linear) return texel;
    for (size_t i = 0; i < 4; ++i) {
      const float product = rounded(Real(weight) * texel[i]);
      sum[i] = corner == 0 ? product : rounded(sum[i] + product);
    }
  }
  return sum;
}

}  // namespace reference
