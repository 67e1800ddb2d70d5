// clFinish: OpenCL 3.0, 5.15.
#include <atomic>
#include <thread>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClFinish = ClTest;

TEST_F(ClFinish, RefusesOtherHandles) {
  EXPECT_EQ(clFinish(nullptr), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clFinish(reinterpret_cast<cl_command_queue>(context)), CL_INVALID_COMMAND_QUEUE);
}

TEST_F(ClFinish, ReturnsAtOnceWhenThereIsNothing) {
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
  EXPECT_EQ(clFinish(newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE)), CL_SUCCESS);
}

TEST_F(ClFinish, WaitsForHeldCommandsToo) {
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue working = newQueue(bits);
    cl_event gate = userEvent();
    cl_event held = marker(working, {gate});
    std::atomic<bool> decided = false;
    std::thread decider([&] {
      std::this_thread::yield();
      decided = true;
      EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    });
    EXPECT_EQ(clFinish(working), CL_SUCCESS);
    EXPECT_TRUE(decided);
    EXPECT_EQ(status(held), CL_COMPLETE);
    decider.join();
  }
}

// The failure is the command's, not the queue's.
TEST_F(ClFinish, SucceedsAfterACommandHasFailed) {
  cl_event gate = userEvent();
  cl_event failed = marker(queue, {gate});
  EXPECT_EQ(clSetUserEventStatus(gate, -3), CL_SUCCESS);
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
  EXPECT_EQ(status(failed), -3);
}

}  // namespace
}  // namespace clze::test
