// clRetainDevice and clReleaseDevice: OpenCL 3.0, 4.3. Root devices are not counted.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClRetainDevice = ClTest;

TEST_F(ClRetainDevice, RefusesOtherHandles) {
  EXPECT_EQ(clRetainDevice(reinterpret_cast<cl_device_id>(context)), CL_INVALID_DEVICE);
  EXPECT_EQ(clReleaseDevice(reinterpret_cast<cl_device_id>(context)), CL_INVALID_DEVICE);
}

TEST_F(ClRetainDevice, LeavesARootDeviceAlive) {
  EXPECT_EQ(clReleaseDevice(device), CL_SUCCESS);
  EXPECT_EQ(clReleaseDevice(device), CL_SUCCESS);
  EXPECT_EQ(clRetainDevice(device), CL_SUCCESS);
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_REFERENCE_COUNT), 1U);
}

}  // namespace
}  // namespace clze::test
