// clWaitForEvents: OpenCL 3.0, 5.11.
#include <thread>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClWaitForEvents = ClTest;

TEST_F(ClWaitForEvents, RefusesNoListAndOtherHandles) {
  cl_event event = marker(queue);
  EXPECT_EQ(clWaitForEvents(0, &event), CL_INVALID_VALUE);
  EXPECT_EQ(clWaitForEvents(1, nullptr), CL_INVALID_VALUE);
  const cl_event wrong[] = {event, reinterpret_cast<cl_event>(queue)};
  EXPECT_EQ(clWaitForEvents(2, wrong), CL_INVALID_EVENT);
}

TEST_F(ClWaitForEvents, RefusesReleasedEvents) {
  cl_event event = nullptr;
  ASSERT_EQ(clEnqueueMarkerWithWaitList(queue, 0, nullptr, &event), CL_SUCCESS);
  EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &event), CL_INVALID_EVENT);
}

TEST_F(ClWaitForEvents, RefusesEventsOfTwoContexts) {
  const cl_event mixed[] = {userEvent(), userEvent(newContext())};
  EXPECT_EQ(clWaitForEvents(2, mixed), CL_INVALID_CONTEXT);
}

TEST_F(ClWaitForEvents, TellsThatOneOfThemFailed) {
  cl_event good = marker(queue);
  cl_event bad = userEvent();
  EXPECT_EQ(clSetUserEventStatus(bad, -9), CL_SUCCESS);
  const cl_event both[] = {bad, good};
  EXPECT_EQ(clWaitForEvents(2, both), CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
  EXPECT_EQ(status(good), CL_COMPLETE);  // waited for all the same
}

TEST_F(ClWaitForEvents, WaitsForAllOfThem) {
  cl_event gate = userEvent();
  cl_command_queue other = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  const std::vector<cl_event> all = {marker(queue), marker(other, {gate}), gate, marker(queue, {gate})};
  std::thread decider([gate] { EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS); });
  EXPECT_EQ(clWaitForEvents(static_cast<cl_uint>(all.size()), all.data()), CL_SUCCESS);
  decider.join();
  for (cl_event event : all) EXPECT_EQ(status(event), CL_COMPLETE);
}

}  // namespace
}  // namespace clze::test
