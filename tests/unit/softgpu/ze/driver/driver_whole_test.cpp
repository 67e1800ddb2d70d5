// The shipped driver with its engine: SPIR-V from a real compiler, run through lists, events, images and
// views.
#include <numeric>

#include "l0backend/api/ze_newer.h"
#include "tests/unit/softgpu/ze/driver/whole_fixture.h"

namespace softgpu::test {
namespace {

class WholeTest : public WholeFixture {
 protected:
  // Runs swapChannels over the whole of two images of this size.
  void swap(ze_image_handle_t from, ze_image_handle_t to, uint32_t width, uint32_t height) {
    auto* k = kernel("swapChannels");
    ASSERT_EQ(setArgument(k, 0, from), ZE_RESULT_SUCCESS);
    ASSERT_EQ(setArgument(k, 1, to), ZE_RESULT_SUCCESS);
    ASSERT_EQ(setArgument(k, 2, sampler()), ZE_RESULT_SUCCESS);
    ASSERT_EQ(launch(k, width, height), ZE_RESULT_SUCCESS);
  }
  static std::vector<uint8_t> swapped(const std::vector<uint8_t>& pairs) {
    auto result = pairs;
    for (size_t i = 0; i + 1 < result.size(); i += 2) std::swap(result[i], result[i + 1]);
    return result;
  }
};

TEST_F(WholeTest, BrokenSpirvIsABuildLog) {
  std::vector<uint32_t> broken = {0x07230203, 0x00010000, 0, 100, 0, 0x00ff0001, 0xdeadbeef};
  auto desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC);
  desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
  desc.inputSize = broken.size() * 4;
  desc.pInputModule = reinterpret_cast<const uint8_t*>(broken.data());
  ze_module_handle_t made = nullptr;
  ze_module_build_log_handle_t log = nullptr;
  ASSERT_EQ(zeModuleCreate(context, device, &desc, &made, &log), ZE_RESULT_ERROR_MODULE_BUILD_FAILURE);
  size_t size = 0;
  ASSERT_EQ(zeModuleBuildLogGetString(log, &size, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_GT(size, 1U);
  EXPECT_EQ(zeModuleBuildLogDestroy(log), ZE_RESULT_SUCCESS);
}

// Every length of a good module's beginning, odd ones too, and none.
TEST_F(WholeTest, PiecesOfAModuleAreRefused) {
  std::ifstream file(SOFTGPU_WHOLE_MODULE, std::ios::binary);
  const std::vector<char> spirv((std::istreambuf_iterator<char>(file)), {});
  auto desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC);
  desc.pInputModule = reinterpret_cast<const uint8_t*>(spirv.data());
  ze_module_handle_t made = nullptr;
  for (const auto format : {ZE_MODULE_FORMAT_IL_SPIRV, ZE_MODULE_FORMAT_NATIVE}) {
    desc.format = format;
    desc.inputSize = 0;
    EXPECT_EQ(zeModuleCreate(context, device, &desc, &made, nullptr), ZE_RESULT_ERROR_INVALID_SIZE);
    for (const size_t size : {size_t{1}, size_t{3}, size_t{4}, size_t{19}, size_t{20}, size_t{23}, size_t{24},
                              spirv.size() - 1, spirv.size() - 4}) {
      desc.inputSize = size;
      EXPECT_EQ(zeModuleCreate(context, device, &desc, &made, nullptr),
                format == ZE_MODULE_FORMAT_NATIVE ? ZE_RESULT_ERROR_INVALID_NATIVE_BINARY
                                                  : ZE_RESULT_ERROR_MODULE_BUILD_FAILURE)
          << size;
    }
  }
  desc.pInputModule = nullptr;
  EXPECT_EQ(zeModuleCreate(context, device, &desc, &made, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(made, nullptr);
}

TEST_F(WholeTest, AddsOnAllThreads) {
  constexpr uint32_t kCount = 1 << 18;
  auto* a = shared<int>(kCount);
  auto* b = shared<int>(kCount);
  auto* sum = shared<int>(kCount);
  std::iota(a, a + kCount, 0);
  std::iota(b, b + kCount, 1000);
  auto* add = kernel("add");
  ASSERT_EQ(setArgument(add, 0, a), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(add, 1, b), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(add, 2, sum), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetGroupSize(add, 64, 1, 1), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(add, kCount / 64), ZE_RESULT_SUCCESS);
  for (uint32_t i = 0; i < kCount; ++i) ASSERT_EQ(sum[i], static_cast<int>(2 * i + 1000));
}

TEST_F(WholeTest, BarriersAndLocalArguments) {
  auto* in = shared<uint32_t>(1024);
  auto* out = shared<uint32_t>(8);
  std::iota(in, in + 1024, 0);
  auto* k = kernel("sumGroups");
  ASSERT_EQ(setArgument(k, 0, in), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(k, 1, out), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetArgumentValue(k, 2, 128 * 4, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetGroupSize(k, 128, 1, 1), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(k, 8), ZE_RESULT_SUCCESS);
  for (uint32_t g = 0; g < 8; ++g) EXPECT_EQ(out[g], 128 * 128 * g + 127 * 64) << g;
}

TEST_F(WholeTest, GlobalOffset) {
  auto* out = shared<uint32_t>(4);
  auto* k = kernel("where");
  ASSERT_EQ(setArgument(k, 0, out), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetGlobalOffsetExp(k, 70, 0, 0), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(k, 4), ZE_RESULT_SUCCESS);
  EXPECT_THAT(std::vector<uint32_t>(out, out + 4), ::testing::ElementsAre(70, 71, 72, 73));
}

TEST_F(WholeTest, SubgroupSizeIsTheOneReported) {
  auto* out = shared<uint32_t>(1);
  auto* k = kernel("subgroups");
  auto properties = described<ze_kernel_properties_t>(ZE_STRUCTURE_TYPE_KERNEL_PROPERTIES);
  ASSERT_EQ(zeKernelGetProperties(k, &properties), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(k, 0, out), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetGroupSize(k, 64, 1, 1), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(k, 1), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*out, properties.maxSubgroupSize);
}

TEST_F(WholeTest, ImagesOfTheDevice) {
  auto* from = made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 20, 10));
  auto* to = made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 20, 10));
  const auto bytes = noise(400);
  std::vector<uint8_t> out(400);
  ASSERT_EQ(write(from, bytes.data()), ZE_RESULT_SUCCESS);
  swap(from, to, 20, 10);
  ASSERT_EQ(read(out.data(), to), ZE_RESULT_SUCCESS);
  EXPECT_EQ(out, swapped(bytes));
}

TEST_F(WholeTest, ChromaOfAPlanarImageIntoAPitchedOne) {
  auto* nv12 = made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_TYPE_UNORM, 36, 20));
  const auto both = noise(36 * 30);
  ASSERT_EQ(write(nv12, both.data()), ZE_RESULT_SUCCESS);
  auto plane = described<ze_image_view_planar_exp_desc_t>(ZE_STRUCTURE_TYPE_IMAGE_VIEW_PLANAR_EXP_DESC);
  plane.planeIndex = 1;
  const auto viewDesc = imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 36, 20, &plane);
  ze_image_handle_t chroma = nullptr;
  ASSERT_EQ(zeImageViewCreateExp(context, device, &viewDesc, nv12, &chroma), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeImageDestroy(chroma), ZE_RESULT_SUCCESS); });

  constexpr uint32_t kPitch = 100;
  auto* memory = shared<uint8_t>(64 + kPitch * 10);
  clze::ze_newer::CustomPitchDesc custom;
  custom.rowPitch = kPitch;
  clze::ze_newer::ImagePitchedDesc pitched;
  pitched.pNext = &custom;
  pitched.ptr = memory + 64;
  auto* to = made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 18, 10, &pitched));
  swap(chroma, to, 18, 10);
  const auto expected = swapped({both.begin() + 720, both.end()});
  for (uint32_t y = 0; y < 10; ++y) {
    EXPECT_EQ(std::memcmp(memory + 64 + y * kPitch, &expected[y * 36], 36), 0) << y;
    if (y < 9) {
      EXPECT_EQ(std::count(memory + 64 + y * kPitch + 36, memory + 64 + (y + 1) * kPitch, 0), 64) << y;
    }
  }

  auto* k = kernel("sizes");
  auto* out = shared<int>(2);
  ASSERT_EQ(setArgument(k, 0, chroma), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(k, 1, out), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(k, 1), ZE_RESULT_SUCCESS);
  EXPECT_EQ(out[0], 18);
  EXPECT_EQ(out[1], 10);
}

