// Commands reach the device whether or not the program flushes, in order, from any number of queues:
// OpenCL 3.0, 3.2.1 and 5.13 to 5.15. Queues may gather commands (CLZE_QUEUE); nothing here may wait for ever
// or come late.
#include <atomic>
#include <random>
#include <thread>

#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

constexpr const char* kStep = R"(
kernel void step(global uint* cell, uint n) { if (get_global_id(0) == 0) cell[0] = cell[0] * 3u + n; }
kernel void slow(global uint* cell, uint n) {
  uint value = cell[0];
  for (uint i = 0; i < n; ++i) value = value * 1664525u + 1013904223u;
  if (get_global_id(0) == 0) cell[0] = value;
}
kernel void sum(global uint* cell, uint n) { if (get_global_id(0) == 0) atomic_add(cell, n); })";

class HandOver : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    program = built(kStep);
    cells = ints({0, 0, 0, 0});
  }
  // A kernel object of its own, for threads.
  cl_kernel stepKernel(const char* name = "step") {
    cl_kernel made = kernelOf(program, name);
    EXPECT_EQ(set(made, 0, cells), CL_SUCCESS);
    return made;
  }
  static cl_int step(cl_command_queue in, cl_kernel kernel, cl_uint n,
                     const std::vector<cl_event>& waits = {}, cl_event* event = nullptr) {
    const size_t size = 16;
    EXPECT_EQ(clSetKernelArg(kernel, 1, sizeof(n), &n), CL_SUCCESS);
    return clEnqueueNDRangeKernel(in, kernel, 1, nullptr, &size, nullptr, static_cast<cl_uint>(waits.size()),
                                  waits.empty() ? nullptr : waits.data(), event);
  }
  cl_uint value(cl_command_queue in) {
    cl_uint found = 0;
    EXPECT_EQ(clEnqueueReadBuffer(in, cells, CL_TRUE, 0, sizeof(found), &found, 0, nullptr, nullptr),
              CL_SUCCESS);
    return found;
  }
  static cl_uint after(cl_uint start, cl_uint from, cl_uint to) {
    for (cl_uint i = from; i < to; ++i) start = start * 3U + i;
    return start;
  }

 public:
  cl_program program = nullptr;
  cl_mem cells = nullptr;
};

TEST_F(HandOver, OrderHoldsAcrossFlushesBoundsAndWaits) {
  cl_command_queue ordered = newQueue(0);
  cl_kernel kernel = stepKernel();
  std::minstd_rand random(5);
  cl_uint expected = 0;
  constexpr cl_uint kSteps = 1500;
  for (cl_uint i = 0; i < kSteps; ++i) {
    ASSERT_EQ(step(ordered, kernel, i), CL_SUCCESS);
    expected = expected * 3U + i;
    const auto chance = random() % 100;
    if (chance < 3) {
      ASSERT_EQ(clFlush(ordered), CL_SUCCESS);
    } else if (chance == 3) {
      ASSERT_EQ(clFinish(ordered), CL_SUCCESS);
    } else if (chance == 4) {
      DATA_ASSERT_EQ(value(ordered), expected);
    }
  }
  DATA_EXPECT_EQ(value(ordered), expected);
}

TEST_F(HandOver, TheSameLaunchAgainAndAgainRunsEachTime) {
  cl_command_queue ordered = newQueue(0);
  cl_kernel kernel = stepKernel();
  cl_uint expected = 0;
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(step(ordered, kernel, i % 50 == 7 ? 2 : 1), CL_SUCCESS);
    expected = expected * 3U + (i % 50 == 7 ? 2 : 1);
    ASSERT_EQ(i % 3 == 0 ? clFinish(ordered) : clFlush(ordered), CL_SUCCESS);
  }
  DATA_EXPECT_EQ(value(ordered), expected);
}

// Nobody flushes: each command waits for one that another queue may still be gathering.
TEST_F(HandOver, ManyQueuesWaitForEachOtherWithoutAFlush) {
  std::vector<cl_command_queue> queues;
  queues.reserve(5);
  for (int i = 0; i < 5; ++i) queues.push_back(newQueue(i == 4 ? CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE : 0));
  cl_kernel kernel = stepKernel();
  std::minstd_rand random(11);
  cl_event last = nullptr;
  constexpr cl_uint kSteps = 600;
  for (cl_uint i = 0; i < kSteps; ++i) {
    cl_event event = nullptr;
    const std::vector<cl_event> waits = last == nullptr ? std::vector<cl_event>() : std::vector{last};
    ASSERT_EQ(step(queues[random() % queues.size()], kernel, i, waits, &event), CL_SUCCESS);
    if (last != nullptr) {
      EXPECT_EQ(clReleaseEvent(last), CL_SUCCESS);
    }
    last = event;
  }
  EXPECT_EQ(clWaitForEvents(1, &last), CL_SUCCESS);
  EXPECT_EQ(clReleaseEvent(last), CL_SUCCESS);
  DATA_EXPECT_EQ(value(queues[0]), after(0, 0, kSteps));
}

