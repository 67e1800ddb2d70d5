// The one background thread: runs callbacks of events that Level Zero completes, host actions, and lets go of
// released queues. Started at first need; no enqueue passes through it. At exit it lets go of what the
// application has released, and calls the application no more.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "icd/object/event.h"

namespace clze::icd {

// Something that will happen on the device.
class Watch {
 public:
  virtual ~Watch() = default;
  // On the dispatcher's thread, no lock held. True: done, forget me.
  virtual bool step() = 0;
  // step() while the process ends: runs nothing of the application's.
  virtual Parting part() = 0;
  // Sleeps until there may be something to do, at most `ns`.
  virtual void pause(uint64_t ns) = 0;
};

class Dispatcher {
 public:
  Dispatcher() = default;
  // Never destroyed, but stopped at unload or exit.
  static Dispatcher& instance();

  // Locks may be held. Calls event->deliver() until it has nothing left.
  void watch(Ref<Event> event);
  void watch(std::unique_ptr<Watch> watch);
  // On the dispatcher's thread while the process ends: callbacks of the application's are not called any
  // more.
  static bool parting() { return partingNow; }

 private:
  struct Shared {
    std::vector<std::unique_ptr<Watch>> incoming;
    bool stop = false, started = false, ended = false;
  };
  struct Stopper {
    Dispatcher* dispatcher;
    ~Stopper() { dispatcher->stop(); }
  };
  // Ends the thread after it has parted from what there is. One that is stuck, in a callback that does not
  // return, is not waited for longer than a second.
  void stop();
  void run();
  // Waits for what the device is about to finish, half a second at most from one to the next.
  void partAll(std::vector<std::unique_ptr<Watch>>& active);

  inline static thread_local bool partingNow = false;
  std::atomic<uint64_t> moves_ = 0;  // changes while the thread gets on
  Guarded<Shared, std::mutex> shared_;
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace clze::icd
