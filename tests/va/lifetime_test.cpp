// How long things live: images, surfaces, contexts, files; and many threads at once.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "va_fixture.h"

namespace clze::test {
namespace {

size_t residentKilobytes() {
  size_t pages = 0;
  size_t resident = 0;
  FILE* file = std::fopen("/proc/self/statm", "r");
  if (std::fscanf(file, "%zu %zu", &pages, &resident) != 2) resident = 0;
  std::fclose(file);
  return resident * 4;
}

TEST_F(VaSharing, LifetimeTheSurfaceOutlivesItsImages) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  EXPECT_EQ(clReleaseMemObject(image(surface, 0)), CL_SUCCESS);
  const Bytes content(64 * 32, 9);
  display.write(surface, 0, 64, content);
  DATA_EXPECT_TRUE(display.read(surface, 0, 64, 32) == content);
  display.destroy(surface);
}

TEST_F(VaSharing, LifetimeRetainAndDestructorCallback) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  cl_mem luma = image(surface, 0);
  bool destroyed = false;
  ASSERT_EQ(clSetMemObjectDestructorCallback(
                luma, [](cl_mem, void* flag) { *static_cast<bool*>(flag) = true; }, &destroyed),
            CL_SUCCESS);
  ASSERT_EQ(clRetainMemObject(luma), CL_SUCCESS);
  ASSERT_EQ(clReleaseMemObject(luma), CL_SUCCESS);
  EXPECT_FALSE(destroyed);
  ASSERT_EQ(clReleaseMemObject(luma), CL_SUCCESS);
  EXPECT_TRUE(destroyed);
  display.destroy(surface);
}

TEST_F(VaSharing, LifetimeReusedSurfaceIdsMeanNewContent) {
  for (unsigned char round = 1; round <= 10; ++round) {
    // Software and hardware drivers alike give the id of a destroyed surface to the next one.
    const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
    display.write(surface, 0, 64, Bytes(64 * 32, round));
    cl_mem luma = image(surface, 0, CL_MEM_READ_ONLY);
    ASSERT_EQ(acquire(queue, 1, &luma, 0, nullptr, nullptr), CL_SUCCESS);
    Bytes read(64 * 32);
    const size_t origin[3] = {0, 0, 0};
    const size_t region[3] = {64, 32, 1};
    ASSERT_EQ(
        clEnqueueReadImage(queue, luma, CL_TRUE, origin, region, 0, 0, read.data(), 0, nullptr, nullptr),
        CL_SUCCESS);
    DATA_EXPECT_TRUE(read == Bytes(64 * 32, round));
    ASSERT_EQ(release(queue, 1, &luma, 0, nullptr, nullptr), CL_SUCCESS);
    clReleaseMemObject(luma);
    display.destroy(surface);
  }
}

// CLZE_TEST_FRAMES=N: so many, for campaigns that run it once for each of many faults.
TEST_F(VaSharing, LifetimeTenThousandFramesLeaveNothingBehind) {
  const char* const asked = std::getenv("CLZE_TEST_FRAMES");
  const int frames = asked != nullptr ? std::atoi(asked) : 10000;
  VASurfaceID surfaces[4];
  for (VASurfaceID& surface : surfaces) surface = display.surface(VA_FOURCC_NV12, 320, 240);
  size_t files = 0;
  [[maybe_unused]] size_t memory = 0;
  for (int frame = 0; frame < frames; ++frame) {
    if (frame == frames / 10) {
      files = openFiles();
      memory = residentKilobytes();
    }
    const VASurfaceID surface = surfaces[frame % 4];
    const cl_mem planes[] = {image(surface, 0, CL_MEM_READ_ONLY), image(surface, 1, CL_MEM_READ_ONLY)};
    cl_event event = nullptr;
    ASSERT_EQ(acquire(queue, 2, planes, 0, nullptr, &event), CL_SUCCESS);
    ASSERT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
    clReleaseEvent(event);
    ASSERT_EQ(release(queue, 2, planes, 0, nullptr, &event), CL_SUCCESS);
    ASSERT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
    clReleaseEvent(event);
    for (cl_mem plane : planes) ASSERT_EQ(clReleaseMemObject(plane), CL_SUCCESS);
  }
  // Intel's driver fills pools of command buffers for its first 20,000 submissions; a frame's worth lost each
  // time would be thousands of files and megabytes.
  EXPECT_LE(openFiles(), files + (softwareGpu() ? 0 : 8));
#ifndef __SANITIZE_ADDRESS__  // which keeps freed memory back, to catch its use
  EXPECT_LE(residentKilobytes(), memory + (softwareGpu() ? 1024 : 16384));
#endif
  for (VASurfaceID surface : surfaces) display.destroy(surface);
}

TEST_F(VaSharing, LifetimeContextMayGoBeforeItsImages) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  cl_context second = makeContext(display.get(), false);
  cl_int code = CL_SUCCESS;
  VASurfaceID id = surface;
  cl_mem luma = createFrom(second, CL_MEM_READ_ONLY, &id, 0, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(clReleaseContext(second), CL_SUCCESS);
  EXPECT_EQ(clReleaseMemObject(luma), CL_SUCCESS);
  display.destroy(surface);
}

TEST_F(VaSharing, LifetimeTwoContextsShareOneSurface) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  cl_context second = makeContext(display.get(), false);
  cl_int code = CL_SUCCESS;
  VASurfaceID id = surface;
  cl_mem other = createFrom(second, CL_MEM_READ_ONLY, &id, 0, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_mem ours = image(surface, 0);
  cl_command_queue otherQueue = clCreateCommandQueueWithProperties(second, device, nullptr, &code);
  // Acquired is a state of each image.
  EXPECT_EQ(acquire(queue, 1, &ours, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(acquire(otherQueue, 1, &other, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(release(queue, 1, &ours, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(release(otherQueue, 1, &other, 0, nullptr, nullptr), CL_SUCCESS);
  clReleaseCommandQueue(otherQueue);
  clReleaseMemObject(ours);
  clReleaseMemObject(other);
  clReleaseContext(second);
  display.destroy(surface);
}

TEST_F(VaSharing, LifetimeManyThreads) {
  std::vector<std::thread> threads;
  threads.reserve(8);
  std::atomic<int> failures = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, &failures] {
      cl_int code = CL_SUCCESS;
      cl_command_queue own = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
      const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
      for (int round = 0; round < 100; ++round) {
        const cl_mem planes[] = {image(surface, 0), image(surface, 1)};
        if (acquire(own, 2, planes, 0, nullptr, nullptr) != CL_SUCCESS) ++failures;
        if (release(own, 2, planes, 0, nullptr, nullptr) != CL_SUCCESS) ++failures;
        for (cl_mem plane : planes) clReleaseMemObject(plane);
      }
      display.destroy(surface);
      clReleaseCommandQueue(own);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures.load(), 0);
}

}  // namespace
}  // namespace clze::test
