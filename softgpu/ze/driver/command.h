// A recorded command: what to wait for, what to do, what to signal. Immutable once recorded, so that a closed
// list can be replayed and can be reset while a replay runs.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "softgpu/ze/driver/event.h"
#include "softgpu/ze/driver/strict.h"

namespace softgpu::driver {

class Command {
 public:
  virtual ~Command() = default;
  virtual void execute() const = 0;

  std::vector<std::shared_ptr<SyncPoint>> waits;
  std::shared_ptr<SyncPoint> signal;
  bool transfers = false;  // execute() only reads and writes memory, and may be ended by a fault
  bool recorded = false;   // some of these differ from execution to execution
  bool barrier = false;    // what comes before has run, and what comes after has not begun
  strict::Uses uses;       // in strict mode
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

// For one execution: the array itself, or one whose commands wait for and signal the points of that
// execution.
std::shared_ptr<const CommandArray> submitted(std::shared_ptr<const CommandArray> commands);

}  // namespace softgpu::driver
