// Signalling wakes the waiters and runs the calls outside of the lock, so that a call may signal other
// fences.
#include "tests/intel/fake_gpu/engine/fence.h"

namespace fake_gpu {

bool Fence::signalled() const {
  std::lock_guard lock(mutex_);
  return signalled_;
}

bool Fence::failed() const {
  std::lock_guard lock(mutex_);
  return failed_;
}

bool Fence::wait(std::chrono::nanoseconds timeout) const {
  std::unique_lock lock(mutex_);
  const auto reached = [this] { return signalled_; };
  // Timeouts of hundreds of years (INT64_MAX ns) would overflow the clock's time point.
  if (timeout.count() < 0 || timeout > std::chrono::hours(24 * 365)) {
    changed_.wait(lock, reached);
    return true;
  }
  return changed_.wait_for(lock, timeout, reached);
}

void Fence::signal(bool failure) {
  std::vector<std::function<void()>> calls;
  {
    std::lock_guard lock(mutex_);
    if (signalled_) return;
    signalled_ = true;
    failed_ = failure;
    calls.swap(calls_);
    changed_.notify_all();
  }
  for (const auto& call : calls) call();
}

void Fence::onSignal(std::function<void()> call) {
  {
    std::lock_guard lock(mutex_);
    if (!signalled_) {
      calls_.push_back(std::move(call));
      return;
    }
  }
  call();
}

}  // namespace fake_gpu
