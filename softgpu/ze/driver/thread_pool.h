// The compute units: one thread per core, over which the work-groups of a launch are split.
// Threads: parallelFor may be called from several threads at once; their jobs share the workers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "softgpu/ze/driver/wait_word.h"

namespace softgpu::driver {

class ThreadPool {
 public:
  using Range = std::function<void(uint64_t first, uint64_t last)>;

  static ThreadPool& instance();
  explicit ThreadPool(size_t threads);
  ~ThreadPool();

  // Runs body over [0, count) in pieces, on the caller and on idle workers; returns when all is done.
  void parallelFor(uint64_t count, const Range& body);
  // Workers plus the caller.
  size_t width() const { return workers_.size() + 1; }

 private:
  struct Job {
    const Range* body;
    uint64_t count, piece;
    std::atomic<uint64_t> next{0};
    std::atomic<size_t> helpers{0};  // workers inside; changes under mutex_
  };
  static void runPieces(Job& job);
  void work();

  std::mutex mutex_;
  std::condition_variable helperLeft_;
  WaitWord jobAdded_;       // changes with every job
  std::vector<Job*> jobs_;  // on their callers' stacks
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace softgpu::driver
