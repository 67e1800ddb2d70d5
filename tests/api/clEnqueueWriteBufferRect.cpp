// clEnqueueWriteBufferRect: OpenCL 3.0, 5.2.2.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueWriteBufferRect : public MemoryTest {
 protected:
  cl_int write(cl_mem to, const Size3& origin, const Size3& hostOrigin, const Size3& region, size_t row,
               size_t slice, size_t hostRow, size_t hostSlice, const void* from) {
    return clEnqueueWriteBufferRect(queue, to, CL_TRUE, origin.data(), hostOrigin.data(), region.data(), row,
                                    slice, hostRow, hostSlice, from, 0, nullptr, nullptr);
  }
};

TEST_F(ClEnqueueWriteBufferRect, RefusesWrongArguments) {
  const Bytes host(4096);
  const cl_mem to = buffer(1000);
  if (hasImages(device)) {
    EXPECT_EQ(write(image2D(4, 4), {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0, 0, 0, 0, host.data()),
              CL_INVALID_MEM_OBJECT);
  }
  EXPECT_EQ(write(to, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0, 0, 0, 0, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(write(to, {0, 0, 0}, {0, 0, 0}, {10, 0, 1}, 0, 0, 0, 0, host.data()), CL_INVALID_VALUE);
  EXPECT_EQ(write(to, {991, 0, 0}, {0, 0, 0}, {10, 1, 1}, 0, 0, 0, 0, host.data()), CL_INVALID_VALUE);
  EXPECT_EQ(
      write(buffer(64, CL_MEM_HOST_READ_ONLY), {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, 0, 0, 0, 0, host.data()),
      CL_INVALID_OPERATION);
}

TEST_F(ClEnqueueWriteBufferRect, WritesABoxAndNothingElse) {
  const size_t row = 23, slice = 23 * 9;
  Bytes data = sequence(slice * 5);
  const cl_mem to = buffer(data.size(), CL_MEM_COPY_HOST_PTR, data.data());
  const Bytes host = sequence(17 * 5 * 3, 5);
  ASSERT_EQ(write(to, {3, 2, 1}, {0, 0, 0}, {17, 5, 3}, row, slice, 0, 0, host.data()), CL_SUCCESS);
  for (size_t z = 0; z < 3; ++z) {
    for (size_t y = 0; y < 5; ++y) {
      std::copy_n(&host[(z * 5 + y) * 17], 17, &data[(z + 1) * slice + (y + 2) * row + 3]);
    }
  }
  DATA_EXPECT_EQ(contents(to, 0, data.size()), data);
}

}  // namespace
}  // namespace clze::test
