// The background thread's loop.
#include "icd/command/dispatcher.h"

#include <chrono>
#include <iterator>
#include <system_error>

#include "base/log.h"

namespace clze::icd {
namespace {

// While something is watched the thread sleeps on one event of the device and looks at the others this often.
constexpr uint64_t kSliceNs = 1'000'000;
constexpr std::chrono::seconds kPatienceAtExit{1};
constexpr std::chrono::milliseconds kPartingTime{500};  // less, for the thread to end in time

class EventWatch final : public Watch {
 public:
  explicit EventWatch(Ref<Event> event) : event_(std::move(event)) {}
  bool step() override { return event_->deliver(); }
  Parting part() override { return event_->part(); }
  void pause(uint64_t ns) override { event_->pause(ns); }

 private:
  Ref<Event> event_;
};

}  // namespace

Dispatcher& Dispatcher::instance() {
  static Dispatcher* const instance = std::make_unique<Dispatcher>().release();
  // Made after Level Zero was loaded, hence run before Level Zero's own globals go.
  static const Stopper stopper{instance};
  return *instance;
}

void Dispatcher::watch(Ref<Event> event) { watch(std::make_unique<EventWatch>(std::move(event))); }

void Dispatcher::watch(std::unique_ptr<Watch> watch) {
  auto shared = shared_.lock();
  shared->incoming.push_back(std::move(watch));
  if (shared->stop) return;  // the process is going; the list is let be
  if (!shared->started) {
    try {
      thread_ = std::thread(&Dispatcher::run, this);
      shared->started = true;
    } catch (const std::system_error&) {
      CLZE_LOG_ERROR("icd", "no thread for callbacks; the next one tries again");
    }
  }
  changed_.notify_all();
}

void Dispatcher::stop() {
  {
    auto shared = shared_.lock();
    shared->stop = true;
    if (!shared->started) return;
    changed_.notify_all();
    // exit() from inside a callback arrives here on the thread itself.
    if (thread_.get_id() != std::this_thread::get_id()) {
      uint64_t before = 0;
      do {
        before = moves_.load(std::memory_order_relaxed);
        changed_.wait_for(shared.mutexLock(), kPatienceAtExit, [&shared] { return shared->ended; });
      } while (!shared->ended && moves_.load(std::memory_order_relaxed) != before);
    }
    if (!shared->ended) {
      thread_.detach();
      return;
    }
  }
  thread_.join();
}

void Dispatcher::run() {
  std::vector<std::unique_ptr<Watch>> active;
  size_t sleepOn = 0;
  while (true) {
    {
      auto shared = shared_.lock();
      if (active.empty()) {
        changed_.wait(shared.mutexLock(), [&shared] { return shared->stop || !shared->incoming.empty(); });
      }
      if (shared->stop) break;
      active.insert(active.end(), std::make_move_iterator(shared->incoming.begin()),
                    std::make_move_iterator(shared->incoming.end()));
      shared->incoming.clear();
    }
    const size_t before = active.size();
    for (std::unique_ptr<Watch>& watch : active) {
      moves_.fetch_add(1, std::memory_order_relaxed);
      bool done = true;
      try {
        done = watch->step();
      } catch (...) {
        CLZE_LOG_ERROR("icd", "a callback threw an exception");
      }
      // One by one: letting go of a queue takes a while, and the process may be waiting to end.
      if (done) watch.reset();
    }
    std::erase(active, nullptr);
    // Nothing moved: sleep on one of them, another each time.
    if (!active.empty() && active.size() == before) active[sleepOn++ % active.size()]->pause(kSliceNs);
  }
  partAll(active);
  auto shared = shared_.lock();
  // What stays refers to a driver that is about to go: left to the end of the process.
  for (auto& watch : active) static_cast<void>(watch.release());
  for (auto& watch : shared->incoming) static_cast<void>(watch.release());
  shared->incoming.clear();
  shared->ended = true;
  changed_.notify_all();
}

void Dispatcher::partAll(std::vector<std::unique_ptr<Watch>>& active) {
  partingNow = true;
  auto end = std::chrono::steady_clock::now() + kPartingTime;
  std::vector<std::unique_ptr<Watch>> staying;
  bool moved = false;
  while (true) {
    {
      // Objects that go may bring queues here that were waiting for them.
      auto shared = shared_.lock();
      active.insert(active.end(), std::make_move_iterator(shared->incoming.begin()),
                    std::make_move_iterator(shared->incoming.end()));
      shared->incoming.clear();
    }
    if (active.empty()) break;
    moved = false;
    std::vector<std::unique_ptr<Watch>> waiting;
    for (auto& watch : active) {
      const Parting parting = watch->part();
      if (parting != Parting::Gone) {
        (parting == Parting::Wait ? waiting : staying).push_back(std::move(watch));
        continue;
      }
      watch.reset();
      moves_.fetch_add(1, std::memory_order_relaxed);
      moved = true;
    }
    active = std::move(waiting);
    const auto now = std::chrono::steady_clock::now();
    // What stays may be free to go by what has gone.
    if (moved) {
      end = now + kPartingTime;
      std::move(staying.begin(), staying.end(), std::back_inserter(active));
      staying.clear();
      continue;
    }
    // What only the application could do is not waited for.
    if (active.empty() || now >= end) break;
    active.front()->pause(kSliceNs);
  }
  std::move(staying.begin(), staying.end(), std::back_inserter(active));
}

}  // namespace clze::icd
