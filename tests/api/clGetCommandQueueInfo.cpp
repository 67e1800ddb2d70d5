// clGetCommandQueueInfo: OpenCL 3.0, 5.1.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClGetCommandQueueInfo = ClTest;

TEST_F(ClGetCommandQueueInfo, RefusesOtherHandlesNamesAndTooLittleRoom) {
  cl_uint value = 7;
  EXPECT_EQ(clGetCommandQueueInfo(reinterpret_cast<cl_command_queue>(context), CL_QUEUE_REFERENCE_COUNT,
                                  sizeof(value), &value, nullptr),
            CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clGetCommandQueueInfo(queue, CL_CONTEXT_DEVICES, sizeof(value), &value, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(clGetCommandQueueInfo(queue, CL_QUEUE_CONTEXT, sizeof(value), &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(value, 7U);
}

TEST_F(ClGetCommandQueueInfo, RefusesTheSizeOfAHostQueue) {
  cl_uint size = 7;
  EXPECT_EQ(clGetCommandQueueInfo(queue, CL_QUEUE_SIZE, sizeof(size), &size, nullptr),
            CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(size, 7U);
}

TEST_F(ClGetCommandQueueInfo, TellsWhereItBelongs) {
  cl_context owner = nullptr;
  EXPECT_EQ(clGetCommandQueueInfo(queue, CL_QUEUE_CONTEXT, sizeof(cl_context), &owner, nullptr), CL_SUCCESS);
  EXPECT_EQ(owner, context);
  cl_device_id on = nullptr;
  EXPECT_EQ(clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof(cl_device_id), &on, nullptr), CL_SUCCESS);
  EXPECT_EQ(on, device);
  cl_uint references = 0;
  EXPECT_EQ(clGetCommandQueueInfo(queue, CL_QUEUE_REFERENCE_COUNT, sizeof(references), &references, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(references, 1U);
  cl_command_queue onDevice = queue;
  EXPECT_EQ(
      clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE_DEFAULT, sizeof(cl_command_queue), &onDevice, nullptr),
      CL_SUCCESS);
  EXPECT_EQ(onDevice, nullptr);
}

}  // namespace
}  // namespace clze::test
