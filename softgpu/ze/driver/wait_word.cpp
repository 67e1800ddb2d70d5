// Futex waits and the device clock.
#include "softgpu/ze/driver/wait_word.h"

#include <immintrin.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <climits>

namespace softgpu::driver {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
// A few microseconds: most waits for a short command end in this time, without the cost of sleeping.
constexpr int kSpins = 100;
// Waking a thread on an idle core takes longer than a small kernel runs, up to 100 microseconds in a virtual
// machine: a waiter stays awake for twice that, or it would be asleep whenever the other side has woken.
// Others may have its core meanwhile.
constexpr uint64_t kAwake = 200'000;  // ns

uint64_t now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * kSecond + static_cast<uint64_t>(time.tv_nsec);
}

// With one core, whoever is waited for needs it.
bool severalCores() {
  static const bool several = [] {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof(set), &set) != 0 || CPU_COUNT(&set) > 1;
  }();
  return several;
}

}  // namespace

uint64_t timestampNow() { return now(CLOCK_MONOTONIC_RAW); }

AwakeTime::AwakeTime() : until_(severalCores() ? timestampNow() + kAwake : 0) {}

bool AwakeTime::left() const {
  if (timestampNow() >= until_) return false;
  sched_yield();
  return true;
}

Deadline Deadline::after(uint64_t nanoseconds) {
  const uint64_t start = now(CLOCK_MONOTONIC);
  return Deadline(nanoseconds > UINT64_MAX - start ? UINT64_MAX : start + nanoseconds);
}

bool Deadline::passed() const { return !infinite() && now(CLOCK_MONOTONIC) >= at_; }

bool WaitWord::waitWhile(uint32_t value, Deadline deadline) const {
  for (int i = 0; i < kSpins; ++i) {
    if (load() != value) return true;
    _mm_pause();
  }
  if (deadline.passed()) return load() != value;
  if (stayAwake([&] { return load() != value || deadline.passed(); })) return load() != value;
  // Awake again a little before, so that waking late does not make the wait longer than was asked for.
  const Deadline nap = deadline.infinite() || !severalCores() ? deadline : deadline.before(kAwake);
  timespec until{};
  until.tv_sec = static_cast<time_t>(nap.at() / kSecond);
  until.tv_nsec = static_cast<long>(nap.at() % kSecond);
  sleepers_.fetch_add(1, std::memory_order_seq_cst);
  while (value_.load(std::memory_order_seq_cst) == value && !nap.passed()) {
    syscall(SYS_futex, &value_, FUTEX_WAIT_BITSET | (shared_ ? 0 : FUTEX_PRIVATE_FLAG), value,
            nap.infinite() ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
  }
  sleepers_.fetch_sub(1, std::memory_order_relaxed);
  while (load() == value && !deadline.passed()) sched_yield();
  return load() != value;
}

void WaitWord::wake() {
  if (sleepers_.load(std::memory_order_seq_cst) == 0) return;
  syscall(SYS_futex, &value_, FUTEX_WAKE | (shared_ ? 0 : FUTEX_PRIVATE_FLAG), INT_MAX, nullptr, nullptr, 0);
}

}  // namespace softgpu::driver
