// Events and the pools they come from. Waits are futexes, timestamps are CLOCK_MONOTONIC_RAW, so both work
// across processes. Threads: every method may be called from any thread.
#pragma once

#include <level_zero/ze_api.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "softgpu/ze/driver/counter.h"
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

// How a list that an event shall be signalled in was made.
struct Signaller {
  bool immediate = false, inOrder = false;
  ListCounters* counters = nullptr;
};

class EventPool : public Object {
 public:
  using Handle = ze_event_pool_handle_t;
  static constexpr Kind kKind = Kind::EventPool;
  // `shared` holds the states of the events of a pool for several processes; `opened`: another made it.
  EventPool(std::shared_ptr<Context> context, uint32_t count, uint32_t flags, std::shared_ptr<Mapping> shared,
            bool opened);

  // What it was made with, for those who ask.
  ze_context_handle_t contextHandle = nullptr;
  ze_event_pool_handle_t handle = nullptr;
  uint32_t counterFlags = 0;  // not 0: its events are counter-based, with these flags of the newer API

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
  struct Scopes {
    ze_event_scope_flags_t signal = 0, wait = 0;
  };
  Event(std::shared_ptr<EventPool> pool, Scopes scopes)
      : Object(kKind), pool_(std::move(pool)), scopes_(scopes) {}

  // What it stands for now; null: something complete.
  virtual std::shared_ptr<SyncPoint> current() const = 0;
  // What a command signals that is appended now.
  virtual ze_result_t appended(const Signaller& list, std::shared_ptr<SyncPoint>* point) = 0;
  virtual ze_result_t hostSignal() = 0;
  // Ok when it may be reset, by the host or by a command.
  virtual ze_result_t resettable() const = 0;
  virtual void reset() = 0;
  virtual bool timestamps() const = 0;
  // Newer flags, of zeEventCounterBasedCreate; 0 of other events.
  virtual uint32_t counterFlags() const { return 0; }
  // By zeEventCounterBasedOpenIpcHandle.
  virtual bool opened() const { return false; }
  // The application destroyed it; commands in flight may still hold what it stands for.
  virtual void leave() = 0;

  bool signalled() const {
    const auto point = current();
    return !point || point->signalled();
  }
  bool wait(Deadline deadline) const {
    const auto point = current();
    return !point || point->wait(deadline);
  }
  ze_kernel_timestamp_result_t times() const {
    const auto point = current();
    return point ? point->times() : ze_kernel_timestamp_result_t{};
  }
  // Null of one that came from no pool.
  const std::shared_ptr<EventPool>& pool() const { return pool_; }
  Scopes scopes() const { return scopes_; }

 private:
  const std::shared_ptr<EventPool> pool_;
  const Scopes scopes_;
};

// An event with a state of its own, or one in its pool's shared memory.
class PoolEvent final : public Event {
 public:
  // `index` must have been taken from the pool; leave() gives it back.
  PoolEvent(std::shared_ptr<EventPool> pool, uint32_t index, Scopes scopes);
  std::shared_ptr<SyncPoint> current() const override { return point_; }
  ze_result_t appended(const Signaller&, std::shared_ptr<SyncPoint>* point) override {
    *point = point_;
    return ZE_RESULT_SUCCESS;
  }
  ze_result_t hostSignal() override;
  ze_result_t resettable() const override { return ZE_RESULT_SUCCESS; }
  void reset() override { point_->reset(); }
  bool timestamps() const override { return pool()->timestamps(); }
  void leave() override { pool()->giveBack(index_); }

 private:
  class State final : public SyncPoint {
   public:
    State(std::shared_ptr<EventPool> pool, uint32_t index);
    bool signalled() const override { return state_->word.load() != 0; }
    bool wait(Deadline deadline) const override { return signalled() || state_->word.waitWhile(0, deadline); }
    void signal(uint64_t start, uint64_t end) override;
    ze_kernel_timestamp_result_t times() const override;
    bool needsReset() const override { return true; }
    void reset() { state_->word.store(0); }

   private:
    const std::shared_ptr<EventPool> pool_;  // whose memory the state may be in
    EventState own_;
    EventState* state_ = &own_;
  };
  const uint32_t index_;
  const std::shared_ptr<State> point_;
};

// An event that stands for a point on the counter of the list that it was appended to last.
class CounterEvent final : public Event {
 public:
  // From a pool at this index, or of no pool. `flags` as zeEventCounterBasedCreate has them.
  CounterEvent(std::shared_ptr<EventPool> pool, uint32_t index, uint32_t flags, Scopes scopes,
               std::shared_ptr<SyncPoint> first);
  std::shared_ptr<SyncPoint> current() const override;
  ze_result_t appended(const Signaller& list, std::shared_ptr<SyncPoint>* point) override;
  ze_result_t hostSignal() override;
  ze_result_t resettable() const override;
  void reset() override {}
  bool timestamps() const override;
  uint32_t counterFlags() const override { return flags_; }
  void leave() override {
    if (pool()) pool()->giveBack(index_);
  }
  bool opened() const override { return opened_; }
  void setOpened() { opened_ = true; }
  // Gives an event that was never appended a counter to show, which it completes at once.
  ze_result_t standStill();

 private:
  const uint32_t index_, flags_;
  bool opened_ = false;
  const bool aggregates_;
  mutable std::mutex mutex_;
  std::shared_ptr<SyncPoint> point_;  // guarded by mutex_
};

}  // namespace softgpu::driver
