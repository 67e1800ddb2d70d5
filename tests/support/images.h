// For tests that need images, which a device may lack (OpenCL 3.0, 4.2: CL_DEVICE_IMAGE_SUPPORT).
#pragma once

#include <CL/cl.h>
#include <gtest/gtest.h>

namespace clze::test {

inline bool hasImages(cl_device_id device) {
  cl_bool has = CL_FALSE;
  EXPECT_EQ(clGetDeviceInfo(device, CL_DEVICE_IMAGE_SUPPORT, sizeof(has), &has, nullptr), CL_SUCCESS);
  return has == CL_TRUE;
}

// In SetUp() or in a test.
#define CLZE_NEEDS_IMAGES(device) \
  if (!::clze::test::hasImages(device)) GTEST_SKIP() << "the device has no images (CL_DEVICE_IMAGE_SUPPORT)"

}  // namespace clze::test
