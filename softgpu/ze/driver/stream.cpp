// The submission thread's loop.
#include "softgpu/ze/driver/stream.h"

#include <pthread.h>

#include <algorithm>
#include <vector>

#include "softgpu/ze/driver/device_only.h"

namespace softgpu::driver {
namespace {

constexpr uint64_t kGrace = 1'000'000'000;  // ns
constexpr uint32_t kOverlap = 300;          // microseconds

struct StreamSet {
  std::mutex mutex;
  std::vector<std::weak_ptr<Stream>> streams;

  static StreamSet& instance() {
    static StreamSet& set = *std::make_unique<StreamSet>().release();
    return set;
  }
  std::vector<std::shared_ptr<Stream>> live() {
    const std::lock_guard lock(mutex);
    std::vector<std::shared_ptr<Stream>> result;
    for (const auto& weak : streams) {
      if (auto stream = weak.lock()) result.push_back(std::move(stream));
    }
    return result;
  }
};

}  // namespace

std::shared_ptr<Stream> Stream::make(uint32_t root) {
  auto stream = std::make_shared<Stream>(root);
  StreamSet& set = StreamSet::instance();
  const std::lock_guard lock(set.mutex);
  std::erase_if(set.streams, [](const auto& weak) { return weak.expired(); });
  set.streams.push_back(stream);
  return stream;
}

void waitForAllStreams(Deadline deadline) {
  for (const auto& stream : StreamSet::instance().live()) stream->wait(deadline);
}

bool waitForStreams(uint32_t root, Deadline deadline) {
  const auto streams = StreamSet::instance().live();
  return std::all_of(streams.begin(), streams.end(),
                     [&](const auto& stream) { return stream->root() != root || stream->wait(deadline); });
}

bool allStreamsIdle() {
  const auto streams = StreamSet::instance().live();
  return std::all_of(streams.begin(), streams.end(), [](const auto& stream) { return stream->idle(); });
}

Stream::Stream(uint32_t root) : root_(root), thread_([this] { work(); }) {}

Stream::~Stream() {
  giveUpAt_ = timestampNow() + kGrace;
  stopping_ = true;
  pushed_.increment();
  thread_.join();
}

void Stream::submit(Task task) {
  if (strict::on()) task.announce();
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    submitted_.fetch_add(1, std::memory_order_release);
  }
  pushed_.increment();
}

bool Stream::wait(Deadline deadline) const {
  const uint32_t target = submitted_.load(std::memory_order_acquire);
  for (;;) {
    const uint32_t done = completed_.load();
    if (static_cast<int32_t>(target - done) <= 0) return true;
    if (!completed_.waitWhile(done, deadline)) return false;
  }
}

void Stream::work() {
  pthread_setname_np(pthread_self(), "softgpu-queue");
  device_only::prepareThread();
  const auto cancelled = [this] { return stopping_ && timestampNow() > giveUpAt_; };
  std::deque<Task> batch;
  uint32_t finished = 0;  // tasks not yet told of
  const auto tell = [&] {
    for (; finished > 0; --finished) completed_.increment();
  };
  for (;;) {
    const uint32_t seen = pushed_.load();
    {
      const std::lock_guard lock(mutex_);
      batch.swap(tasks_);
    }
    if (batch.empty()) {
      runner_.drain();
      tell();
      if (stopping_) return;
      pushed_.waitWhile(seen, Deadline::never());
      continue;
    }
    for (Task& task : batch) {
      runner_.run(task, cancelled);
      // Dropped before the host learns of completion: nothing of a finished command keeps an object alive.
      task = {};
      ++finished;
      if (runner_.empty()) tell();
    }
    batch.clear();
    if (runner_.empty()) continue;
    // Under chaos: what is left over may be overtaken by what comes now, but is not kept for ever.
    runner_.dice().dawdle(kOverlap);
    if (pushed_.load() != seen && runner_.dice().below(2) == 0) continue;
    runner_.drain();
    tell();
  }
}

}  // namespace softgpu::driver
