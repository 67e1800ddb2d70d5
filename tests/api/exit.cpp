// Processes that end without releasing anything or with all released, and calls made while a process ends.
// Each child exits with a code of its own, so that neither a crash nor a failed expectation looks like
// success. The DISABLED_ tests are what the children run: in this process they would end it. What softgpu's
// strict mode says of it is read by the parent.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/support/child.h"
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

constexpr int kFine = 42;
constexpr int kWrong = 43;

struct Ended {
  int code;
  std::string errors;
};
Ended end(const char* test) {
  ::testing::internal::CaptureStderr();
  const int code = runAlone(test);
  return {code, ::testing::internal::GetCapturedStderr()};
}

// A process that releases nothing leaves its objects, but does nothing to them that a driver forbids.
int leaving(const char* test) {
  const Ended ended = end(test);
  EXPECT_THAT(ended.errors, ::testing::Not(::testing::HasSubstr("softgpu: misuse")));
  return ended.code;
}

class Exit : public ClTest {
 protected:
  // The releases of the fixture never come: the child exits from inside the test.
  [[noreturn]] static void leave(int code) { std::exit(HasFailure() ? kWrong : code); }
};

TEST(ExitTest, WithCommandsHeldAndDone) {
  EXPECT_EQ(leaving("Exit.DISABLED_WithCommandsHeldAndDone"), kFine);
}
TEST_F(Exit, DISABLED_WithCommandsHeldAndDone) {
  marker(queue);
  marker(queue, {userEvent()});
  cl_command_queue unordered = newQueue(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  marker(unordered, {userEvent()});
  leave(kFine);
}

TEST(ExitTest, WithCommandsRunning) { EXPECT_EQ(leaving("Exit.DISABLED_WithCommandsRunning"), kFine); }
TEST_F(Exit, DISABLED_WithCommandsRunning) {
  constexpr size_t kSize = 64U << 20U;
  cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, kSize, nullptr, nullptr);
  const cl_uint pattern = 5;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(clEnqueueFillBuffer(queue, buffer, &pattern, sizeof(pattern), 0, kSize, 0, nullptr, nullptr),
              CL_SUCCESS);
  }
  EXPECT_EQ(clFlush(queue), CL_SUCCESS);
  leave(kFine);
}

TEST(ExitTest, WithCallbacksPending) { EXPECT_EQ(leaving("Exit.DISABLED_WithCallbacksPending"), kFine); }
TEST_F(Exit, DISABLED_WithCallbacksPending) {
  cl_event held = marker(queue, {userEvent()});
  const auto nothing = [](cl_event, cl_int, void*) {};
  EXPECT_EQ(clSetEventCallback(held, CL_COMPLETE, nothing, nullptr), CL_SUCCESS);
  cl_event running = marker(newQueue(0));
  EXPECT_EQ(clSetEventCallback(running, CL_COMPLETE, nothing, nullptr), CL_SUCCESS);
  leave(kFine);
}

TEST(ExitTest, FromInsideACallback) { EXPECT_EQ(leaving("Exit.DISABLED_FromInsideACallback"), kFine); }
TEST_F(Exit, DISABLED_FromInsideACallback) {
  cl_event event = marker(queue);
  EXPECT_EQ(clSetEventCallback(
                event, CL_COMPLETE, [](cl_event, cl_int, void*) { std::exit(kFine); }, nullptr),
            CL_SUCCESS);
  while (true) ::pause();
}

TEST(ExitTest, WhileAnotherThreadWaits) {
  EXPECT_EQ(leaving("Exit.DISABLED_WhileAnotherThreadWaits"), kFine);
}
TEST_F(Exit, DISABLED_WhileAnotherThreadWaits) {
  cl_event gate = userEvent();
  cl_event held = marker(queue, {gate});
  std::thread([held] { clWaitForEvents(1, &held); }).detach();
  std::this_thread::yield();
  leave(kFine);
}

// An exit handler of the application's that was there before OpenCL, as destructors of globals are, runs when
// everything under OpenCL is gone.
TEST(ExitTest, ReleasesInTheDestructorOfAGlobal) {
  EXPECT_EQ(leaving("BeforeOpenCl.DISABLED_ReleasesInTheDestructorOfAGlobal"), kFine);
}
struct Global {
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;
  cl_event event = nullptr;
  cl_mem buffer = nullptr;
};
Global global;
TEST(BeforeOpenCl, DISABLED_ReleasesInTheDestructorOfAGlobal) {
  std::atexit([] {
    char name[256];
    cl_device_id device = nullptr;
    clGetContextInfo(global.context, CL_CONTEXT_DEVICES, sizeof(cl_device_id), &device, nullptr);
    clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof(name), name, nullptr);
    cl_uint value = 0;
    clEnqueueReadBuffer(global.queue, global.buffer, CL_TRUE, 0, sizeof(value), &value, 0, nullptr, nullptr);
    clFinish(global.queue);
    clReleaseEvent(global.event);
    clReleaseMemObject(global.buffer);
    clReleaseCommandQueue(global.queue);
    clReleaseContext(global.context);
    std::_Exit(kFine);
  });
  cl_platform_id platform = nullptr;
  cl_device_id device = nullptr;
  ASSERT_EQ(clGetPlatformIDs(1, &platform, nullptr), CL_SUCCESS);
  ASSERT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr), CL_SUCCESS);
  global.context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
  global.queue = clCreateCommandQueueWithProperties(global.context, device, nullptr, nullptr);
  global.buffer = clCreateBuffer(global.context, CL_MEM_READ_WRITE, 4096, nullptr, nullptr);
  ASSERT_EQ(clEnqueueMarkerWithWaitList(global.queue, 0, nullptr, &global.event), CL_SUCCESS);
  std::exit(kWrong);
}

// Commands, events with callbacks and queues that are still on their way when the process ends go in time.
TEST(ExitTest, LeavesNothingBehindWhenAllIsReleased) {
  const Ended ended = end("Exit.DISABLED_LeavesNothingBehindWhenAllIsReleased");
  EXPECT_EQ(ended.code, kFine);
  EXPECT_THAT(ended.errors, ::testing::Not(::testing::HasSubstr("softgpu: leak")));
}
TEST_F(Exit, DISABLED_LeavesNothingBehindWhenAllIsReleased) {
  constexpr size_t kSize = 1U << 20U;
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_context own = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
    EXPECT_EQ(clSetContextDestructorCallback(
                  own, [](cl_context, void*) {}, nullptr),
              CL_SUCCESS);
    for (int i = 0; i < 6; ++i) {
      const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, bits, 0};
      cl_command_queue leaving = clCreateCommandQueueWithProperties(own, device, list, nullptr);
      cl_mem buffer = clCreateBuffer(own, CL_MEM_READ_WRITE, kSize, nullptr, nullptr);
      const cl_uint pattern = 5;
      cl_event event = nullptr;
      EXPECT_EQ(clEnqueueFillBuffer(leaving, buffer, &pattern, sizeof(pattern), 0, kSize, 0, nullptr, &event),
                CL_SUCCESS);
      EXPECT_EQ(clSetEventCallback(
                    event, CL_COMPLETE, [](cl_event, cl_int, void*) {}, nullptr),
                CL_SUCCESS);
      EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS);
      EXPECT_EQ(clReleaseMemObject(buffer), CL_SUCCESS);
      EXPECT_EQ(clReleaseCommandQueue(leaving), CL_SUCCESS);
    }
    EXPECT_EQ(clReleaseContext(own), CL_SUCCESS);
  }
  TearDown();
  leave(kFine);
}

}  // namespace
}  // namespace clze::test
