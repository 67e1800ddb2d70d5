// clEnqueueCopyBufferRect: OpenCL 3.0, 5.2.2.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueCopyBufferRect : public MemoryTest {
 protected:
  cl_int copy(cl_mem from, cl_mem to, const Size3& origin, const Size3& toOrigin, const Size3& region,
              size_t row, size_t slice, size_t toRow, size_t toSlice) {
    return clEnqueueCopyBufferRect(queue, from, to, origin.data(), toOrigin.data(), region.data(), row, slice,
                                   toRow, toSlice, 0, nullptr, nullptr);
  }
};

TEST_F(ClEnqueueCopyBufferRect, RefusesWrongArguments) {
  const cl_mem a = buffer(1000);
  const cl_mem b = buffer(500);
  EXPECT_EQ(copy(nullptr, b, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0, 0, 0, 0), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(copy(a, b, {0, 0, 0}, {0, 0, 0}, {0, 1, 1}, 0, 0, 0, 0), CL_INVALID_VALUE);
  EXPECT_EQ(copy(a, b, {0, 0, 0}, {0, 0, 0}, {10, 2, 1}, 5, 0, 0, 0), CL_INVALID_VALUE);
  EXPECT_EQ(copy(a, b, {0, 0, 0}, {0, 50, 0}, {10, 1, 1}, 0, 0, 0, 0), CL_INVALID_VALUE);
  // One buffer has one pitch.
  EXPECT_EQ(copy(a, a, {0, 0, 0}, {500, 0, 0}, {10, 2, 1}, 20, 0, 30, 0), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueCopyBufferRect, TellsOverlapFromInterleaving) {
  const cl_mem a = buffer(1000);
  EXPECT_EQ(copy(a, a, {0, 0, 0}, {9, 0, 0}, {10, 5, 1}, 20, 0, 20, 0), CL_MEM_COPY_OVERLAP);
  EXPECT_EQ(copy(a, a, {0, 0, 0}, {0, 4, 0}, {10, 5, 1}, 20, 0, 20, 0), CL_MEM_COPY_OVERLAP);
  // Side by side in the same rows.
  EXPECT_EQ(copy(a, a, {0, 0, 0}, {10, 0, 0}, {10, 5, 1}, 20, 0, 20, 0), CL_SUCCESS);
  EXPECT_EQ(copy(a, a, {0, 0, 0}, {0, 5, 0}, {10, 5, 1}, 20, 0, 20, 0), CL_SUCCESS);
  // Above each other in the same slices.
  EXPECT_EQ(copy(a, a, {0, 0, 0}, {0, 2, 0}, {10, 2, 2}, 20, 100, 20, 100), CL_SUCCESS);
  EXPECT_EQ(copy(a, a, {0, 0, 0}, {5, 0, 1}, {10, 2, 2}, 20, 100, 20, 100), CL_MEM_COPY_OVERLAP);
}

TEST_F(ClEnqueueCopyBufferRect, CopiesABoxBetweenPitches) {
  Bytes data = sequence(23 * 9 * 5);
  Bytes other = sequence(31 * 7 * 6, 8);
  const cl_mem a = buffer(data.size(), CL_MEM_COPY_HOST_PTR, data.data());
  const cl_mem b = buffer(other.size(), CL_MEM_COPY_HOST_PTR, other.data());
  ASSERT_EQ(copy(a, b, {3, 2, 1}, {5, 1, 2}, {17, 5, 3}, 23, 23 * 9, 31, 31 * 7), CL_SUCCESS);
  for (size_t z = 0; z < 3; ++z) {
    for (size_t y = 0; y < 5; ++y) {
      std::copy_n(&data[((z + 1) * 9 + y + 2) * 23 + 3], 17, &other[((z + 2) * 7 + y + 1) * 31 + 5]);
    }
  }
  DATA_EXPECT_EQ(contents(b, 0, other.size()), other);
}

TEST_F(ClEnqueueCopyBufferRect, CopiesWithinOneBuffer) {
  Bytes data = sequence(200);
  const cl_mem a = buffer(200, CL_MEM_COPY_HOST_PTR, data.data());
  ASSERT_EQ(copy(a, a, {0, 0, 0}, {10, 0, 0}, {10, 10, 1}, 20, 0, 20, 0), CL_SUCCESS);
  for (size_t y = 0; y < 10; ++y) std::copy_n(&data[y * 20], 10, &data[y * 20 + 10]);
  DATA_EXPECT_EQ(contents(a, 0, 200), data);
}

}  // namespace
}  // namespace clze::test
