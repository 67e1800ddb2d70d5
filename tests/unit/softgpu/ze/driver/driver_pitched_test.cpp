// Images over USM memory with the application's pitch: how linear video surfaces become images.
#include "l0backend/api/ze_newer.h"
#include "tests/unit/softgpu/ze/driver/image_fixture.h"

namespace softgpu::test {
namespace {

namespace newer = clze::ze_newer;

class PitchedTest : public ImageFixture {
 protected:
  ze_image_desc_t pitched(ze_image_format_layout_t layout, uint32_t width, uint32_t height, void* ptr,
                          size_t rowPitch) {
    custom_.rowPitch = rowPitch;
    pitched_.ptr = ptr;
    pitched_.pNext = rowPitch != 0 ? &custom_ : nullptr;
    return imageDesc(layout, ZE_IMAGE_FORMAT_TYPE_UNORM, width, height, &pitched_);
  }
  newer::CustomPitchDesc custom_;
  newer::ImagePitchedDesc pitched_;
};

TEST_F(PitchedTest, MemoryAndPitchAreChecked) {
  auto* memory = shared<uint8_t>(100 * 10);
  ze_image_handle_t image = nullptr;
  int onStack = 0;
  EXPECT_EQ(create(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, 90, 10, nullptr, 100), &image),
            ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(create(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, 90, 10, &onStack, 100), &image),
            ZE_RESULT_ERROR_INVALID_ARGUMENT)
      << "not USM";
  EXPECT_EQ(create(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, 90, 10, memory, 89), &image),
            ZE_RESULT_ERROR_INVALID_ARGUMENT)
      << "rows overlap";
  EXPECT_EQ(create(pitched(ZE_IMAGE_FORMAT_LAYOUT_8_8, 51, 10, memory, 100), &image),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(create(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, 90, 11, memory, 100), &image),
            ZE_RESULT_ERROR_INVALID_ARGUMENT)
      << "beyond the allocation";
  EXPECT_EQ(create(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, 90, 10, memory + 11, 100), &image),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(create(pitched(ZE_IMAGE_FORMAT_LAYOUT_NV12, 90, 4, memory, 100), &image),
            ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  const auto desc = imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 90, 10, &custom_);
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_INVALID_ARGUMENT) << "a pitch without memory";
  // The last row may end where the memory does.
  ASSERT_EQ(create(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, 90, 10, memory + 10, 100), &image), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeImageDestroy(image), ZE_RESULT_SUCCESS);
}

TEST_F(PitchedTest, PlanesOfASurfaceAreItsImages) {
  // NV12 as a decoder lays it out: foreign pitch, chroma at an offset of its own.
  constexpr uint32_t kWidth = 322, kHeight = 242, kPitch = 768, kChroma = kPitch * 256;
  auto* surface = shared<uint8_t>(kChroma + kPitch * 128);
  std::memset(surface, 0xcd, kChroma + kPitch * 128);
  auto* luma = made(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, kWidth, kHeight, surface, kPitch));
  auto* chroma =
      made(pitched(ZE_IMAGE_FORMAT_LAYOUT_8_8, kWidth / 2, kHeight / 2, surface + kChroma, kPitch));
  EXPECT_EQ(memoryOf(luma).rowPitch, kPitch);
  EXPECT_EQ(memoryOf(chroma).rowPitch, kPitch);
  const auto y = noise(kWidth * kHeight), uv = noise(kWidth * kHeight / 2, 7);
  ASSERT_EQ(write(luma, y.data()), ZE_RESULT_SUCCESS);
  ASSERT_EQ(write(chroma, uv.data()), ZE_RESULT_SUCCESS);
  for (uint32_t row = 0; row < 256; ++row) {
    for (uint32_t x = 0; x < kPitch; ++x) {
      const bool inside = row < kHeight && x < kWidth;
      ASSERT_EQ(surface[row * kPitch + x], inside ? y[row * kWidth + x] : 0xcd) << row << ' ' << x;
    }
  }
  for (uint32_t row = 0; row < 128; ++row) {
    for (uint32_t x = 0; x < kPitch; ++x) {
      const bool inside = row < kHeight / 2 && x < kWidth;
      ASSERT_EQ(surface[kChroma + row * kPitch + x], inside ? uv[row * kWidth + x] : 0xcd) << row << ' ' << x;
    }
  }
}

TEST_F(PitchedTest, IdIsTheAllocations) {
  auto* memory = shared<uint8_t>(4096);
  auto* image = made(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, 64, 64, memory, 64));
  auto ofImage =
      described<ze_image_allocation_ext_properties_t>(ZE_STRUCTURE_TYPE_IMAGE_ALLOCATION_EXT_PROPERTIES);
  auto ofMemory =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES);
  ASSERT_EQ(zeImageGetAllocPropertiesExt(context, image, &ofImage), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeMemGetAllocProperties(context, memory, &ofMemory, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(ofImage.id, ofMemory.id);
}

TEST_F(PitchedTest, WithoutACustomPitchItIsTheDevices) {
  auto* memory = shared<uint8_t>(128 * 4);
  EXPECT_EQ(memoryOf(made(pitched(ZE_IMAGE_FORMAT_LAYOUT_8, 100, 4, memory, 0))).rowPitch, 128U);
  if (handlesAreWrapped()) return;  // the loader does not unwrap for extensions
  void* address = nullptr;
  ASSERT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zeMemGetPitchFor2dImage", &address),
            ZE_RESULT_SUCCESS);
  auto* pitchFor = reinterpret_cast<ze_result_t (*)(ze_context_handle_t, ze_device_handle_t, size_t, size_t,
                                                    unsigned int, size_t*)>(address);
  size_t pitch = 0;
  EXPECT_EQ(pitchFor(context, device, 0, 4, 1, &pitch), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  ASSERT_EQ(pitchFor(context, device, 100, 4, 1, &pitch), ZE_RESULT_SUCCESS);
  EXPECT_EQ(pitch, 128U);
}

}  // namespace
}  // namespace softgpu::test
