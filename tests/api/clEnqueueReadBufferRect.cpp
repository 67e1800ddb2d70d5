// clEnqueueReadBufferRect: OpenCL 3.0, 5.2.2.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueReadBufferRect : public MemoryTest {
 protected:
  cl_int read(cl_mem from, const Size3& origin, const Size3& hostOrigin, const Size3& region, size_t row,
              size_t slice, size_t hostRow, size_t hostSlice, void* to) {
    return clEnqueueReadBufferRect(queue, from, CL_TRUE, origin.data(), hostOrigin.data(), region.data(), row,
                                   slice, hostRow, hostSlice, to, 0, nullptr, nullptr);
  }
};

TEST_F(ClEnqueueReadBufferRect, RefusesWrongArguments) {
  Bytes host(4096);
  const cl_mem from = buffer(1000);
  void* to = host.data();
  EXPECT_EQ(read(nullptr, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0, 0, 0, 0, to), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(read(from, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0, 0, 0, 0, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(read(from, {0, 0, 0}, {0, 0, 0}, {0, 1, 1}, 0, 0, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(from, {0, 0, 0}, {0, 0, 0}, {1, 1, 0}, 0, 0, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(from, {0, 0, 0}, {0, 0, 0}, {10, 2, 1}, 9, 0, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(from, {0, 0, 0}, {0, 0, 0}, {10, 2, 1}, 0, 0, 9, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(from, {0, 0, 0}, {0, 0, 0}, {10, 2, 2}, 10, 19, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(from, {0, 0, 0}, {0, 0, 0}, {10, 2, 2}, 10, 25, 0, 0, to), CL_INVALID_VALUE);
  // The last byte read is byte 1000.
  EXPECT_EQ(read(from, {1, 9, 0}, {0, 0, 0}, {100, 1, 1}, 100, 0, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(from, {0, SIZE_MAX / 50, 0}, {0, 0, 0}, {100, 1, 1}, 100, 0, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(buffer(64, CL_MEM_HOST_NO_ACCESS), {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0, 0, 0, 0, to),
            CL_INVALID_OPERATION);
}

TEST_F(ClEnqueueReadBufferRect, MayEndWithTheBuffer) {
  Bytes data = sequence(1000);
  Bytes host(100);
  const cl_mem from = buffer(1000, CL_MEM_COPY_HOST_PTR, data.data());
  ASSERT_EQ(read(from, {0, 9, 0}, {0, 0, 0}, {100, 1, 1}, 100, 0, 0, 0, host.data()), CL_SUCCESS);
  DATA_EXPECT_EQ(host, Bytes(data.begin() + 900, data.end()));
}

TEST_F(ClEnqueueReadBufferRect, ReadsABoxIntoABox) {
  const size_t row = 23, slice = 23 * 9, hostRow = 31, hostSlice = 31 * 7;
  Bytes data = sequence(slice * 5);
  const cl_mem from = buffer(data.size(), CL_MEM_COPY_HOST_PTR, data.data());
  Bytes host(hostSlice * 6, 0xCD);
  Bytes expected = host;
  ASSERT_EQ(read(from, {3, 2, 1}, {5, 1, 2}, {17, 5, 3}, row, slice, hostRow, hostSlice, host.data()),
            CL_SUCCESS);
  for (size_t z = 0; z < 3; ++z) {
    for (size_t y = 0; y < 5; ++y) {
      std::copy_n(&data[(z + 1) * slice + (y + 2) * row + 3], 17,
                  &expected[(z + 2) * hostSlice + (y + 1) * hostRow + 5]);
    }
  }
  DATA_EXPECT_EQ(host, expected);
}

}  // namespace
}  // namespace clze::test
