// Image functions for every format, shape, filter and addressing mode against the reference.
#include <gtest/gtest.h>

#include "tests/unit/softgpu/ze/builtins/image_reference.h"

// What the engine replaces by casts; here the handles are the descriptors already.
extern "C" {
#define HANDLE(name) \
  void* __softgpu_##name(void* handle) { return handle; }
#define ACCESSES(shape) HANDLE(image_##shape##_ro) HANDLE(image_##shape##_wo) HANDLE(image_##shape##_rw)
ACCESSES(1d)
ACCESSES(1d_array)
ACCESSES(1d_buffer)
ACCESSES(2d)
ACCESSES(2d_array)
ACCESSES(2d_depth)
ACCESSES(2d_array_depth)
ACCESSES(3d)
HANDLE(sampler)

// images.cl
#define SAMPLED(shape)                                                                      \
  void sample_f_##shape(const void*, const void*, const void* at, void* out, int count);    \
  void sample_h_##shape(const void*, const void*, const void* at, void* out, int count);    \
  void sample_i_##shape(const void*, const void*, const void* at, void* out, int count);    \
  void sample_ui_##shape(const void*, const void*, const void* at, void* out, int count);   \
  void sample_at_f_##shape(const void*, const void*, const void* at, void* out, int count); \
  void sample_at_i_##shape(const void*, const void*, const void* at, void* out, int count); \
  void sample_at_ui_##shape(const void*, const void*, const void* at, void* out, int count);
SAMPLED(1d)
SAMPLED(1d_array)
SAMPLED(2d)
SAMPLED(2d_array)
SAMPLED(3d)
#define ACCESSED(shape, kind)                                                       \
  void load_##kind##_##shape##_ro(const void*, const void* at, void* out, int);     \
  void load_##kind##_##shape##_rw(const void*, const void* at, void* out, int);     \
  void store_##kind##_##shape##_wo(const void*, const void* at, void* colors, int); \
  void store_##kind##_##shape##_rw(const void*, const void* at, void* colors, int);
#define UNSAMPLED(shape) ACCESSED(shape, f) ACCESSED(shape, h) ACCESSED(shape, i) ACCESSED(shape, ui)
UNSAMPLED(1d)
UNSAMPLED(1d_buffer)
UNSAMPLED(1d_array)
UNSAMPLED(2d)
UNSAMPLED(2d_array)
UNSAMPLED(3d)
#define DEPTH(shape)                                                                         \
  void sample_depth_##shape(const void*, const void*, const void* at, void* out, int count); \
  void load_depth_##shape(const void*, const void* at, void* out, int count);                \
  void store_depth_##shape(const void*, const void* at, void* depth, int count);
DEPTH(2d_depth)
DEPTH(2d_array_depth)
#define QUERY(shape) void query_##shape(const void*, void* out);
QUERY(1d)
QUERY(1d_buffer)
QUERY(1d_array)
QUERY(2d)
QUERY(2d_array)
QUERY(3d)
QUERY(2d_depth)
QUERY(2d_array_depth)
}

