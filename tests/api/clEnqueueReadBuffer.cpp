// clEnqueueReadBuffer: OpenCL 3.0, 5.2.2.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueReadBuffer : public MemoryTest {
 protected:
  cl_int read(cl_command_queue on, cl_mem from, size_t offset, size_t size, void* to) {
    return clEnqueueReadBuffer(on, from, CL_TRUE, offset, size, to, 0, nullptr, nullptr);
  }
  uint8_t bytes_[64] = {};
};

TEST_F(ClEnqueueReadBuffer, RefusesWrongObjects) {
  EXPECT_EQ(read(nullptr, buffer(64), 0, 1, bytes_), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(read(queue, nullptr, 0, 1, bytes_), CL_INVALID_MEM_OBJECT);
  if (hasImages(device)) {
    EXPECT_EQ(read(queue, image2D(4, 4), 0, 1, bytes_), CL_INVALID_MEM_OBJECT);
  }
  EXPECT_EQ(read(newQueue(newContext()), buffer(64), 0, 1, bytes_), CL_INVALID_CONTEXT);
}

TEST_F(ClEnqueueReadBuffer, RefusesRangesOutsideAndNull) {
  const cl_mem from = buffer(64);
  EXPECT_EQ(read(queue, from, 0, 65, bytes_), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, 64, 1, bytes_), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, 1, SIZE_MAX, bytes_), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, 0, 1, nullptr), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueReadBuffer, RefusesWrongWaitLists) {
  const cl_mem from = buffer(64);
  const cl_event none = nullptr;
  EXPECT_EQ(clEnqueueReadBuffer(queue, from, CL_TRUE, 0, 1, bytes_, 1, nullptr, nullptr),
            CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(clEnqueueReadBuffer(queue, from, CL_TRUE, 0, 1, bytes_, 0, &none, nullptr),
            CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(clEnqueueReadBuffer(queue, from, CL_TRUE, 0, 1, bytes_, 1, &none, nullptr),
            CL_INVALID_EVENT_WAIT_LIST);
}

TEST_F(ClEnqueueReadBuffer, RefusesWhatTheHostMayNotRead) {
  EXPECT_EQ(read(queue, buffer(64, CL_MEM_HOST_WRITE_ONLY), 0, 1, bytes_), CL_INVALID_OPERATION);
  EXPECT_EQ(read(queue, buffer(64, CL_MEM_HOST_NO_ACCESS), 0, 1, bytes_), CL_INVALID_OPERATION);
}

TEST_F(ClEnqueueReadBuffer, FailsWithTheEventItWaitsFor) {
  const cl_mem from = buffer(64);
  const cl_event failed = userEvent();
  ASSERT_EQ(clSetUserEventStatus(failed, -5), CL_SUCCESS);
  EXPECT_EQ(clEnqueueReadBuffer(queue, from, CL_TRUE, 0, 1, bytes_, 1, &failed, nullptr),
            CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
}

TEST_F(ClEnqueueReadBuffer, ReadsExactlyTheRange) {
  Bytes original = sequence(1001);
  const cl_mem from = buffer(1001, CL_MEM_COPY_HOST_PTR, original.data());
  for (const auto& [offset, size] : {std::pair<size_t, size_t>{0, 1001}, {1, 1}, {3, 997}, {1000, 1}}) {
    Bytes host(size + 2, 0xCD);
    ASSERT_EQ(read(queue, from, offset, size, host.data() + 1), CL_SUCCESS);
    EXPECT_EQ(host.front(), 0xCD);
    EXPECT_EQ(host.back(), 0xCD);
    DATA_EXPECT_TRUE(
        std::equal(host.begin() + 1, host.end() - 1, original.begin() + static_cast<ptrdiff_t>(offset)));
  }
}

TEST_F(ClEnqueueReadBuffer, OfNothingIsACommandToo) {
  cl_event event = nullptr;
  ASSERT_EQ(clEnqueueReadBuffer(queue, buffer(64), CL_FALSE, 64, 0, bytes_, 0, nullptr, &event), CL_SUCCESS);
  kept(event);
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  EXPECT_EQ(typeOf(event), cl_command_type{CL_COMMAND_READ_BUFFER});
}

TEST_F(ClEnqueueReadBuffer, WaitsForAUserEvent) {
  Bytes original = sequence(64);
  cl_int code = 1;
  cl_mem from = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, 64, original.data(), &code);
  const cl_event gate = userEvent();
  cl_event done = nullptr;
  Bytes host(64, 0);
  ASSERT_EQ(clEnqueueReadBuffer(queue, from, CL_FALSE, 0, 64, host.data(), 1, &gate, &done), CL_SUCCESS);
  kept(done);
  // The command keeps the buffer.
  ASSERT_EQ(clReleaseMemObject(from), CL_SUCCESS);
  ASSERT_EQ(clFlush(queue), CL_SUCCESS);
  EXPECT_GT(statusOf(done), CL_COMPLETE);
  EXPECT_EQ(host, Bytes(64, 0));
  ASSERT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  ASSERT_EQ(clWaitForEvents(1, &done), CL_SUCCESS);
  DATA_EXPECT_EQ(host, original);
}

TEST_F(ClEnqueueReadBuffer, FollowsWritesInQueueOrder) {
  const cl_mem memory = buffer(4096);
  std::vector<Bytes> written, read(100, Bytes(4096));
  for (uint32_t i = 0; i < 100; ++i) written.push_back(sequence(4096, i));
  for (size_t i = 0; i < 100; ++i) {
    ASSERT_EQ(clEnqueueWriteBuffer(queue, memory, CL_FALSE, 0, 4096, written[i].data(), 0, nullptr, nullptr),
              CL_SUCCESS);
    ASSERT_EQ(clEnqueueReadBuffer(queue, memory, CL_FALSE, 0, 4096, read[i].data(), 0, nullptr, nullptr),
              CL_SUCCESS);
  }
  ASSERT_EQ(clFinish(queue), CL_SUCCESS);
  DATA_EXPECT_EQ(read, written);
}

}  // namespace
}  // namespace clze::test
