// vaExportSurfaceHandle: layers and their DRM names, ownership of fds, and the memory being the surface's
// own.
#include <drm_fourcc.h>

#include <array>

#include "tests/unit/softgpu/va/va_test.h"

namespace softgpu::va {
namespace {

constexpr std::uint32_t kSeparate = VA_EXPORT_SURFACE_READ_WRITE | VA_EXPORT_SURFACE_SEPARATE_LAYERS;
constexpr std::uint32_t kComposed = VA_EXPORT_SURFACE_READ_WRITE | VA_EXPORT_SURFACE_COMPOSED_LAYERS;

class ExportTest : public VaTest {
 protected:
  VAStatus exportTo(VASurfaceID surface, std::uint32_t flags, VADRMPRIMESurfaceDescriptor* descriptor,
                    std::uint32_t type = VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2) {
    return vaExportSurfaceHandle(display_, surface, type, flags, descriptor);
  }
};

TEST_F(ExportTest, RefusesOtherTypesAndFlagsWithoutAnFd) {
  const VASurfaceID surface = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 64, 64);
  VADRMPRIMESurfaceDescriptor d{};
  const unsigned before = openFds();
  EXPECT_EQ(exportTo(surface, kSeparate, &d, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME),
            VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE);
  EXPECT_EQ(exportTo(surface, kSeparate, &d, VA_SURFACE_ATTRIB_MEM_TYPE_VA),
            VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE);
  EXPECT_EQ(exportTo(surface, VA_EXPORT_SURFACE_SEPARATE_LAYERS, &d), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(exportTo(surface, kSeparate | kComposed, &d), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(exportTo(surface, kSeparate | 0x100, &d), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(exportTo(surface, kSeparate, nullptr), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(openFds(), before);
}

struct LayerCase {
  std::uint32_t fourcc, rtFormat, composed;
  std::vector<std::uint32_t> separate;
};

TEST_F(ExportTest, LayersHaveTheirDrmNames) {
  const std::vector<LayerCase> cases{
      {VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, DRM_FORMAT_NV12, {DRM_FORMAT_R8, DRM_FORMAT_GR88}},
      {VA_FOURCC_P010, VA_RT_FORMAT_YUV420_10, DRM_FORMAT_P010, {DRM_FORMAT_R16, DRM_FORMAT_GR1616}},
      {VA_FOURCC_YUY2, VA_RT_FORMAT_YUV422, DRM_FORMAT_YUYV, {DRM_FORMAT_YUYV}},
      {VA_FOURCC_AYUV, VA_RT_FORMAT_YUV444, DRM_FORMAT_AYUV, {DRM_FORMAT_AYUV}},
      {VA_FOURCC_Y800, VA_RT_FORMAT_YUV400, DRM_FORMAT_R8, {DRM_FORMAT_R8}},
      {VA_FOURCC_BGRA, VA_RT_FORMAT_RGB32, DRM_FORMAT_ARGB8888, {DRM_FORMAT_ARGB8888}},
      {VA_FOURCC_RGBA, VA_RT_FORMAT_RGB32, DRM_FORMAT_ABGR8888, {DRM_FORMAT_ABGR8888}},
      {VA_FOURCC_I420, VA_RT_FORMAT_YUV420, DRM_FORMAT_YUV420, {DRM_FORMAT_R8, DRM_FORMAT_R8, DRM_FORMAT_R8}},
  };
  for (const LayerCase& c : cases) {
    const VASurfaceID surface = makeSurface(c.fourcc, c.rtFormat, 322, 242);
    VADRMPRIMESurfaceDescriptor d{};
    ASSERT_EQ(exportTo(surface, kComposed, &d), VA_STATUS_SUCCESS);
    EXPECT_EQ(d.fourcc, c.fourcc);
    EXPECT_EQ(d.width, 322U);
    EXPECT_EQ(d.height, 242U);
    ASSERT_EQ(d.num_objects, 1U);
    EXPECT_EQ(d.objects[0].drm_format_modifier, DRM_FORMAT_MOD_LINEAR);
    EXPECT_EQ(::fcntl(d.objects[0].fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    ASSERT_EQ(d.num_layers, 1U);
    EXPECT_EQ(d.layers[0].drm_format, c.composed);
    EXPECT_EQ(d.layers[0].num_planes, c.separate.size());
    ::close(d.objects[0].fd);
    VADRMPRIMESurfaceDescriptor s{};
    ASSERT_EQ(exportTo(surface, kSeparate, &s), VA_STATUS_SUCCESS);
    ASSERT_EQ(s.num_layers, c.separate.size());
    for (std::size_t i = 0; i < c.separate.size(); ++i) {
      EXPECT_EQ(s.layers[i].drm_format, c.separate[i]);
      EXPECT_EQ(s.layers[i].num_planes, 1U);
      EXPECT_EQ(s.layers[i].offset[0], d.layers[0].offset[i]);
      EXPECT_EQ(s.layers[i].pitch[0], d.layers[0].pitch[i]);
    }
    ::close(s.objects[0].fd);
  }
}

TEST_F(ExportTest, TheMemoryIsTheSurfaceEitherWay) {
  const VASurfaceID surface = makeSurface(VA_FOURCC_P010, VA_RT_FORMAT_YUV420_10, 66, 34);
  const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_P010, 66, 34, 5);
  writeSurface(surface, bytes);
  VADRMPRIMESurfaceDescriptor d{};
  ASSERT_EQ(exportTo(surface, kSeparate, &d), VA_STATUS_SUCCESS);
  const Mapping mapping(d.objects[0].fd, d.objects[0].size);
  ::close(d.objects[0].fd);
  ASSERT_TRUE(mapping.valid());
  std::size_t next = 0;
  unsigned plane = 0;
  for (const PlaneShape& shape : shapes(VA_FOURCC_P010, 66, 34)) {
    for (unsigned y = 0; y < shape.rows; ++y, next += shape.rowBytes) {
      const std::uint8_t* row =
          mapping.data() + d.layers[plane].offset[0] + std::size_t{y} * d.layers[plane].pitch[0];
      ASSERT_TRUE(std::equal(row, row + shape.rowBytes, bytes.begin() + static_cast<std::ptrdiff_t>(next)));
    }
    ++plane;
  }
  mapping.data()[d.layers[1].offset[0] + d.layers[1].pitch[0]] = 0xa5;
  EXPECT_EQ(readSurface(surface)[66 * 34 * 2 + 66 * 2], 0xa5);
}

TEST_F(ExportTest, MemoryOutlivesTheSurface) {
  VASurfaceID surface = makeSurface(VA_FOURCC_Y800, VA_RT_FORMAT_YUV400, 64, 16);
  writeSurface(surface, std::vector<std::uint8_t>(64 * 16, 77));
  VADRMPRIMESurfaceDescriptor d{};
  ASSERT_EQ(exportTo(surface, kSeparate, &d), VA_STATUS_SUCCESS);
  ASSERT_EQ(vaDestroySurfaces(display_, &surface, 1), VA_STATUS_SUCCESS);
  const Mapping mapping(d.objects[0].fd, d.objects[0].size);
  ::close(d.objects[0].fd);
  ASSERT_TRUE(mapping.valid());
  EXPECT_EQ(mapping.data()[63], 77);
}

TEST_F(ExportTest, UnusualLayoutsOnRequest) {
  close();
  ::setenv("SOFTGPU_VA_PITCH", "500", 1);
  ::setenv("SOFTGPU_VA_UV_GAP", "1000", 1);
  open();
  ::unsetenv("SOFTGPU_VA_PITCH");
  ::unsetenv("SOFTGPU_VA_UV_GAP");
  const VASurfaceID surface = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 322, 242);
  VADRMPRIMESurfaceDescriptor d{};
  ASSERT_EQ(exportTo(surface, kSeparate, &d), VA_STATUS_SUCCESS);
  ::close(d.objects[0].fd);
  EXPECT_EQ(d.layers[0].pitch[0], 500U);
  EXPECT_EQ(d.layers[1].pitch[0], 500U);
  EXPECT_EQ(d.layers[1].offset[0], 500U * 256U + 1000U);
  const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_NV12, 322, 242, 6);
  const VAImage image = makeImage(VA_FOURCC_NV12, 322, 242);
  writeImage(image, bytes);
  ASSERT_EQ(vaPutImage(display_, surface, image.image_id, 0, 0, 322, 242, 0, 0, 322, 242), VA_STATUS_SUCCESS);
  EXPECT_EQ(readSurface(surface), bytes);
}

}  // namespace
}  // namespace softgpu::va
