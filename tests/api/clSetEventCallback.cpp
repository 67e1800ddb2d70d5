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
