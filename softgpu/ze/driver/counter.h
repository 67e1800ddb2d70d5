// Counters of in-order lists, and the points on them that counter-based events stand for (specification,
// "Counter Based Events"). Threads: every method may be called from any thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "softgpu/ze/driver/mapping.h"
#include "softgpu/ze/driver/sync_point.h"

namespace softgpu::driver {

// The largest value that memory of an application may hold as a counter: sums of two do not wrap.
inline constexpr uint64_t kMaxCounterValue = UINT64_MAX >> 1;

// What an application may read, and other processes wait on: no pointers.
struct CounterState {
  explicit CounterState(bool acrossProcesses = false) : changes(0, acrossProcesses) {}
  std::atomic<uint64_t> value{0};  // commands that have run
  WaitWord changes;
};

class Counter {
 public:
  // In this mapping, which make() or open() have prepared; null: in itself.
  explicit Counter(std::shared_ptr<Mapping> mapping);
  // `shared`: in a memfd of its own. Null when there is no memory for that.
  static std::shared_ptr<Counter> make(bool shared);
  // Of another process. Null when the file is none; it is closed then, and owned else.
  static std::shared_ptr<Counter> open(int fd, uint64_t size);
  // Memory to map for other processes; null of one that is not shared.
  const Mapping* mapping() const { return mapping_.get(); }

  // The value that the next command brings it to.
  uint64_t promise() { return promised_.fetch_add(1, std::memory_order_relaxed) + 1; }
  void reach(uint64_t value);
  bool reached(uint64_t value) const { return state_->value.load(std::memory_order_acquire) >= value; }
  bool wait(uint64_t value, Deadline deadline) const;
  const std::atomic<uint64_t>* address() const { return &state_->value; }

 private:
  std::shared_ptr<Mapping> mapping_;
  CounterState own_;
  CounterState* state_ = &own_;  // or one in the mapping
  std::atomic<uint64_t> promised_{0};
};

// The counters of one list, made when an event first needs them: one of this process, one for all.
class ListCounters {
 public:
  std::shared_ptr<Counter> get(bool shared);

 private:
  std::mutex mutex_;
  std::shared_ptr<Counter> own_, shared_;
};

// One value of a counter.
class CounterPoint final : public SyncPoint {
 public:
  CounterPoint(std::shared_ptr<Counter> counter, uint64_t value)
      : counter_(std::move(counter)), value_(value) {}
  bool signalled() const override { return counter_->reached(value_); }
  bool wait(Deadline deadline) const override { return counter_->wait(value_, deadline); }
  void signal(uint64_t start, uint64_t end) override;
  ze_kernel_timestamp_result_t times() const override;
  const Counter& counter() const { return *counter_; }
  uint64_t value() const { return value_; }

 private:
  const std::shared_ptr<Counter> counter_;
  const uint64_t value_;
  std::atomic<uint64_t> start_{0}, end_{0};
};

// A command's place in a regular list: a point of its own in each execution. Looked at from outside it is
// that of the latest.
class RecordedPoint final : public SyncPoint {
 public:
  explicit RecordedPoint(std::shared_ptr<Counter> counter);
  std::shared_ptr<CounterPoint> current() const;
  bool signalled() const override { return current()->signalled(); }
  bool wait(Deadline deadline) const override { return current()->wait(deadline); }
  void signal(uint64_t start, uint64_t end) override { current()->signal(start, end); }
  ze_kernel_timestamp_result_t times() const override { return current()->times(); }
  std::shared_ptr<SyncPoint> submittedWait() const override { return current(); }
  std::shared_ptr<SyncPoint> submittedSignal() override;

 private:
  const std::shared_ptr<Counter> counter_;
  mutable std::mutex mutex_;
  std::shared_ptr<CounterPoint> current_;  // guarded by mutex_
  bool submitted_ = false;                 // guarded by mutex_
};

// Memory of the application that counts. With an increment a signal adds to it; without one only the
// application writes it.
class MemoryPoint final : public SyncPoint {
 public:
  MemoryPoint(uint64_t* address, uint64_t increment, uint64_t completion)
      : address_(address), increment_(increment), completion_(completion) {}
  bool signalled() const override;
  bool wait(Deadline deadline) const override;
  void signal(uint64_t start, uint64_t end) override;
  ze_kernel_timestamp_result_t times() const override;
  bool aggregates() const { return increment_ != 0; }
  uint64_t* address() const { return address_; }
  uint64_t completion() const { return completion_; }

 private:
  uint64_t* const address_;
  const uint64_t increment_, completion_;
  std::atomic<uint64_t> start_{0}, end_{0};
};

}  // namespace softgpu::driver
