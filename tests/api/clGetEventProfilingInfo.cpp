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

TEST_F(ClGetEventProfilingInfo, RefusesOtherHandlesNamesAndTooLittleRoom) {
  cl_ulong time = 7;
  EXPECT_EQ(clGetEventProfilingInfo(reinterpret_cast<cl_event>(queue), CL_PROFILING_COMMAND_END, sizeof(time),
                                    &time, nullptr),
            CL_INVALID_EVENT);
  cl_event event = marker(newQueue(CL_QUEUE_PROFILING_ENABLE));
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  EXPECT_EQ(clGetEventProfilingInfo(event, CL_EVENT_CONTEXT, sizeof(time), &time, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof(time) - 1, &time, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(time, 7U);
}

TEST_F(ClGetEventProfilingInfo, HasNoTimesBeforeTheEndAndAfterAFailure) {
  cl_ulong time = 7;
  cl_event gate = userEvent();
  cl_event held = marker(newQueue(CL_QUEUE_PROFILING_ENABLE), {gate});
  EXPECT_EQ(clGetEventProfilingInfo(held, CL_PROFILING_COMMAND_QUEUED, sizeof(time), &time, nullptr),
            CL_PROFILING_INFO_NOT_AVAILABLE);
  EXPECT_EQ(clSetUserEventStatus(gate, -4), CL_SUCCESS);
  EXPECT_EQ(clGetEventProfilingInfo(held, CL_PROFILING_COMMAND_QUEUED, sizeof(time), &time, nullptr),
            CL_PROFILING_INFO_NOT_AVAILABLE);
}

// Commands one after the other in an in-order queue: so are their times, whatever kind they are.
TEST_F(ClGetEventProfilingInfo, TimesOfCommandsFollowTheQueue) {
  constexpr size_t kSize = 1U << 16U;
  cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, kSize, nullptr, nullptr);
  cl_mem other = clCreateBuffer(context, CL_MEM_READ_WRITE, kSize, nullptr, nullptr);
  later([buffer, other] {
    EXPECT_EQ(clReleaseMemObject(buffer), CL_SUCCESS);
    EXPECT_EQ(clReleaseMemObject(other), CL_SUCCESS);
  });
  cl_command_queue timed = newQueue(CL_QUEUE_PROFILING_ENABLE);
  std::vector<char> host(kSize);
  std::vector<cl_event> events(7);
  const cl_int value = 3;
  EXPECT_EQ(clEnqueueFillBuffer(timed, buffer, &value, sizeof(value), 0, kSize, 0, nullptr, &events[0]),
            CL_SUCCESS);
  EXPECT_EQ(clEnqueueCopyBuffer(timed, buffer, other, 0, 0, kSize, 0, nullptr, &events[1]), CL_SUCCESS);
  EXPECT_EQ(clEnqueueBarrierWithWaitList(timed, 0, nullptr, &events[2]), CL_SUCCESS);
  EXPECT_EQ(clEnqueueWriteBuffer(timed, buffer, CL_FALSE, 0, kSize, host.data(), 0, nullptr, &events[3]),
            CL_SUCCESS);
  EXPECT_EQ(clEnqueueMarkerWithWaitList(timed, 0, nullptr, &events[4]), CL_SUCCESS);
  cl_int code = -1;
  void* mapped =
      clEnqueueMapBuffer(timed, other, CL_TRUE, CL_MAP_READ, 0, kSize, 0, nullptr, &events[5], &code);
  EXPECT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(clEnqueueUnmapMemObject(timed, other, mapped, 0, nullptr, &events[6]), CL_SUCCESS);
  EXPECT_EQ(clFinish(timed), CL_SUCCESS);
  cl_ulong lastEnd = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    cl_ulong before = 0;
    for (const cl_profiling_info name : {CL_PROFILING_COMMAND_QUEUED, CL_PROFILING_COMMAND_SUBMIT,
                                         CL_PROFILING_COMMAND_START, CL_PROFILING_COMMAND_END}) {
      cl_ulong time = 0;
      ASSERT_EQ(clGetEventProfilingInfo(events[i], name, sizeof(time), &time, nullptr), CL_SUCCESS) << i;
      EXPECT_GE(time, before) << "command " << i << ", name " << std::hex << name;
      before = time;
    }
    EXPECT_GE(before, lastEnd) << "command " << i;
    lastEnd = before;
    kept(events[i]);
  }
}

TEST_F(ClGetEventProfilingInfo, AHeldCommandIsSubmittedAfterItsGate) {
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_event gate = userEvent();
    cl_event held = marker(newQueue(CL_QUEUE_PROFILING_ENABLE | bits), {gate});
    cl_ulong decided = 0, queued = 0, submitted = 0;
    ASSERT_EQ(clGetHostTimer(device, &decided), CL_SUCCESS);
    EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    EXPECT_EQ(clWaitForEvents(1, &held), CL_SUCCESS);
    EXPECT_EQ(clGetEventProfilingInfo(held, CL_PROFILING_COMMAND_QUEUED, sizeof(queued), &queued, nullptr),
              CL_SUCCESS);
    EXPECT_EQ(
        clGetEventProfilingInfo(held, CL_PROFILING_COMMAND_SUBMIT, sizeof(submitted), &submitted, nullptr),
        CL_SUCCESS);
    EXPECT_LE(queued, decided);
    EXPECT_LE(queued, submitted);
  }
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
