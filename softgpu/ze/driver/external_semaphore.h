// External semaphores: file descriptors that other processes or APIs signal and wait for. softgpu has no
// kernel driver whose objects they could be, so they are
//   binary (OPAQUE_FD): an eventfd; a signal adds 1, a wait takes what is there;
//   timeline (VK_TIMELINE_SEMAPHORE_FD): a memfd sealed against shrinking that begins with a TimelineFile.
// Threads: every method may be called from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "softgpu/ze/driver/handle.h"
#include "softgpu/ze/driver/newer_api.h"
#include "softgpu/ze/driver/sync_point.h"

namespace softgpu::driver {

// Whoever signals stores the value, which only grows, then adds 1 to `changes` and wakes its waiters:
// FUTEX_WAKE, not private.
struct TimelineFile {
  char magic[8];  // "softgpuT"
  std::atomic<uint64_t> value;
  std::atomic<uint32_t> changes;
};
static_assert(sizeof(TimelineFile) == 24 && std::atomic<uint64_t>::is_always_lock_free);

class ExternalSemaphore : public Object {
 public:
  using Handle = newer::ExternalSemaphoreHandle;
  static constexpr Kind kKind = Kind::ExternalSemaphore;
  // Of a descriptor that stays the caller's.
  static ze_result_t import(uint32_t type, int fd, std::shared_ptr<ExternalSemaphore>* semaphore);

  ExternalSemaphore() : Object(kKind) {}
  // `value` is a timeline's.
  virtual void signal(uint64_t value) = 0;
  virtual bool signalled(uint64_t value) const = 0;
  virtual bool wait(uint64_t value, Deadline deadline) const = 0;
  // After a wait.
  virtual void take() = 0;
};

}  // namespace softgpu::driver
