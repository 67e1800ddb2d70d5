// A Level Zero context over devices of one driver, and the event providers that belong to it.
#pragma once

#include <memory>
#include <vector>

#include "l0backend/caps/device.h"
#include "l0backend/event/provider.h"
#include "l0backend/raii/handles.h"

namespace clze::l0 {

// Outlives everything made in it. Thread-safe.
class Context {
 public:
  static Result<std::unique_ptr<Context>> create(const Driver& driver, std::vector<const Device*> devices);
  ~Context();

  ze_context_handle_t handle() const { return handle_.get(); }
  const Driver& driver() const { return *driver_; }
  const std::vector<const Device*>& devices() const { return devices_; }
  // Events with kernel timestamps (profiling) or without; host-visible both.
  EventProvider& events(bool timestamps) { return timestamps ? *timestampEvents_ : *plainEvents_; }

 private:
  Context() = default;
  ContextHandle handle_;
  const Driver* driver_ = nullptr;
  std::vector<const Device*> devices_;
  std::unique_ptr<EventProvider> plainEvents_, timestampEvents_;
};

}  // namespace clze::l0
