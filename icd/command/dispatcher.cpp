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

class EventWatch final : public Watch {
 public:
  explicit EventWatch(Ref<Event> event) : event_(std::move(event)) {}
  bool step() override { return event_->deliver(); }
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
    // What was not looked at yet refers to a driver that is about to go: left to the end of the process.
    for (auto& watch : shared->incoming) static_cast<void>(watch.release());
    shared->incoming.clear();
    if (!shared->started) return;
    changed_.notify_all();
    // exit() from inside a callback arrives here on the thread itself.
    if (thread_.get_id() != std::this_thread::get_id()) {
      changed_.wait_for(shared.mutexLock(), kPatienceAtExit, [&shared] { return shared->ended; });
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
      if (shared->stop) {
        for (auto& watch : active) static_cast<void>(watch.release());
        shared->ended = true;
        changed_.notify_all();
        return;
      }
      active.insert(active.end(), std::make_move_iterator(shared->incoming.begin()),
                    std::make_move_iterator(shared->incoming.end()));
      shared->incoming.clear();
    }
    const size_t before = active.size();
    std::erase_if(active, [](const std::unique_ptr<Watch>& watch) {
      try {
        return watch->step();
      } catch (...) {
        CLZE_LOG_ERROR("icd", "a callback threw an exception");
        return true;
      }
    });
    // Nothing moved: sleep on one of them, another each time.
    if (!active.empty() && active.size() == before) active[sleepOn++ % active.size()]->pause(kSliceNs);
  }
}

}  // namespace clze::icd
