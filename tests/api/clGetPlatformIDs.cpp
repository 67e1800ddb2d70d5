// clGetPlatformIDs: OpenCL 3.0, 4.1.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

TEST(ClGetPlatformIDs, RefusesAListWithoutRoomAndNoQuestion) {
  cl_platform_id platform = nullptr;
  EXPECT_EQ(clGetPlatformIDs(0, &platform, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetPlatformIDs(1, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(platform, nullptr);
}

TEST(ClGetPlatformIDs, TellsTheSamePlatformEachTime) {
  cl_uint count = 0;
  ASSERT_EQ(clGetPlatformIDs(0, nullptr, &count), CL_SUCCESS);
  EXPECT_EQ(count, 1U);
  cl_platform_id first[2] = {nullptr, nullptr}, second = nullptr;
  ASSERT_EQ(clGetPlatformIDs(2, first, &count), CL_SUCCESS);
  ASSERT_EQ(clGetPlatformIDs(1, &second, nullptr), CL_SUCCESS);
  EXPECT_NE(first[0], nullptr);
  EXPECT_EQ(first[0], second);
  EXPECT_EQ(first[1], nullptr);
}

}  // namespace
}  // namespace clze::test
