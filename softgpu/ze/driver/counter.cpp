// Counters and points on them.
#include "softgpu/ze/driver/counter.h"

#include <time.h>
#include <unistd.h>

#include <new>

#include "softgpu/ze/driver/device_only.h"

namespace softgpu::driver {
namespace {

constexpr uint64_t kMagic = 0x31'72'74'63'70'67'66'73;  // "sfgpctr1": processes of one build share

struct alignas(64) SharedCounter {
  uint64_t magic = kMagic;
  CounterState state{true};
};

ze_kernel_timestamp_result_t timesOf(const std::atomic<uint64_t>& start, const std::atomic<uint64_t>& end) {
  const ze_kernel_timestamp_data_t span{start.load(std::memory_order_relaxed),
                                        end.load(std::memory_order_relaxed)};
  return {span, span};
}

}  // namespace

Counter::Counter(std::shared_ptr<Mapping> mapping) : mapping_(std::move(mapping)) {
  if (mapping_) state_ = &reinterpret_cast<SharedCounter*>(mapping_->base())->state;
}

std::shared_ptr<Counter> Counter::make(bool shared) {
  std::shared_ptr<Mapping> mapping;
  if (shared) {
    mapping = Mapping::exportable(sizeof(SharedCounter), pageSize());
    if (!mapping) return nullptr;
    new (mapping->base()) SharedCounter;
  }
  return std::make_shared<Counter>(std::move(mapping));
}

std::shared_ptr<Counter> Counter::open(int fd, uint64_t size) {
  auto mapping = size >= sizeof(SharedCounter) ? Mapping::import(fd, size) : nullptr;
  if (!mapping) {
    close(fd);
    return nullptr;
  }
  if (reinterpret_cast<const SharedCounter*>(mapping->base())->magic != kMagic) return nullptr;
  return std::make_shared<Counter>(std::move(mapping));
}

// Never back: executions of one list that overlap, against the rules, do not make a point incomplete again.
void Counter::reach(uint64_t value) {
  uint64_t seen = state_->value.load(std::memory_order_relaxed);
  while (seen < value && !state_->value.compare_exchange_weak(seen, value, std::memory_order_release,
                                                              std::memory_order_relaxed)) {
  }
  state_->changes.increment();
}

bool Counter::wait(uint64_t value, Deadline deadline) const {
  for (;;) {
    const uint32_t seen = state_->changes.load();
    if (reached(value)) return true;
    if (!state_->changes.waitWhile(seen, deadline)) return reached(value);
  }
}

std::shared_ptr<Counter> ListCounters::get(bool shared) {
  const std::lock_guard lock(mutex_);
  auto& counter = shared ? shared_ : own_;
  if (!counter) counter = Counter::make(shared);
  return counter;
}

void CounterPoint::signal(uint64_t start, uint64_t end) {
  start_.store(start, std::memory_order_relaxed);
  end_.store(end, std::memory_order_relaxed);
  counter_->reach(value_);
}

ze_kernel_timestamp_result_t CounterPoint::times() const { return timesOf(start_, end_); }

RecordedPoint::RecordedPoint(std::shared_ptr<Counter> counter)
    : counter_(std::move(counter)), current_(std::make_shared<CounterPoint>(counter_, counter_->promise())) {}

std::shared_ptr<CounterPoint> RecordedPoint::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::shared_ptr<SyncPoint> RecordedPoint::submittedSignal() {
  const std::lock_guard lock(mutex_);
  if (submitted_) current_ = std::make_shared<CounterPoint>(counter_, counter_->promise());
  submitted_ = true;
  return current_;
}

bool MemoryPoint::signalled() const {
  const device_only::Access access;
  return std::atomic_ref(*address_).load(std::memory_order_acquire) >= completion_;
}

// Whoever writes the memory wakes nobody: it is looked at from time to time.
bool MemoryPoint::wait(Deadline deadline) const {
  constexpr int kSpins = 100;
  for (int i = 0; i < kSpins; ++i) {
    if (signalled()) return true;
  }
  while (!signalled()) {
    if (deadline.passed()) return signalled();
    const timespec pause{0, 50'000};
    nanosleep(&pause, nullptr);
  }
  return true;
}

void MemoryPoint::signal(uint64_t start, uint64_t end) {
  start_.store(start, std::memory_order_relaxed);
  end_.store(end, std::memory_order_relaxed);
  const device_only::Access access;
  std::atomic_ref(*address_).fetch_add(increment_, std::memory_order_acq_rel);
}

ze_kernel_timestamp_result_t MemoryPoint::times() const { return timesOf(start_, end_); }

}  // namespace softgpu::driver
