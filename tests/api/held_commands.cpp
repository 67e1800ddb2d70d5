// Commands that wait for user events, in chains over queues and kinds of queues: OpenCL 3.0, 5.11. Data shows
// what ran and in which order.
#include <thread>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class HeldCommands : public ClTest {
 protected:
  void SetUp() override {
    ClTest::SetUp();
    cl_int code = -1;
    cell = clCreateBuffer(context, CL_MEM_READ_WRITE, sizeof(cl_int), nullptr, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    later([this] { EXPECT_EQ(clReleaseMemObject(cell), CL_SUCCESS); });
    set(0);
  }
  void set(cl_int value) {
    EXPECT_EQ(clEnqueueWriteBuffer(newQueue(0), cell, CL_TRUE, 0, sizeof(value), &value, 0, nullptr, nullptr),
              CL_SUCCESS);
  }
  cl_int get() {
    cl_int value = -1;
    EXPECT_EQ(clEnqueueReadBuffer(newQueue(0), cell, CL_TRUE, 0, sizeof(value), &value, 0, nullptr, nullptr),
              CL_SUCCESS);
    return value;
  }
  // Writes `value` into the cell after `waits`.
  cl_event write(cl_command_queue in, cl_int value, const std::vector<cl_event>& waits) {
    cl_event event = nullptr;
    EXPECT_EQ(clEnqueueFillBuffer(in, cell, &value, sizeof(value), 0, sizeof(value),
                                  static_cast<cl_uint>(waits.size()), waits.empty() ? nullptr : waits.data(),
                                  &event),
              CL_SUCCESS);
    return kept(event);
  }

 public:
  cl_mem cell = nullptr;
};

TEST_F(HeldCommands, DoNotRunBeforeTheyMay) {
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue working = newQueue(bits);
    set(1);
    cl_event gate = userEvent();
    cl_event held = write(working, 2, {gate});
    DATA_EXPECT_EQ(get(), 1);
    EXPECT_EQ(status(held), CL_QUEUED);
    EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    EXPECT_EQ(clWaitForEvents(1, &held), CL_SUCCESS);
    DATA_EXPECT_EQ(get(), 2);
  }
}

TEST_F(HeldCommands, FailedOnesNeverRun) {
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue working = newQueue(bits);
    set(1);
    cl_event gate = userEvent();
    cl_event held = write(working, 2, {gate});
    EXPECT_EQ(clSetUserEventStatus(gate, -5), CL_SUCCESS);
    EXPECT_EQ(clFinish(working), CL_SUCCESS);
    EXPECT_EQ(status(held), -5);
    DATA_EXPECT_EQ(get(), 1);
    // And what is enqueued after the failure fails too, or runs when it does not depend on it.
    cl_event late = write(working, 3, {gate});
    EXPECT_EQ(status(late), -5);
    cl_event fine = write(working, 4, {});
    EXPECT_EQ(clWaitForEvents(1, &fine), CL_SUCCESS);
    DATA_EXPECT_EQ(get(), 4);
  }
}

TEST_F(HeldCommands, ChainsCrossQueuesInOrder) {
  cl_command_queue queues[] = {newQueue(0), newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE)};
  cl_event gate = userEvent();
  cl_event last = gate;
  for (cl_int i = 1; i <= 64; ++i) last = write(queues[i % 2], i, {last});
  EXPECT_EQ(status(last), CL_QUEUED);
  DATA_EXPECT_EQ(get(), 0);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &last), CL_SUCCESS);
  DATA_EXPECT_EQ(get(), 64);
}

TEST_F(HeldCommands, AFailureGoesDownTheWholeChainAndNoFurther) {
  cl_command_queue ordered = newQueue(0);
  cl_command_queue unordered = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_event gate = userEvent();
  cl_event first = write(ordered, 1, {gate});
  cl_event second = write(unordered, 2, {first});
  cl_event third = write(ordered, 3, {second});
  cl_event bystander = marker(unordered, {first, userEvent()});
  cl_event independent = write(ordered, 9, {});
  EXPECT_EQ(clSetUserEventStatus(gate, -1000), CL_SUCCESS);
  for (cl_event event : {first, second, third, bystander}) EXPECT_EQ(status(event), -1000);
  EXPECT_EQ(clWaitForEvents(1, &independent), CL_SUCCESS);
  DATA_EXPECT_EQ(get(), 9);
}

