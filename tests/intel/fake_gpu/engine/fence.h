// A point that is reached once: the end of a job, a syncobj's point, an in-fence. Any thread.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace fake_gpu {

class Fence {
 public:
  bool signalled() const;
  bool failed() const;  // signalled, but the job was lost (a sync_file's error)
  // False at the timeout; a negative one waits for ever.
  bool wait(std::chrono::nanoseconds timeout) const;
  void signal(bool failure = false);
  // Runs now when signalled, otherwise once on the thread that signals. Must not block.
  void onSignal(std::function<void()> call);

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool signalled_ = false;
  bool failed_ = false;
  std::vector<std::function<void()>> calls_;
};

}  // namespace fake_gpu
