// Work-groups are claimed in pieces from an atomic counter; a caller never waits for a worker that has not
// started.
#include "softgpu/ze/driver/thread_pool.h"

#include <pthread.h>

#include <algorithm>
#include <memory>

#include "softgpu/ze/driver/device_only.h"

namespace softgpu::driver {
namespace {
// A launch shorter than this is over before a sleeping worker would wake.
constexpr uint64_t kWorthSharing = 4000;  // ns
constexpr uint64_t kPiecesPerThread = 16;
}  // namespace

ThreadPool& ThreadPool::instance() {
  // Never destroyed: exit handlers of the application may still launch.
  static ThreadPool& pool =
      *std::make_unique<ThreadPool>(std::max(1U, std::thread::hardware_concurrency()) - 1).release();
  return pool;
}

ThreadPool::ThreadPool(size_t threads) {
  for (size_t i = 0; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  jobAdded_.increment();
  for (auto& worker : workers_) worker.join();
}

void ThreadPool::runPieces(Job& job) {
  for (;;) {
    const uint64_t first = job.next.fetch_add(job.piece, std::memory_order_relaxed);
    if (first >= job.count) return;
    (*job.body)(first, std::min(job.count, first + job.piece));
  }
}

void ThreadPool::parallelFor(uint64_t count, const Range& body) {
  if (count == 0) return;
  if (count == 1 || workers_.empty()) return body(0, count);

  Job job{&body, count, std::max<uint64_t>(1, count / (width() * kPiecesPerThread))};
  const uint64_t start = timestampNow();
  do {
    const uint64_t first = job.next.fetch_add(job.piece, std::memory_order_relaxed);
    if (first >= count) return;
    body(first, std::min(count, first + job.piece));
  } while (timestampNow() - start < kWorthSharing);
  if (job.next.load(std::memory_order_relaxed) >= count) return;

  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(&job);
  }
  jobAdded_.increment();
  runPieces(job);
  std::unique_lock lock(mutex_);
  std::erase(jobs_, &job);
  const auto left = [&] { return job.helpers.load(std::memory_order_acquire) == 0; };
  if (!left()) {
    lock.unlock();
    stayAwake(left);
    // The last helper may still be inside the lock.
    lock.lock();
  }
  helperLeft_.wait(lock, left);
}

void ThreadPool::work() {
  pthread_setname_np(pthread_self(), "softgpu-unit");
  const device_only::Helper helper;
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!stopping_ && jobs_.empty()) {
      const uint32_t seen = jobAdded_.load();
      lock.unlock();
      jobAdded_.waitWhile(seen, Deadline::never());
      lock.lock();
    }
    if (stopping_) return;
    Job& job = *jobs_.front();
    ++job.helpers;
    lock.unlock();
    runPieces(job);
    lock.lock();
    // All pieces are claimed: nobody else needs to look at this job.
    std::erase(jobs_, &job);
    if (--job.helpers == 0) helperLeft_.notify_all();
  }
}

}  // namespace softgpu::driver
