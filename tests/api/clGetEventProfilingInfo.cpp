// clGetEventProfilingInfo: OpenCL 3.0, 5.14.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClGetEventProfilingInfo = ClTest;

TEST_F(ClGetEventProfilingInfo, RefusesWhereThereAreNoTimes) {
  cl_ulong time = 0;
  cl_event plain = marker(queue);
  EXPECT_EQ(clWaitForEvents(1, &plain), CL_SUCCESS);
  EXPECT_EQ(clGetEventProfilingInfo(plain, CL_PROFILING_COMMAND_END, sizeof(time), &time, nullptr),
            CL_PROFILING_INFO_NOT_AVAILABLE);
  cl_event user = userEvent();
  EXPECT_EQ(clSetUserEventStatus(user, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clGetEventProfilingInfo(user, CL_PROFILING_COMMAND_END, sizeof(time), &time, nullptr),
            CL_PROFILING_INFO_NOT_AVAILABLE);
}

TEST_F(ClGetEventProfilingInfo, TimesFollowEachOther) {
  cl_event event = marker(newQueue(CL_QUEUE_PROFILING_ENABLE));
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  cl_ulong last = 0;
  for (const cl_profiling_info name :
       {CL_PROFILING_COMMAND_QUEUED, CL_PROFILING_COMMAND_SUBMIT, CL_PROFILING_COMMAND_START,
        CL_PROFILING_COMMAND_END, CL_PROFILING_COMMAND_COMPLETE}) {
    cl_ulong time = 0;
    EXPECT_EQ(clGetEventProfilingInfo(event, name, sizeof(time), &time, nullptr), CL_SUCCESS);
    EXPECT_GE(time, last);
    EXPECT_NE(time, 0U);
    last = time;
  }
}

}  // namespace
}  // namespace clze::test
