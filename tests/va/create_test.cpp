// clCreateFromVA_APIMediaSurfaceINTEL.
#include "va_fixture.h"

namespace clze::test {
namespace {

TEST_F(VaSharing, CreateRefusesInvalidContexts) {
  VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  EXPECT_EQ(refusal(nullptr, CL_MEM_READ_WRITE, &surface, 0), CL_INVALID_CONTEXT);
  cl_context plain = makePlainContext();
  EXPECT_EQ(refusal(plain, CL_MEM_READ_WRITE, &surface, 0), CL_INVALID_CONTEXT);
  clReleaseContext(plain);
  display.destroy(surface);
}

TEST_F(VaSharing, CreateRefusesOtherFlags) {
  VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  for (cl_mem_flags flags :
       {cl_mem_flags{0}, cl_mem_flags{CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY},
        cl_mem_flags{CL_MEM_USE_HOST_PTR}, cl_mem_flags{CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR},
        cl_mem_flags{CL_MEM_READ_ONLY | CL_MEM_ALLOC_HOST_PTR}}) {
    EXPECT_EQ(refusal(context, flags, &surface, 0), CL_INVALID_VALUE) << flags;
  }
  display.destroy(surface);
}

TEST_F(VaSharing, CreateRefusesPlanesTheFormatLacks) {
  VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, &surface, 2), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, &surface, ~0u), CL_INVALID_VALUE);
  display.destroy(surface);
}

TEST_F(VaSharing, CreateRefusesWhatIsNoSurface) {
  EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, nullptr, 0), CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
  VASurfaceID invalid = VA_INVALID_ID;
  EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, &invalid, 0), CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
  VASurfaceID gone = display.surface(VA_FOURCC_NV12, 64, 64);
  display.destroy(gone);
  EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, &gone, 0), CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
}

TEST_F(VaSharing, CreateRefusesFormatsOutsideTheTable) {
  for (uint32_t fourcc : {VA_FOURCC_YUY2, VA_FOURCC_AYUV}) {
    VASurfaceID surface = display.surface(fourcc, 64, 64);
    EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, &surface, 0), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
    display.destroy(surface);
  }
}

TEST_F(VaSharing, CreateLeaksNoFileWhenItRefuses) {
  VASurfaceID surface = display.surface(VA_FOURCC_YUY2, 64, 64);
  const size_t before = openFiles();
  for (int i = 0; i < 20; ++i) refusal(context, CL_MEM_READ_WRITE, &surface, 0);
  EXPECT_EQ(openFiles(), before);
  display.destroy(surface);
}

TEST_F(VaSharing, CreateOneImagePerSurfaceAndPlaneIsTheTextsRule) {
  VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  cl_mem first = image(surface, 0);
  if (strict()) {
    EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, &surface, 0), CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
  } else {
    // FFmpeg maps one frame twice when a filter graph splits it.
    cl_mem second = image(surface, 0);
    EXPECT_NE(first, second);
    EXPECT_EQ(clReleaseMemObject(second), CL_SUCCESS);
  }
  cl_mem chroma = image(surface, 1);
  EXPECT_EQ(clReleaseMemObject(chroma), CL_SUCCESS);
  EXPECT_EQ(clReleaseMemObject(first), CL_SUCCESS);
  // After its release the same pair is free again.
  EXPECT_EQ(clReleaseMemObject(image(surface, 0)), CL_SUCCESS);
  display.destroy(surface);
}

TEST_F(VaSharing, CreateAcceptsTheThreeAccessFlags) {
  VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  for (cl_mem_flags flags : {CL_MEM_READ_ONLY, CL_MEM_WRITE_ONLY, CL_MEM_READ_WRITE}) {
    cl_mem made = image(surface, 0, flags);
    cl_mem_flags read = 0;
    EXPECT_EQ(clGetMemObjectInfo(made, CL_MEM_FLAGS, sizeof(read), &read, nullptr), CL_SUCCESS);
    EXPECT_EQ(read, flags);
    EXPECT_EQ(clReleaseMemObject(made), CL_SUCCESS);
  }
  display.destroy(surface);
}

}  // namespace
}  // namespace clze::test
