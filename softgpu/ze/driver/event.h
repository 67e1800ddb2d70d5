// Events and the pools they come from. State is process memory: waits are futexes, timestamps are
// CLOCK_MONOTONIC_RAW. Threads: every method may be called from any thread.
#pragma once

#include <level_zero/ze_api.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/driver/handle.h"
#include "softgpu/ze/driver/wait_word.h"

namespace softgpu::driver {

class EventPool : public Object {
 public:
  using Handle = ze_event_pool_handle_t;
  static constexpr Kind kKind = Kind::EventPool;
  EventPool(std::shared_ptr<Context> context, uint32_t count, bool timestamps)
      : Object(kKind), context_(std::move(context)), used_(count), timestamps_(timestamps) {}

  bool timestamps() const { return timestamps_; }
  // False when another live event has the place, or the pool has no such place.
  bool take(uint32_t index);
  void giveBack(uint32_t index);

 private:
  std::shared_ptr<Context> context_;
  std::mutex mutex_;
  std::vector<bool> used_;
  const bool timestamps_;
};

class Event : public Object {
 public:
  using Handle = ze_event_handle_t;
  static constexpr Kind kKind = Kind::Event;
  // `index` must have been taken from the pool; leave() gives it back.
  Event(std::shared_ptr<EventPool> pool, uint32_t index)
      : Object(kKind), pool_(std::move(pool)), index_(index) {}

  void signal(uint64_t start, uint64_t end) {
    start_.store(start, std::memory_order_relaxed);
    end_.store(end, std::memory_order_relaxed);
    state_.store(1);
  }
  void reset() { state_.store(0); }
  bool signalled() const { return state_.load() != 0; }
  bool wait(Deadline deadline) const { return signalled() || state_.waitWhile(0, deadline); }
  bool timestamps() const { return pool_->timestamps(); }
  ze_kernel_timestamp_result_t times() const;
  // The application destroyed it; commands in flight may still hold it.
  void leave() { pool_->giveBack(index_); }

 private:
  std::shared_ptr<EventPool> pool_;
  const uint32_t index_;
  WaitWord state_;
  std::atomic<uint64_t> start_{0}, end_{0};
};

}  // namespace softgpu::driver
