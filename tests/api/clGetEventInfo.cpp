// clGetEventInfo: OpenCL 3.0, 5.11.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class ClGetEventInfo : public ClTest {
 protected:
  static cl_command_type type(cl_event event) {
    cl_command_type value = 0;
    EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof(value), &value, nullptr), CL_SUCCESS);
    return value;
  }
};

TEST_F(ClGetEventInfo, RefusesOtherHandlesNamesAndTooLittleRoom) {
  cl_int value = 7;
  EXPECT_EQ(clGetEventInfo(reinterpret_cast<cl_event>(queue), CL_EVENT_COMMAND_EXECUTION_STATUS,
                           sizeof(value), &value, nullptr),
            CL_INVALID_EVENT);
  cl_event event = marker(queue);
  EXPECT_EQ(clGetEventInfo(event, CL_QUEUE_CONTEXT, sizeof(value), &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(value) - 1, &value, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(value, 7);
}

TEST_F(ClGetEventInfo, TellsWhatItStandsFor) {
  cl_event event = marker(queue);
  cl_command_queue in = nullptr;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_QUEUE, sizeof(cl_command_queue), &in, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(in, queue);
  cl_context of = nullptr;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_CONTEXT, sizeof(cl_context), &of, nullptr), CL_SUCCESS);
  EXPECT_EQ(of, context);
  cl_uint references = 0;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_REFERENCE_COUNT, sizeof(references), &references, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(references, 1U);
  EXPECT_EQ(type(event), cl_command_type{CL_COMMAND_MARKER});
  cl_event barrier = nullptr;
  ASSERT_EQ(clEnqueueBarrierWithWaitList(queue, 0, nullptr, &barrier), CL_SUCCESS);
  EXPECT_EQ(type(kept(barrier)), cl_command_type{CL_COMMAND_BARRIER});
}

TEST_F(ClGetEventInfo, StatusOnlySinks) {
  cl_event gate = userEvent();
  cl_event event = marker(queue, {gate});
  EXPECT_EQ(status(event), CL_QUEUED);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  cl_int last = CL_SUBMITTED;
  while (last != CL_COMPLETE) {
    const cl_int now = status(event);
    ASSERT_LE(now, last);
    ASSERT_GE(now, CL_COMPLETE);
    last = now;
  }
}

}  // namespace
}  // namespace clze::test
