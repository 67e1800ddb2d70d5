// clGetPlatformInfo: OpenCL 3.0, 4.1.
#include <cstring>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class ClGetPlatformInfo : public ClTest {
 protected:
  static std::string text(cl_platform_info name) {
    size_t size = 0;
    EXPECT_EQ(clGetPlatformInfo(platform, name, 0, nullptr, &size), CL_SUCCESS);
    std::string value(size, '?');
    EXPECT_EQ(clGetPlatformInfo(platform, name, size, value.data(), nullptr), CL_SUCCESS);
    EXPECT_EQ(std::strlen(value.c_str()) + 1, size);
    value.pop_back();
    return value;
  }
};

TEST_F(ClGetPlatformInfo, RefusesUnknownNamesAndTooLittleRoom) {
  char room[4] = {'x', 'x', 'x', 'x'};
  EXPECT_EQ(clGetPlatformInfo(platform, CL_DEVICE_NAME, sizeof(room), room, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetPlatformInfo(platform, CL_PLATFORM_PROFILE, sizeof(room), room, nullptr), CL_INVALID_VALUE);
  cl_version version = 0;
  EXPECT_EQ(clGetPlatformInfo(platform, CL_PLATFORM_NUMERIC_VERSION, sizeof(version) - 1, &version, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(std::string(room, 4), "xxxx");
}

TEST_F(ClGetPlatformInfo, IsOpenCl30) {
  EXPECT_EQ(text(CL_PLATFORM_PROFILE), "FULL_PROFILE");
  EXPECT_EQ(text(CL_PLATFORM_VERSION).rfind("OpenCL 3.0 clze ", 0), 0U);
  cl_version version = 0;
  EXPECT_EQ(clGetPlatformInfo(platform, CL_PLATFORM_NUMERIC_VERSION, sizeof(version), &version, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(version, cl_version{CL_MAKE_VERSION(3, 0, 0)});
  EXPECT_NE(text(CL_PLATFORM_NAME), "");
  EXPECT_NE(text(CL_PLATFORM_VENDOR), "");
  EXPECT_EQ(text(CL_PLATFORM_ICD_SUFFIX_KHR), "CLZE");
}

TEST_F(ClGetPlatformInfo, ExtensionsAreTheSameInBothForms) {
  size_t size = 0;
  ASSERT_EQ(clGetPlatformInfo(platform, CL_PLATFORM_EXTENSIONS_WITH_VERSION, 0, nullptr, &size), CL_SUCCESS);
  ASSERT_EQ(size % sizeof(cl_name_version), 0U);
  std::vector<cl_name_version> entries(size / sizeof(cl_name_version));
  ASSERT_EQ(clGetPlatformInfo(platform, CL_PLATFORM_EXTENSIONS_WITH_VERSION, size, entries.data(), nullptr),
            CL_SUCCESS);
  std::string joined;
  for (const cl_name_version& entry : entries) {
    joined += (joined.empty() ? "" : " ") + std::string(entry.name);
    EXPECT_NE(entry.version, 0U) << entry.name;
  }
  EXPECT_EQ(text(CL_PLATFORM_EXTENSIONS), joined);
  EXPECT_NE((" " + joined + " ").find(" cl_khr_icd "), std::string::npos);
}

TEST_F(ClGetPlatformInfo, HostTimerCountsInItsResolution) {
  cl_ulong resolution = 0;
  EXPECT_EQ(clGetPlatformInfo(platform, CL_PLATFORM_HOST_TIMER_RESOLUTION, sizeof(resolution), &resolution,
                              nullptr),
            CL_SUCCESS);
  EXPECT_GE(resolution, 1U);
}

}  // namespace
}  // namespace clze::test
