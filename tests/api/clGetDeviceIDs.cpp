// clGetDeviceIDs: OpenCL 3.0, 4.2.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClGetDeviceIDs = ClTest;

TEST_F(ClGetDeviceIDs, RefusesOtherHandlesAndUnknownTypes) {
  cl_uint count = 0;
  cl_device_id found = nullptr;
  EXPECT_EQ(clGetDeviceIDs(platform, 0, 0, nullptr, &count), CL_INVALID_DEVICE_TYPE);
  EXPECT_EQ(clGetDeviceIDs(platform, 1U << 20U, 0, nullptr, &count), CL_INVALID_DEVICE_TYPE);
  EXPECT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 0, &found, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetDeviceIDs(reinterpret_cast<cl_platform_id>(context), CL_DEVICE_TYPE_GPU, 0, nullptr, &count),
            CL_INVALID_PLATFORM);
  EXPECT_EQ(found, nullptr);
}

TEST_F(ClGetDeviceIDs, HasNoDevicesOfOtherTypes) {
  cl_uint count = 99;
  for (const cl_device_type type : {CL_DEVICE_TYPE_CPU, CL_DEVICE_TYPE_ACCELERATOR, CL_DEVICE_TYPE_CUSTOM,
                                    CL_DEVICE_TYPE_CPU | CL_DEVICE_TYPE_ACCELERATOR}) {
    EXPECT_EQ(clGetDeviceIDs(platform, type, 0, nullptr, &count), CL_DEVICE_NOT_FOUND) << type;
  }
}

TEST_F(ClGetDeviceIDs, GpuIsTheDefault) {
  cl_uint gpus = 0, all = 0, defaults = 0;
  EXPECT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 0, nullptr, &gpus), CL_SUCCESS);
  EXPECT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &all), CL_SUCCESS);
  EXPECT_GE(gpus, 1U);
  EXPECT_EQ(all, gpus);
  cl_device_id chosen = nullptr;
  EXPECT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_DEFAULT, 1, &chosen, &defaults), CL_SUCCESS);
  EXPECT_EQ(defaults, 1U);
  EXPECT_EQ(chosen, device);
}

}  // namespace
}  // namespace clze::test
