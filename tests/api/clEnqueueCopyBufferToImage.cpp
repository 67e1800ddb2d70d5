// clEnqueueCopyBufferToImage: OpenCL 3.0, 5.3.5.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueCopyBufferToImage : public ImageTest {
 protected:
  cl_int copy(cl_mem from, cl_mem to, size_t offset, const Size3& origin, const Size3& region) {
    return clEnqueueCopyBufferToImage(queue, from, to, offset, origin.data(), region.data(), 0, nullptr,
                                      nullptr);
  }
};

TEST_F(ClEnqueueCopyBufferToImage, RefusesWrongArguments) {
  const cl_mem from = buffer(100);
  const cl_mem to = image2D(8, 8);
  EXPECT_EQ(copy(to, from, 0, {0, 0, 0}, {1, 1, 1}), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(copy(from, to, 0, {0, 8, 0}, {1, 1, 1}), CL_INVALID_VALUE);
  EXPECT_EQ(copy(from, to, 0, {0, 0, 0}, {8, 4, 1}), CL_INVALID_VALUE);
  EXPECT_EQ(copy(from, to, SIZE_MAX, {0, 0, 0}, {1, 1, 1}), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueCopyBufferToImage, CopiesABoxOfEveryFormat) {
  for (const auto& format : formats(CL_MEM_OBJECT_IMAGE2D)) {
    const cl_mem to = image2D(33, 21, format);
    const size_t texel = texelSize(to);
    Bytes data = sequence(33 * 21 * texel);
    storeTexels(to, {0, 0, 0}, {33, 21, 1}, data);
    Bytes source = sequence(19 * 11 * texel + 64, 6);
    const cl_mem from = buffer(source.size(), CL_MEM_COPY_HOST_PTR, source.data());
    ASSERT_EQ(copy(from, to, 64, {7, 5, 0}, {19, 11, 1}), CL_SUCCESS);
    paste(data, {33, 21, 1}, texel, {7, 5, 0}, {19, 11, 1}, Bytes(source.begin() + 64, source.end()));
    DATA_EXPECT_EQ(texels(to, {0, 0, 0}, {33, 21, 1}), data);
  }
}

}  // namespace
}  // namespace clze::test
