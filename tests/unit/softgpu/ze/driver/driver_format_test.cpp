// Orders of channels, packed formats and sRGB from Level Zero's names to what a kernel reads and writes.
#include <array>
#include <cmath>
#include <cstring>

#include "tests/unit/softgpu/ze/driver/whole_fixture.h"

namespace softgpu::test {
namespace {

constexpr auto D = static_cast<ze_image_format_swizzle_t>(7);  // newer than 1.4
constexpr auto R = ZE_IMAGE_FORMAT_SWIZZLE_R, G = ZE_IMAGE_FORMAT_SWIZZLE_G, B = ZE_IMAGE_FORMAT_SWIZZLE_B,
               A = ZE_IMAGE_FORMAT_SWIZZLE_A, O = ZE_IMAGE_FORMAT_SWIZZLE_0, I = ZE_IMAGE_FORMAT_SWIZZLE_1;
using Swizzle = std::array<ze_image_format_swizzle_t, 4>;
using Color = std::array<float, 4>;

struct Case {
  const char* name;
  ze_image_format_layout_t layout;
  Swizzle swizzle;
  bool srgb;
  uint32_t size;
  uint32_t bits;  // of the texel, first byte lowest
  Color color;    // what is read of them
  float borderAlpha;
  uint32_t painted;  // 0.2, 0.4, 0.6, 0.8 as the texel
  int order;         // CL_R and so on (CL/cl.h)
};

constexpr auto k8 = ZE_IMAGE_FORMAT_LAYOUT_8;
constexpr auto k88 = ZE_IMAGE_FORMAT_LAYOUT_8_8;
constexpr auto k8888 = ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8;

// Of 255: 51, 102, 153, 204 are 0.2, 0.4, 0.6, 0.8.
std::vector<Case> cases() {
  constexpr float quarter = 64 / 255.0F, half = 128 / 255.0F, most = 192 / 255.0F, full = 1;
  return {
      {"R", k8, {R, O, O, I}, false, 1, 0x40, {quarter, 0, 0, 1}, 1, 51, 0x10B0},
      {"A", k8, {O, O, O, R}, false, 1, 0x40, {0, 0, 0, quarter}, 0, 204, 0x10B1},
      {"INTENSITY", k8, {R, R, R, R}, false, 1, 0x40, {quarter, quarter, quarter, quarter}, 0, 51, 0x10B8},
      {"LUMINANCE", k8, {R, R, R, I}, false, 1, 0x40, {quarter, quarter, quarter, 1}, 1, 51, 0x10B9},
      {"RG", k88, {R, G, O, I}, false, 2, 0x8040, {quarter, half, 0, 1}, 1, 0x6633, 0x10B2},
      {"RA", k88, {R, O, O, G}, false, 2, 0x8040, {quarter, 0, 0, half}, 0, 0xcc33, 0x10B3},
      {"RGBA", k8888, {R, G, B, A}, false, 4, 0xffc08040, {quarter, half, most, full}, 0, 0xcc996633, 0x10B5},
      {"BGRA", k8888, {B, G, R, A}, false, 4, 0xffc08040, {most, half, quarter, full}, 0, 0xcc336699, 0x10B6},
      {"ARGB", k8888, {G, B, A, R}, false, 4, 0xffc08040, {half, most, full, quarter}, 0, 0x996633cc, 0x10B7},
      {"ABGR", k8888, {A, B, G, R}, false, 4, 0xffc08040, {full, most, half, quarter}, 0, 0x336699cc, 0x10C3},
      {"RGBx", k8888, {R, G, B, I}, false, 4, 0x80c08040, {quarter, half, most, 1}, 1, 0xcc996633, 0x10BC},
      {"D", k8, {D, O, O, I}, false, 1, 0x40, {quarter, 0, 0, 1}, 1, 51, 0x10B0},
      // Any other choice; written in the order of the memory.
      {"0", k8, {O, O, O, O}, false, 1, 0x40, {0, 0, 0, 0}, 0, 51, 0x10B0},
      {"0R01", k8, {O, R, O, I}, false, 1, 0x40, {0, quarter, 0, 1}, 1, 51, 0x10B0},
      {"GR01", k88, {G, R, O, I}, false, 2, 0x8040, {half, quarter, 0, 1}, 1, 0x6633, 0x10B2},
      {"RRRG", k88, {R, R, R, G}, false, 2, 0x8040, {quarter, quarter, quarter, half}, 0, 0x6633, 0x10B2},
      {"RRRR", k88, {R, R, R, R}, false, 2, 0x8040, {quarter, quarter, quarter, quarter}, 0, 0x6633, 0x10B2},
      {"RBGA", k8888, {R, B, G, A}, false, 4, 0xffc08040, {quarter, most, half, full}, 0, 0xcc996633, 0x10B5},
      {"sRGBA", k8888, {R, G, B, A}, true, 4, 0x80ff8000, {0, 0.2158605F, 1, half}, 0, 0xcccbaa7c, 0x10C1},
      {"sBGRA", k8888, {B, G, R, A}, true, 4, 0x80ff8000, {1, 0.2158605F, 0, half}, 0, 0xcc7caacb, 0x10C2},
      {"565",
       ZE_IMAGE_FORMAT_LAYOUT_5_6_5,
       {R, G, B, I},
       false,
       2,
       0xf81f,
       {1, 0, 1, 1},
       1,
       6 << 11 | 25 << 5 | 19,
       0x10B4},
      {"555",
       ZE_IMAGE_FORMAT_LAYOUT_5_5_5_1,
       {R, G, B, I},
       false,
       2,
       0x7c00,
       {1, 0, 0, 1},
       1,
       1 << 15 | 6 << 10 | 12 << 5 | 19,
       0x10BC},
      {"5551",
       ZE_IMAGE_FORMAT_LAYOUT_5_5_5_1,
       {R, G, B, A},
       false,
       2,
       0x03e0,
       {0, 1, 0, 0},
       0,
       1 << 15 | 6 << 10 | 12 << 5 | 19,
       0x10B5},
      {"4444",
       ZE_IMAGE_FORMAT_LAYOUT_4_4_4_4,
       {R, G, B, A},
       false,
       2,
       0x3f00,
       {1, 0, 0, 0.2F},
       0,
       0xc369,
       0x10B5},
      {"101010",
       ZE_IMAGE_FORMAT_LAYOUT_10_10_10_2,
       {B, G, R, I},
       false,
       4,
       1023 << 20,
       {1, 0, 0, 1},
       1,
       2U << 30 | 205 << 20 | 409 << 10 | 614,
       0x10BC},
      {"1010102",
       ZE_IMAGE_FORMAT_LAYOUT_10_10_10_2,
       {R, G, B, A},
       false,
       4,
       1023 | 1U << 30,
       {1, 0, 0, 1 / 3.0F},
       0,
       2U << 30 | 614 << 20 | 409 << 10 | 205,
       0x10B5},
  };
}

class FormatTest : public WholeFixture {
 protected:
  ze_sampler_handle_t borderSampler() {
    auto desc = described<ze_sampler_desc_t>(ZE_STRUCTURE_TYPE_SAMPLER_DESC);
    desc.addressMode = ZE_SAMPLER_ADDRESS_MODE_CLAMP_TO_BORDER;
    ze_sampler_handle_t result = nullptr;
    EXPECT_EQ(zeSamplerCreate(context, device, &desc, &result), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeSamplerDestroy(result), ZE_RESULT_SUCCESS); });
    return result;
  }
  ze_image_desc_t describe(const Case& c) {
    srgb_ = described<ze_srgb_ext_desc_t>(ZE_STRUCTURE_TYPE_SRGB_EXT_DESC);
    srgb_.sRGB = 1;
    auto desc = imageDesc(c.layout, ZE_IMAGE_FORMAT_TYPE_UNORM, 2, 1, c.srgb ? &srgb_ : nullptr);
    desc.format = {c.layout,    ZE_IMAGE_FORMAT_TYPE_UNORM, c.swizzle[0], c.swizzle[1], c.swizzle[2],
                   c.swizzle[3]};
    return desc;
  }
  ze_srgb_ext_desc_t srgb_{};
};

