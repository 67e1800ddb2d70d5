// Images: formats, sizes, imports, planar images and views of their planes; samplers.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "l0backend/api/ze_newer.h"
#include "softgpu/ze/engine/engine.h"
#include "tests/unit/softgpu/ze/driver/image_fixture.h"

namespace softgpu::test {
namespace {

namespace newer = clze::ze_newer;

class ImageTest : public ImageFixture {
 protected:
  ze_image_desc_t r8(uint64_t width = 16, uint32_t height = 16, const void* pNext = nullptr) {
    return imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8, ZE_IMAGE_FORMAT_TYPE_UNORM, width, height, pNext);
  }
  ze_image_handle_t image = nullptr;
};

TEST_F(ImageTest, BadHandlesRefused) {
  const auto desc = r8();
  EXPECT_EQ(zeImageCreate(foreign<ze_context_handle_t>(), device, &desc, &image),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeImageDestroy(nullptr), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(zeImageDestroy(foreign<ze_image_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeImageViewCreateExp(context, device, &desc, foreign<ze_image_handle_t>(), &image),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeSamplerDestroy(foreign<ze_sampler_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

TEST_F(ImageTest, BadDescriptionsAreErrors) {
  EXPECT_EQ(zeImageCreate(context, device, nullptr, &image), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(create(r8(0, 16), &image), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  EXPECT_EQ(create(r8(16, 0), &image), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  EXPECT_EQ(create(r8(16385, 16), &image), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  auto desc = r8();
  desc.type = ZE_IMAGE_TYPE_2DARRAY;
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_SIZE) << "no layers";
  desc = r8();
  desc.type = ZE_IMAGE_TYPE_3D;
  desc.depth = 0;
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  desc = r8();
  desc.flags = 1U << 10;
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  desc = r8();
  desc.miplevels = 2;
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
}

TEST_F(ImageTest, UnknownExtensionStructureIsRefused) {
  const auto unknown = described<ze_base_desc_t>(static_cast<ze_structure_type_t>(0x00050006));
  EXPECT_EQ(create(r8(16, 16, &unknown), &image), ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  auto wish = described<ze_external_memory_export_desc_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC);
  wish.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  EXPECT_EQ(create(r8(16, 16, &wish), &image), ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  EXPECT_EQ(image, nullptr);
}

TEST_F(ImageTest, FormatsTheDeviceLacksAreRefused) {
  const ze_image_format_layout_t layouts[] = {ZE_IMAGE_FORMAT_LAYOUT_11_11_10, ZE_IMAGE_FORMAT_LAYOUT_I420,
                                              ZE_IMAGE_FORMAT_LAYOUT_444P};
  auto properties = described<ze_image_properties_t>(ZE_STRUCTURE_TYPE_IMAGE_PROPERTIES);
  for (const auto layout : layouts) {
    const auto desc = imageDesc(layout, ZE_IMAGE_FORMAT_TYPE_UNORM, 16, 16);
    EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
    EXPECT_EQ(zeImageGetProperties(device, &desc, &properties), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  }
  auto desc = imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8, ZE_IMAGE_FORMAT_TYPE_FLOAT, 16, 16);
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  desc = imageDesc(ZE_IMAGE_FORMAT_LAYOUT_32, ZE_IMAGE_FORMAT_TYPE_UNORM, 16, 16);
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
}

TEST_F(ImageTest, FilteringIsOfferedWhereItMeansSomething) {
  auto properties = described<ze_image_properties_t>(ZE_STRUCTURE_TYPE_IMAGE_PROPERTIES);
  for (const auto& format : allFormats()) {
    const auto desc = imageDesc(format, 16, 16);
    ASSERT_EQ(zeImageGetProperties(device, &desc, &properties), ZE_RESULT_SUCCESS) << format.name;
    const bool integer = format.type == ZE_IMAGE_FORMAT_TYPE_UINT || format.type == ZE_IMAGE_FORMAT_TYPE_SINT;
    EXPECT_TRUE(properties.samplerFilterFlags & ZE_IMAGE_SAMPLER_FILTER_FLAG_POINT);
    EXPECT_EQ((properties.samplerFilterFlags & ZE_IMAGE_SAMPLER_FILTER_FLAG_LINEAR) == 0, integer)
        << format.name;
  }
}

TEST_F(ImageTest, RowsArePaddedTo64Bytes) {
  const auto memory =
      memoryOf(made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM, 17, 3)));
  EXPECT_EQ(memory.rowPitch, 128U);
  EXPECT_EQ(memory.slicePitch, 384U);
  EXPECT_EQ(memory.size, 384U);
}

// Who exports or imports its memory is told no pitch.
TEST_F(ImageTest, RowsOfVolumesArePacked) {
  auto desc = r8(17, 3);
  desc.type = ZE_IMAGE_TYPE_3D;
  desc.depth = 2;
  const auto memory = memoryOf(made(desc));
  EXPECT_EQ(memory.rowPitch, 17U);
  EXPECT_EQ(memory.slicePitch, 51U);
  EXPECT_EQ(memory.size, 102U);
}

TEST_F(ImageTest, EachImageHasMemoryOfItsOwn) {
  auto a = described<ze_image_allocation_ext_properties_t>(ZE_STRUCTURE_TYPE_IMAGE_ALLOCATION_EXT_PROPERTIES);
  auto b = a;
  ASSERT_EQ(zeImageGetAllocPropertiesExt(context, made(r8()), &a), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeImageGetAllocPropertiesExt(context, made(r8()), &b), ZE_RESULT_SUCCESS);
  EXPECT_NE(a.id, 0U);
  EXPECT_NE(a.id, b.id);
}

TEST_F(ImageTest, Residency) {
  auto* one = made(r8());
  EXPECT_EQ(zeContextMakeImageResident(context, device, one), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeContextEvictImage(context, device, one), ZE_RESULT_SUCCESS);
}

TEST_F(ImageTest, ImportSharesTheObjectAndClosesTheFd) {
  const int fd = memfd_create("image", MFD_CLOEXEC);
  ASSERT_EQ(ftruncate(fd, 64 * 16), 0);
  auto* pixels = static_cast<uint8_t*>(mmap(nullptr, 64 * 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  auto external = described<ze_external_memory_import_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD);
  external.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  external.fd = fd;
  EXPECT_EQ(create(r8(48, 17, &external), &image), ZE_RESULT_ERROR_INVALID_ARGUMENT) << "object too small";
  EXPECT_GE(fcntl(fd, F_GETFD), 0) << "stays open on failure";
  auto* imported = made(r8(48, 16, &external));
  EXPECT_LT(fcntl(fd, F_GETFD), 0);
  const auto bytes = noise(48 * 16);
  ASSERT_EQ(write(imported, bytes.data()), ZE_RESULT_SUCCESS);
  for (uint32_t y = 0; y < 16; ++y) EXPECT_EQ(std::memcmp(pixels + 64 * y, &bytes[48 * y], 48), 0) << y;
  munmap(pixels, 64 * 16);
}

class PlanarTest : public ImageTest {
 protected:
  ze_image_desc_t viewDesc(ze_image_format_layout_t layout, uint32_t planeIndex,
                           ze_structure_type_t stype = ZE_STRUCTURE_TYPE_IMAGE_VIEW_PLANAR_EXP_DESC) {
    plane_ = described<ze_image_view_planar_exp_desc_t>(stype);
    plane_.planeIndex = planeIndex;
    return imageDesc(layout, ZE_IMAGE_FORMAT_TYPE_UNORM, 36, 20, &plane_);
  }
  ze_image_handle_t view(ze_image_handle_t base, const ze_image_desc_t& desc) {
    ze_image_handle_t result = nullptr;
    EXPECT_EQ(zeImageViewCreateExp(context, device, &desc, base, &result), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeImageDestroy(result), ZE_RESULT_SUCCESS); });
    return result;
  }

 private:
  ze_image_view_planar_exp_desc_t plane_{};
};

TEST_F(PlanarTest, PlanarImagesHaveRules) {
  const auto nv12 = [&](uint64_t width, uint32_t height) {
    return imageDesc(ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_TYPE_UNORM, width, height);
  };
  auto desc = nv12(36, 20);
  desc.type = ZE_IMAGE_TYPE_3D;
  EXPECT_EQ(create(desc, &image), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);

  auto* base = made(nv12(36, 20));
  auto bad = viewDesc(ZE_IMAGE_FORMAT_LAYOUT_8, 2);
  EXPECT_EQ(zeImageViewCreateExp(context, device, &bad, base, &image), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  bad = viewDesc(ZE_IMAGE_FORMAT_LAYOUT_8, 1);
  EXPECT_EQ(zeImageViewCreateExp(context, device, &bad, base, &image),
            ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT)
      << "two bytes a texel there";
  bad = viewDesc(ZE_IMAGE_FORMAT_LAYOUT_8, 0);
  bad.pNext = nullptr;
  EXPECT_EQ(zeImageViewCreateExp(context, device, &bad, base, &image), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  bad = viewDesc(ZE_IMAGE_FORMAT_LAYOUT_8, 0, ZE_STRUCTURE_TYPE_FENCE_DESC);
  EXPECT_EQ(zeImageViewCreateExp(context, device, &bad, base, &image),
            ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
}

TEST_F(PlanarTest, OddFramesHaveChromaForTheirLastTexels) {
  auto* base = made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_TYPE_UNORM, 5, 3));
  const auto both = noise(5 * 3 + 3 * 2 * 2);
  ASSERT_EQ(write(base, both.data()), ZE_RESULT_SUCCESS);
  auto* chroma = view(base, viewDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8, 1));
  std::vector<uint8_t> out(3 * 2 * 2);
  ASSERT_EQ(read(out.data(), chroma), ZE_RESULT_SUCCESS);
  EXPECT_EQ(std::memcmp(out.data(), both.data() + 15, out.size()), 0);
}

TEST_F(PlanarTest, ViewsAreThePlanesAtTheirOwnSize) {
  struct Case {
    ze_image_format_layout_t base, luma, chroma;
    uint32_t bytes;
  };
  const Case cases[] = {
      {ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_LAYOUT_8, ZE_IMAGE_FORMAT_LAYOUT_8_8, 1},
      {ZE_IMAGE_FORMAT_LAYOUT_P010, ZE_IMAGE_FORMAT_LAYOUT_16, ZE_IMAGE_FORMAT_LAYOUT_16_16, 2},
  };
  for (const Case& c : cases) {
    auto* base = made(imageDesc(c.base, ZE_IMAGE_FORMAT_TYPE_UNORM, 36, 20));
    const size_t lumaSize = size_t{36} * 20 * c.bytes, chromaSize = lumaSize / 2;
    const auto both = noise(lumaSize + chromaSize);
    ASSERT_EQ(write(base, both.data()), ZE_RESULT_SUCCESS);
    auto* luma = view(base, viewDesc(c.luma, 0));
    auto* chroma = view(base, viewDesc(c.chroma, 1));
    std::vector<uint8_t> out(lumaSize);
    ASSERT_EQ(read(out.data(), luma), ZE_RESULT_SUCCESS);
    EXPECT_EQ(std::memcmp(out.data(), both.data(), lumaSize), 0);
    const ze_image_region_t whole{0, 0, 0, 18, 10, 1}, tooWide{0, 0, 0, 19, 10, 1},
        tooHigh{0, 0, 0, 18, 11, 1};
    EXPECT_EQ(read(out.data(), chroma, &tooWide), ZE_RESULT_ERROR_INVALID_SIZE);
    EXPECT_EQ(read(out.data(), chroma, &tooHigh), ZE_RESULT_ERROR_INVALID_SIZE);
    ASSERT_EQ(read(out.data(), chroma, &whole), ZE_RESULT_SUCCESS);
    EXPECT_EQ(std::memcmp(out.data(), both.data() + lumaSize, chromaSize), 0);
    // What is written through a view is in the image.
    const auto fresh = noise(chromaSize, 99);
    ASSERT_EQ(write(chroma, fresh.data()), ZE_RESULT_SUCCESS);
    std::vector<uint8_t> all(lumaSize + chromaSize);
    ASSERT_EQ(read(all.data(), base), ZE_RESULT_SUCCESS);
    EXPECT_EQ(std::memcmp(all.data() + lumaSize, fresh.data(), chromaSize), 0);
    EXPECT_EQ(std::memcmp(all.data(), both.data(), lumaSize), 0);
    EXPECT_EQ(memoryOf(chroma).rowPitch, memoryOf(luma).rowPitch);
  }
}

TEST_F(PlanarTest, ViewCreateOfNewerApi) {
  if (handlesAreWrapped()) GTEST_SKIP() << "the loader does not unwrap for it";
  void* address = nullptr;
  ASSERT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zeImageViewCreateExt", &address), ZE_RESULT_SUCCESS);
  auto* base = made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_TYPE_UNORM, 36, 20));
  const auto desc = viewDesc(ZE_IMAGE_FORMAT_LAYOUT_8_8, 1, newer::kStypeImageViewPlanarExt);
  ze_image_handle_t chroma = nullptr;
  ASSERT_EQ(reinterpret_cast<ViewCreate>(address)(context, device, &desc, base, &chroma), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memoryOf(chroma).size, 64U * 10);
  EXPECT_EQ(zeImageDestroy(chroma), ZE_RESULT_SUCCESS);
}

TEST_F(PlanarTest, ViewKeepsTheMemoryOfADestroyedImage) {
  ze_image_handle_t base = nullptr;
  ASSERT_EQ(create(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_TYPE_UNORM, 36, 20), &base),
            ZE_RESULT_SUCCESS);
  auto* luma = view(base, viewDesc(ZE_IMAGE_FORMAT_LAYOUT_8, 0));
  ASSERT_EQ(zeImageDestroy(base), ZE_RESULT_SUCCESS);
  const auto bytes = noise(36 * 20);
  std::vector<uint8_t> out(bytes.size());
  ASSERT_EQ(write(luma, bytes.data()), ZE_RESULT_SUCCESS);
  ASSERT_EQ(read(out.data(), luma), ZE_RESULT_SUCCESS);
  EXPECT_EQ(out, bytes);
}

TEST_F(PlanarTest, ViewMayReadTexelsInAnotherWay) {
  auto* base = made(r8(36, 20));
  auto desc = imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8, ZE_IMAGE_FORMAT_TYPE_UINT, 36, 20);
  auto* other = view(base, desc);
  const auto bytes = noise(36 * 20);
  std::vector<uint8_t> out(bytes.size());
  ASSERT_EQ(write(base, bytes.data()), ZE_RESULT_SUCCESS);
  ASSERT_EQ(read(out.data(), other), ZE_RESULT_SUCCESS);
  EXPECT_EQ(out, bytes);
}

using SamplerTest = ImageTest;

TEST_F(SamplerTest, Rules) {
  auto desc = described<ze_sampler_desc_t>(ZE_STRUCTURE_TYPE_SAMPLER_DESC);
  ze_sampler_handle_t sampler = nullptr;
  EXPECT_EQ(zeSamplerCreate(context, device, nullptr, &sampler), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  desc.addressMode = static_cast<ze_sampler_address_mode_t>(5);
  EXPECT_EQ(zeSamplerCreate(context, device, &desc, &sampler), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  desc.addressMode = ZE_SAMPLER_ADDRESS_MODE_MIRROR;
  desc.filterMode = static_cast<ze_sampler_filter_mode_t>(2);
  EXPECT_EQ(zeSamplerCreate(context, device, &desc, &sampler), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  desc.filterMode = ZE_SAMPLER_FILTER_MODE_LINEAR;
  ASSERT_EQ(zeSamplerCreate(context, device, &desc, &sampler), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeSamplerDestroy(sampler), ZE_RESULT_SUCCESS);
}

}  // namespace
}  // namespace softgpu::test
