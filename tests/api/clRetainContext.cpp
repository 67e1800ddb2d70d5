// clRetainContext and clReleaseContext: OpenCL 3.0, 4.4.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class ClRetainContext : public ClTest {
 protected:
  static cl_uint references(cl_context of) {
    cl_uint count = 0;
    EXPECT_EQ(clGetContextInfo(of, CL_CONTEXT_REFERENCE_COUNT, sizeof(count), &count, nullptr), CL_SUCCESS);
    return count;
  }
};

TEST_F(ClRetainContext, RefusesOtherAndReleasedHandles) {
  EXPECT_EQ(clRetainContext(reinterpret_cast<cl_context>(queue)), CL_INVALID_CONTEXT);
  EXPECT_EQ(clReleaseContext(reinterpret_cast<cl_context>(queue)), CL_INVALID_CONTEXT);
  cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
  EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
  EXPECT_EQ(clRetainContext(made), CL_INVALID_CONTEXT);
  EXPECT_EQ(clReleaseContext(made), CL_INVALID_CONTEXT);
  cl_int code = 1;
  EXPECT_EQ(clCreateUserEvent(made, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
}

TEST_F(ClRetainContext, CountsWhatTheApplicationHolds) {
  EXPECT_EQ(references(context), 1U);
  EXPECT_EQ(clRetainContext(context), CL_SUCCESS);
  EXPECT_EQ(references(context), 2U);
  newQueue(0);
  userEvent();
  EXPECT_EQ(references(context), 2U);  // objects of the library's do not count
  EXPECT_EQ(clReleaseContext(context), CL_SUCCESS);
  EXPECT_EQ(references(context), 1U);
}

TEST_F(ClRetainContext, ObjectsOutliveTheReleaseOfTheirContext) {
  cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
  cl_command_queue working = newQueue(0, made);
  cl_event gate = userEvent(made);
  EXPECT_EQ(clReleaseContext(made), CL_SUCCESS);
  cl_event held = marker(working, {gate});
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &held), CL_SUCCESS);
  EXPECT_EQ(status(held), CL_COMPLETE);
}

}  // namespace
}  // namespace clze::test
