// clCreateUserEvent: OpenCL 3.0, 5.11.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClCreateUserEvent = ClTest;

TEST_F(ClCreateUserEvent, RefusesOtherHandles) {
  cl_int code = 1;
  EXPECT_EQ(clCreateUserEvent(nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
  EXPECT_EQ(clCreateUserEvent(reinterpret_cast<cl_context>(queue), &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
  EXPECT_EQ(clCreateUserEvent(nullptr, nullptr), nullptr);
}

TEST_F(ClCreateUserEvent, StartsSubmittedAndBelongsToNoQueue) {
  cl_event event = userEvent();
  EXPECT_EQ(status(event), CL_SUBMITTED);
  cl_command_queue of = queue;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_QUEUE, sizeof(cl_command_queue), &of, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(of, nullptr);
  cl_command_type type = 0;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof(type), &type, nullptr), CL_SUCCESS);
  EXPECT_EQ(type, cl_command_type{CL_COMMAND_USER});
}

}  // namespace
}  // namespace clze::test
