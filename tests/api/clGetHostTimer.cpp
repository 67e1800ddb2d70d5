// clGetHostTimer and clGetDeviceAndHostTimer: OpenCL 3.0, 4.3.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClGetHostTimer = ClTest;

TEST_F(ClGetHostTimer, RefusesOtherHandlesAndNoPlaceForTheTime) {
  cl_ulong time = 0;
  EXPECT_EQ(clGetHostTimer(reinterpret_cast<cl_device_id>(context), &time), CL_INVALID_DEVICE);
  EXPECT_EQ(clGetHostTimer(device, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetDeviceAndHostTimer(reinterpret_cast<cl_device_id>(context), &time, &time),
            CL_INVALID_DEVICE);
  EXPECT_EQ(clGetDeviceAndHostTimer(device, nullptr, &time), CL_INVALID_VALUE);
  EXPECT_EQ(clGetDeviceAndHostTimer(device, &time, nullptr), CL_INVALID_VALUE);
}

TEST_F(ClGetHostTimer, ThePairIsReadAtOneMoment) {
  cl_ulong before = 0, deviceTime = 0, hostTime = 0, after = 0;
  ASSERT_EQ(clGetHostTimer(device, &before), CL_SUCCESS);
  ASSERT_EQ(clGetDeviceAndHostTimer(device, &deviceTime, &hostTime), CL_SUCCESS);
  ASSERT_EQ(clGetHostTimer(device, &after), CL_SUCCESS);
  EXPECT_LE(before, hostTime);
  EXPECT_LE(hostTime, after);
  EXPECT_NE(deviceTime, 0U);
}

TEST_F(ClGetHostTimer, BothClocksRun) {
  cl_ulong device1 = 0, host1 = 0, device2 = 0, host2 = 0;
  ASSERT_EQ(clGetDeviceAndHostTimer(device, &device1, &host1), CL_SUCCESS);
  do {
    ASSERT_EQ(clGetDeviceAndHostTimer(device, &device2, &host2), CL_SUCCESS);
  } while (host2 < host1 + 2'000'000);
  EXPECT_GT(device2, device1);
}

}  // namespace
}  // namespace clze::test