TEST_F(WholeTest, KernelsTellTheirAttributes) {
  if (layerValidates()) GTEST_SKIP() << "older layers refuse the question for the size";
  auto* k = kernel("paint");
  uint32_t size = 0;
  ASSERT_EQ(zeKernelGetSourceAttributes(k, &size, nullptr), ZE_RESULT_SUCCESS);
  const std::string expected = "reqd_work_group_size(1,1,1)";
  ASSERT_EQ(size, expected.size() + 1);
  std::string text(size, 'x');
  char* to = text.data();
  ASSERT_EQ(zeKernelGetSourceAttributes(k, &size, &to), ZE_RESULT_SUCCESS);
  EXPECT_EQ(text, expected + '\0');
  size = 5;
  std::string cut(8, 'x');
  to = cut.data();
  ASSERT_EQ(zeKernelGetSourceAttributes(k, &size, &to), ZE_RESULT_SUCCESS);
  EXPECT_EQ(cut, std::string("reqd\0xxx", 8)) << "no further than it was told";
}

TEST_F(WholeTest, NativeBinaryRuns) {
  size_t size = 0;
  ASSERT_EQ(zeModuleGetNativeBinary(module, &size, nullptr), ZE_RESULT_SUCCESS);
  std::vector<uint8_t> binary(size);
  ASSERT_EQ(zeModuleGetNativeBinary(module, &size, binary.data()), ZE_RESULT_SUCCESS);
  auto desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC);
  desc.format = ZE_MODULE_FORMAT_NATIVE;
  desc.inputSize = size;
  desc.pInputModule = binary.data();
  ze_module_handle_t loaded = nullptr;
  ASSERT_EQ(zeModuleCreate(context, device, &desc, &loaded, nullptr), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeModuleDestroy(loaded), ZE_RESULT_SUCCESS); });
  std::swap(module, loaded);
  auto* out = shared<uint32_t>(4);
  auto* k = kernel("where");
  std::swap(module, loaded);
  ASSERT_EQ(setArgument(k, 0, out), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(k, 4), ZE_RESULT_SUCCESS);
  EXPECT_THAT(std::vector<uint32_t>(out, out + 4), ::testing::ElementsAre(0, 1, 2, 3));
  binary[size / 2] ^= 0x55;
  EXPECT_EQ(zeModuleCreate(context, device, &desc, &loaded, nullptr), ZE_RESULT_ERROR_INVALID_NATIVE_BINARY);
}

}  // namespace
}  // namespace softgpu::test
