// Stale, foreign and nonsensical arguments: the right code, and never a crash.
#include <array>
#include <thread>

#include "tests/unit/softgpu/va/va_test.h"

namespace softgpu::va {
namespace {

class HandlesTest : public VaTest {
 protected:
  VAContextID makeContext() {
    EXPECT_EQ(vaCreateConfig(display_, VAProfileVP9Profile0, VAEntrypointVLD, nullptr, 0, &config_),
              VA_STATUS_SUCCESS);
    VAContextID context = VA_INVALID_ID;
    EXPECT_EQ(vaCreateContext(display_, config_, 64, 64, VA_PROGRESSIVE, nullptr, 0, &context),
              VA_STATUS_SUCCESS);
    return context;
  }
  VAConfigID config_ = VA_INVALID_ID;
};

TEST_F(HandlesTest, UnknownSurfacesAreRefusedEverywhere) {
  const VASurfaceID gone = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 64, 64);
  VASurfaceID copy = gone;
  ASSERT_EQ(vaDestroySurfaces(display_, &copy, 1), VA_STATUS_SUCCESS);
  const VAImage image = makeImage(VA_FOURCC_NV12, 64, 64);
  for (const VASurfaceID bad :
       {gone, VASurfaceID{0}, VASurfaceID{VA_INVALID_SURFACE}, image.image_id, image.buf}) {
    VASurfaceStatus status{};
    VAImage derived{};
    VADRMPRIMESurfaceDescriptor descriptor{};
    VASurfaceID id = bad;
    EXPECT_EQ(vaSyncSurface(display_, bad), VA_STATUS_ERROR_INVALID_SURFACE);
    EXPECT_EQ(vaQuerySurfaceStatus(display_, bad, &status), VA_STATUS_ERROR_INVALID_SURFACE);
    EXPECT_EQ(vaDeriveImage(display_, bad, &derived), VA_STATUS_ERROR_INVALID_SURFACE);
    EXPECT_EQ(vaGetImage(display_, bad, 0, 0, 64, 64, image.image_id), VA_STATUS_ERROR_INVALID_SURFACE);
    EXPECT_EQ(vaPutImage(display_, bad, image.image_id, 0, 0, 64, 64, 0, 0, 64, 64),
              VA_STATUS_ERROR_INVALID_SURFACE);
    EXPECT_EQ(
        vaExportSurfaceHandle(display_, bad, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2,
                              VA_EXPORT_SURFACE_READ_WRITE | VA_EXPORT_SURFACE_SEPARATE_LAYERS, &descriptor),
        VA_STATUS_ERROR_INVALID_SURFACE);
    EXPECT_EQ(vaDestroySurfaces(display_, &id, 1), VA_STATUS_ERROR_INVALID_SURFACE);
  }
}

TEST_F(HandlesTest, OneBadSurfaceLeavesTheOthersOfAListAlive) {
  const VASurfaceID good = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 64, 64);
  std::array<VASurfaceID, 2> list{good, 77};
  EXPECT_EQ(vaDestroySurfaces(display_, list.data(), 2), VA_STATUS_ERROR_INVALID_SURFACE);
  EXPECT_EQ(vaSyncSurface(display_, good), VA_STATUS_SUCCESS);
}

