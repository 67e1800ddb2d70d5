// clSetUserEventStatus: OpenCL 3.0, 5.11, and what becomes of commands that wait.
#include <thread>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClSetUserEventStatus = ClTest;

TEST_F(ClSetUserEventStatus, RefusesWhatIsNoUserEvent) {
  EXPECT_EQ(clSetUserEventStatus(marker(queue), CL_COMPLETE), CL_INVALID_EVENT);
}

TEST_F(ClSetUserEventStatus, RefusesStatesBeforeTheEnd) {
  cl_event event = userEvent();
  EXPECT_EQ(clSetUserEventStatus(event, CL_SUBMITTED), CL_INVALID_VALUE);
  EXPECT_EQ(clSetUserEventStatus(event, CL_RUNNING), CL_INVALID_VALUE);
  EXPECT_EQ(status(event), CL_SUBMITTED);
  EXPECT_EQ(clSetUserEventStatus(event, CL_COMPLETE), CL_SUCCESS);
}

TEST_F(ClSetUserEventStatus, RefusesASecondDecision) {
  cl_event event = userEvent();
  EXPECT_EQ(clSetUserEventStatus(event, -7), CL_SUCCESS);
  EXPECT_EQ(clSetUserEventStatus(event, CL_COMPLETE), CL_INVALID_OPERATION);
  EXPECT_EQ(status(event), -7);
}

TEST_F(ClSetUserEventStatus, HoldsAnInOrderQueueUntilComplete) {
  cl_event gate = userEvent();
  cl_event first = marker(queue, {gate});
  cl_event second = marker(queue);
  EXPECT_EQ(status(first), CL_QUEUED);
  EXPECT_EQ(status(second), CL_QUEUED);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
  EXPECT_EQ(status(first), CL_COMPLETE);
  EXPECT_EQ(status(second), CL_COMPLETE);
}

TEST_F(ClSetUserEventStatus, AnErrorEndsDependantsAndNothingElse) {
  cl_event gate = userEvent();
  cl_event dependant = marker(queue, {gate});
  cl_event dependantOfThat = marker(queue, {dependant});
  cl_event other = marker(queue);
  EXPECT_EQ(clSetUserEventStatus(gate, -1234), CL_SUCCESS);
  EXPECT_EQ(status(dependant), -1234);
  EXPECT_EQ(status(dependantOfThat), -1234);
  EXPECT_EQ(clWaitForEvents(1, &other), CL_SUCCESS);
  EXPECT_EQ(status(other), CL_COMPLETE);
  EXPECT_EQ(clWaitForEvents(1, &dependant), CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
}

TEST_F(ClSetUserEventStatus, ReachesOtherQueues) {
  cl_command_queue other = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_event gate = userEvent();
  cl_event here = marker(queue, {gate});
  cl_event there = marker(other, {here});
  cl_event free = marker(other, {});
  EXPECT_EQ(status(there), CL_QUEUED);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &there), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &free), CL_SUCCESS);
}

TEST_F(ClSetUserEventStatus, WakesAThreadThatWaits) {
  cl_event gate = userEvent();
  cl_event dependant = marker(queue, {gate});
  std::thread decider([gate] { EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS); });
  EXPECT_EQ(clWaitForEvents(1, &dependant), CL_SUCCESS);
  decider.join();
  EXPECT_EQ(status(dependant), CL_COMPLETE);
}

TEST_F(ClSetUserEventStatus, QueueMayBeReleasedWithHeldCommands) {
  cl_int code = -1;
  cl_command_queue leaving = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_event gate = userEvent();
  cl_event held = marker(leaving, {gate});
  EXPECT_EQ(clReleaseCommandQueue(leaving), CL_SUCCESS);
  EXPECT_EQ(clFinish(leaving), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &held), CL_SUCCESS);
}

}  // namespace
}  // namespace clze::test
