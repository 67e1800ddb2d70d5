// Level Zero events, borrowed and given back: created in pools, reset when they return. Thread-safe.
#pragma once

#include <memory>
#include <utility>

#include "base/result.h"
#include "l0backend/raii/handles.h"

namespace clze::l0 {

class EventProvider;

// A borrowed event, unsignalled when borrowed; goes back to its provider, which must outlive it. Whoever
// gives one back knows that no command still waits on it or will signal it.
class Event {
 public:
  Event() = default;
  Event(EventProvider* provider, EventHandle handle) : provider_(provider), handle_(std::move(handle)) {}
  Event(Event&&) noexcept = default;
  Event& operator=(Event&& other) noexcept;
  ~Event();

  ze_event_handle_t get() const { return handle_.get(); }
  explicit operator bool() const { return static_cast<bool>(handle_); }
  // Blocks; CL_OUT_OF_RESOURCES on device loss. `timeoutNs` UINT64_MAX: for ever. False: not yet.
  Result<bool> wait(uint64_t timeoutNs) const;
  Result<bool> signalled() const { return wait(0); }

 private:
  EventProvider* provider_ = nullptr;
  EventHandle handle_;
};

class EventProvider {
 public:
  virtual ~EventProvider() = default;
  virtual Result<Event> borrow() = 0;

 private:
  friend class Event;
  virtual void giveBack(EventHandle handle) = 0;
};

}  // namespace clze::l0
