// clFlush: OpenCL 3.0, 5.15.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClFlush = ClTest;

TEST_F(ClFlush, RefusesOtherHandles) {
  EXPECT_EQ(clFlush(nullptr), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clFlush(reinterpret_cast<cl_command_queue>(context)), CL_INVALID_COMMAND_QUEUE);
}

TEST_F(ClFlush, DoesNotWaitForHeldCommands) {
  cl_event gate = userEvent();
  cl_event held = marker(queue, {gate});
  EXPECT_EQ(clFlush(queue), CL_SUCCESS);
  EXPECT_EQ(status(held), CL_QUEUED);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &held), CL_SUCCESS);
}

// An application may flush and look, and never wait.
TEST_F(ClFlush, CommandsEndWithoutAnybodyWaiting) {
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue working = newQueue(bits);
    cl_event last = marker(working);
    ASSERT_NE(last, nullptr);
    EXPECT_EQ(clFlush(working), CL_SUCCESS);
    while (status(last) > CL_COMPLETE) {
    }
    EXPECT_EQ(status(last), CL_COMPLETE);
  }
}

}  // namespace
}  // namespace clze::test
