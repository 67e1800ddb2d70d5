// Surfaces that are, and are not, what a driver makes of a dma-buf by itself.
#include "ext_va_sharing/native_frame.h"

#include <drm_fourcc.h>
#include <gtest/gtest.h>

#include "l0backend/caps/device.h"

namespace clze::va {
namespace {

constexpr uint64_t kYTiled = 0x0100000000000002, kTile4 = 0x0100000000000009;

// As iHD 23.1.1 exports NV12 640x480 on Tiger Lake.
Surface nv12(uint64_t modifier = kYTiled) {
  Surface surface;
  surface.fourcc = VA_FOURCC_NV12;
  surface.width = 640;
  surface.height = 480;
  surface.objectCount = 1;
  surface.layerCount = 2;
  surface.objects[0].size = 471040;
  surface.objects[0].modifier = modifier;
  surface.layers[0] = {DRM_FORMAT_R8, 0, 0, 640, 1};
  surface.layers[1] = {DRM_FORMAT_GR88, 0, 307200, 640, 1};
  return surface;
}

Surface bgra(uint64_t modifier) {
  Surface surface;
  surface.fourcc = VA_FOURCC_ARGB;
  surface.width = 640;
  surface.height = 480;
  surface.objectCount = surface.layerCount = 1;
  surface.objects[0].size = 1228800;
  surface.objects[0].modifier = modifier;
  surface.layers[0] = {DRM_FORMAT_ARGB8888, 0, 0, 2560, 1};
  return surface;
}

class NativeFrameTest : public testing::Test {
 protected:
  NativeFrameTest() {
    device.caps.surfaceLayout = l0::surfaceLayout(0x8086, 0x9a49);
    device.caps.planarViews = true;
    device.image.maxImageDims2D = 16384;
  }
  bool agrees(const Surface& surface) const { return frameObjection(device, surface) == nullptr; }
  l0::Device device;
};

TEST_F(NativeFrameTest, TheDriversOwnLayoutAgrees) {
  EXPECT_TRUE(agrees(nv12()));
  EXPECT_TRUE(frameIsExact(device, nv12()));
}

TEST_F(NativeFrameTest, OtherTilingsDoNot) {
  for (const uint64_t modifier :
       {uint64_t{DRM_FORMAT_MOD_LINEAR}, uint64_t{I915_FORMAT_MOD_X_TILED},
        uint64_t{I915_FORMAT_MOD_Yf_TILED}, kTile4, uint64_t{I915_FORMAT_MOD_Y_TILED_GEN12_MC_CCS},
        uint64_t{I915_FORMAT_MOD_Y_TILED_GEN12_RC_CCS}, uint64_t{DRM_FORMAT_MOD_INVALID},
        uint64_t{0x0123456789abcdef}}) {
    EXPECT_FALSE(agrees(nv12(modifier))) << std::hex << modifier;
  }
  device.caps.surfaceLayout = l0::surfaceLayout(0x8086, 0x56a0);
  EXPECT_TRUE(agrees(nv12(kTile4)));
  EXPECT_FALSE(agrees(nv12(kYTiled)));
  device.caps.surfaceLayout.reset();
  EXPECT_FALSE(agrees(nv12()));
}

// Where the kernel driver tells nobody, a linear object would be read as tiled; the pitches may agree all the
// same.
TEST_F(NativeFrameTest, LinearOnlyWhereItIsToldApart) {
  EXPECT_TRUE(agrees(bgra(DRM_FORMAT_MOD_LINEAR)));
  EXPECT_TRUE(agrees(bgra(kYTiled)));
  device.caps.surfaceLayout = l0::surfaceLayout(0x8086, 0x56a0);
  EXPECT_FALSE(agrees(bgra(DRM_FORMAT_MOD_LINEAR)));
  device.caps.surfaceLayout = l0::surfaceLayout(0x8086, 0x64a0);
  EXPECT_FALSE(agrees(bgra(DRM_FORMAT_MOD_LINEAR)));
}

TEST_F(NativeFrameTest, CompressionDoesNot) {
  Surface surface = nv12();
  surface.layers[1].planes = 2;
  EXPECT_FALSE(agrees(surface));
}

TEST_F(NativeFrameTest, PlanesMustLieWhereTheDriverLooksForThem) {
  Surface surface = nv12();
  surface.objectCount = 2;
  surface.layers[1].object = 1;
  EXPECT_FALSE(agrees(surface)) << "another object";
  surface = nv12();
  surface.layers[0].offset = 4096;
  EXPECT_FALSE(agrees(surface)) << "the first plane elsewhere";
  surface = nv12();
  surface.layers[1].pitch = 768;
  EXPECT_FALSE(agrees(surface)) << "two pitches";
  surface = nv12();
  surface.layers[1].offset += 64;
  EXPECT_FALSE(agrees(surface)) << "inside a row";
  surface = nv12();
  surface.layers[1].offset += uint64_t{8} * 640;
  EXPECT_FALSE(agrees(surface)) << "inside a row of tiles";
  surface = nv12();
  surface.layers[1].offset = uint64_t{448} * 640;
  EXPECT_FALSE(agrees(surface)) << "inside the luma plane";
  surface = nv12();
  surface.layerCount = 1;
  EXPECT_FALSE(agrees(surface)) << "nowhere";
}

TEST_F(NativeFrameTest, LargerFramesAndOddSizesAreNotExact) {
  Surface surface = nv12();
  surface.layers[1].offset = uint64_t{512} * 640;
  EXPECT_TRUE(agrees(surface));
  EXPECT_FALSE(frameIsExact(device, surface));
  surface = nv12();
  surface.height = 479;
  EXPECT_TRUE(agrees(surface));
  EXPECT_FALSE(frameIsExact(device, surface));
}

TEST_F(NativeFrameTest, LimitsOfTheDeviceHold) {
  device.image.maxImageDims2D = 400;
  EXPECT_FALSE(agrees(nv12()));
}

TEST_F(NativeFrameTest, ViewsAreNeededForPlanesOnly) {
  device.caps.planarViews = false;
  EXPECT_FALSE(agrees(nv12()));
  EXPECT_TRUE(agrees(bgra(kYTiled)));
}

}  // namespace
}  // namespace clze::va