TEST_F(FormatTest, OrdersThatNoFormatHasAreRefused) {
  const std::vector<std::pair<ze_image_format_layout_t, Swizzle>> wrong = {
      {ZE_IMAGE_FORMAT_LAYOUT_5_6_5, {B, G, R, I}},
      {ZE_IMAGE_FORMAT_LAYOUT_10_10_10_2, {A, B, G, R}},
  };
  for (const auto& [layout, swizzle] : wrong) {
    ze_image_handle_t image = nullptr;
    EXPECT_EQ(create(describe({"", layout, swizzle, false, 0, 0, {}, 0, 0, 0}), &image),
              ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT)
        << layout << ": " << swizzle[0] << swizzle[1] << swizzle[2] << swizzle[3];
  }
  // Integers are not packed, and only four channels of 8 bits are sRGB.
  ze_image_handle_t image = nullptr;
  auto desc = describe({"", ZE_IMAGE_FORMAT_LAYOUT_10_10_10_2, {R, G, B, A}, false, 0, 0, {}, 0, 0, 0});
  desc.format.type = ZE_IMAGE_FORMAT_TYPE_UINT;
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  auto properties = described<ze_image_properties_t>(ZE_STRUCTURE_TYPE_IMAGE_PROPERTIES);
  for (const auto layout : {k8, ZE_IMAGE_FORMAT_LAYOUT_16_16_16_16, ZE_IMAGE_FORMAT_LAYOUT_NV12}) {
    desc = describe({"", layout, {R, G, B, A}, true, 0, 0, {}, 0, 0, 0});
    EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT) << layout;
    EXPECT_EQ(zeImageGetProperties(device, &desc, &properties), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  }
}

