// clGetSupportedVA_APIMediaSurfaceFormatsINTEL.
#include "va_fixture.h"

namespace clze::test {
namespace {

TEST_F(VaSharing, FormatsRefusesContextsWithoutSharing) {
  cl_uint count = 0;
  EXPECT_EQ(getFormats(nullptr, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D, 0, 0, nullptr, &count),
            CL_INVALID_CONTEXT);
  cl_context plain = makePlainContext();
  EXPECT_EQ(getFormats(plain, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D, 0, 0, nullptr, &count),
            CL_INVALID_CONTEXT);
  clReleaseContext(plain);
}

TEST_F(VaSharing, FormatsRefusesBadArguments) {
  cl_uint count = 0;
  VAImageFormat one = {};
  EXPECT_EQ(getFormats(context, 0, CL_MEM_OBJECT_IMAGE2D, 0, 0, nullptr, &count), CL_INVALID_VALUE);
  EXPECT_EQ(getFormats(context, CL_MEM_READ_WRITE, CL_MEM_OBJECT_BUFFER, 0, 0, nullptr, &count),
            CL_INVALID_VALUE);
  EXPECT_EQ(getFormats(context, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D, 0, 0, &one, &count),
            CL_INVALID_VALUE);
  EXPECT_EQ(getFormats(context, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D, 0, 0, nullptr, nullptr),
            CL_INVALID_VALUE);
}

TEST_F(VaSharing, FormatsListsWhatCanBeShared) {
  for (cl_uint plane : {0u, 1u, 2u}) {
    cl_uint count = 0;
    ASSERT_EQ(
        getFormats(context, CL_MEM_KERNEL_READ_AND_WRITE, CL_MEM_OBJECT_IMAGE2D, plane, 0, nullptr, &count),
        CL_SUCCESS);
    if (plane < 2) {
      ASSERT_GE(count, 2u);
    }
    if (count == 0) continue;  // a third plane is rare
    std::vector<VAImageFormat> formats(count);
    ASSERT_EQ(
        getFormats(context, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D, plane, count, formats.data(), nullptr),
        CL_SUCCESS);
    for (const VAImageFormat& format : formats) {
      // Every listed format and plane can really be created.
      const VASurfaceID surface = display.surface(format.fourcc, 64, 64);
      EXPECT_EQ(clReleaseMemObject(image(surface, plane)), CL_SUCCESS);
      display.destroy(surface);
    }
  }
  // No format has a fourth plane, and no surface becomes another kind of image.
  cl_uint count = 9;
  EXPECT_EQ(getFormats(context, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D, 3, 0, nullptr, &count), CL_SUCCESS);
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(getFormats(context, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE3D, 0, 0, nullptr, &count), CL_SUCCESS);
  EXPECT_EQ(count, 0u);
}

}  // namespace
}  // namespace clze::test
