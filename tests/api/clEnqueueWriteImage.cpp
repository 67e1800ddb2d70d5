// clEnqueueWriteImage: OpenCL 3.0, 5.3.3.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClEnqueueWriteImage = ImageTest;

TEST_F(ClEnqueueWriteImage, RefusesWrongArguments) {
  const Bytes host(4096);
  const Size3 zero = {0, 0, 0};
  const Size3 one = {1, 1, 1};
  const auto write = [&](cl_mem to, const Size3& origin, const Size3& region, size_t row, const void* from) {
    return clEnqueueWriteImage(queue, to, CL_TRUE, origin.data(), region.data(), row, 0, from, 0, nullptr,
                               nullptr);
  };
  const cl_mem to = image2D(8, 8);
  EXPECT_EQ(write(nullptr, zero, one, 0, host.data()), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(write(to, zero, one, 0, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(write(to, zero, {9, 1, 1}, 0, host.data()), CL_INVALID_VALUE);
  EXPECT_EQ(write(to, zero, {8, 2, 1}, 31, host.data()), CL_INVALID_VALUE);
  EXPECT_EQ(write(image2D(8, 8, kRgba8, CL_MEM_HOST_NO_ACCESS), zero, one, 0, host.data()),
            CL_INVALID_OPERATION);
}

TEST_F(ClEnqueueWriteImage, WritesABoxFromPaddedRowsAndNothingElse) {
  for (const auto& format : formats(CL_MEM_OBJECT_IMAGE2D)) {
    const cl_mem to = image2D(33, 21, format);
    const size_t texel = texelSize(to);
    const Size3 extent = {33, 21, 1};
    Bytes data = sequence(33 * 21 * texel);
    storeTexels(to, {0, 0, 0}, extent, data);
    const Size3 origin = {7, 5, 0};
    const Size3 region = {19, 11, 1};
    const size_t pitch = 24 * texel;
    const Bytes host = sequence(pitch * 11, 4);
    Bytes box;
    for (size_t y = 0; y < 11; ++y) box.insert(box.end(), &host[y * pitch], &host[y * pitch] + 19 * texel);
    ASSERT_EQ(clEnqueueWriteImage(queue, to, CL_TRUE, origin.data(), region.data(), pitch, 0, host.data(), 0,
                                  nullptr, nullptr),
              CL_SUCCESS);
    paste(data, extent, texel, origin, region, box);
    DATA_EXPECT_EQ(texels(to, {0, 0, 0}, extent), data);
  }
}

TEST_F(ClEnqueueWriteImage, HeldAndReleasedStillRuns) {
  const Bytes data = sequence(64 * 64 * 4);
  cl_int code = 1;
  const auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 64, 64);
  cl_mem to = clCreateImage(context, 0, &kRgba8, &desc, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  const cl_event gate = userEvent();
  const Size3 zero = {0, 0, 0};
  const Size3 whole = {64, 64, 1};
  Bytes after(data.size());
  ASSERT_EQ(clEnqueueWriteImage(queue, to, CL_FALSE, zero.data(), whole.data(), 0, 0, data.data(), 1, &gate,
                                nullptr),
            CL_SUCCESS);
  ASSERT_EQ(clEnqueueReadImage(queue, to, CL_FALSE, zero.data(), whole.data(), 0, 0, after.data(), 0, nullptr,
                               nullptr),
            CL_SUCCESS);
  ASSERT_EQ(clReleaseMemObject(to), CL_SUCCESS);
  ASSERT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  ASSERT_EQ(clFinish(queue), CL_SUCCESS);
  DATA_EXPECT_EQ(after, data);
}

}  // namespace
}  // namespace clze::test
