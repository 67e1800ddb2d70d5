// Events and the pools they come from. Waits are futexes, timestamps are CLOCK_MONOTONIC_RAW, so both work
// across processes. Threads: every method may be called from any thread.
#pragma once

#include <level_zero/ze_api.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/driver/handle.h"
#include "softgpu/ze/driver/mapping.h"
#include "softgpu/ze/driver/wait_word.h"

namespace softgpu::driver {

// What signal and reset change. In shared memory when other processes may look, so it holds no pointers.
struct EventState {
  explicit EventState(bool acrossProcesses = false) : word(0, acrossProcesses) {}
  WaitWord word;
  std::atomic<uint64_t> start{0}, end{0};
};

class EventPool : public Object {
 public:
  using Handle = ze_event_pool_handle_t;
  static constexpr Kind kKind = Kind::EventPool;
  // `shared` holds the states of the events of a pool for several processes; `opened`: another made it.
  EventPool(std::shared_ptr<Context> context, uint32_t count, uint32_t flags, std::shared_ptr<Mapping> shared,
            bool opened);

  bool timestamps() const { return timestamps_; }
  uint32_t flags() const { return flags_; }
  const std::shared_ptr<Mapping>& shared() const { return shared_; }
  bool opened() const { return opened_; }
  // Null when events of this pool keep their state themselves.
  EventState* sharedState(uint32_t index) const;
  // False when another live event has the place, or the pool has no such place.
  bool take(uint32_t index);
  void giveBack(uint32_t index);
  // The live events of a pool, which go with it when it is closed.
  void remember(ze_event_handle_t event);
  void forget(ze_event_handle_t event);
  std::vector<ze_event_handle_t> takeEvents();

 private:
  std::shared_ptr<Context> context_;
  std::mutex mutex_;
  std::vector<bool> used_;
  std::vector<ze_event_handle_t> events_;  // of an opened pool
  const uint32_t flags_;
  const bool timestamps_;
  const std::shared_ptr<Mapping> shared_;
  const bool opened_;
};

class Event : public Object {
 public:
  using Handle = ze_event_handle_t;
  static constexpr Kind kKind = Kind::Event;
  // `index` must have been taken from the pool; leave() gives it back.
  Event(std::shared_ptr<EventPool> pool, uint32_t index)
      : Object(kKind), pool_(std::move(pool)), index_(index) {
    if (EventState* shared = pool_->sharedState(index)) {
      state_ = shared;
      if (!pool_->opened()) reset();
    }
  }

  void signal(uint64_t start, uint64_t end) {
    state_->start.store(start, std::memory_order_relaxed);
    state_->end.store(end, std::memory_order_relaxed);
    state_->word.store(1);
  }
  void reset() { state_->word.store(0); }
  bool signalled() const { return state_->word.load() != 0; }
  bool wait(Deadline deadline) const { return signalled() || state_->word.waitWhile(0, deadline); }
  bool timestamps() const { return pool_->timestamps(); }
  const std::shared_ptr<EventPool>& pool() const { return pool_; }
  ze_kernel_timestamp_result_t times() const;
  // The application destroyed it; commands in flight may still hold it.
  void leave() { pool_->giveBack(index_); }

 private:
  std::shared_ptr<EventPool> pool_;
  const uint32_t index_;
  EventState own_;
  EventState* state_ = &own_;  // or one in the pool's shared memory
};

}  // namespace softgpu::driver
