// clEnqueueMarker and clEnqueueMarkerWithWaitList: OpenCL 3.0, 5.13, and the 1.1 form.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClEnqueueMarker = ClTest;

TEST_F(ClEnqueueMarker, RefusesOtherHandlesAndNoEvent) {
  cl_event event = nullptr;
  EXPECT_EQ(clEnqueueMarker(reinterpret_cast<cl_command_queue>(context), &event), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clEnqueueMarker(queue, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(event, nullptr);
}

TEST_F(ClEnqueueMarker, WaitsForAllThatCameBefore) {
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue working = newQueue(bits);
    cl_event gate = userEvent();
    cl_event before = marker(working, {gate});
    cl_event event = nullptr;
    ASSERT_EQ(clEnqueueMarker(working, &event), CL_SUCCESS);
    kept(event);
    EXPECT_EQ(status(event), CL_QUEUED);
    EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
    EXPECT_EQ(status(before), CL_COMPLETE);
  }
}

using ClEnqueueMarkerWithWaitList = ClTest;

TEST_F(ClEnqueueMarkerWithWaitList, RefusesWrongWaitLists) {
  cl_event event = userEvent();
  cl_event none = nullptr;
  cl_event foreign = userEvent(newContext());
  EXPECT_EQ(clEnqueueMarkerWithWaitList(nullptr, 0, nullptr, nullptr), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clEnqueueMarkerWithWaitList(queue, 1, nullptr, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(clEnqueueMarkerWithWaitList(queue, 0, &event, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(clEnqueueMarkerWithWaitList(queue, 1, &none, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(clEnqueueMarkerWithWaitList(queue, 1, &foreign, nullptr), CL_INVALID_CONTEXT);
}

TEST_F(ClEnqueueMarkerWithWaitList, OutOfOrderItWaitsForItsListOnly) {
  cl_command_queue working = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_event gate = userEvent();
  cl_event done = userEvent();
  EXPECT_EQ(clSetUserEventStatus(done, CL_COMPLETE), CL_SUCCESS);
  cl_event held = marker(working, {gate});
  cl_event free = marker(working, {done});
  EXPECT_EQ(clWaitForEvents(1, &free), CL_SUCCESS);
  EXPECT_EQ(status(held), CL_QUEUED);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &held), CL_SUCCESS);
}

TEST_F(ClEnqueueMarkerWithWaitList, OutOfOrderItHoldsNothingBack) {
  cl_command_queue working = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_event gate = userEvent();
  cl_event held = marker(working, {gate});
  cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, 16, nullptr, nullptr);
  later([buffer] { EXPECT_EQ(clReleaseMemObject(buffer), CL_SUCCESS); });
  const cl_int value = 41;
  EXPECT_EQ(clEnqueueWriteBuffer(working, buffer, CL_TRUE, 0, sizeof(value), &value, 0, nullptr, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(status(held), CL_QUEUED);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clFinish(working), CL_SUCCESS);
}

// More waits than any list on the stack.
TEST_F(ClEnqueueMarkerWithWaitList, TakesLongWaitLists) {
  cl_command_queue other = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  std::vector<cl_event> waits(200);
  for (cl_event& wait : waits) wait = marker(other);
  cl_event last = marker(queue, waits);
  EXPECT_EQ(clWaitForEvents(1, &last), CL_SUCCESS);
  for (cl_event wait : waits) EXPECT_EQ(status(wait), CL_COMPLETE);
}

}  // namespace
}  // namespace clze::test
