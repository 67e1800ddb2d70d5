// Reading an image through a sampler: addressing and filter modes of OpenCL 3.0 section 8.2, border colours
// of 8.2.
#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "softgpu/ze/builtins/hosts.h"
#include "softgpu/ze/builtins/texel.h"

namespace softgpu::builtins {
namespace {

using engine::Addressing;
using engine::ChannelLayout;
using engine::Filter;
using engine::ImageDescriptor;
using engine::SamplerDescriptor;

// How coordinates are laid out: the same numbers stand in image.clt.
enum class Shape : int { Image1d, Image1dArray, Image2d, Image2dArray, Image3d };

struct Layout {
  int dimensions;  // spatial coordinates
  bool array;      // the next one is the layer
};
constexpr Layout layoutOf(Shape shape) {
  switch (shape) {
    case Shape::Image1d:
      return {1, false};
    case Shape::Image1dArray:
      return {1, true};
    case Shape::Image2d:
      return {2, false};
    case Shape::Image2dArray:
      return {2, true};
    case Shape::Image3d:
      return {3, false};
  }
  return {1, false};
}

// A number as whole + fraction, 0 <= fraction < 1. Far outside every image, where floats have no fraction, it
// stops short of the end of ints; so does NaN. Without library calls, which plain x86-64 needs to round.
struct Parts {
  int whole;
  float fraction;
};
Parts partsOf(float value) {
  const float near = std::min(std::max(-1e9f, value), 1e9f);
  const int toward0 = int(near);
  const int whole = toward0 - (float(toward0) > near ? 1 : 0);
  return {whole, near - float(whole)};
}
int nearest(float value) { return _mm_cvtss_si32(_mm_set_ss(std::min(std::max(-1e9f, value), 1e9f))); }

constexpr int kBorder = -1;

// The texel for an integer coordinate, or kBorder. Addressing::None leaves the outside undefined.
int addressed(int at, int size, Addressing addressing) {
  if (addressing == Addressing::Clamp) return std::clamp(at, 0, size - 1);
  return at >= 0 && at < size ? at : kBorder;
}

// The one or two texels of one dimension, and the weight of the second.
struct Taps {
  int at[2];
  float weight;
};

// The texel coordinate u; for repeating modes brought into the image.
float texelCoordinate(float s, int size, const SamplerDescriptor& sampler) {
  if (!sampler.normalized) return s;
  switch (sampler.addressing) {
    case Addressing::Repeat:
      return partsOf(s).fraction * float(size);
    case Addressing::Mirror:
      return std::fabs(s - 2.0f * float(nearest(0.5f * s))) * float(size);
    default:
      return s * float(size);
  }
}

// For repeating modes of what texelCoordinate() gives: a step outside is all there can be.
int addressedTexel(int at, int size, const SamplerDescriptor& sampler) {
  if (sampler.normalized && sampler.addressing == Addressing::Repeat) {
    return std::clamp(at < 0 ? at + size : at >= size ? at - size : at, 0, size - 1);
  }
  if (sampler.normalized && sampler.addressing == Addressing::Mirror) return std::clamp(at, 0, size - 1);
  return addressed(at, size, sampler.addressing);
}

Taps nearestTap(float s, int size, const SamplerDescriptor& sampler) {
  return {{addressedTexel(partsOf(texelCoordinate(s, size, sampler)).whole, size, sampler), 0}, 0};
}

Taps linearTaps(float s, int size, const SamplerDescriptor& sampler) {
  const Parts parts = partsOf(texelCoordinate(s, size, sampler) - 0.5f);
  if (unsigned(parts.whole) < unsigned(size - 1)) {
    return {{parts.whole, parts.whole + 1}, parts.fraction};
  }
  return {{addressedTexel(parts.whole, size, sampler), addressedTexel(parts.whole + 1, size, sampler)},
          parts.fraction};
}

// 8.2: formats that store alpha have a transparent border, others an opaque one. What a format replaces by 1,
// it replaces on the border too.
bool storesAlpha(const ImageDescriptor& image) {
  switch (image.layout) {
    case ChannelLayout::R:
    case ChannelLayout::RG:
    case ChannelLayout::RGB:
    case ChannelLayout::Luminance:
    case ChannelLayout::RGBx:
    case ChannelLayout::BGRx:
      return false;
    default:
      return !engine::isSwizzled(image.layout) ||
             engine::swizzledRead(image.layout, 3) != engine::kChannelOne;
  }
}

template <typename Color>
Color fetch(const ImageDescriptor& image, const int* at, int layer, const Layout& layout) {
  if (at[0] == kBorder || at[1] == kBorder || at[2] == kBorder) {
    Color border = {};
    border[3] = storesAlpha(image) ? 0 : 1;
    return border;
  }
  const std::byte* texel = image.data + size_t(at[0]) * image.texelSize + size_t(at[1]) * image.rowPitch +
                           size_t(layout.array ? layer : at[2]) * image.slicePitch;
  if constexpr (std::is_same_v<Color, Float4>) {
    return loadFloat(image, texel);
  } else {
    return loadInt(image, texel);
  }
}

// 8.2: the layer is the nearest one in range.
int layerOf(float coordinate, const ImageDescriptor& image) {
  return std::clamp(nearest(coordinate), 0, int(image.layers) - 1);
}

template <typename Color>
[[gnu::always_inline]] inline Color sample(const ImageDescriptor& image, const SamplerDescriptor& sampler,
                                           Float4 at, Shape shape) {
  const Layout layout = layoutOf(shape);
  const int size[3] = {int(image.width), int(image.height), int(image.depth)};
  const int layer = layout.array ? layerOf(at[layout.dimensions], image) : 0;
  // Integers are not filtered: read_imagei with a linear filter is undefined.
  const bool linear = sampler.filter == Filter::Linear && std::is_same_v<Color, Float4>;
  Taps taps[3] = {};
  for (int i = 0; i < layout.dimensions; ++i) {
    taps[i] = linear ? linearTaps(at[i], size[i], sampler) : nearestTap(at[i], size[i], sampler);
  }
  const auto texel = [&](int x, int y, int z) {
    const int chosen[3] = {taps[0].at[x], taps[1].at[y], taps[2].at[z]};
    return fetch<Color>(image, chosen, layer, layout);
  };
  if constexpr (std::is_same_v<Color, Float4>) {
    if (linear) {
      // The sum of 8.2 as it is written there, term by term: other orders round to other floats.
      const float a = taps[0].weight, b = taps[1].weight, c = taps[2].weight;
      const float a1 = 1.0f - a, b1 = 1.0f - b, c1 = 1.0f - c;
      if (layout.dimensions == 1) return a1 * texel(0, 0, 0) + a * texel(1, 0, 0);
      const Float4 flat = Float4{a1, a, a1, a} * Float4{b1, b1, b, b};
      const auto plane = [&](Float4 weights, int z) {
        return std::array{weights[0] * texel(0, 0, z), weights[1] * texel(1, 0, z),
                          weights[2] * texel(0, 1, z), weights[3] * texel(1, 1, z)};
      };
      if (layout.dimensions == 2) {
        const auto [t0, t1, t2, t3] = plane(flat, 0);
        return t0 + t1 + t2 + t3;
      }
      const auto [t0, t1, t2, t3] = plane(flat * c1, 0);
      const auto [t4, t5, t6, t7] = plane(flat * c, 1);
      return t0 + t1 + t2 + t3 + t4 + t5 + t6 + t7;
    }
  }
  return texel(0, 0, 0);
}

// Integer coordinates: not normalised, not filtered; repeating modes are undefined for them.
template <typename Color>
Color sampleAt(const ImageDescriptor& image, const SamplerDescriptor& sampler, Int4 at, Shape shape) {
  const Layout layout = layoutOf(shape);
  const int size[3] = {int(image.width), int(image.height), int(image.depth)};
  int chosen[3] = {};
  for (int i = 0; i < layout.dimensions; ++i) chosen[i] = addressed(at[i], size[i], sampler.addressing);
  const int layer = layout.array ? std::clamp(at[layout.dimensions], 0, int(image.layers) - 1) : 0;
  return fetch<Color>(image, chosen, layer, layout);
}

}  // namespace

SOFTGPU_HOST(Float4, sample_f, const ImageDescriptor* image, const SamplerDescriptor* sampler, Float4 at,
             Shape shape) {
  // The most frequent shape has code of its own, without loops over dimensions.
  if (shape == Shape::Image2d) {
    return sample<Float4>(*image, *sampler, at, Shape::Image2d);
  }
  return sample<Float4>(*image, *sampler, at, shape);
}
SOFTGPU_HOST(Int4, sample_i, const ImageDescriptor* image, const SamplerDescriptor* sampler, Float4 at,
             Shape shape) {
  return sample<Int4>(*image, *sampler, at, shape);
}
SOFTGPU_HOST(Float4, sample_at_f, const ImageDescriptor* image, const SamplerDescriptor* sampler, Int4 at,
             Shape shape) {
  return sampleAt<Float4>(*image, *sampler, at, shape);
}
SOFTGPU_HOST(Int4, sample_at_i, const ImageDescriptor* image, const SamplerDescriptor* sampler, Int4 at,
             Shape shape) {
  return sampleAt<Int4>(*image, *sampler, at, shape);
}

}  // namespace softgpu::builtins
