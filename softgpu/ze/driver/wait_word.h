// A number that threads can wait on with a deadline; waking costs a system call only when somebody sleeps.
#pragma once

#include <atomic>
#include <cstdint>

namespace softgpu::driver {

// Nanoseconds of CLOCK_MONOTONIC_RAW: the device's clock, and the host timestamp it is compared with.
uint64_t timestampNow();

// The time for which a waiter stays awake.
class AwakeTime {
 public:
  AwakeTime();
  // False when it is over. Lets others have the core.
  bool left() const;

 private:
  uint64_t until_;
};

// Looks for a while whether what is waited for has happened, before the caller goes to sleep. True if it has.
template <class Over>
bool stayAwake(Over&& over) {
  for (const AwakeTime time; !over();) {
    if (!time.left()) return false;
  }
  return true;
}

// A point in time on CLOCK_MONOTONIC.
class Deadline {
 public:
  // Level Zero's timeouts: 0 only looks, UINT64_MAX waits for ever.
  static Deadline after(uint64_t nanoseconds);
  static Deadline never() { return Deadline(UINT64_MAX); }
  bool infinite() const { return at_ == UINT64_MAX; }
  bool passed() const;
  uint64_t at() const { return at_; }
  Deadline before(uint64_t nanoseconds) const { return Deadline(at_ > nanoseconds ? at_ - nanoseconds : 0); }
  Deadline earlier(Deadline other) const { return at_ < other.at_ ? *this : other; }

 private:
  explicit Deadline(uint64_t at) : at_(at) {}
  uint64_t at_;
};

class WaitWord {
 public:
  // `shared`: it lies in memory that threads of other processes wait on, too.
  explicit WaitWord(uint32_t value = 0, bool shared = false) : value_(value), shared_(shared) {}
  uint32_t load() const { return value_.load(std::memory_order_acquire); }
  void store(uint32_t value) {
    value_.store(value, std::memory_order_seq_cst);
    wake();
  }
  void increment() {
    value_.fetch_add(1, std::memory_order_seq_cst);
    wake();
  }
  // Returns true once the value differs from `value`, false when the deadline passes first.
  bool waitWhile(uint32_t value, Deadline deadline) const;

 private:
  void wake();

  std::atomic<uint32_t> value_;
  const bool shared_;
  mutable std::atomic<uint32_t> sleepers_{0};
};

}  // namespace softgpu::driver
