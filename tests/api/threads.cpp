// Many threads on the same objects: OpenCL 3.0, appendix A.2.
#include <atomic>
#include <thread>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

constexpr int kThreads = 8;

class Threads : public ClTest {
 protected:
  template <class Body>
  static void together(Body body) {
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(body, i);
    for (std::thread& thread : threads) thread.join();
  }
};

TEST_F(Threads, EnqueueOnOneQueue) {
  constexpr cl_uint kRounds = 200;
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue shared = newQueue(bits);
    cl_int code = -1;
    cl_mem cells = clCreateBuffer(context, CL_MEM_READ_WRITE, kThreads * sizeof(cl_uint), nullptr, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    later([cells] { EXPECT_EQ(clReleaseMemObject(cells), CL_SUCCESS); });
    std::atomic<int> failures = 0;
    together([&](int thread) {
      cl_event last = nullptr;
      for (cl_uint round = 1; round <= kRounds; ++round) {
        cl_event event = nullptr;
        if (clEnqueueFillBuffer(shared, cells, &round, sizeof(round),
                                static_cast<size_t>(thread) * sizeof(round), sizeof(round),
                                last != nullptr ? 1 : 0, last != nullptr ? &last : nullptr,
                                &event) != CL_SUCCESS) {
          ++failures;
          return;
        }
        if (last != nullptr) clReleaseEvent(last);
        last = event;
      }
      if (clWaitForEvents(1, &last) != CL_SUCCESS) ++failures;
      clReleaseEvent(last);
    });
    EXPECT_EQ(failures, 0);
    std::vector<cl_uint> out(kThreads);
    EXPECT_EQ(clEnqueueReadBuffer(shared, cells, CL_TRUE, 0, kThreads * sizeof(cl_uint), out.data(), 0,
                                  nullptr, nullptr),
              CL_SUCCESS);
    DATA_EXPECT_EQ(out, std::vector<cl_uint>(kThreads, kRounds));
  }
}

TEST_F(Threads, DecideUserEventsWhileOthersEnqueue) {
  cl_command_queue shared = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_command_queue ordered = newQueue(0);
  std::atomic<int> failures = 0;
  together([&](int thread) {
    for (int round = 0; round < 50; ++round) {
      cl_event gate = clCreateUserEvent(context, nullptr);
      cl_event held = nullptr, next = nullptr;
      const bool fails = round % 5 == 4;
      cl_int code = clEnqueueMarkerWithWaitList(shared, 1, &gate, &held);
      code |= clEnqueueMarkerWithWaitList((thread + round) % 2 == 0 ? shared : ordered, 1, &held, &next);
      code |= clSetUserEventStatus(gate, fails ? -3 : CL_COMPLETE);
      if (code != CL_SUCCESS) ++failures;
      const cl_int waited = clWaitForEvents(1, &next);
      if (waited != (fails ? CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST : CL_SUCCESS)) ++failures;
      for (cl_event event : {gate, held, next}) {
        if (clReleaseEvent(event) != CL_SUCCESS) ++failures;
      }
    }
  });
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(clFinish(shared), CL_SUCCESS);
}

TEST_F(Threads, FinishBesideEnqueues) {
  std::atomic<int> failures = 0;
  together([&](int thread) {
    for (int round = 0; round < 100; ++round) {
      cl_event event = nullptr;
      if (thread % 4 == 3) {
        if (clFinish(queue) != CL_SUCCESS) ++failures;
        continue;
      }
      if (clEnqueueMarkerWithWaitList(queue, 0, nullptr, &event) != CL_SUCCESS) ++failures;
      if (clReleaseEvent(event) != CL_SUCCESS) ++failures;
    }
  });
  EXPECT_EQ(failures, 0);
}

TEST_F(Threads, MakeAndReleaseObjects) {
  std::atomic<int> failures = 0;
  together([&](int) {
    for (int round = 0; round < 50; ++round) {
      cl_int code = -1;
      cl_command_queue own = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
      if (code != CL_SUCCESS) ++failures;
      cl_event event = nullptr;
      if (clEnqueueMarkerWithWaitList(own, 0, nullptr, &event) != CL_SUCCESS) ++failures;
      if (clReleaseCommandQueue(own) != CL_SUCCESS) ++failures;
      if (clWaitForEvents(1, &event) != CL_SUCCESS) ++failures;
      if (clReleaseEvent(event) != CL_SUCCESS) ++failures;
    }
  });
  EXPECT_EQ(failures, 0);
}

TEST_F(Threads, CallbacksOfManyEventsAreAllCalled) {
  static std::atomic<int> calls;
  calls = 0;
  std::atomic<int> expected = 0;
  together([&](int) {
    for (int round = 0; round < 50; ++round) {
      cl_event event = nullptr;
      ASSERT_EQ(clEnqueueMarkerWithWaitList(queue, 0, nullptr, &event), CL_SUCCESS);
      ASSERT_EQ(clSetEventCallback(
                    event, CL_COMPLETE, [](cl_event, cl_int, void*) { ++calls; }, nullptr),
                CL_SUCCESS);
      ++expected;
      EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS);
    }
  });
  while (calls != expected) std::this_thread::yield();
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
}

}  // namespace
}  // namespace clze::test