TEST_F(HeldCommands, SeveralGatesAllCount) {
  cl_event gates[] = {userEvent(), userEvent(), userEvent()};
  cl_event held = write(queue, 7, {gates[0], gates[1], gates[2]});
  for (cl_event gate : gates) {
    EXPECT_EQ(status(held), CL_QUEUED);
    EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  }
  EXPECT_EQ(clWaitForEvents(1, &held), CL_SUCCESS);
  DATA_EXPECT_EQ(get(), 7);
}

TEST_F(HeldCommands, ABlockingCallTellsThatItsWaitFailed) {
  cl_event gate = userEvent();
  cl_int value = 123;
  std::thread decider([gate] { EXPECT_EQ(clSetUserEventStatus(gate, -8), CL_SUCCESS); });
  EXPECT_EQ(clEnqueueReadBuffer(queue, cell, CL_TRUE, 0, sizeof(value), &value, 1, &gate, nullptr),
            CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
  decider.join();
  EXPECT_EQ(value, 123);
  // The same when it has failed long before.
  EXPECT_EQ(clEnqueueReadBuffer(queue, cell, CL_TRUE, 0, sizeof(value), &value, 1, &gate, nullptr),
            CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
  EXPECT_EQ(value, 123);
  EXPECT_EQ(clEnqueueReadBuffer(queue, cell, CL_TRUE, 0, sizeof(value), &value, 0, nullptr, nullptr),
            CL_SUCCESS);
  DATA_EXPECT_EQ(value, 0);
}

TEST_F(HeldCommands, ABlockingCallWaitsForItsGate) {
  cl_event gate = userEvent();
  cl_event written = write(queue, 55, {gate});
  cl_int value = 0;
  std::thread decider([gate] { EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS); });
  EXPECT_EQ(clEnqueueReadBuffer(queue, cell, CL_TRUE, 0, sizeof(value), &value, 1, &written, nullptr),
            CL_SUCCESS);
  decider.join();
  DATA_EXPECT_EQ(value, 55);
}

// What a held command uses may be released by the application.
TEST_F(HeldCommands, KeepWhatTheyUse) {
  cl_int code = -1;
  cl_mem source = clCreateBuffer(context, CL_MEM_READ_WRITE, sizeof(cl_int), nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  const cl_int value = 31;
  ASSERT_EQ(clEnqueueWriteBuffer(queue, source, CL_TRUE, 0, sizeof(value), &value, 0, nullptr, nullptr),
            CL_SUCCESS);
  cl_command_queue leaving = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_event gate = userEvent();
  cl_event copied = nullptr;
  ASSERT_EQ(clEnqueueCopyBuffer(leaving, source, cell, 0, 0, sizeof(value), 1, &gate, &copied), CL_SUCCESS);
  kept(copied);
  EXPECT_EQ(clReleaseMemObject(source), CL_SUCCESS);
  EXPECT_EQ(clReleaseCommandQueue(leaving), CL_SUCCESS);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &copied), CL_SUCCESS);
  DATA_EXPECT_EQ(get(), 31);
}

// Nobody will ever decide: what waits ends as after a failure, and the queue goes on.
TEST_F(HeldCommands, EndWhenNobodyCanDecide) {
  cl_int code = -1;
  cl_event gate = clCreateUserEvent(context, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_event held = write(queue, 1, {gate});
  EXPECT_EQ(status(held), CL_QUEUED);
  EXPECT_EQ(clReleaseEvent(gate), CL_SUCCESS);
  EXPECT_EQ(status(held), CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
  DATA_EXPECT_EQ(get(), 0);
}

}  // namespace
}  // namespace clze::test
