// clEnqueueCopyBuffer: OpenCL 3.0, 5.2.2.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueCopyBuffer : public MemoryTest {
 protected:
  cl_int copy(cl_command_queue on, cl_mem from, cl_mem to, size_t fromOffset, size_t toOffset, size_t size) {
    return clEnqueueCopyBuffer(on, from, to, fromOffset, toOffset, size, 0, nullptr, nullptr);
  }
};

TEST_F(ClEnqueueCopyBuffer, RefusesWrongArguments) {
  const cl_mem a = buffer(512);
  const cl_mem b = buffer(256);
  EXPECT_EQ(copy(nullptr, a, b, 0, 0, 1), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(copy(queue, nullptr, b, 0, 0, 1), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(copy(queue, a, nullptr, 0, 0, 1), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(copy(newQueue(newContext()), a, b, 0, 0, 1), CL_INVALID_CONTEXT);
  EXPECT_EQ(copy(queue, a, b, 0, 0, 257), CL_INVALID_VALUE);
  EXPECT_EQ(copy(queue, a, b, 512, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(copy(queue, a, b, 0, SIZE_MAX, 2), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueCopyBuffer, RefusesOverlaps) {
  const cl_mem a = buffer(512);
  EXPECT_EQ(copy(queue, a, a, 0, 100, 101), CL_MEM_COPY_OVERLAP);
  EXPECT_EQ(copy(queue, a, a, 100, 0, 101), CL_MEM_COPY_OVERLAP);
  EXPECT_EQ(copy(queue, a, a, 0, 0, 1), CL_MEM_COPY_OVERLAP);
  EXPECT_EQ(copy(queue, part(a, 0, 256), part(a, 128, 256), 100, 0, 64), CL_MEM_COPY_OVERLAP);
  EXPECT_EQ(copy(queue, part(a, 0, 256), part(a, 128, 256), 0, 0, 128), CL_SUCCESS);
}

TEST_F(ClEnqueueCopyBuffer, CopiesExactlyTheRange) {
  Bytes from = sequence(777);
  Bytes to = sequence(1001, 3);
  const cl_mem a = buffer(777, CL_MEM_COPY_HOST_PTR, from.data());
  const cl_mem b = buffer(1001, CL_MEM_COPY_HOST_PTR | CL_MEM_HOST_READ_ONLY, to.data());
  ASSERT_EQ(copy(queue, a, b, 13, 501, 499), CL_SUCCESS);
  std::copy_n(from.begin() + 13, 499, to.begin() + 501);
  DATA_EXPECT_EQ(contents(b, 0, 1001), to);
}

TEST_F(ClEnqueueCopyBuffer, KeepsWhatIsReleasedAtOnce) {
  Bytes from = sequence(1 << 20);
  cl_int code = 1;
  cl_mem a = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, from.size(), from.data(), &code);
  const cl_mem b = buffer(from.size());
  ASSERT_EQ(copy(queue, a, b, 0, 0, from.size()), CL_SUCCESS);
  ASSERT_EQ(clReleaseMemObject(a), CL_SUCCESS);
  DATA_EXPECT_EQ(contents(b, 0, from.size()), from);
}

}  // namespace
}  // namespace clze::test
