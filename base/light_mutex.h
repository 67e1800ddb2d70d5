// A mutex whose uncontended lock and unlock are one atomic instruction each, in place: for locks that every
// command takes. Waiters sleep in the kernel, as with std::mutex.
#pragma once

#include <atomic>
#include <cstdint>

namespace clze {

class LightMutex {
 public:
  LightMutex() = default;
  LightMutex(const LightMutex&) = delete;
  LightMutex& operator=(const LightMutex&) = delete;

  void lock() noexcept {
    int free = kFree;
    if (!state_.compare_exchange_strong(free, kHeld, std::memory_order_acquire)) lockContended();
  }
  bool try_lock() noexcept {
    int free = kFree;
    return state_.compare_exchange_strong(free, kHeld, std::memory_order_acquire);
  }
  void unlock() noexcept {
    if (state_.exchange(kFree, std::memory_order_release) == kAwaited) state_.notify_one();
  }

 private:
  static constexpr int kFree = 0, kHeld = 1, kAwaited = 2;

  // Whoever gets it here leaves it marked as awaited: others may still be asleep.
  [[gnu::noinline]] void lockContended() noexcept {
    while (state_.exchange(kAwaited, std::memory_order_acquire) != kFree) {
      state_.wait(kAwaited, std::memory_order_relaxed);
    }
  }

  std::atomic<int> state_ = kFree;
};

}  // namespace clze
