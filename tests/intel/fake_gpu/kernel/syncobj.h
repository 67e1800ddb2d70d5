// DRM's synchronisation objects, binary and timeline, and sync_file descriptors: names for fences of jobs.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "tests/intel/fake_gpu/engine/fence.h"
#include "tests/intel/fake_gpu/kernel/ioctl.h"

namespace fake_gpu {

// Any thread. Point 0 is the binary syncobj's one fence.
class Syncobj {
 public:
  // The fence that reaches `point`; null while none was submitted.
  std::shared_ptr<Fence> fenceOf(uint64_t point) const;
  void set(uint64_t point, std::shared_ptr<Fence> fence);
  void reset();
  // The largest point reached, and the largest submitted.
  uint64_t reached() const;
  uint64_t submitted() const;
  // Waits until a fence for `point` is there; null at the end of time.
  std::shared_ptr<Fence> waitSubmitted(uint64_t point, std::chrono::steady_clock::time_point end) const;

 private:
  std::shared_ptr<Fence> fenceLocked(uint64_t point) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::shared_ptr<Fence> binary_;
  std::map<uint64_t, std::shared_ptr<Fence>> points_;
};

// A fence as a file descriptor that becomes readable when it is reached: made for the caller, or -errno.
int fenceToFd(const std::shared_ptr<Fence>& fence);
// Null: not such a descriptor.
std::shared_ptr<Fence> fenceOfFd(int fd);

void addSyncobjIoctls(IoctlTable& table);

}  // namespace fake_gpu
