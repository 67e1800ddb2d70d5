// Formats, images and samplers.
#include "l0backend/image/image.h"

#include <tuple>

#include "fixture.h"

namespace clze::l0::test {
namespace {

using ImageTest = BackendTest;

bool operator==(const ze_image_format_t& a, const ze_image_format_t& b) {
  return a.layout == b.layout && a.type == b.type && a.x == b.x && a.y == b.y && a.z == b.z && a.w == b.w;
}

TEST(FormatTest, MissingChannelsReadZeroAndOne) {
  const auto r = toZeFormat({CL_R, CL_UNORM_INT8});
  ASSERT_TRUE(r.ok());
  EXPECT_TRUE(*r == (ze_image_format_t{ZE_IMAGE_FORMAT_LAYOUT_8, ZE_IMAGE_FORMAT_TYPE_UNORM,
                                       ZE_IMAGE_FORMAT_SWIZZLE_R, ZE_IMAGE_FORMAT_SWIZZLE_0,
                                       ZE_IMAGE_FORMAT_SWIZZLE_0, ZE_IMAGE_FORMAT_SWIZZLE_1}));
  const auto rg = toZeFormat({CL_RG, CL_UNORM_INT16});
  ASSERT_TRUE(rg.ok());
  EXPECT_TRUE(*rg == (ze_image_format_t{ZE_IMAGE_FORMAT_LAYOUT_16_16, ZE_IMAGE_FORMAT_TYPE_UNORM,
                                        ZE_IMAGE_FORMAT_SWIZZLE_R, ZE_IMAGE_FORMAT_SWIZZLE_G,
                                        ZE_IMAGE_FORMAT_SWIZZLE_0, ZE_IMAGE_FORMAT_SWIZZLE_1}));
}

TEST(FormatTest, BgraIsReadFromItsThirdByteOn) {
  const auto bgra = toZeFormat({CL_BGRA, CL_UNORM_INT8});
  ASSERT_TRUE(bgra.ok());
  EXPECT_TRUE(*bgra == (ze_image_format_t{ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM,
                                          ZE_IMAGE_FORMAT_SWIZZLE_B, ZE_IMAGE_FORMAT_SWIZZLE_G,
                                          ZE_IMAGE_FORMAT_SWIZZLE_R, ZE_IMAGE_FORMAT_SWIZZLE_A}));
  EXPECT_EQ(toZeFormat({CL_BGRA, CL_FLOAT}).code(), CL_IMAGE_FORMAT_NOT_SUPPORTED);
}

TEST(FormatTest, EveryTypeHasItsLayoutAndSize) {
  struct Row {
    cl_channel_type type;
    size_t bytes;
    ze_image_format_type_t ze;
    ze_image_format_layout_t one, two, four;
  };
  constexpr auto k8 = ZE_IMAGE_FORMAT_LAYOUT_8;
  constexpr auto k88 = ZE_IMAGE_FORMAT_LAYOUT_8_8;
  constexpr auto k8888 = ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8;
  constexpr auto k16 = ZE_IMAGE_FORMAT_LAYOUT_16;
  constexpr auto k1616 = ZE_IMAGE_FORMAT_LAYOUT_16_16;
  constexpr auto k16x4 = ZE_IMAGE_FORMAT_LAYOUT_16_16_16_16;
  constexpr auto k32 = ZE_IMAGE_FORMAT_LAYOUT_32;
  constexpr auto k3232 = ZE_IMAGE_FORMAT_LAYOUT_32_32;
  constexpr auto k32x4 = ZE_IMAGE_FORMAT_LAYOUT_32_32_32_32;
  const Row rows[] = {{CL_UNORM_INT8, 1, ZE_IMAGE_FORMAT_TYPE_UNORM, k8, k88, k8888},
                      {CL_SNORM_INT8, 1, ZE_IMAGE_FORMAT_TYPE_SNORM, k8, k88, k8888},
                      {CL_SIGNED_INT8, 1, ZE_IMAGE_FORMAT_TYPE_SINT, k8, k88, k8888},
                      {CL_UNSIGNED_INT8, 1, ZE_IMAGE_FORMAT_TYPE_UINT, k8, k88, k8888},
                      {CL_UNORM_INT16, 2, ZE_IMAGE_FORMAT_TYPE_UNORM, k16, k1616, k16x4},
                      {CL_SNORM_INT16, 2, ZE_IMAGE_FORMAT_TYPE_SNORM, k16, k1616, k16x4},
                      {CL_SIGNED_INT16, 2, ZE_IMAGE_FORMAT_TYPE_SINT, k16, k1616, k16x4},
                      {CL_UNSIGNED_INT16, 2, ZE_IMAGE_FORMAT_TYPE_UINT, k16, k1616, k16x4},
                      {CL_HALF_FLOAT, 2, ZE_IMAGE_FORMAT_TYPE_FLOAT, k16, k1616, k16x4},
                      {CL_SIGNED_INT32, 4, ZE_IMAGE_FORMAT_TYPE_SINT, k32, k3232, k32x4},
                      {CL_UNSIGNED_INT32, 4, ZE_IMAGE_FORMAT_TYPE_UINT, k32, k3232, k32x4},
                      {CL_FLOAT, 4, ZE_IMAGE_FORMAT_TYPE_FLOAT, k32, k3232, k32x4}};
  for (const Row& row : rows) {
    const auto one = toZeFormat({CL_R, row.type});
    const auto two = toZeFormat({CL_RG, row.type});
    const auto four = toZeFormat({CL_RGBA, row.type});
    ASSERT_TRUE(one.ok() && two.ok() && four.ok()) << row.type;
    EXPECT_EQ(one->layout, row.one);
    EXPECT_EQ(two->layout, row.two);
    EXPECT_EQ(four->layout, row.four);
    EXPECT_EQ(one->type, row.ze);
    EXPECT_EQ(texelSize({CL_R, row.type}), row.bytes);
    EXPECT_EQ(texelSize({CL_RG, row.type}), 2 * row.bytes);
    EXPECT_EQ(texelSize({CL_RGBA, row.type}), 4 * row.bytes);
  }
}

TEST(FormatTest, UnknownFormatsHaveNoSize) {
  EXPECT_EQ(texelSize({0, CL_UNORM_INT8}), 0u);
  EXPECT_EQ(texelSize({CL_R, 0}), 0u);
  EXPECT_EQ(texelSize({CL_RGB, CL_UNORM_SHORT_565}), 2u);
  EXPECT_EQ(toZeFormat({CL_RGB, CL_UNORM_SHORT_565}).code(), CL_IMAGE_FORMAT_NOT_SUPPORTED);
}

TEST_F(ImageTest, FormatsAreTriedOnceAndInAStableOrder) {
  const auto formats = supportedFormats(fake.device);
  ASSERT_TRUE(formats.ok());
  EXPECT_EQ(formats->size(), 3u * 12u + 4u);
  EXPECT_EQ(formats->front().image_channel_order, static_cast<cl_channel_order>(CL_R));
  const size_t calls = fake.calls.size();
  const auto again = supportedFormats(fake.device);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->data(), formats->data());
  EXPECT_EQ(fake.calls.size(), calls);
}

// Shortage and loss say nothing about formats: they are told, and the next call tries again.
TEST_F(ImageTest, FormatsThatCouldNotBeTriedAreNotTakenForNone) {
  for (const auto& [function, code, wanted] :
       {std::tuple{Fn::zeContextCreate, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY, CL_OUT_OF_HOST_MEMORY},
        std::tuple{Fn::zeImageCreate, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY, CL_OUT_OF_HOST_MEMORY},
        std::tuple{Fn::zeImageCreate, ZE_RESULT_ERROR_DEVICE_LOST, CL_OUT_OF_RESOURCES}}) {
    fake.failAlways(function, code);
    EXPECT_EQ(supportedFormats(fake.device).code(), wanted);
    fake.always.erase(function);
  }
  const auto formats = supportedFormats(fake.device);
  ASSERT_TRUE(formats.ok());
  EXPECT_EQ(formats->size(), 3u * 12u + 4u);
}

TEST_F(ImageTest, ADeviceWithoutImagesHasNoFormats) {
  fake.device.image.maxImageDims2D = 0;
  const auto formats = supportedFormats(fake.device);
  ASSERT_TRUE(formats.ok());
  EXPECT_TRUE(formats->empty());
}

TEST_F(ImageTest, RefusedFormatsAreLeftOut) {
  fake.failAlways(Fn::zeImageCreate, ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  const auto formats = supportedFormats(fake.device);
  ASSERT_TRUE(formats.ok());
  EXPECT_TRUE(formats->empty());
}

TEST_F(ImageTest, APitchedImageCarriesAddressAndPitch) {
  fake.device.caps.pitchedImages = true;
  auto* const data = handleOf<void*>(0x5000);
  auto image = createPitchedImage(*context, fake.device, {CL_RG, CL_UNORM_INT8},
                                  {.width = 320, .height = 240}, data, 768);
  ASSERT_TRUE(image.ok());
  EXPECT_EQ(fake.calls.back().numbers[2], 0x5000u);
  EXPECT_EQ(fake.calls.back().numbers[3], 768u);
}

TEST_F(ImageTest, PitchedImagesThatWouldReadBesideThePictureAreRefused) {
  auto* const data = handleOf<void*>(0x5000);
  const ImageShape shape = {.width = 320, .height = 240};
  const cl_image_format rg = {CL_RG, CL_UNORM_INT8};
  EXPECT_EQ(createPitchedImage(*context, fake.device, rg, shape, data, 768).code(), CL_INVALID_OPERATION);
  fake.device.caps.pitchedImages = true;
  EXPECT_EQ(createPitchedImage(*context, fake.device, rg, shape, data, 639).code(),
            CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(createPitchedImage(*context, fake.device, rg, shape, data, 638).code(),
            CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(createPitchedImage(*context, fake.device, rg, shape, nullptr, 768).code(),
            CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(fake.count(Fn::zeImageCreate), 0u);
}

TEST_F(ImageTest, EmptyImagesNeverReachTheDriver) {
  EXPECT_EQ(createImage(*context, fake.device, {CL_R, CL_UNORM_INT8}, {.width = 0}).code(),
            CL_INVALID_IMAGE_SIZE);
  EXPECT_EQ(fake.count(Fn::zeImageCreate), 0u);
}

TEST_F(ImageTest, SamplersKeepTheirMeaning) {
  struct Row {
    cl_addressing_mode cl;
    ze_sampler_address_mode_t ze;
  };
  const Row rows[] = {{CL_ADDRESS_NONE, ZE_SAMPLER_ADDRESS_MODE_NONE},
                      {CL_ADDRESS_CLAMP_TO_EDGE, ZE_SAMPLER_ADDRESS_MODE_CLAMP},
                      {CL_ADDRESS_CLAMP, ZE_SAMPLER_ADDRESS_MODE_CLAMP_TO_BORDER},
                      {CL_ADDRESS_REPEAT, ZE_SAMPLER_ADDRESS_MODE_REPEAT},
                      {CL_ADDRESS_MIRRORED_REPEAT, ZE_SAMPLER_ADDRESS_MODE_MIRROR}};
  for (const Row& row : rows) {
    auto sampler = createSampler(*context, fake.device,
                                 {.normalized = false, .addressing = row.cl, .filter = CL_FILTER_LINEAR});
    ASSERT_TRUE(sampler.ok());
    EXPECT_EQ(fake.calls.back().numbers[0], static_cast<uint64_t>(row.ze));
    EXPECT_EQ(fake.calls.back().numbers[1], static_cast<uint64_t>(ZE_SAMPLER_FILTER_MODE_LINEAR));
    EXPECT_EQ(fake.calls.back().numbers[2], 0u);
  }
  EXPECT_EQ(createSampler(*context, fake.device, {.addressing = 1}).code(), CL_INVALID_VALUE);
}

}  // namespace
}  // namespace clze::l0::test
