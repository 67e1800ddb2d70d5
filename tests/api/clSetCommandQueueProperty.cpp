// clSetCommandQueueProperty (OpenCL 1.0) and clSetDefaultDeviceCommandQueue: OpenCL 3.0, 5.1. Neither can be.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClSetCommandQueueProperty = ClTest;

TEST_F(ClSetCommandQueueProperty, RefusesOtherHandles) {
  EXPECT_EQ(clSetCommandQueueProperty(reinterpret_cast<cl_command_queue>(context), CL_QUEUE_PROFILING_ENABLE,
                                      CL_TRUE, nullptr),
            CL_INVALID_COMMAND_QUEUE);
}

TEST_F(ClSetCommandQueueProperty, ChangesNothing) {
  cl_command_queue_properties old = 77;
  EXPECT_EQ(clSetCommandQueueProperty(queue, CL_QUEUE_PROFILING_ENABLE, CL_TRUE, &old), CL_INVALID_OPERATION);
  EXPECT_EQ(old, 77U);
  cl_command_queue_properties bits = 77;
  EXPECT_EQ(clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES, sizeof(bits), &bits, nullptr), CL_SUCCESS);
  EXPECT_EQ(bits, 0U);
}

using ClSetDefaultDeviceCommandQueue = ClTest;

TEST_F(ClSetDefaultDeviceCommandQueue, RefusesOtherHandlesAndHostQueues) {
  EXPECT_EQ(clSetDefaultDeviceCommandQueue(reinterpret_cast<cl_context>(queue), device, queue),
            CL_INVALID_CONTEXT);
  EXPECT_EQ(clSetDefaultDeviceCommandQueue(context, reinterpret_cast<cl_device_id>(queue), queue),
            CL_INVALID_DEVICE);
  EXPECT_EQ(clSetDefaultDeviceCommandQueue(context, device, queue), CL_INVALID_OPERATION);
}

}  // namespace
}  // namespace clze::test
