// Copies between images and memory: every format, every image type, regions, pitches.
#include "tests/unit/softgpu/ze/driver/image_fixture.h"

namespace softgpu::test {
namespace {

class ImageCopyTest : public ImageFixture {
 protected:
  ze_image_handle_t rgba8(uint32_t width, uint32_t height) {
    return made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM, width, height));
  }
};

TEST_F(ImageCopyTest, BadHandlesRefused) {
  char memory[64];
  auto* image = rgba8(4, 4);
  EXPECT_EQ(read(memory, nullptr), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(read(memory, foreign<ze_image_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeCommandListAppendImageCopy(now(), image, foreign<ze_image_handle_t>(), nullptr, 0, nullptr),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

TEST_F(ImageCopyTest, BadArgumentsAreErrors) {
  auto* image = rgba8(4, 4);
  auto* other = made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 4, 4));
  auto* larger = rgba8(5, 4);
  char memory[64];
  EXPECT_EQ(read(nullptr, image), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  const ze_image_region_t outside{1, 0, 0, 4, 4, 1}, farAway{UINT32_MAX, 0, 0, 2, 1, 1},
      deep{0, 0, 0, 1, 1, 2};
  for (const auto& region : {outside, farAway, deep}) {
    EXPECT_EQ(read(memory, image, &region), ZE_RESULT_ERROR_INVALID_SIZE);
    EXPECT_EQ(write(image, memory, &region), ZE_RESULT_ERROR_INVALID_SIZE);
  }
  const auto copy = [&](ze_image_handle_t to, ze_image_handle_t from) {
    return zeCommandListAppendImageCopy(now(), to, from, nullptr, 0, nullptr);
  };
  EXPECT_EQ(copy(image, other), ZE_RESULT_ERROR_INVALID_ARGUMENT) << "texels differ";
  EXPECT_EQ(copy(image, larger), ZE_RESULT_ERROR_INVALID_SIZE);
  EXPECT_EQ(copy(image, image), ZE_RESULT_ERROR_OVERLAPPING_REGIONS);
  auto* usm = shared<char>(63);
  EXPECT_EQ(read(usm, image), ZE_RESULT_ERROR_INVALID_ARGUMENT) << "one byte short";
}

// As Intel's driver and hardware take them.
TEST_F(ImageCopyTest, RowsMayOverlapInMemoryAndZIsNotLookedAtIn2D) {
  auto* image = rgba8(4, 3);
  const auto bytes = noise(2 * 8 + 16);
  ASSERT_EQ(zeCommandListAppendImageCopyFromMemoryExt(now(), image, bytes.data(), nullptr, 8, 0, nullptr, 0,
                                                      nullptr),
            ZE_RESULT_SUCCESS);
  std::vector<uint8_t> out(4 * 3 * 4), again(bytes.size());
  ASSERT_EQ(read(out.data(), image), ZE_RESULT_SUCCESS);
  for (size_t row = 0; row < 3; ++row)
    EXPECT_EQ(std::memcmp(out.data() + row * 16, bytes.data() + row * 8, 16), 0) << row;
  ASSERT_EQ(
      zeCommandListAppendImageCopyToMemoryExt(now(), again.data(), image, nullptr, 8, 0, nullptr, 0, nullptr),
      ZE_RESULT_SUCCESS);
  EXPECT_EQ(again, bytes);
  const ze_image_region_t elsewhere{1, 2, 5, 2, 1, 1};
  ASSERT_EQ(read(out.data(), image, &elsewhere), ZE_RESULT_SUCCESS);
  EXPECT_EQ(std::memcmp(out.data(), bytes.data() + 2 * 8 + 4, 8), 0);
}

TEST_F(ImageCopyTest, RegionsOfNoWidthCopyNothingAndSignal) {
  auto* image = rgba8(4, 4);
  const std::vector<char> before(64, 7);
  ASSERT_EQ(write(image, before.data()), ZE_RESULT_SUCCESS);
  const ze_image_region_t empty{0, 0, 0, 0, 0, 0};
  const std::vector<char> other(64, 9);
  const auto done = events(1)[0];
  EXPECT_EQ(zeCommandListAppendImageCopyFromMemory(now(), image, other.data(), &empty, done, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(done), ZE_RESULT_SUCCESS);
  std::vector<char> after(64);
  ASSERT_EQ(read(after.data(), image), ZE_RESULT_SUCCESS);
  EXPECT_EQ(after, before);
}

TEST_F(ImageCopyTest, EveryFormatRoundTripsInEveryType) {
  struct Shape {
    ze_image_type_t type;
    uint32_t width, height, depth, layers;
    size_t texels;
  };
  const Shape shapes[] = {
      {ZE_IMAGE_TYPE_1D, 37, 1, 1, 0, 37},  {ZE_IMAGE_TYPE_1DARRAY, 37, 1, 1, 3, 111},
      {ZE_IMAGE_TYPE_2D, 13, 7, 1, 0, 91},  {ZE_IMAGE_TYPE_2DARRAY, 13, 7, 1, 3, 273},
      {ZE_IMAGE_TYPE_3D, 13, 7, 5, 0, 455}, {ZE_IMAGE_TYPE_BUFFER, 37, 1, 1, 0, 37},
  };
  uint8_t seed = 0;
  for (const auto& format : allFormats()) {
    for (const Shape& shape : shapes) {
      auto desc = imageDesc(format, shape.width, shape.height);
      desc.type = shape.type;
      desc.depth = shape.depth;
      desc.arraylevels = shape.layers;
      auto* first = made(desc);
      auto* second = made(desc);
      const auto bytes = noise(shape.texels * format.texelSize, ++seed);
      std::vector<uint8_t> out(bytes.size());
      ASSERT_EQ(write(first, bytes.data()), ZE_RESULT_SUCCESS) << format.name << shape.type;
      ASSERT_EQ(zeCommandListAppendImageCopy(now(), second, first, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
      ASSERT_EQ(read(out.data(), second), ZE_RESULT_SUCCESS);
      EXPECT_EQ(out, bytes) << format.name << shape.type;
    }
  }
}

TEST_F(ImageCopyTest, RegionsTouchOnlyThemselves) {
  auto desc = imageDesc(ZE_IMAGE_FORMAT_LAYOUT_16, ZE_IMAGE_FORMAT_TYPE_UINT, 10, 8);
  desc.type = ZE_IMAGE_TYPE_3D;
  desc.depth = 4;
  auto* image = made(desc);
  const std::vector<uint16_t> zeros(10 * 8 * 4);
  ASSERT_EQ(write(image, zeros.data()), ZE_RESULT_SUCCESS);
  std::vector<uint16_t> box(3 * 2 * 2);
  for (size_t i = 0; i < box.size(); ++i) box[i] = static_cast<uint16_t>(1000 + i);
  const ze_image_region_t region{4, 5, 1, 3, 2, 2};
  ASSERT_EQ(write(image, box.data(), &region), ZE_RESULT_SUCCESS);
  std::vector<uint16_t> all(zeros.size()), back(box.size());
  ASSERT_EQ(read(all.data(), image), ZE_RESULT_SUCCESS);
  ASSERT_EQ(read(back.data(), image, &region), ZE_RESULT_SUCCESS);
  EXPECT_EQ(back, box);
  for (uint32_t z = 0; z < 4; ++z) {
    for (uint32_t y = 0; y < 8; ++y) {
      for (uint32_t x = 0; x < 10; ++x) {
        const bool inside = x >= 4 && x < 7 && y >= 5 && y < 7 && z >= 1 && z < 3;
        const uint16_t expected = inside ? box[(z - 1) * 6 + (y - 5) * 3 + x - 4] : uint16_t{0};
        ASSERT_EQ(all[z * 80 + y * 10 + x], expected) << x << ' ' << y << ' ' << z;
      }
    }
  }
}

TEST_F(ImageCopyTest, RegionBetweenImagesAndWithinOne) {
  auto* from = rgba8(8, 8);
  auto* to = rgba8(16, 4);
  const auto bytes = noise(8 * 8 * 4);
  const std::vector<uint8_t> zeros(16 * 4 * 4);
  ASSERT_EQ(write(from, bytes.data()), ZE_RESULT_SUCCESS);
  ASSERT_EQ(write(to, zeros.data()), ZE_RESULT_SUCCESS);
  const ze_image_region_t source{2, 3, 0, 5, 2, 1}, target{9, 1, 0, 5, 2, 1}, wider{9, 1, 0, 6, 2, 1};
  const auto copy = [&](ze_image_handle_t dst, ze_image_handle_t src, const ze_image_region_t& dstRegion,
                        const ze_image_region_t& srcRegion) {
    return zeCommandListAppendImageCopyRegion(now(), dst, src, &dstRegion, &srcRegion, nullptr, 0, nullptr);
  };
  EXPECT_EQ(copy(to, from, wider, source), ZE_RESULT_ERROR_INVALID_SIZE);
  ASSERT_EQ(copy(to, from, target, source), ZE_RESULT_SUCCESS);
  std::vector<uint8_t> out(16 * 4 * 4);
  ASSERT_EQ(read(out.data(), to), ZE_RESULT_SUCCESS);
  for (uint32_t y = 0; y < 2; ++y) {
    EXPECT_EQ(std::memcmp(&out[((y + 1) * 16 + 9) * 4], &bytes[((y + 3) * 8 + 2) * 4], 20), 0);
    EXPECT_EQ(out[((y + 1) * 16 + 8) * 4], 0);
    EXPECT_EQ(out[((y + 1) * 16 + 14) * 4], 0);
  }
  const ze_image_region_t left{0, 0, 0, 4, 8, 1}, right{4, 0, 0, 4, 8, 1}, middle{2, 0, 0, 4, 8, 1};
  EXPECT_EQ(copy(from, from, middle, left), ZE_RESULT_ERROR_OVERLAPPING_REGIONS);
  ASSERT_EQ(copy(from, from, right, left), ZE_RESULT_SUCCESS);
  std::vector<uint8_t> mirrored(8 * 8 * 4);
  ASSERT_EQ(read(mirrored.data(), from), ZE_RESULT_SUCCESS);
  for (uint32_t y = 0; y < 8; ++y) EXPECT_EQ(std::memcmp(&mirrored[y * 32 + 16], &bytes[y * 32], 16), 0);
}

TEST_F(ImageCopyTest, PitchesOfMemoryAreHonoured) {
  auto desc = imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 5, 3);
  desc.type = ZE_IMAGE_TYPE_2DARRAY;
  desc.arraylevels = 2;
  auto* image = made(desc);
  constexpr uint32_t kPitch = 23, kSlice = 100;
  const auto from = noise(2 * kSlice);
  std::vector<uint8_t> to(2 * kSlice, 0xaa);
  ASSERT_EQ(zeCommandListAppendImageCopyFromMemoryExt(now(), image, from.data(), nullptr, kPitch, kSlice,
                                                      nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendImageCopyToMemoryExt(now(), to.data(), image, nullptr, kPitch, kSlice, nullptr,
                                                    0, nullptr),
            ZE_RESULT_SUCCESS);
  for (uint32_t i = 0; i < 2 * kSlice; ++i) {
    const uint32_t y = i % kSlice / kPitch, x = i % kSlice % kPitch;
    ASSERT_EQ(to[i], y < 3 && x < 10 ? from[i] : 0xaa) << i;
  }
}

TEST_F(ImageCopyTest, ImageMayBeDestroyedBeforeItsCopyRuns) {
  const auto list = immediate();
  auto gate = events(1)[0];
  ze_image_handle_t image = nullptr;
  ASSERT_EQ(create(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 64, 64), &image),
            ZE_RESULT_SUCCESS);
  const auto bytes = noise(64 * 64);
  ASSERT_EQ(write(image, bytes.data()), ZE_RESULT_SUCCESS);
  auto* out = shared<uint8_t>(64 * 64);
  ASSERT_EQ(zeCommandListAppendImageCopyToMemory(list, out, image, nullptr, nullptr, 1, &gate),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeImageDestroy(image), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  finish(list);
  EXPECT_EQ(std::memcmp(out, bytes.data(), bytes.size()), 0);
}

}  // namespace
}  // namespace softgpu::test
