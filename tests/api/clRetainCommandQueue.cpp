// clRetainCommandQueue and clReleaseCommandQueue: OpenCL 3.0, 5.1.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClRetainCommandQueue = ClTest;

TEST_F(ClRetainCommandQueue, RefusesOtherAndReleasedHandles) {
  EXPECT_EQ(clRetainCommandQueue(reinterpret_cast<cl_command_queue>(context)), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clReleaseCommandQueue(reinterpret_cast<cl_command_queue>(context)), CL_INVALID_COMMAND_QUEUE);
  cl_command_queue made = clCreateCommandQueueWithProperties(context, device, nullptr, nullptr);
  EXPECT_EQ(clReleaseCommandQueue(made), CL_SUCCESS);
  EXPECT_EQ(clRetainCommandQueue(made), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clReleaseCommandQueue(made), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clFlush(made), CL_INVALID_COMMAND_QUEUE);
}

TEST_F(ClRetainCommandQueue, LivesUntilTheLastRelease) {
  cl_command_queue made = clCreateCommandQueueWithProperties(context, device, nullptr, nullptr);
  EXPECT_EQ(clRetainCommandQueue(made), CL_SUCCESS);
  EXPECT_EQ(clReleaseCommandQueue(made), CL_SUCCESS);
  EXPECT_EQ(clFinish(made), CL_SUCCESS);
  EXPECT_EQ(clReleaseCommandQueue(made), CL_SUCCESS);
  EXPECT_EQ(clFinish(made), CL_INVALID_COMMAND_QUEUE);
}

TEST_F(ClRetainCommandQueue, ReleaseLetsCommandsFinish) {
  cl_int code = -1;
  cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, 1U << 16U, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  later([buffer] { EXPECT_EQ(clReleaseMemObject(buffer), CL_SUCCESS); });
  cl_command_queue made = clCreateCommandQueueWithProperties(context, device, nullptr, nullptr);
  const cl_uint pattern = 0xC0FFEE00;
  cl_event filled = nullptr;
  ASSERT_EQ(clEnqueueFillBuffer(made, buffer, &pattern, sizeof(pattern), 0, 1U << 16U, 0, nullptr, &filled),
            CL_SUCCESS);
  kept(filled);
  EXPECT_EQ(clReleaseCommandQueue(made), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &filled), CL_SUCCESS);
  cl_uint last = 0;
  EXPECT_EQ(clEnqueueReadBuffer(queue, buffer, CL_TRUE, (1U << 16U) - sizeof(last), sizeof(last), &last, 0,
                                nullptr, nullptr),
            CL_SUCCESS);
  DATA_EXPECT_EQ(last, pattern);
}

}  // namespace
}  // namespace clze::test
