// clGetExtensionFunctionAddressForPlatform: OpenCL 3.0, 4.1. Through the platform's table: loaders answer for
// the names that they export, whatever the platform has.
#include <CL/cl_icd.h>

#include <cstring>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class ClGetExtensionFunctionAddress : public ClTest {
 protected:
  static void* find(const char* name) {
    const cl_icd_dispatch* table = nullptr;
    std::memcpy(&table, platform, sizeof(void*));
    return table->clGetExtensionFunctionAddressForPlatform(platform, name);
  }
};

TEST_F(ClGetExtensionFunctionAddress, HasNothingForOtherPlatformsAndUnknownNames) {
  EXPECT_EQ(find("clNothingKHR"), nullptr);
  EXPECT_EQ(find(""), nullptr);
  EXPECT_EQ(find(nullptr), nullptr);
}

// A non-null address means "supported" to applications.
TEST_F(ClGetExtensionFunctionAddress, HasNothingOfExtensionsTheDeviceLacks) {
  for (const char* name : {"clCreateFromGLBuffer", "clCreateFromEGLImageKHR", "clGetKernelSubGroupInfoKHR",
                           "clCreateSubDevicesEXT", "clCreateEventFromGLsyncKHR", "clGetGLContextInfoKHR"}) {
    EXPECT_EQ(find(name), nullptr) << name;
  }
}

TEST_F(ClGetExtensionFunctionAddress, FindsFunctionsThatWork) {
  using Create = cl_command_queue(CL_API_CALL*)(cl_context, cl_device_id, const cl_properties*, cl_int*);
  const auto create = reinterpret_cast<Create>(find("clCreateCommandQueueWithPropertiesKHR"));
  ASSERT_NE(create, nullptr);
  cl_int code = 1;
  EXPECT_EQ(create(context, nullptr, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_DEVICE);
  cl_command_queue made = create(context, device, nullptr, &code);
  EXPECT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(clReleaseCommandQueue(made), CL_SUCCESS);
}

TEST_F(ClGetExtensionFunctionAddress, FindsEveryFunctionOfMediaSharing) {
  CLZE_NEEDS_IMAGES(device);
  ASSERT_NE(deviceText(CL_DEVICE_EXTENSIONS).find("cl_intel_va_api_media_sharing"), std::string::npos);
  for (const char* name :
       {"clGetDeviceIDsFromVA_APIMediaAdapterINTEL", "clCreateFromVA_APIMediaSurfaceINTEL",
        "clEnqueueAcquireVA_APIMediaSurfacesINTEL", "clEnqueueReleaseVA_APIMediaSurfacesINTEL"}) {
    EXPECT_NE(find(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace clze::test
