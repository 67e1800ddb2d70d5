// clSetEventCallback: OpenCL 3.0, 5.11.
#include <condition_variable>
#include <mutex>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

// What callbacks were called with, in order.
struct Calls {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::pair<cl_event, cl_int>> list;

  static void CL_CALLBACK record(cl_event event, cl_int status, void* self) {
    auto& calls = *static_cast<Calls*>(self);
    const std::lock_guard<std::mutex> lock(calls.mutex);
    calls.list.emplace_back(event, status);
    calls.changed.notify_all();
  }
  void waitFor(size_t count) {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this, count] { return list.size() >= count; });
  }
};

using ClSetEventCallback = ClTest;

TEST_F(ClSetEventCallback, RefusesNoFunctionAndOtherStates) {
  cl_event event = marker(queue);
  Calls calls;
  EXPECT_EQ(clSetEventCallback(reinterpret_cast<cl_event>(queue), CL_COMPLETE, &Calls::record, &calls),
            CL_INVALID_EVENT);
  EXPECT_EQ(clSetEventCallback(event, CL_COMPLETE, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clSetEventCallback(event, CL_QUEUED, &Calls::record, &calls), CL_INVALID_VALUE);
  EXPECT_EQ(clSetEventCallback(event, -1, &Calls::record, &calls), CL_INVALID_VALUE);
}

TEST_F(ClSetEventCallback, CallsEachStateInOrder) {
  cl_event gate = userEvent();
  cl_event event = marker(queue, {gate});
  Calls calls;
  EXPECT_EQ(clSetEventCallback(event, CL_COMPLETE, &Calls::record, &calls), CL_SUCCESS);
  EXPECT_EQ(clSetEventCallback(event, CL_RUNNING, &Calls::record, &calls), CL_SUCCESS);
  EXPECT_EQ(clSetEventCallback(event, CL_SUBMITTED, &Calls::record, &calls), CL_SUCCESS);
  EXPECT_TRUE(calls.list.empty());
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  calls.waitFor(3);
  EXPECT_EQ(calls.list[0], std::make_pair(event, cl_int{CL_SUBMITTED}));
  EXPECT_EQ(calls.list[1], std::make_pair(event, cl_int{CL_RUNNING}));
  EXPECT_EQ(calls.list[2], std::make_pair(event, cl_int{CL_COMPLETE}));
}

TEST_F(ClSetEventCallback, PassesTheErrorThatEndedTheCommand) {
  cl_event gate = userEvent();
  cl_event event = marker(queue, {gate});
  Calls calls;
  EXPECT_EQ(clSetEventCallback(event, CL_COMPLETE, &Calls::record, &calls), CL_SUCCESS);
  EXPECT_EQ(clSetUserEventStatus(gate, -55), CL_SUCCESS);
  calls.waitFor(1);
  EXPECT_EQ(calls.list[0], std::make_pair(event, cl_int{-55}));
}

TEST_F(ClSetEventCallback, AUserEventIsSubmittedFromItsStart) {
  cl_event event = userEvent();
  Calls calls;
  EXPECT_EQ(clSetEventCallback(event, CL_COMPLETE, &Calls::record, &calls), CL_SUCCESS);
  EXPECT_EQ(clSetEventCallback(event, CL_SUBMITTED, &Calls::record, &calls), CL_SUCCESS);
  calls.waitFor(1);
  EXPECT_EQ(calls.list[0], std::make_pair(event, cl_int{CL_SUBMITTED}));
  EXPECT_EQ(clSetUserEventStatus(event, CL_COMPLETE), CL_SUCCESS);
  calls.waitFor(2);
  EXPECT_EQ(calls.list[1], std::make_pair(event, cl_int{CL_COMPLETE}));
  EXPECT_EQ(calls.list.size(), 2U);
}

// The callback's reference keeps the event for the application until it has returned.
TEST_F(ClSetEventCallback, OutlivesTheApplicationsReference) {
  cl_event gate = userEvent();
  cl_event event = nullptr;
  ASSERT_EQ(clEnqueueMarkerWithWaitList(queue, 1, &gate, &event), CL_SUCCESS);
  struct Seen {
    Calls calls;
    cl_int code = -1;
  } seen;
  const auto look = [](cl_event of, cl_int reached, void* self) {
    auto& to = *static_cast<Seen*>(self);
    cl_int now = 99;
    to.code = clGetEventInfo(of, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(now), &now, nullptr);
    Calls::record(of, reached, &to.calls);
  };
  EXPECT_EQ(clSetEventCallback(event, CL_COMPLETE, look, &seen), CL_SUCCESS);
  EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS);
  EXPECT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  seen.calls.waitFor(1);
  EXPECT_EQ(seen.code, CL_SUCCESS);
}

// A callback may make calls, and decide what others wait for.
TEST_F(ClSetEventCallback, MayDecideUserEvents) {
  cl_event gate = userEvent();
  cl_event held = marker(newQueue(0), {gate});
  cl_event trigger = marker(queue);
  EXPECT_EQ(clSetEventCallback(
                trigger, CL_COMPLETE,
                [](cl_event, cl_int, void* event) {
                  EXPECT_EQ(clSetUserEventStatus(static_cast<cl_event>(event), CL_COMPLETE), CL_SUCCESS);
                },
                gate),
            CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &held), CL_SUCCESS);
  EXPECT_EQ(status(gate), CL_COMPLETE);
}

TEST_F(ClSetEventCallback, IsCalledForAnEventThatHasEnded) {
  cl_event event = userEvent();
  EXPECT_EQ(clSetUserEventStatus(event, CL_COMPLETE), CL_SUCCESS);
  Calls calls;
  EXPECT_EQ(clSetEventCallback(event, CL_COMPLETE, &Calls::record, &calls), CL_SUCCESS);
  calls.waitFor(1);
  EXPECT_EQ(calls.list[0], std::make_pair(event, cl_int{CL_COMPLETE}));
}

}  // namespace
}  // namespace clze::test
