// One engine: its worker thread and the queues of the contexts that use it.
// A context that waits (for a fence or in a semaphore) does not hold up the others.
#pragma once
#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "tests/intel/fake_gpu/engine/store_log.h"
#include "tests/intel/fake_gpu/engine/walker.h"

namespace fake_gpu {

class Runner {
 public:
  Runner(const EngineSettings& settings, EngineCounts& counts, StoreHistory& stores, EngineClass engine,
         uint32_t instance);
  ~Runner();  // stops the thread and cancels what is left
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void submit(Job job);
  void cancel(const std::shared_ptr<Context>& context);
  bool waitIdle(std::chrono::steady_clock::time_point end);

 private:
  using Clock = std::chrono::steady_clock;
  struct Lane {
    Lane(std::shared_ptr<Context> owner, HardwareState hardware)
        : context(std::move(owner)), state(std::move(hardware)) {}
    const std::shared_ptr<Context> context;
    std::deque<Job> jobs;  // under mutex_; all else is the worker's
    std::atomic<bool> stop{false};
    std::optional<Job> current;
    std::unique_ptr<Walker> walker;
    HardwareState state;
    Clock::time_point progressAt;
    uint64_t progress = 0;
  };
  enum class Step { Idle, Progress, Waiting };

  void loop();
  Step advance(Lane& lane);
  bool begin(Lane& lane);
  void finish(Lane& lane, Outcome outcome);
  void loseContext(Lane& lane, Outcome outcome);
  void reportHang(Lane& lane, const std::string& what);
  bool hasHung(Lane& lane);
  std::string placeOf(const Lane& lane) const;
  std::string queues();

  const EngineSettings& settings_;
  EngineCounts& counts_;
  StoreHistory& stores_;
  const EngineClass engine_;
  const uint32_t instance_;

  std::mutex mutex_;
  std::shared_ptr<std::condition_variable_any> wake_ = std::make_shared<std::condition_variable_any>();
  std::condition_variable idle_;
  std::list<Lane> lanes_;  // grown under mutex_ by submit, shrunk by the worker
  bool quit_ = false;
  std::thread thread_;
};

}  // namespace fake_gpu
