// clCreateContext: OpenCL 3.0, 4.4.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class ClCreateContext : public ClTest {
 protected:
  static cl_int codeFor(std::vector<cl_context_properties> properties) {
    cl_int code = 1;
    cl_context made = clCreateContext(properties.data(), 1, &device, nullptr, nullptr, &code);
    if (made != nullptr) clReleaseContext(made);
    EXPECT_EQ(made != nullptr, code == CL_SUCCESS);
    return code;
  }
};

TEST_F(ClCreateContext, RefusesUnknownRepeatedAndWrongProperties) {
  const auto self = reinterpret_cast<cl_context_properties>(platform);
  EXPECT_EQ(codeFor({0x7777, 1, 0}), CL_INVALID_PROPERTY);
  EXPECT_EQ(codeFor({CL_CONTEXT_PLATFORM, self, CL_CONTEXT_PLATFORM, self, 0}), CL_INVALID_PROPERTY);
  EXPECT_EQ(codeFor({CL_CONTEXT_INTEROP_USER_SYNC, 2, 0}), CL_INVALID_PROPERTY);
  EXPECT_EQ(codeFor({CL_CONTEXT_PLATFORM, 0, 0}), CL_INVALID_PLATFORM);
}

TEST_F(ClCreateContext, RefusesUserDataWithoutCallback) {
  cl_int code = 1;
  EXPECT_EQ(clCreateContext(nullptr, 1, &device, nullptr, &code, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
}

TEST_F(ClCreateContext, GivesItsPropertiesBackAsTheyWere) {
  const std::vector<cl_context_properties> given = {CL_CONTEXT_INTEROP_USER_SYNC, CL_FALSE, 0};
  cl_int code = 1;
  cl_context made = clCreateContext(given.data(), 1, &device, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  std::vector<cl_context_properties> told(3, -1);
  size_t size = 0;
  EXPECT_EQ(clGetContextInfo(made, CL_CONTEXT_PROPERTIES, sizeof(given[0]) * 3, told.data(), &size),
            CL_SUCCESS);
  EXPECT_EQ(size, sizeof(given[0]) * 3);
  EXPECT_EQ(told, given);
  EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
  EXPECT_EQ(clReleaseContext(made), CL_INVALID_CONTEXT);
}

TEST_F(ClCreateContext, CountsADeviceNamedTwiceOnce) {
  const cl_device_id twice[] = {device, device};
  cl_int code = 1;
  cl_context made = clCreateContext(nullptr, 2, twice, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_uint count = 0;
  EXPECT_EQ(clGetContextInfo(made, CL_CONTEXT_NUM_DEVICES, sizeof(count), &count, nullptr), CL_SUCCESS);
  EXPECT_EQ(count, 1U);
  EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
}

}  // namespace
}  // namespace clze::test
