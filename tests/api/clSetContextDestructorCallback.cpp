// clSetContextDestructorCallback: OpenCL 3.0, 4.4.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClSetContextDestructorCallback = ClTest;

TEST_F(ClSetContextDestructorCallback, RefusesNoFunction) {
  EXPECT_EQ(clSetContextDestructorCallback(context, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clSetContextDestructorCallback(
                nullptr, [](cl_context, void*) {}, nullptr),
            CL_INVALID_CONTEXT);
}

TEST_F(ClSetContextDestructorCallback, WaitsForWhatUsesTheContext) {
  static std::string calls;
  calls.clear();
  cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
  ASSERT_NE(made, nullptr);
  const auto note = [](cl_context, void* letter) { calls += *static_cast<char*>(letter); };
  char first = 'a', second = 'b';
  EXPECT_EQ(clSetContextDestructorCallback(made, note, &first), CL_SUCCESS);
  EXPECT_EQ(clSetContextDestructorCallback(made, note, &second), CL_SUCCESS);
  newQueue(0, made);
  EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
  EXPECT_EQ(calls, "");  // the queue still needs it
  later([] { EXPECT_EQ(calls, ""); });
}

TEST_F(ClSetContextDestructorCallback, IsCalledWhenNothingUsesTheContext) {
  static std::string calls;
  calls.clear();
  cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
  ASSERT_NE(made, nullptr);
  const auto note = [](cl_context, void* letter) { calls += *static_cast<char*>(letter); };
  char first = 'a', second = 'b';
  EXPECT_EQ(clSetContextDestructorCallback(made, note, &first), CL_SUCCESS);
  EXPECT_EQ(clSetContextDestructorCallback(made, note, &second), CL_SUCCESS);
  EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
  EXPECT_EQ(calls, "ba");
}

}  // namespace
}  // namespace clze::test
