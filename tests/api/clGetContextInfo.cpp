// clGetContextInfo: OpenCL 3.0, 4.4.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClGetContextInfo = ClTest;

TEST_F(ClGetContextInfo, RefusesOtherHandlesNamesAndTooLittleRoom) {
  cl_uint value = 7;
  EXPECT_EQ(clGetContextInfo(reinterpret_cast<cl_context>(queue), CL_CONTEXT_NUM_DEVICES, sizeof(value),
                             &value, nullptr),
            CL_INVALID_CONTEXT);
  EXPECT_EQ(clGetContextInfo(context, CL_QUEUE_CONTEXT, sizeof(value), &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetContextInfo(context, CL_CONTEXT_NUM_DEVICES, sizeof(value) - 1, &value, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(clGetContextInfo(context, CL_CONTEXT_DEVICES, 1, &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(value, 7U);
}

TEST_F(ClGetContextInfo, TellsDevicesAndNoPropertiesWhenNoneWereGiven) {
  cl_uint count = 0;
  EXPECT_EQ(clGetContextInfo(context, CL_CONTEXT_NUM_DEVICES, sizeof(count), &count, nullptr), CL_SUCCESS);
  EXPECT_EQ(count, 1U);
  cl_device_id found = nullptr;
  size_t size = 0;
  EXPECT_EQ(clGetContextInfo(context, CL_CONTEXT_DEVICES, sizeof(cl_device_id), &found, &size), CL_SUCCESS);
  EXPECT_EQ(size, sizeof(cl_device_id));
  EXPECT_EQ(found, device);
  EXPECT_EQ(clGetContextInfo(context, CL_CONTEXT_PROPERTIES, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, 0U);
}

}  // namespace
}  // namespace clze::test