TEST_F(HandOver, AskingForTheStatusIsEnough) {
  cl_command_queue ordered = newQueue(0);
  cl_kernel kernel = stepKernel(), slow = stepKernel("slow");
  for (cl_uint round = 0; round < 20; ++round) {
    ASSERT_EQ(step(ordered, slow, 10000), CL_SUCCESS);
    cl_event event = nullptr;
    ASSERT_EQ(step(ordered, kernel, round, {}, &event), CL_SUCCESS);
    kept(event);
    while (status(event) > CL_COMPLETE) std::this_thread::yield();
    EXPECT_EQ(status(event), CL_COMPLETE);
  }
}

TEST_F(HandOver, ACallbackIsEnough) {
  cl_command_queue ordered = newQueue(0);
  cl_kernel kernel = stepKernel(), slow = stepKernel("slow");
  std::atomic<int> called = 0;
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds; ++round) {
    ASSERT_EQ(step(ordered, slow, 10000), CL_SUCCESS);
    cl_event event = nullptr;
    ASSERT_EQ(step(ordered, kernel, 1, {}, &event), CL_SUCCESS);
    ASSERT_EQ(clSetEventCallback(
                  event, CL_COMPLETE,
                  [](cl_event, cl_int, void* count) { ++*static_cast<std::atomic<int>*>(count); }, &called),
              CL_SUCCESS);
    EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS);
    while (called != round + 1) std::this_thread::yield();
  }
}

TEST_F(HandOver, ReleasingTheQueueIsEnough) {
  cl_kernel kernel = stepKernel(), slow = stepKernel("slow");
  cl_int code = -1;
  cl_command_queue working = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  ASSERT_EQ(step(working, slow, 10000), CL_SUCCESS);
  cl_event event = nullptr;
  ASSERT_EQ(step(working, kernel, 1, {}, &event), CL_SUCCESS);
  kept(event);
  EXPECT_EQ(clReleaseCommandQueue(working), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
}

// What is held on the host goes out when its turn comes, although the flush was long ago.
TEST_F(HandOver, UserEventsInTheMiddleOfGatheredCommands) {
  cl_command_queue one = newQueue(0), two = newQueue(0);
  cl_kernel kernel = stepKernel(), slow = stepKernel("slow");
  for (int round = 0; round < 10; ++round) {
    const cl_uint zero = 0;
    ASSERT_EQ(clEnqueueFillBuffer(one, cells, &zero, sizeof(zero), 0, sizeof(zero), 0, nullptr, nullptr),
              CL_SUCCESS);
    ASSERT_EQ(step(one, slow, 0), CL_SUCCESS);
    cl_event gate = userEvent();
    cl_event inOne = nullptr, inTwo = nullptr, end = nullptr;
    ASSERT_EQ(step(one, kernel, 0), CL_SUCCESS);
    ASSERT_EQ(step(one, kernel, 1, {gate}, &inOne), CL_SUCCESS);
    ASSERT_EQ(step(two, kernel, 2, {inOne}, &inTwo), CL_SUCCESS);
    ASSERT_EQ(step(one, kernel, 3, {inTwo}), CL_SUCCESS);
    ASSERT_EQ(step(one, kernel, 4, {}, &end), CL_SUCCESS);
    for (cl_event event : {inOne, inTwo, end}) kept(event);
    ASSERT_EQ(clFlush(one), CL_SUCCESS);
    ASSERT_EQ(clFlush(two), CL_SUCCESS);
    ASSERT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    // No further call but asking.
    while (status(end) > CL_COMPLETE) std::this_thread::yield();
    DATA_EXPECT_EQ(value(two), after(0, 0, 5));
  }
}

TEST_F(HandOver, ThreadsShareQueuesThatGather) {
  constexpr int kThreads = 4;
  constexpr cl_uint kRounds = 300;
  cl_command_queue shared = newQueue(0);
  std::vector<cl_kernel> kernels;
  std::vector<cl_command_queue> own;
  for (int i = 0; i < kThreads; ++i) {
    kernels.push_back(stepKernel("sum"));
    own.push_back(newQueue(0));
  }
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      cl_event last = nullptr;
      for (cl_uint round = 0; round < kRounds; ++round) {
        cl_event event = nullptr;
        cl_command_queue const to = round % 3 == 0 ? shared : own[static_cast<size_t>(i)];
        const std::vector<cl_event> waits = last == nullptr ? std::vector<cl_event>() : std::vector{last};
        if (step(to, kernels[static_cast<size_t>(i)], 1, waits, &event) != CL_SUCCESS) ++failures;
        if (last != nullptr) clReleaseEvent(last);
        last = event;
        if (round % 50 == 0 && clFinish(shared) != CL_SUCCESS) ++failures;
        if (round % 7 == 0 && clFlush(to) != CL_SUCCESS) ++failures;
      }
      if (clWaitForEvents(1, &last) != CL_SUCCESS) ++failures;
      clReleaseEvent(last);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  DATA_EXPECT_EQ(value(shared), kThreads * kRounds);
}

}  // namespace
}  // namespace clze::test