TEST_F(FormatTest, KernelsReadAndWriteEachOrder) {
  auto* look = kernel("look");
  auto* paint = kernel("paint");
  auto* colors = shared<Color>(2);
  auto* order = shared<int>(1);
  for (const Case& c : cases()) {
    const auto desc = describe(c);
    auto properties = described<ze_image_properties_t>(ZE_STRUCTURE_TYPE_IMAGE_PROPERTIES);
    ASSERT_EQ(zeImageGetProperties(device, &desc, &properties), ZE_RESULT_SUCCESS) << c.name;
    EXPECT_TRUE(properties.samplerFilterFlags & ZE_IMAGE_SAMPLER_FILTER_FLAG_LINEAR) << c.name;
    auto* image = made(desc);
    std::array<uint8_t, 8> texels{};
    std::memcpy(texels.data(), &c.bits, c.size);
    ASSERT_EQ(write(image, texels.data()), ZE_RESULT_SUCCESS);
    ASSERT_EQ(setArgument(look, 0, image), ZE_RESULT_SUCCESS);
    ASSERT_EQ(setArgument(look, 1, borderSampler()), ZE_RESULT_SUCCESS);
    ASSERT_EQ(setArgument(look, 2, colors), ZE_RESULT_SUCCESS);
    ASSERT_EQ(setArgument(look, 3, order), ZE_RESULT_SUCCESS);
    ASSERT_EQ(launch(look, 1), ZE_RESULT_SUCCESS);
    EXPECT_EQ(colors[0], c.color) << c.name;
    EXPECT_EQ(colors[1], (Color{0, 0, 0, c.borderAlpha})) << c.name;
    EXPECT_EQ(*order, c.order) << c.name;

    ASSERT_EQ(setArgument(paint, 0, image), ZE_RESULT_SUCCESS);
    ASSERT_EQ(launch(paint, 1), ZE_RESULT_SUCCESS);
    texels = {};
    ASSERT_EQ(read(texels.data(), image), ZE_RESULT_SUCCESS);
    uint32_t painted = 0;
    std::memcpy(&painted, texels.data(), c.size);
    EXPECT_EQ(painted, c.painted) << c.name << std::hex << " " << painted;
  }
}

}  // namespace
}  // namespace softgpu::test
