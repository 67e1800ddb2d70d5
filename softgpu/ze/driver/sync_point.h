// What commands wait for and signal. Threads: every method may be called from any thread.
#pragma once

#include <level_zero/ze_api.h>

#include <memory>

#include "softgpu/ze/driver/wait_word.h"

namespace softgpu::driver {

class SyncPoint {
 public:
  virtual ~SyncPoint() = default;
  virtual bool signalled() const = 0;
  virtual bool wait(Deadline deadline) const = 0;
  // With the times of the command, by timestampNow().
  virtual void signal(uint64_t start, uint64_t end) = 0;
  virtual ze_kernel_timestamp_result_t times() const = 0;
  // Whether it is a mistake to signal it while it is signalled.
  virtual bool needsReset() const { return false; }
  // Of a point that a regular list recorded: what stands for it in the execution that is being submitted.
  // Null: the point itself does, in every execution.
  virtual std::shared_ptr<SyncPoint> submittedWait() const { return nullptr; }
  virtual std::shared_ptr<SyncPoint> submittedSignal() { return nullptr; }
};

}  // namespace softgpu::driver
