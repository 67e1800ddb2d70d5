// clCreateImage2D and clCreateImage3D of OpenCL 1.1: their errors, and that they make what clCreateImage
// makes.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClCreateImage2D = ImageTest;

TEST_F(ClCreateImage2D, RefusesWrongSizesAndFormats) {
  cl_int code = 1;
  EXPECT_EQ(clCreateImage2D(context, 0, &kRgba8, 0, 4, 0, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_IMAGE_SIZE);
  EXPECT_EQ(clCreateImage2D(context, 0, &kRgba8, 4, 4, 16, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_IMAGE_SIZE);
  EXPECT_EQ(clCreateImage2D(context, 0, nullptr, 4, 4, 0, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
  EXPECT_EQ(clCreateImage3D(context, 0, &kRgba8, 4, 4, 0, 0, 0, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_IMAGE_SIZE);
}

TEST_F(ClCreateImage2D, MakesImages) {
  cl_int code = 1;
  const cl_mem flat = kept(clCreateImage2D(context, CL_MEM_READ_ONLY, &kRgba8, 5, 3, 0, nullptr, &code));
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(info<cl_mem_object_type>(flat, CL_MEM_TYPE), cl_mem_object_type{CL_MEM_OBJECT_IMAGE2D});
  EXPECT_EQ(imageInfo<size_t>(flat, CL_IMAGE_HEIGHT), 3U);
  Bytes host = sequence(5 * 3 * 2 * 4);
  const cl_mem deep =
      kept(clCreateImage3D(context, CL_MEM_COPY_HOST_PTR, &kRgba8, 5, 3, 2, 0, 0, host.data(), &code));
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(imageInfo<size_t>(deep, CL_IMAGE_DEPTH), 2U);
  DATA_EXPECT_EQ(texels(deep, {0, 0, 0}, {5, 3, 2}), host);
}

}  // namespace
}  // namespace clze::test