namespace {

using namespace reference;
using Access = void (*)(const void*, const void*, void*, int);
using Sample = void (*)(const void*, const void*, const void*, void*, int);
using Four = std::array<float, 4>;
using FourInts = std::array<int32_t, 4>;

struct Shape {
  const char* name;
  int dimensions;
  bool array, sampled;
  Sample sampleF, sampleH, sampleI, sampleUi, sampleAtF, sampleAtI, sampleAtUi;
  std::array<Access, 4> loadRo, loadRw, storeWo, storeRw;  // f, h, i, ui
};
#define ROW_ACCESS(prefix, shape, access)                                                        \
  {                                                                                              \
    prefix##_f_##shape##_##access, prefix##_h_##shape##_##access, prefix##_i_##shape##_##access, \
        prefix##_ui_##shape##_##access                                                           \
  }
#define ROW_UNSAMPLED(shape)                                                              \
  ROW_ACCESS(load, shape, ro), ROW_ACCESS(load, shape, rw), ROW_ACCESS(store, shape, wo), \
      ROW_ACCESS(store, shape, rw)
#define ROW(shape, dimensions, array)                                                      \
  {                                                                                        \
#shape, dimensions, array, true, sample_f_##shape, sample_h_##shape, sample_i_##shape, \
        sample_ui_##shape, sample_at_f_##shape, sample_at_i_##shape, sample_at_ui_##shape, \
        ROW_UNSAMPLED(shape)                                                               \
  }
const Shape kShapes[] = {ROW(1d, 1, false),
                         ROW(1d_array, 1, true),
                         ROW(2d, 2, false),
                         ROW(2d_array, 2, true),
                         ROW(3d, 3, false),
                         {"1d_buffer", 1, false, false, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                          nullptr, ROW_UNSAMPLED(1d_buffer)}};
enum { kF, kH, kI, kUi };

constexpr int kWidth = 7, kHeight = 5, kDepth = 3, kLayers = 4;

struct Extent {
  int width, height, depth, layers;
  explicit Extent(const Shape& shape)
      : width(kWidth),
        height(shape.dimensions > 1 ? kHeight : 1),
        depth(shape.dimensions > 2 ? kDepth : 1),
        layers(shape.array ? kLayers : 0) {}
};

struct Texels {
  std::vector<FourInts> at;        // as the shape has it: 1D arrays keep the layer in y
  std::vector<FourInts> position;  // x, y, slice or layer
};
Texels everyTexel(const Shape& shape) {
  const Extent extent(shape);
  Texels texels;
  for (int z = 0; z < std::max(extent.depth, extent.layers); ++z) {
    for (int y = 0; y < extent.height; ++y) {
      for (int x = 0; x < extent.width; ++x) {
        texels.position.push_back({x, y, z, 0});
        texels.at.push_back(shape.dimensions == 1 ? FourInts{x, z, 0, 0} : FourInts{x, y, z, 0});
      }
    }
  }
  return texels;
}
std::unique_ptr<Image> makeImage(const Format& format, const Shape& shape, uint32_t seed) {
  const Extent e(shape);
  return std::make_unique<Image>(format, e.width, e.height, e.depth, e.layers, seed);
}

bool same(Real got, Real exact) { return got == exact || (std::isnan(got) && std::isnan(exact)); }

TEST(Image, EveryFormatIsReadExactly) {
  for (const Shape& shape : kShapes) {
    const Texels texels = everyTexel(shape);
    const int count = int(texels.at.size());
    for (const Format& format : everyFormat()) {
      const auto image = makeImage(format, shape, 5);
      std::vector<Four> floats(texels.at.size());
      std::vector<FourInts> ints(texels.at.size());
      for (const auto* load : {&shape.loadRo, &shape.loadRw}) {
        if (format.integers()) {
          (*load)[format.kind == Kind::Sint ? kI : kUi](&image->descriptor, texels.at.data(), ints.data(),
                                                        count);
        } else {
          (*load)[kF](&image->descriptor, texels.at.data(), floats.data(), count);
        }
        for (size_t i = 0; i < texels.at.size(); ++i) {
          const auto& [x, y, z, unused] = texels.position[i];
          const Color exact = image->read(x, y, z);
          for (size_t c = 0; c < 4; ++c) {
            const Real got = !format.integers()          ? Real(floats[i][c])
                             : format.kind == Kind::Sint ? Real(ints[i][c])
                                                         : Real(uint32_t(ints[i][c]));
            ASSERT_TRUE(same(got, exact[c]))
                << shape.name << " " << format.name() << " channel " << c << " at " << x << ", " << y << ", "
                << z << ": " << got << ", not " << exact[c];
          }
        }
      }
    }
  }
}

// Colors in and out of range, with ties of roundings and NaN.
std::vector<Four> colors(size_t count, const Format& format) {
  std::mt19937 random(11);
  std::vector<Four> made(count);
  const float special[] = {0,
                           1,
                           -1,
                           2,
                           -2,
                           0.5f,
                           -0.5f,
                           1e30f,
                           -1e30f,
                           1e-30f,
                           65504,
                           65519,
                           65520,
                           -0.0f,
                           std::numeric_limits<float>::infinity(),
                           std::numeric_limits<float>::quiet_NaN()};
  for (Four& color : made) {
    for (float& value : color) {
      const int width = format.widths[0];
      switch (random() % 4) {
        case 0:
          value = special[random() % std::size(special)];
          break;
        case 1:
          value = float(int(random() % 4001) - 1000) / 2000;
          break;
        case 2:
          value =
              (float(random() % (1u << std::min(width, 16))) + 0.5f) / float((1u << std::min(width, 16)) - 1);
          break;
        default:
          value = -float(random() % 1000) / 255 / 2;
          break;
      }
    }
  }
  return made;
}
std::vector<FourInts> integerColors(size_t count) {
  std::mt19937 random(12);
  std::vector<FourInts> made(count);
  for (FourInts& color : made) {
    for (int32_t& value : color) value = int32_t(random()) >> (random() % 32);
  }
  return made;
}

TEST(Image, EveryFormatIsWrittenExactlyAndNothingElse) {
  for (const Shape& shape : kShapes) {
    Texels texels = everyTexel(shape);
    const size_t inside = texels.at.size();
    // Writes outside are ignored.
    for (const FourInts& outside : {FourInts{-1, 0, 0, 0}, FourInts{kWidth, 0, 0, 0},
                                    FourInts{std::numeric_limits<int>::min(), 0, 0, 0}}) {
      texels.at.push_back(outside);
    }
    if (shape.dimensions > 1 || shape.array) {
      texels.at.push_back({0, -1, 0, 0});
      texels.at.push_back({0, 99, 0, 0});
    }
    if (shape.dimensions > 2 || (shape.dimensions > 1 && shape.array)) {
      texels.at.push_back({0, 0, -1, 0});
      texels.at.push_back({0, 0, 99, 0});
    }
    const int count = int(texels.at.size());
    for (const Format& format : everyFormat()) {
      for (const auto* store : {&shape.storeWo, &shape.storeRw}) {
        const auto image = makeImage(format, shape, 6), expected = makeImage(format, shape, 6);
        std::vector<Four> floats = colors(texels.at.size(), format);
        std::vector<FourInts> ints = integerColors(texels.at.size());
        if (format.integers()) {
          (*store)[format.kind == Kind::Sint ? kI : kUi](&image->descriptor, texels.at.data(), ints.data(),
                                                         count);
        } else {
          (*store)[kF](&image->descriptor, texels.at.data(), floats.data(), count);
        }
        for (size_t i = 0; i < inside; ++i) {
          const auto& [x, y, z, unused] = texels.position[i];
          uint64_t low = 0, high = 0;  // up to 128 bits of a texel
          int offset = 0;
          for (size_t c = 0; c < format.channels.size(); ++c) {
            const size_t index = channelIndex(format.channels[c]);
            const Real value = !format.integers()          ? Real(floats[i][index])
                               : format.kind == Kind::Sint ? Real(ints[i][index])
                                                           : Real(uint32_t(ints[i][index]));
            const uint32_t bits = encode(format.kindOf(c), format.widths[c], value);
            const uint32_t got = image->bitsOf(x, y, z, c);
            if (!(std::isnan(value) && std::isnan(decode(format.kindOf(c), format.widths[c], got)))) {
              ASSERT_EQ(got, bits) << shape.name << " " << format.name() << " channel " << format.channels[c]
                                   << " of " << value;
            }
            (offset < 64 ? low : high) |= uint64_t(got) << (offset % 64);
            offset += format.widths[c];
          }
          std::byte texel[16];
          std::memcpy(texel, &low, 8);
          std::memcpy(texel + 8, &high, 8);
          std::memcpy(expected->texel(x, y, z), texel, image->descriptor.texelSize);
        }
        ASSERT_TRUE(image->storage == expected->storage)
            << shape.name << " " << format.name() << ": bytes beside the texels changed";
      }
    }
  }
}

TEST(Image, HalfAccessConvertsToAndFromTheFormat) {
  for (const Shape& shape : kShapes) {
    const Texels texels = everyTexel(shape);
    const int count = int(texels.at.size());
    const Format format = {ChannelLayout::RGBA, ChannelType::Half, "rgba", {16, 16, 16, 16}, Kind::Half};
    const auto image = makeImage(format, shape, 7), copy = makeImage(format, shape, 8);
    fillWithOrdinaryFloats(*image, 3);
    std::vector<Four> values(texels.at.size());
    shape.loadRo[kH](&image->descriptor, texels.at.data(), values.data(), count);
    shape.storeWo[kH](&copy->descriptor, texels.at.data(), values.data(), count);
    for (const auto& [x, y, z, unused] : texels.position) {
      for (size_t c = 0; c < 4; ++c)
        ASSERT_EQ(copy->bitsOf(x, y, z, c), image->bitsOf(x, y, z, c)) << shape.name;
    }
  }
}

// From two sizes before the image to two after: on the edges and in the middle of texels, a step of the last
// bit beside them, and anywhere.
std::vector<Four> coordinates(const Shape& shape, const SamplerDescriptor& sampler, size_t count) {
  std::mt19937 random(13);
  const Extent extent(shape);
  const int size[3] = {extent.width, extent.height, extent.depth};
  std::vector<Four> made(count);
  for (Four& at : made) {
    for (int i = 0; i < 4; ++i) {
      const int extentOf = i < shape.dimensions ? size[i] : kLayers;
      const float scale = i < shape.dimensions && sampler.normalized ? float(extentOf) : 1;
      const int halves = int(random() % unsigned(10 * extentOf)) - 4 * extentOf;
      const float place = float(halves) / 2 / scale;
      float& coordinate = at[size_t(i)];
      switch (random() % 5) {
        case 0:
          coordinate = place;
          break;
        case 1:
          coordinate = std::nextafter(place, 1e9f);
          break;
        case 2:
          coordinate = std::nextafter(place, -1e9f);
          break;
        default:
          coordinate = (float(halves) / 2 + float(random()) * 0x1p-33f) / scale;
          break;
      }
    }
  }
  return made;
}

std::vector<SamplerDescriptor> everySampler() {
  std::vector<SamplerDescriptor> samplers;
  for (const Filter filter : {Filter::Nearest, Filter::Linear}) {
    for (const Addressing addressing : {Addressing::None, Addressing::Repeat, Addressing::Clamp,
                                        Addressing::ClampToBorder, Addressing::Mirror}) {
      samplers.push_back({addressing, filter, 1});
      // Repeating needs normalised coordinates.
      if (addressing != Addressing::Repeat && addressing != Addressing::Mirror)
        samplers.push_back({addressing, filter, 0});
    }
  }
  return samplers;
}

TEST(Sampler, EveryFilterAndAddressingModeOfEveryFormat) {
  for (const Shape& shape : kShapes) {
    if (!shape.sampled) continue;
    for (const SamplerDescriptor& sampler : everySampler()) {
      const std::vector<Four> at = coordinates(shape, sampler, 200);
      for (const Format& format : everyFormat()) {
        if (format.integers() && sampler.filter == Filter::Linear) continue;  // undefined
        const auto image = makeImage(format, shape, 9);
        fillWithOrdinaryFloats(*image, 4);
        std::vector<Four> floats(at.size());
        std::vector<FourInts> ints(at.size());
        if (format.integers()) {
          (format.kind == Kind::Sint ? shape.sampleI : shape.sampleUi)(
              &image->descriptor, &sampler, at.data(), ints.data(), int(at.size()));
        } else {
          shape.sampleF(&image->descriptor, &sampler, at.data(), floats.data(), int(at.size()));
        }
        for (size_t i = 0; i < at.size(); ++i) {
          const Color exact = sample(*image, sampler, at[i], shape.dimensions, shape.array);
          for (size_t c = 0; c < 4; ++c) {
            const Real got = !format.integers()          ? Real(floats[i][c])
                             : format.kind == Kind::Sint ? Real(ints[i][c])
                                                         : Real(uint32_t(ints[i][c]));
            ASSERT_TRUE(got == exact[c] && std::signbit(got) == std::signbit(exact[c]))
                << shape.name << " " << format.name() << " addressing " << int(sampler.addressing)
                << " filter " << int(sampler.filter) << " normalized " << sampler.normalized << " channel "
                << c << " at " << at[i][0] << ", " << at[i][1] << ", " << at[i][2] << ": " << got << ", not "
                << exact[c];
          }
        }
      }
    }
  }
}

TEST(Sampler, IntegerCoordinatesAreAddressedButNotFiltered) {
  for (const Shape& shape : kShapes) {
    if (!shape.sampled) continue;
    std::mt19937 random(14);
    std::vector<FourInts> at(300);
    for (FourInts& each : at) {
      for (int32_t& value : each) value = int(random() % 24) - 8;
    }
    for (const Filter filter : {Filter::Nearest, Filter::Linear}) {
      for (const Addressing addressing : {Addressing::Clamp, Addressing::ClampToBorder}) {
        const SamplerDescriptor sampler = {addressing, filter, 0};
        for (const Format& format : everyFormat()) {
          const auto image = makeImage(format, shape, 10);
          fillWithOrdinaryFloats(*image, 5);
          std::vector<Four> floats(at.size());
          std::vector<FourInts> ints(at.size());
          if (format.integers()) {
            (format.kind == Kind::Sint ? shape.sampleAtI : shape.sampleAtUi)(
                &image->descriptor, &sampler, at.data(), ints.data(), int(at.size()));
          } else {
            shape.sampleAtF(&image->descriptor, &sampler, at.data(), floats.data(), int(at.size()));
          }
          for (size_t i = 0; i < at.size(); ++i) {
            const Four middle = {float(at[i][0]) + 0.5f, float(at[i][1]) + (shape.dimensions > 1 ? 0.5f : 0),
                                 float(at[i][2]) + (shape.dimensions > 2 ? 0.5f : 0), 0};
            const Color exact =
                sample(*image, {addressing, Filter::Nearest, 0}, middle, shape.dimensions, shape.array);
            for (size_t c = 0; c < 4; ++c) {
              const Real got = !format.integers()          ? Real(floats[i][c])
                               : format.kind == Kind::Sint ? Real(ints[i][c])
                                                           : Real(uint32_t(ints[i][c]));
              ASSERT_EQ(got, exact[c])
                  << shape.name << " " << format.name() << " addressing " << int(addressing) << " at "
                  << at[i][0] << ", " << at[i][1] << ", " << at[i][2];
            }
          }
        }
      }
    }
  }
}

TEST(Sampler, StrangeCoordinatesAreHarmless) {
  const float infinity = std::numeric_limits<float>::infinity(),
              nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Four> at = {{infinity, nan, -infinity, nan},
                                {nan, nan, nan, nan},
                                {1e30f, -1e30f, 1e30f, 0},
                                {-infinity, infinity, nan, 0},
                                {3e9f, -3e9f, 3e9f, 0}};
  const std::vector<FourInts> ints = {
      {std::numeric_limits<int>::max(), std::numeric_limits<int>::min(), std::numeric_limits<int>::max(), 0},
      {std::numeric_limits<int>::min(), 0, std::numeric_limits<int>::min(), 0}};
  const Format format = {ChannelLayout::RGBA, ChannelType::Unorm8, "rgba", {8, 8, 8, 8}, Kind::Unorm};
  for (const Shape& shape : kShapes) {
    if (!shape.sampled) continue;
    for (const SamplerDescriptor& sampler : everySampler()) {
      const auto image = makeImage(format, shape, 15);
      std::vector<Four> out(at.size(), Four{-5, -5, -5, -5});
      shape.sampleF(&image->descriptor, &sampler, at.data(), out.data(), int(at.size()));
      // Weights may be NaN; where nothing is filtered there is a texel or a border.
      for (const Four& color : out) {
        if (sampler.filter == Filter::Nearest) {
          ASSERT_TRUE(color[0] >= 0 && color[0] <= 1) << shape.name;
        }
      }
      shape.sampleAtF(&image->descriptor, &sampler, ints.data(), out.data(), int(ints.size()));
      ASSERT_TRUE(out[0][0] >= 0 && out[0][0] <= 1) << shape.name;
    }
  }
}

TEST(Image, DepthImagesHaveOneChannel) {
  const Format formats[] = {{ChannelLayout::R, ChannelType::Float, "r", {32}, Kind::Float},
                            {ChannelLayout::R, ChannelType::Unorm16, "r", {16}, Kind::Unorm}};
  const Shape& flat = kShapes[2];
  const Shape& layered = kShapes[3];
  for (const Format& format : formats) {
    for (const Shape* shape : {&flat, &layered}) {
      const auto image = makeImage(format, *shape, 16), copy = makeImage(format, *shape, 17);
      fillWithOrdinaryFloats(*image, 6);
      const Texels texels = everyTexel(*shape);
      const int count = int(texels.at.size());
      std::vector<float> loaded(texels.at.size());
      (shape->array ? load_depth_2d_array_depth : load_depth_2d_depth)(&image->descriptor, texels.at.data(),
                                                                       loaded.data(), count);
      (shape->array ? store_depth_2d_array_depth : store_depth_2d_depth)(&copy->descriptor, texels.at.data(),
                                                                         loaded.data(), count);
      for (size_t i = 0; i < texels.at.size(); ++i) {
        const auto& [x, y, z, unused] = texels.position[i];
        ASSERT_EQ(Real(loaded[i]), image->read(x, y, z)[0]);
        ASSERT_EQ(copy->read(x, y, z)[0], image->read(x, y, z)[0]);
      }
      // The border is 0, whatever it is of other formats with one channel.
      for (const SamplerDescriptor& sampler : everySampler()) {
        const std::vector<Four> at = coordinates(*shape, sampler, 200);
        std::vector<float> sampled(at.size());
        (shape->array ? sample_depth_2d_array_depth : sample_depth_2d_depth)(
            &image->descriptor, &sampler, at.data(), sampled.data(), int(at.size()));
        for (size_t i = 0; i < at.size(); ++i) {
          ASSERT_EQ(Real(sampled[i]), sample(*image, sampler, at[i], 2, shape->array)[0])
              << format.name() << " addressing " << int(sampler.addressing) << " filter "
              << int(sampler.filter) << " at " << at[i][0] << ", " << at[i][1];
        }
      }
      std::array<int32_t, 6> queried = {};
      (shape->array ? query_2d_array_depth : query_2d_depth)(&image->descriptor, queried.data());
      constexpr int kClkDepth = 0x10BD;
      EXPECT_EQ(queried, (std::array<int32_t, 6>{kWidth, kHeight, 0, shape->array ? kLayers : 0, kClkDepth,
                                                 format.kind == Kind::Float ? 0x10DE : 0x10D3}));
    }
  }
}

TEST(Image, QueriesTellTheDescriptor) {
  // CL_R and so on, CL_UNORM_INT8 and so on (CL/cl.h).
  const std::vector<int> orders = {0x10B0, 0x10B2, 0x10B4, 0x10B5, 0x10B6, 0x10B7, 0x10B1,
                                   0x10C3, 0x10B3, 0x10B8, 0x10B9, 0x10BC, 0x10BC};
  const std::vector<int> types = {0x10D2, 0x10D3, 0x10D0, 0x10D1, 0x10DA, 0x10DB, 0x10DC, 0x10D7, 0x10D8,
                                  0x10D9, 0x10DD, 0x10DE, 0x10D4, 0x10E0, 0,      0x10D2, 0x10D5, 0};
  constexpr int kSrgba = 0x10C1, kSbgra = 0x10C2;
  using Query = void (*)(const void*, void*);
  const Query queries[] = {query_1d, query_1d_array, query_2d, query_2d_array, query_3d, query_1d_buffer};
  for (const Format& format : everyFormat()) {
    for (size_t i = 0; i < std::size(kShapes); ++i) {
      const Shape& shape = kShapes[i];
      const auto image = makeImage(format, shape, 18);
      std::array<int32_t, 6> got = {};
      queries[i](&image->descriptor, got.data());
      const std::array<int32_t, 6> expected = {kWidth,
                                               shape.dimensions > 1 ? kHeight : 0,
                                               shape.dimensions > 2 ? kDepth : 0,
                                               shape.array ? kLayers : 0,
                                               format.kind != Kind::Srgb ? orders[size_t(format.layout)]
                                               : format.layout == ChannelLayout::RGBA ? kSrgba
                                                                                      : kSbgra,
                                               types[size_t(format.type)]};
      ASSERT_EQ(got, expected) << shape.name << " " << format.name();
    }
  }
}

}  // namespace
