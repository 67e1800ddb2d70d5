// clCreateCommandQueue: OpenCL 3.0, appendix of deprecated functions (1.x form of 5.1).
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClCreateCommandQueue = ClTest;

TEST_F(ClCreateCommandQueue, RefusesOtherHandlesAndUnknownBits) {
  cl_int code = 1;
  EXPECT_EQ(clCreateCommandQueue(reinterpret_cast<cl_context>(queue), device, 0, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
  EXPECT_EQ(clCreateCommandQueue(context, reinterpret_cast<cl_device_id>(queue), 0, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_DEVICE);
  EXPECT_EQ(clCreateCommandQueue(context, device, 1U << 20U, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
}

TEST_F(ClCreateCommandQueue, MakesEveryKindOfHostQueue) {
  for (cl_command_queue_properties bits = 0; bits < 4; ++bits) {
    cl_int code = 1;
    cl_command_queue made = clCreateCommandQueue(context, device, bits, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    cl_command_queue_properties told = 99;
    EXPECT_EQ(clGetCommandQueueInfo(made, CL_QUEUE_PROPERTIES, sizeof(told), &told, nullptr), CL_SUCCESS);
    EXPECT_EQ(told, bits);
    size_t size = 99;
    EXPECT_EQ(clGetCommandQueueInfo(made, CL_QUEUE_PROPERTIES_ARRAY, 0, nullptr, &size), CL_SUCCESS);
    EXPECT_EQ(size, 0U);  // no list was given
    EXPECT_EQ(clReleaseCommandQueue(made), CL_SUCCESS);
  }
}

}  // namespace
}  // namespace clze::test
