// clEnqueueWriteBuffer: OpenCL 3.0, 5.2.2.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueWriteBuffer : public MemoryTest {
 protected:
  cl_int write(cl_command_queue on, cl_mem to, size_t offset, size_t size, const void* from) {
    return clEnqueueWriteBuffer(on, to, CL_TRUE, offset, size, from, 0, nullptr, nullptr);
  }
};

TEST_F(ClEnqueueWriteBuffer, RefusesWrongArguments) {
  const Bytes bytes(65);
  const cl_mem to = buffer(64);
  EXPECT_EQ(write(nullptr, to, 0, 1, bytes.data()), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(write(queue, nullptr, 0, 1, bytes.data()), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(write(newQueue(newContext()), to, 0, 1, bytes.data()), CL_INVALID_CONTEXT);
  EXPECT_EQ(write(queue, to, 0, 65, bytes.data()), CL_INVALID_VALUE);
  EXPECT_EQ(write(queue, to, SIZE_MAX, 2, bytes.data()), CL_INVALID_VALUE);
  EXPECT_EQ(write(queue, to, 0, 1, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(write(queue, buffer(64, CL_MEM_HOST_READ_ONLY), 0, 1, bytes.data()), CL_INVALID_OPERATION);
  EXPECT_EQ(write(queue, buffer(64, CL_MEM_HOST_NO_ACCESS), 0, 1, bytes.data()), CL_INVALID_OPERATION);
}

TEST_F(ClEnqueueWriteBuffer, WritesExactlyTheRange) {
  const Bytes original = sequence(1001);
  Bytes copy = original;
  const cl_mem to = buffer(1001, CL_MEM_COPY_HOST_PTR, copy.data());
  const Bytes other = sequence(333, 7);
  ASSERT_EQ(write(queue, to, 335, 333, other.data()), CL_SUCCESS);
  Bytes expected = original;
  std::copy(other.begin(), other.end(), expected.begin() + 335);
  DATA_EXPECT_EQ(contents(to, 0, 1001), expected);
}

TEST_F(ClEnqueueWriteBuffer, HeldByAUserEventHoldsWhatFollows) {
  const cl_mem to = buffer(64);
  const Bytes first = sequence(64, 1);
  const Bytes second = sequence(64, 2);
  store(to, first);
  const cl_event gate = userEvent();
  Bytes after(64, 0);
  cl_event done = nullptr;
  ASSERT_EQ(clEnqueueWriteBuffer(queue, to, CL_FALSE, 0, 64, second.data(), 1, &gate, nullptr), CL_SUCCESS);
  ASSERT_EQ(clEnqueueReadBuffer(queue, to, CL_FALSE, 0, 64, after.data(), 0, nullptr, &done), CL_SUCCESS);
  kept(done);
  EXPECT_GT(statusOf(done), CL_COMPLETE);
  ASSERT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  ASSERT_EQ(clFinish(queue), CL_SUCCESS);
  DATA_EXPECT_EQ(after, second);
}

TEST_F(ClEnqueueWriteBuffer, TerminatedByItsWaitWritesNothing) {
  const cl_mem to = buffer(64);
  const Bytes first = sequence(64, 1);
  const Bytes second = sequence(64, 2);
  store(to, first);
  const cl_event gate = userEvent();
  cl_event done = nullptr;
  ASSERT_EQ(clEnqueueWriteBuffer(queue, to, CL_FALSE, 0, 64, second.data(), 1, &gate, &done), CL_SUCCESS);
  kept(done);
  ASSERT_EQ(clSetUserEventStatus(gate, -7), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &done), CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
  EXPECT_LT(statusOf(done), 0);
  DATA_EXPECT_EQ(contents(to, 0, 64), first);
}

}  // namespace
}  // namespace clze::test