TEST_F(HandlesTest, SurfacesOfImpossibleKindsAreRefused) {
  VASurfaceID id = 0;
  const auto create = [&](unsigned rt, unsigned width, unsigned height, VASurfaceAttrib* list,
                          unsigned count) {
    return vaCreateSurfaces(display_, rt, width, height, &id, 1, list, count);
  };
  EXPECT_EQ(create(VA_RT_FORMAT_YUV420, 0, 64, nullptr, 0), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(create(VA_RT_FORMAT_YUV420, 16385, 64, nullptr, 0), VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED);
  EXPECT_EQ(create(VA_RT_FORMAT_YUV411, 64, 64, nullptr, 0), VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT);
  VASurfaceAttrib fourcc = integer(VASurfaceAttribPixelFormat, VA_FOURCC_NV11);
  EXPECT_EQ(create(VA_RT_FORMAT_YUV420, 64, 64, &fourcc, 1), VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT);
  VASurfaceAttrib memory = integer(VASurfaceAttribMemoryType, VA_SURFACE_ATTRIB_MEM_TYPE_USER_PTR);
  EXPECT_EQ(create(VA_RT_FORMAT_YUV420, 64, 64, &memory, 1), VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE);
  memory = integer(VASurfaceAttribMemoryType, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2);
  EXPECT_EQ(create(VA_RT_FORMAT_YUV420, 64, 64, &memory, 1), VA_STATUS_ERROR_INVALID_PARAMETER)
      << "no descriptor";
  std::uint64_t tiled = 1;
  VADRMFormatModifierList modifiers{1, &tiled};
  VASurfaceAttrib modifier = pointer(VASurfaceAttribDRMFormatModifiers, &modifiers);
  EXPECT_EQ(create(VA_RT_FORMAT_YUV420, 64, 64, &modifier, 1), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(id, VA_INVALID_SURFACE);
}

TEST_F(HandlesTest, BuffersKeepCountOfTheirMapsAndElements) {
  const VAContextID context = makeContext();
  VABufferID buffer = 0;
  EXPECT_EQ(vaCreateBuffer(display_, context + 1, VASliceDataBufferType, 16, 1, nullptr, &buffer),
            VA_STATUS_ERROR_INVALID_CONTEXT);
  EXPECT_EQ(vaCreateBuffer(display_, context, VAEncCodedBufferType, 16, 1, nullptr, &buffer),
            VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE);
  EXPECT_EQ(vaCreateBuffer(display_, context, VASliceDataBufferType, 0, 1, nullptr, &buffer),
            VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(
      vaCreateBuffer(display_, context, VASliceDataBufferType, 0xffffffff, 0xffffffff, nullptr, &buffer),
      VA_STATUS_ERROR_ALLOCATION_FAILED);
  ASSERT_EQ(vaCreateBuffer(display_, context, VASliceParameterBufferType, 16, 3, nullptr, &buffer),
            VA_STATUS_SUCCESS);
  EXPECT_EQ(vaBufferSetNumElements(display_, buffer, 4), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(vaBufferSetNumElements(display_, buffer, 2), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaUnmapBuffer(display_, buffer), VA_STATUS_ERROR_OPERATION_FAILED);
  void* data = nullptr;
  void* again = nullptr;
  EXPECT_EQ(vaMapBuffer(display_, buffer, &data), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaMapBuffer(display_, buffer, &again), VA_STATUS_SUCCESS);
  EXPECT_EQ(data, again);
  EXPECT_EQ(vaUnmapBuffer(display_, buffer), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaUnmapBuffer(display_, buffer), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaUnmapBuffer(display_, buffer), VA_STATUS_ERROR_OPERATION_FAILED);
  EXPECT_EQ(vaDestroyBuffer(display_, buffer), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaDestroyBuffer(display_, buffer), VA_STATUS_ERROR_INVALID_BUFFER);
  EXPECT_EQ(vaMapBuffer(display_, buffer, &data), VA_STATUS_ERROR_INVALID_BUFFER);
}

TEST_F(HandlesTest, PicturesOutOfOrderAreRefused) {
  const VAContextID context = makeContext();
  const VASurfaceID surface = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 64, 64);
  const VASurfaceID deep = makeSurface(VA_FOURCC_P010, VA_RT_FORMAT_YUV420_10, 64, 64);
  VABufferID data = 0;
  ASSERT_EQ(vaCreateBuffer(display_, context, VASliceDataBufferType, 16, 1, nullptr, &data),
            VA_STATUS_SUCCESS);
  EXPECT_EQ(vaEndPicture(display_, context), VA_STATUS_ERROR_OPERATION_FAILED);
  EXPECT_EQ(vaRenderPicture(display_, context, &data, 1), VA_STATUS_ERROR_OPERATION_FAILED);
  EXPECT_EQ(vaBeginPicture(display_, config_, surface), VA_STATUS_ERROR_INVALID_CONTEXT);
  EXPECT_EQ(vaBeginPicture(display_, context, data), VA_STATUS_ERROR_INVALID_SURFACE);
  EXPECT_EQ(vaBeginPicture(display_, context, deep), VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT);
  ASSERT_EQ(vaBeginPicture(display_, context, surface), VA_STATUS_SUCCESS);
  VABufferID unknown = 99;
  EXPECT_EQ(vaRenderPicture(display_, context, &unknown, 1), VA_STATUS_ERROR_INVALID_BUFFER);
  EXPECT_EQ(vaRenderPicture(display_, context, &data, 1), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaEndPicture(display_, context), VA_STATUS_ERROR_INVALID_PARAMETER) << "no picture parameters";
  EXPECT_EQ(vaSyncSurface(display_, surface), VA_STATUS_SUCCESS) << "nothing was submitted";
  EXPECT_EQ(vaDestroyContext(display_, context), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaDestroyContext(display_, context), VA_STATUS_ERROR_INVALID_CONTEXT);
}

TEST_F(HandlesTest, ThreadsMayMakeAndUnmakeAtOnce) {
  std::vector<std::thread> threads;
  std::array<bool, 4> right{};
  for (unsigned t = 0; t < right.size(); ++t) {
    threads.emplace_back([&, t] {
      bool all = true;
      for (unsigned i = 0; i < 50; ++i) {
        VASurfaceID surface = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 32, 32);
        const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_NV12, 32, 32, t * 1000 + i);
        writeSurface(surface, bytes);
        all = all && readSurface(surface) == bytes &&
              vaDestroySurfaces(display_, &surface, 1) == VA_STATUS_SUCCESS;
      }
      right[t] = all;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, (std::array{true, true, true, true}));
}

TEST_F(HandlesTest, TerminateTakesBackWhatTheApplicationForgot) {
  close();
  const unsigned before = openFds();
  open();
  for (unsigned i = 0; i < 8; ++i) {
    const VASurfaceID surface = makeSurface(VA_FOURCC_P010, VA_RT_FORMAT_YUV420_10, 64, 64);
    VAImage image{};
    EXPECT_EQ(vaDeriveImage(display_, surface, &image), VA_STATUS_SUCCESS);
  }
  makeContext();
  EXPECT_GT(openFds(), before);
  close();
  EXPECT_EQ(openFds(), before);
}

}  // namespace
}  // namespace softgpu::va
