// clEnqueueBarrier, clEnqueueBarrierWithWaitList and clEnqueueWaitForEvents: OpenCL 3.0, 5.13, and 1.1 forms.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueBarrier : public ClTest {
 protected:
  cl_mem buffer(size_t size) {
    cl_int code = -1;
    cl_mem made = clCreateBuffer(context, CL_MEM_READ_WRITE, size, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    later([made] { EXPECT_EQ(clReleaseMemObject(made), CL_SUCCESS); });
    return made;
  }
};

TEST_F(ClEnqueueBarrier, RefusesOtherHandles) {
  EXPECT_EQ(clEnqueueBarrier(reinterpret_cast<cl_command_queue>(context)), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clEnqueueBarrierWithWaitList(nullptr, 0, nullptr, nullptr), CL_INVALID_COMMAND_QUEUE);
}

TEST_F(ClEnqueueBarrier, RefusesWrongWaitLists) {
  cl_event event = userEvent();
  cl_event foreign = userEvent(newContext());
  EXPECT_EQ(clEnqueueBarrierWithWaitList(queue, 1, nullptr, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(clEnqueueBarrierWithWaitList(queue, 0, &event, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(clEnqueueBarrierWithWaitList(queue, 1, &foreign, nullptr), CL_INVALID_CONTEXT);
}

// Each round writes, copies and reads through barriers alone.
TEST_F(ClEnqueueBarrier, OrdersDataOfAnOutOfOrderQueue) {
  constexpr size_t kSize = 1U << 18U;
  cl_command_queue working = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_mem first = buffer(kSize), second = buffer(kSize);
  for (cl_uint round = 1; round <= 20; ++round) {
    ASSERT_EQ(clEnqueueFillBuffer(working, first, &round, sizeof(round), 0, kSize, 0, nullptr, nullptr),
              CL_SUCCESS);
    ASSERT_EQ(clEnqueueBarrier(working), CL_SUCCESS);
    ASSERT_EQ(clEnqueueCopyBuffer(working, first, second, 0, 0, kSize, 0, nullptr, nullptr), CL_SUCCESS);
    ASSERT_EQ(clEnqueueBarrierWithWaitList(working, 0, nullptr, nullptr), CL_SUCCESS);
    std::vector<cl_uint> out(kSize / sizeof(round));
    ASSERT_EQ(clEnqueueReadBuffer(working, second, CL_TRUE, 0, kSize, out.data(), 0, nullptr, nullptr),
              CL_SUCCESS);
    DATA_ASSERT_EQ(out, std::vector<cl_uint>(kSize / sizeof(round), round));
  }
}

TEST_F(ClEnqueueBarrier, OfAHeldListHoldsBackWhatFollows) {
  cl_command_queue working = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_event gate = userEvent();
  cl_event barrier = nullptr;
  ASSERT_EQ(clEnqueueBarrierWithWaitList(working, 1, &gate, &barrier), CL_SUCCESS);
  kept(barrier);
  cl_event after = marker(working);
  cl_event done = userEvent();
  EXPECT_EQ(clSetUserEventStatus(done, CL_COMPLETE), CL_SUCCESS);
  cl_event afterWithList = marker(working, {done});
  EXPECT_EQ(status(barrier), CL_QUEUED);
  EXPECT_EQ(status(after), CL_QUEUED);
  EXPECT_EQ(status(afterWithList), CL_QUEUED);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clFinish(working), CL_SUCCESS);
  EXPECT_EQ(status(after), CL_COMPLETE);
  EXPECT_EQ(status(afterWithList), CL_COMPLETE);
}

TEST_F(ClEnqueueBarrier, ThatFailsLetsTheQueueGoOn) {
  cl_command_queue working = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_event gate = userEvent();
  cl_event barrier = nullptr;
  ASSERT_EQ(clEnqueueBarrierWithWaitList(working, 1, &gate, &barrier), CL_SUCCESS);
  kept(barrier);
  cl_event after = marker(working);
  EXPECT_EQ(clSetUserEventStatus(gate, -77), CL_SUCCESS);
  EXPECT_EQ(status(barrier), -77);
  EXPECT_EQ(clWaitForEvents(1, &after), CL_SUCCESS);
}

using ClEnqueueWaitForEvents = ClTest;

TEST_F(ClEnqueueWaitForEvents, RefusesNoListAndOtherHandles) {
  cl_event event = userEvent();
  cl_event none = nullptr;
  cl_event foreign = userEvent(newContext());
  EXPECT_EQ(clEnqueueWaitForEvents(nullptr, 1, &event), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clEnqueueWaitForEvents(queue, 0, &event), CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueWaitForEvents(queue, 1, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueWaitForEvents(queue, 1, &none), CL_INVALID_EVENT);
  EXPECT_EQ(clEnqueueWaitForEvents(queue, 1, &foreign), CL_INVALID_CONTEXT);
}

TEST_F(ClEnqueueWaitForEvents, HoldsBackWhatFollows) {
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue working = newQueue(bits);
    cl_event gate = userEvent();
    ASSERT_EQ(clEnqueueWaitForEvents(working, 1, &gate), CL_SUCCESS);
    cl_event after = marker(working);
    EXPECT_EQ(status(after), CL_QUEUED);
    EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    EXPECT_EQ(clWaitForEvents(1, &after), CL_SUCCESS);
  }
}

}  // namespace
}  // namespace clze::test
