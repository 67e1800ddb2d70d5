// clCreateContextFromType: OpenCL 3.0, 4.4.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClCreateContextFromType = ClTest;

TEST_F(ClCreateContextFromType, RefusesTypesThatAreNoneOrNotHere) {
  cl_int code = 1;
  EXPECT_EQ(clCreateContextFromType(nullptr, 0, nullptr, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_DEVICE_TYPE);
  EXPECT_EQ(clCreateContextFromType(nullptr, 1U << 20U, nullptr, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_DEVICE_TYPE);
  EXPECT_EQ(clCreateContextFromType(nullptr, CL_DEVICE_TYPE_CPU, nullptr, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_DEVICE_NOT_FOUND);
}

TEST_F(ClCreateContextFromType, RefusesWrongPropertiesAndDataWithoutCallback) {
  cl_int code = 1;
  const cl_context_properties unknown[] = {0x7777, 1, 0};
  EXPECT_EQ(clCreateContextFromType(unknown, CL_DEVICE_TYPE_GPU, nullptr, nullptr, &code), nullptr);
  EXPECT_NE(code, CL_SUCCESS);
  const cl_context_properties self[] = {CL_CONTEXT_PLATFORM,
                                        reinterpret_cast<cl_context_properties>(platform), 0};
  EXPECT_EQ(clCreateContextFromType(self, CL_DEVICE_TYPE_GPU, nullptr, &code, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
}

TEST_F(ClCreateContextFromType, HasTheDevicesOfTheType) {
  const cl_context_properties self[] = {CL_CONTEXT_PLATFORM,
                                        reinterpret_cast<cl_context_properties>(platform), 0};
  for (const cl_device_type type :
       {cl_device_type{CL_DEVICE_TYPE_GPU}, cl_device_type{CL_DEVICE_TYPE_DEFAULT},
        cl_device_type{CL_DEVICE_TYPE_ALL}}) {
    cl_int code = 1;
    cl_context made = clCreateContextFromType(self, type, nullptr, nullptr, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    std::vector<cl_device_id> devices(8);
    size_t size = 0;
    EXPECT_EQ(clGetContextInfo(made, CL_CONTEXT_DEVICES, devices.size() * sizeof(cl_device_id),
                               devices.data(), &size),
              CL_SUCCESS);
    EXPECT_GE(size, sizeof(cl_device_id));
    EXPECT_EQ(devices[0], device);
    EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
  }
}

}  // namespace
}  // namespace clze::test
