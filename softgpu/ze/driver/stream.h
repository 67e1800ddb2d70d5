// A submission thread: takes commands in order and runs them while the host goes on.
// Threads: submit and wait from any thread. Destruction finishes what was submitted; a command that still
// waits for an event a grace period later is dropped with all that follow.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "softgpu/ze/driver/runner.h"

namespace softgpu::driver {

class Stream {
 public:
  // Of the device with this root number.
  static std::shared_ptr<Stream> make(uint32_t root);
  explicit Stream(uint32_t root);
  ~Stream();

  uint32_t root() const { return root_; }
  void submit(Task task);
  // Waits until all that was submitted before the call has run.
  bool wait(Deadline deadline) const;
  bool idle() const { return completed_.load() == submitted_.load(std::memory_order_acquire); }

 private:
  void work();

  const uint32_t root_;
  std::mutex mutex_;
  std::deque<Task> tasks_;              // guarded by mutex_
  std::atomic<uint32_t> submitted_{0};  // tasks; wraps
  WaitWord completed_;                  // tasks; wraps
  WaitWord pushed_;                     // changes with every submit
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> giveUpAt_{UINT64_MAX};  // timestampNow() after which a blocked command is dropped
  Runner runner_;                               // of the thread
  std::thread thread_;
};

// Waits for every stream of the process: for blocking free policies and the like.
void waitForAllStreams(Deadline deadline = Deadline::never());
// For those of one device; false when the deadline passes first.
bool waitForStreams(uint32_t root, Deadline deadline);
bool allStreamsIdle();

}  // namespace softgpu::driver
