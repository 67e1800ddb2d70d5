// Events whose command was accepted and then never reached the device: whoever waits for one gets the error
// of the hand-over that failed. Thread-safe.
#pragma once

#include <CL/cl.h>
#include <level_zero/ze_api.h>

#include <atomic>
#include <cstdint>

namespace clze::l0 {

class AbandonedEvents {
 public:
  static AbandonedEvents& instance();

  // Signals the event from the host, so that nothing sleeps on it, and keeps `code` for those who ask.
  void add(ze_event_handle_t event, cl_int code);
  // CL_SUCCESS: not abandoned. One load where no event is, which is always but after a failure.
  cl_int find(ze_event_handle_t event) const {
    return count_.load(std::memory_order_acquire) == 0 ? CL_SUCCESS : lookUp(event);
  }
  // Changes whenever an event's handle may have come to stand for another event.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  void handleDestroyed() { generation_.fetch_add(1, std::memory_order_release); }

  // The event goes back to its provider; true if it was abandoned.
  bool remove(ze_event_handle_t event) { return count_.load(std::memory_order_acquire) != 0 && erase(event); }

 private:
  cl_int lookUp(ze_event_handle_t event) const;
  bool erase(ze_event_handle_t event);

  std::atomic<size_t> count_ = 0;
  std::atomic<uint64_t> generation_ = 0;
};

}  // namespace clze::l0
