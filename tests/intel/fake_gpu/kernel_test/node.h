// A test's view of a fake GPU: opens nodes, asks by ioctl(), and reads what was counted. Run with the library
// preloaded, on FAKE_GPU=TGL,DG2,LNL,BMG: renderD128 is a Tiger Lake, renderD129 an Arc A770, both on i915;
// renderD130 is a Lunar Lake, renderD131 an Arc B580, on xe.
#pragma once

#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <libdrm/i915_drm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "tests/intel/fake_gpu/counts/counts.h"

namespace fake_gpu::test {

constexpr const char* tigerLake = "/dev/dri/renderD128";
constexpr const char* arc = "/dev/dri/renderD129";
constexpr const char* lunarLake = "/dev/dri/renderD130";
constexpr const char* battlemage = "/dev/dri/renderD131";

inline FakeGpuCounts counted() {
  static const auto ask =
      reinterpret_cast<decltype(&fake_gpu_counts)>(dlsym(RTLD_DEFAULT, "fake_gpu_counts"));
  FakeGpuCounts counts{};
  counts.size = sizeof(counts);
  EXPECT_NE(ask, nullptr) << "the fake GPU is not preloaded";
  EXPECT_TRUE(ask == nullptr || ask(&counts) == 1);
  return counts;
}

inline bool waitIdle() {
  static const auto ask =
      reinterpret_cast<decltype(&fake_gpu_wait_idle)>(dlsym(RTLD_DEFAULT, "fake_gpu_wait_idle"));
  return ask && ask(5000) == 1;
}

// 0, or the errno.
template <class T>
int request(int fd, unsigned long number, T& argument) {
  return ioctl(fd, number, &argument) == 0 ? 0 : errno;
}

class NodeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    tgl = open(tigerLake, O_RDWR | O_CLOEXEC);
    dg2 = open(arc, O_RDWR | O_CLOEXEC);
    ASSERT_GE(tgl, 0);
    ASSERT_GE(dg2, 0);
  }
  // Whatever a test leaves behind goes with its nodes, but what it made and closed must be gone before.
  void TearDown() override {
    EXPECT_EQ(close(tgl), 0);
    EXPECT_EQ(close(dg2), 0);
    EXPECT_TRUE(waitIdle());
    FakeGpuCounts end = counted();
    // An engine's thread lets go of its last job's buffers just after it has become idle.
    for (int tries = 0; tries < 1000 && end.dmaBufsOpen != 0; ++tries) {
      usleep(1000);
      end = counted();
    }
    EXPECT_EQ(end.filesAlive, 0u);
    EXPECT_EQ(end.objectsAlive, 0u);
    EXPECT_EQ(end.handlesAlive, 0u);
    EXPECT_EQ(end.contextsAlive, 0u);
    EXPECT_EQ(end.dmaBufsOpen, 0u);
    EXPECT_EQ(end.mappingsAlive, 0u);
  }

  static uint32_t buffer(int fd, uint64_t bytes = 4096) {
    drm_i915_gem_create create{};
    create.size = bytes;
    EXPECT_EQ(request(fd, DRM_IOCTL_I915_GEM_CREATE, create), 0);
    return create.handle;
  }
  static int closeHandle(int fd, uint32_t handle) {
    drm_gem_close close{};
    close.handle = handle;
    return request(fd, DRM_IOCTL_GEM_CLOSE, close);
  }
  static int exportFd(int fd, uint32_t handle) {
    drm_prime_handle prime{};
    prime.handle = handle;
    prime.flags = DRM_CLOEXEC | DRM_RDWR;
    EXPECT_EQ(request(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, prime), 0);
    return prime.fd;
  }
  static uint32_t importFd(int fd, int dmaBuf) {
    drm_prime_handle prime{};
    prime.fd = dmaBuf;
    EXPECT_EQ(request(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, prime), 0);
    return prime.handle;
  }
  // A CPU map of the whole buffer, of the kind the part has.
  static uint32_t* map(int fd, uint32_t handle, size_t bytes, uint64_t kind) {
    drm_i915_gem_mmap_offset offset{};
    offset.handle = handle;
    offset.flags = kind;
    EXPECT_EQ(request(fd, DRM_IOCTL_I915_GEM_MMAP_OFFSET, offset), 0);
    void* at =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(offset.offset));
    EXPECT_NE(at, MAP_FAILED);
    return static_cast<uint32_t*>(at);
  }

  int tgl = -1, dg2 = -1;
};

}  // namespace fake_gpu::test
