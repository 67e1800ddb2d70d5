// clEnqueueCopyImageToBuffer: OpenCL 3.0, 5.3.5.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueCopyImageToBuffer : public ImageTest {
 protected:
  cl_int copy(cl_mem from, cl_mem to, const Size3& origin, const Size3& region, size_t offset) {
    return clEnqueueCopyImageToBuffer(queue, from, to, origin.data(), region.data(), offset, 0, nullptr,
                                      nullptr);
  }
};

TEST_F(ClEnqueueCopyImageToBuffer, RefusesWrongArguments) {
  const cl_mem from = image2D(8, 8);
  const cl_mem to = buffer(100);
  EXPECT_EQ(copy(to, from, {0, 0, 0}, {1, 1, 1}, 0), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(copy(from, to, {0, 0, 0}, {9, 1, 1}, 0), CL_INVALID_VALUE);
  EXPECT_EQ(copy(from, to, {0, 0, 0}, {8, 4, 1}, 0), CL_INVALID_VALUE);
  EXPECT_EQ(copy(from, to, {0, 0, 0}, {1, 1, 1}, 97), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueCopyImageToBuffer, CopiesABoxOfEveryFormat) {
  for (const auto& format : formats(CL_MEM_OBJECT_IMAGE2D)) {
    const cl_mem from = image2D(33, 21, format);
    const size_t texel = texelSize(from);
    const Bytes data = sequence(33 * 21 * texel);
    storeTexels(from, {0, 0, 0}, {33, 21, 1}, data);
    const size_t bytes = 19 * 11 * texel;
    Bytes expected = sequence(bytes + 64, 6);
    const cl_mem to = buffer(expected.size(), CL_MEM_COPY_HOST_PTR, expected.data());
    ASSERT_EQ(copy(from, to, {7, 5, 0}, {19, 11, 1}, 32), CL_SUCCESS);
    const Bytes box = cut(data, {33, 21, 1}, texel, {7, 5, 0}, {19, 11, 1});
    std::copy(box.begin(), box.end(), expected.begin() + 32);
    DATA_EXPECT_EQ(contents(to, 0, expected.size()), expected);
  }
}

}  // namespace
}  // namespace clze::test
