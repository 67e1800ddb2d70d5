// clRetainEvent and clReleaseEvent: OpenCL 3.0, 5.11.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClRetainEvent = ClTest;

TEST_F(ClRetainEvent, RefusesOtherAndReleasedHandles) {
  EXPECT_EQ(clRetainEvent(reinterpret_cast<cl_event>(queue)), CL_INVALID_EVENT);
  EXPECT_EQ(clReleaseEvent(nullptr), CL_INVALID_EVENT);
  cl_event event = clCreateUserEvent(context, nullptr);
  EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS);
  EXPECT_EQ(clRetainEvent(event), CL_INVALID_EVENT);
  EXPECT_EQ(clReleaseEvent(event), CL_INVALID_EVENT);
  EXPECT_EQ(clSetUserEventStatus(event, CL_COMPLETE), CL_INVALID_EVENT);
  EXPECT_EQ(clEnqueueMarkerWithWaitList(queue, 1, &event, nullptr), CL_INVALID_EVENT_WAIT_LIST);
}

TEST_F(ClRetainEvent, CountsWhatTheApplicationHolds) {
  cl_event event = userEvent();
  EXPECT_EQ(clRetainEvent(event), CL_SUCCESS);
  cl_uint references = 0;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_REFERENCE_COUNT, sizeof(references), &references, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(references, 2U);
  EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS);
  EXPECT_EQ(status(event), CL_SUBMITTED);
  EXPECT_EQ(clSetUserEventStatus(event, CL_COMPLETE), CL_SUCCESS);
}

// Who waits for an event keeps it.
TEST_F(ClRetainEvent, WaitersOutliveTheApplicationsReference) {
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue other = newQueue(bits);
    cl_event gate = userEvent();
    cl_event middle = nullptr;
    ASSERT_EQ(clEnqueueMarkerWithWaitList(queue, 1, &gate, &middle), CL_SUCCESS);
    cl_event last = marker(other, {middle});
    EXPECT_EQ(clReleaseEvent(middle), CL_SUCCESS);
    EXPECT_EQ(clReleaseEvent(middle), CL_INVALID_EVENT);
    EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    EXPECT_EQ(clWaitForEvents(1, &last), CL_SUCCESS);
  }
}

TEST_F(ClRetainEvent, EventsOfRunningCommandsMayBeReleasedAtOnce) {
  cl_command_queue other = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  for (int i = 0; i < 1000; ++i) {
    cl_event first = nullptr, second = nullptr;
    ASSERT_EQ(clEnqueueMarkerWithWaitList(queue, 0, nullptr, &first), CL_SUCCESS);
    ASSERT_EQ(clEnqueueMarkerWithWaitList(other, 1, &first, &second), CL_SUCCESS);
    ASSERT_EQ(clReleaseEvent(first), CL_SUCCESS);
    ASSERT_EQ(clReleaseEvent(second), CL_SUCCESS);
  }
  EXPECT_EQ(clFinish(other), CL_SUCCESS);
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
}

}  // namespace
}  // namespace clze::test
