// A recorded command: what to wait for, what to do, what to signal. Immutable once recorded, so that a closed
// list can be replayed and can be reset while a replay runs.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "softgpu/ze/driver/event.h"

namespace softgpu::driver {

class Command {
 public:
  virtual ~Command() = default;
  virtual void execute() const = 0;

  std::vector<std::shared_ptr<Event>> waits;
  std::shared_ptr<Event> signal;
};

template <class Body>
class BodyCommand final : public Command {
 public:
  explicit BodyCommand(Body body) : body_(std::move(body)) {}
  void execute() const override { body_(); }

 private:
  Body body_;
};

using CommandArray = std::vector<std::shared_ptr<const Command>>;

// Runs on the calling thread. False if `cancelled` became true while waiting: the command did not run.
template <class Cancelled>
bool runCommand(const Command& command, Cancelled&& cancelled) {
  // How often a blocked stream looks whether its queue was destroyed.
  constexpr uint64_t kSlice = 20'000'000;  // ns
  for (const auto& event : command.waits) {
    while (!event->wait(Deadline::after(kSlice))) {
      if (cancelled()) return false;
    }
  }
  if (!command.signal) {
    command.execute();
    return true;
  }
  const uint64_t start = timestampNow();
  command.execute();
  command.signal->signal(start, timestampNow());
  return true;
}

}  // namespace softgpu::driver
