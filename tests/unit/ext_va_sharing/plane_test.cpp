// Planes: what a surface's description must say before an image is made of it.
#include "ext_va_sharing/plane.h"

#include <CL/cl_va_api_media_sharing_intel.h>
#include <drm_fourcc.h>
#include <gtest/gtest.h>

namespace clze::va {
namespace {

Surface nv12(uint32_t width, uint32_t height, uint32_t pitch, uint64_t uvOffset, uint64_t size) {
  Surface surface;
  surface.fourcc = VA_FOURCC_NV12;
  surface.width = width;
  surface.height = height;
  surface.objectCount = 1;
  surface.layerCount = 2;
  surface.objects[0].size = size;
  surface.layers[0] = {DRM_FORMAT_R8, 0, 0, pitch, 1};
  surface.layers[1] = {DRM_FORMAT_GR88, 0, uvOffset, pitch, 1};
  return surface;
}

TEST(Plane, RefusesAnUnknownFourcc) {
  Surface surface = nv12(64, 64, 64, 4096, 8192);
  surface.fourcc = VA_FOURCC_UYVY;
  EXPECT_EQ(planeOf(surface, 0).code(), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
  EXPECT_EQ(planeCount(VA_FOURCC_UYVY), 0u);
}

TEST(Plane, RefusesAThirdPlane) {
  EXPECT_EQ(planeOf(nv12(64, 64, 64, 4096, 8192), 2).code(), CL_INVALID_VALUE);
}

TEST(Plane, RefusesALayerOfAnotherFormat) {
  Surface surface = nv12(64, 64, 64, 4096, 8192);
  surface.layers[1].drmFormat = DRM_FORMAT_R8;
  EXPECT_TRUE(planeOf(surface, 0).ok());
  EXPECT_EQ(planeOf(surface, 1).code(), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
}

TEST(Plane, RefusesCompression) {
  Surface surface = nv12(64, 64, 64, 4096, 8192);
  surface.layers[0].planes = 2;
  EXPECT_EQ(planeOf(surface, 0).code(), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
}

TEST(Plane, RefusesAMissingLayer) {
  Surface surface = nv12(64, 64, 64, 4096, 8192);
  surface.layerCount = 1;
  EXPECT_EQ(planeOf(surface, 1).code(), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
}

TEST(Plane, RefusesRowsBeyondTheObject) {
  // The last row needs its texels only, not the whole pitch.
  EXPECT_TRUE(planeOf(nv12(60, 64, 64, 4096, 4096 + 31 * 64 + 60), 1).ok());
  EXPECT_EQ(planeOf(nv12(60, 64, 64, 4096, 4096 + 31 * 64 + 59), 1).code(),
            CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
  EXPECT_EQ(planeOf(nv12(65, 64, 64, 8192, 65536), 0).code(), CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
}

TEST(Plane, DescribesBothPlanesOfNv12) {
  const Surface surface = nv12(322, 242, 384, 384 * 256, 384 * 384);
  const auto luma = planeOf(surface, 0);
  ASSERT_TRUE(luma.ok());
  EXPECT_EQ(luma->format.image_channel_order, CL_R);
  EXPECT_EQ(luma->format.image_channel_data_type, CL_UNORM_INT8);
  EXPECT_EQ(luma->width, 322u);
  EXPECT_EQ(luma->height, 242u);
  EXPECT_EQ(luma->offset, 0u);
  EXPECT_EQ(luma->pitch, 384u);
  const auto chroma = planeOf(surface, 1);
  ASSERT_TRUE(chroma.ok());
  EXPECT_EQ(chroma->format.image_channel_order, CL_RG);
  EXPECT_EQ(chroma->width, 161u);
  EXPECT_EQ(chroma->height, 121u);
  EXPECT_EQ(chroma->offset, 384u * 256u);
}

TEST(Plane, RoundsHalfOfAnOddSizeUp) {
  const auto chroma = planeOf(nv12(33, 31, 64, 64 * 32, 64 * 64), 1);
  ASSERT_TRUE(chroma.ok());
  EXPECT_EQ(chroma->width, 17u);
  EXPECT_EQ(chroma->height, 16u);
}

TEST(Plane, DescribesP010AsSixteenBit) {
  Surface surface = nv12(64, 64, 128, 8192, 16384);
  surface.fourcc = VA_FOURCC_P010;
  surface.layers[0].drmFormat = DRM_FORMAT_R16;
  surface.layers[1].drmFormat = DRM_FORMAT_GR1616;
  const auto luma = planeOf(surface, 0);
  const auto chroma = planeOf(surface, 1);
  ASSERT_TRUE(luma.ok() && chroma.ok());
  EXPECT_EQ(luma->format.image_channel_data_type, CL_UNORM_INT16);
  EXPECT_EQ(luma->texelBytes, 2u);
  EXPECT_EQ(chroma->format.image_channel_order, CL_RG);
  EXPECT_EQ(chroma->texelBytes, 4u);
}

}  // namespace
}  // namespace clze::va
