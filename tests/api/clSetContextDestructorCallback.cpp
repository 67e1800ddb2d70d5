// clSetContextDestructorCallback: OpenCL 3.0, 4.4.
#include <atomic>
#include <thread>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClSetContextDestructorCallback = ClTest;

TEST_F(ClSetContextDestructorCallback, RefusesNoFunction) {
  EXPECT_EQ(clSetContextDestructorCallback(context, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clSetContextDestructorCallback(
                nullptr, [](cl_context, void*) {}, nullptr),
            CL_INVALID_CONTEXT);
}

TEST_F(ClSetContextDestructorCallback, WaitsForWhatUsesTheContext) {
  static std::string calls;
  calls.clear();
  cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
  ASSERT_NE(made, nullptr);
  const auto note = [](cl_context, void* letter) { calls += *static_cast<char*>(letter); };
  char first = 'a', second = 'b';
  EXPECT_EQ(clSetContextDestructorCallback(made, note, &first), CL_SUCCESS);
  EXPECT_EQ(clSetContextDestructorCallback(made, note, &second), CL_SUCCESS);
  newQueue(0, made);
  EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
  EXPECT_EQ(calls, "");  // the queue still needs it
  later([] { EXPECT_EQ(calls, ""); });
}

// Released with commands on their way, everything goes by itself once they have ended.
TEST_F(ClSetContextDestructorCallback, IsCalledAfterTheLastCommandOfReleasedQueues) {
  static std::atomic<int> calls;
  calls = 0;
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, bits, 0};
    cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
    ASSERT_EQ(clSetContextDestructorCallback(
                  made, [](cl_context, void*) { ++calls; }, nullptr),
              CL_SUCCESS);
    cl_command_queue leaving = clCreateCommandQueueWithProperties(made, device, list, nullptr);
    cl_mem buffer = clCreateBuffer(made, CL_MEM_READ_WRITE, 1U << 20U, nullptr, nullptr);
    cl_event gate = clCreateUserEvent(made, nullptr);
    cl_event held = nullptr;
    const cl_int zero = 0;
    ASSERT_EQ(clEnqueueFillBuffer(leaving, buffer, &zero, sizeof(zero), 0, 1U << 20U, 0, nullptr, nullptr),
              CL_SUCCESS);
    ASSERT_EQ(clEnqueueFillBuffer(leaving, buffer, &zero, sizeof(zero), 0, 1U << 20U, 1, &gate, &held),
              CL_SUCCESS);
    EXPECT_EQ(clReleaseMemObject(buffer), CL_SUCCESS);
    EXPECT_EQ(clReleaseCommandQueue(leaving), CL_SUCCESS);
    EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
    EXPECT_EQ(clReleaseEvent(held), CL_SUCCESS);
    EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    EXPECT_EQ(clReleaseEvent(gate), CL_SUCCESS);
  }
  while (calls != 2) std::this_thread::yield();
}

TEST_F(ClSetContextDestructorCallback, IsCalledWhenNothingUsesTheContext) {
  static std::string calls;
  calls.clear();
  cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
  ASSERT_NE(made, nullptr);
  const auto note = [](cl_context, void* letter) { calls += *static_cast<char*>(letter); };
  char first = 'a', second = 'b';
  EXPECT_EQ(clSetContextDestructorCallback(made, note, &first), CL_SUCCESS);
  EXPECT_EQ(clSetContextDestructorCallback(made, note, &second), CL_SUCCESS);
  EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
  EXPECT_EQ(calls, "ba");
}

}  // namespace
}  // namespace clze::test
