// Images: every format there and back, views of surfaces, rectangles, and the conversions there are.
#include "tests/unit/softgpu/va/va_test.h"

namespace softgpu::va {
namespace {

struct FormatCase {
  const char* name;
  std::uint32_t fourcc;
  std::uint32_t rtFormat;
};

class FormatTest : public VaTest, public ::testing::WithParamInterface<FormatCase> {};

TEST_P(FormatTest, PutGetAndDeriveGiveTheSamePixels) {
  const auto [name, fourcc, rtFormat] = GetParam();
  for (const auto& [width, height] : {std::pair{322U, 242U}, std::pair{33U, 17U}, std::pair{640U, 480U}}) {
    const VASurfaceID surface = makeSurface(fourcc, rtFormat, width, height);
    const std::vector<std::uint8_t> bytes = pattern(fourcc, width, height, width);
    const VAImage in = makeImage(fourcc, width, height);
    EXPECT_EQ(in.format.fourcc, fourcc);
    writeImage(in, bytes);
    ASSERT_EQ(vaPutImage(display_, surface, in.image_id, 0, 0, width, height, 0, 0, width, height),
              VA_STATUS_SUCCESS);
    EXPECT_EQ(readSurface(surface), bytes);
    const VAImage out = makeImage(fourcc, width, height);
    ASSERT_EQ(vaGetImage(display_, surface, 0, 0, width, height, out.image_id), VA_STATUS_SUCCESS);
    EXPECT_EQ(readImage(out), bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FormatTest,
                         ::testing::Values(FormatCase{"NV12", VA_FOURCC_NV12, VA_RT_FORMAT_YUV420},
                                           FormatCase{"P010", VA_FOURCC_P010, VA_RT_FORMAT_YUV420_10},
                                           FormatCase{"YUY2", VA_FOURCC_YUY2, VA_RT_FORMAT_YUV422},
                                           FormatCase{"AYUV", VA_FOURCC_AYUV, VA_RT_FORMAT_YUV444},
                                           FormatCase{"Y800", VA_FOURCC_Y800, VA_RT_FORMAT_YUV400},
                                           FormatCase{"BGRA", VA_FOURCC_BGRA, VA_RT_FORMAT_RGB32},
                                           FormatCase{"BGRX", VA_FOURCC_BGRX, VA_RT_FORMAT_RGB32},
                                           FormatCase{"RGBA", VA_FOURCC_RGBA, VA_RT_FORMAT_RGB32},
                                           FormatCase{"RGBX", VA_FOURCC_RGBX, VA_RT_FORMAT_RGB32},
                                           FormatCase{"ARGB", VA_FOURCC_ARGB, VA_RT_FORMAT_RGB32},
                                           FormatCase{"XRGB", VA_FOURCC_XRGB, VA_RT_FORMAT_RGB32},
                                           FormatCase{"I420", VA_FOURCC_I420, VA_RT_FORMAT_YUV420},
                                           FormatCase{"YV12", VA_FOURCC_YV12, VA_RT_FORMAT_YUV420}),
                         [](const auto& info) { return std::string(info.param.name); });

class ImageTest : public VaTest {};

TEST_F(ImageTest, RefusesOtherFormatsSizesAndPlaces) {
  const VASurfaceID surface = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 64, 32);
  const VAImage rgb = makeImage(VA_FOURCC_BGRA, 64, 32);
  const VAImage deep = makeImage(VA_FOURCC_P010, 64, 32);
  const VAImage same = makeImage(VA_FOURCC_NV12, 64, 32);
  EXPECT_EQ(vaGetImage(display_, surface, 0, 0, 64, 32, rgb.image_id), VA_STATUS_ERROR_INVALID_IMAGE_FORMAT);
  EXPECT_EQ(vaPutImage(display_, surface, deep.image_id, 0, 0, 64, 32, 0, 0, 64, 32),
            VA_STATUS_ERROR_INVALID_IMAGE_FORMAT);
  EXPECT_EQ(vaGetImage(display_, surface, 0, 0, 66, 32, same.image_id), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(vaGetImage(display_, surface, 2, 0, 64, 32, same.image_id), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(vaGetImage(display_, surface, -2, 0, 4, 4, same.image_id), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(vaGetImage(display_, surface, 1, 0, 4, 4, same.image_id), VA_STATUS_ERROR_INVALID_PARAMETER)
      << "half a chroma sample";
  EXPECT_EQ(vaGetImage(display_, surface, 0, 0, 0, 4, same.image_id), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(vaPutImage(display_, surface, same.image_id, 0, 0, 64, 32, 0, 0, 32, 16),
            VA_STATUS_ERROR_UNIMPLEMENTED)
      << "scaling";
  EXPECT_EQ(vaGetImage(display_, surface, 0, 0, 64, 32, same.image_id + 1), VA_STATUS_ERROR_INVALID_IMAGE);
  VAImageFormat unknown{};
  unknown.fourcc = VA_FOURCC_NV11;
  VAImage image{};
  EXPECT_EQ(vaCreateImage(display_, &unknown, 64, 32, &image), VA_STATUS_ERROR_INVALID_IMAGE_FORMAT);
  EXPECT_EQ(vaDestroyImage(display_, same.image_id), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaDestroyImage(display_, same.image_id), VA_STATUS_ERROR_INVALID_IMAGE);
  void* data = nullptr;
  EXPECT_EQ(vaMapBuffer(display_, same.buf, &data), VA_STATUS_ERROR_INVALID_BUFFER) << "gone with its image";
}

TEST_F(ImageTest, RectanglesGoWhereTheyAreToldAndNowhereElse) {
  const VASurfaceID surface = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 16, 8);
  writeSurface(surface, std::vector<std::uint8_t>(16 * 8 * 3 / 2, 9));
  const VAImage image = makeImage(VA_FOURCC_NV12, 16, 8);
  std::vector<std::uint8_t> bytes(16 * 8 * 3 / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(100 + i % 150);
  writeImage(image, bytes);
  // A 4x2 rectangle from (2, 4) of the image to (8, 2) of the surface.
  ASSERT_EQ(vaPutImage(display_, surface, image.image_id, 2, 4, 4, 2, 8, 2, 4, 2), VA_STATUS_SUCCESS);
  std::vector<std::uint8_t> expected(16 * 8 * 3 / 2, 9);
  for (unsigned y = 0; y < 2; ++y) {
    for (unsigned x = 0; x < 4; ++x) expected[(2 + y) * 16 + 8 + x] = bytes[(4 + y) * 16 + 2 + x];
  }
  for (unsigned x = 0; x < 4; ++x) expected[128 + 1 * 16 + 8 + x] = bytes[128 + 2 * 16 + 2 + x];
  EXPECT_EQ(readSurface(surface), expected);
  // And out again from (8, 2), to the image's corner.
  const VAImage small = makeImage(VA_FOURCC_NV12, 4, 2);
  ASSERT_EQ(vaGetImage(display_, surface, 8, 2, 4, 2, small.image_id), VA_STATUS_SUCCESS);
  const std::vector<std::uint8_t> out = readImage(small);
  for (unsigned x = 0; x < 4; ++x) {
    EXPECT_EQ(out[x], bytes[4 * 16 + 2 + x]);
    EXPECT_EQ(out[4 + x], bytes[5 * 16 + 2 + x]);
    EXPECT_EQ(out[8 + x], bytes[128 + 2 * 16 + 2 + x]);
  }
}

TEST_F(ImageTest, PlanarAndSemiPlanarAreConverted) {
  const VASurfaceID surface = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 4, 2);
  // Y 1..8, UV pairs (11, 21), (12, 22).
  writeSurface(surface, {1, 2, 3, 4, 5, 6, 7, 8, 11, 21, 12, 22});
  const VAImage i420 = makeImage(VA_FOURCC_I420, 4, 2);
  ASSERT_EQ(vaGetImage(display_, surface, 0, 0, 4, 2, i420.image_id), VA_STATUS_SUCCESS);
  EXPECT_EQ(readImage(i420), (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 21, 22}));
  const VAImage yv12 = makeImage(VA_FOURCC_YV12, 4, 2);
  ASSERT_EQ(vaGetImage(display_, surface, 0, 0, 4, 2, yv12.image_id), VA_STATUS_SUCCESS);
  EXPECT_EQ(readImage(yv12), (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 8, 21, 22, 11, 12}));
  writeImage(yv12, {8, 7, 6, 5, 4, 3, 2, 1, 31, 32, 41, 42});
  ASSERT_EQ(vaPutImage(display_, surface, yv12.image_id, 0, 0, 4, 2, 0, 0, 4, 2), VA_STATUS_SUCCESS);
  EXPECT_EQ(readSurface(surface), (std::vector<std::uint8_t>{8, 7, 6, 5, 4, 3, 2, 1, 41, 31, 42, 32}));
}

TEST_F(ImageTest, ADerivedImageKeepsItsSurfacesMemory) {
  VASurfaceID surface = makeSurface(VA_FOURCC_Y800, VA_RT_FORMAT_YUV400, 16, 16);
  const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_Y800, 16, 16, 3);
  writeSurface(surface, bytes);
  VAImage image{};
  ASSERT_EQ(vaDeriveImage(display_, surface, &image), VA_STATUS_SUCCESS);
  ASSERT_EQ(vaDestroySurfaces(display_, &surface, 1), VA_STATUS_SUCCESS);
  EXPECT_EQ(readImage(image), bytes);
}

TEST_F(ImageTest, BufferHandlesOfDerivedImagesAreFdsOfTheSurface) {
  const VASurfaceID surface = makeSurface(VA_FOURCC_Y800, VA_RT_FORMAT_YUV400, 64, 16);
  const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_Y800, 64, 16, 4);
  writeSurface(surface, bytes);
  const VAImage plain = makeImage(VA_FOURCC_Y800, 64, 16);
  VABufferInfo info{};
  EXPECT_EQ(vaAcquireBufferHandle(display_, plain.buf, &info), VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE);
  VAImage image{};
  ASSERT_EQ(vaDeriveImage(display_, surface, &image), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaReleaseBufferHandle(display_, image.buf), VA_STATUS_ERROR_OPERATION_FAILED);
  info.mem_type = VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME;
  ASSERT_EQ(vaAcquireBufferHandle(display_, image.buf, &info), VA_STATUS_SUCCESS);
  const Mapping mapping(static_cast<int>(info.handle), info.mem_size);
  ASSERT_TRUE(mapping.valid());
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + 64, mapping.data() + image.offsets[0]));
  EXPECT_EQ(vaReleaseBufferHandle(display_, image.buf), VA_STATUS_SUCCESS);
  EXPECT_EQ(::fcntl(static_cast<int>(info.handle), F_GETFD), -1) << "closed by the driver, who owns it";
}

}  // namespace
}  // namespace softgpu::va
