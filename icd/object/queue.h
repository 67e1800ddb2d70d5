// A command queue: a Level Zero queue, the commands held back for user events, and what commands in flight
// keep alive.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "base/guarded.h"
#include "icd/command/in_flight.h"
#include "icd/object/context.h"
#include "icd/object/event.h"
#include "l0backend/queue/queue.h"

namespace clze::icd {

// A command that could not be given to the device yet; see icd/command/enqueue.h.
class HeldCommand {
 public:
  virtual ~HeldCommand() = default;
  // Appends to the Level Zero queue.
  virtual Result<void> submit(l0::Queue& queue, const l0::Sync& sync) = 0;

  std::vector<Ref<Event>> waits;
  std::vector<Ref<Object>> keeps;
  Ref<Event> event;
  bool barrier = false;  // later commands may not pass it (out-of-order queues)
};

class CommandQueue final : public ApiObject<CommandQueue, _cl_command_queue, Kind::Queue> {
 public:
  static Result<Ref<CommandQueue>> create(Ref<Context> context, Device& device,
                                          cl_command_queue_properties properties,
                                          std::vector<cl_queue_properties> propertyList);
  ~CommandQueue() override;

  Context& context() const { return *context_; }
  Device& device() const { return *device_; }
  bool profiling() const { return (properties_ & CL_QUEUE_PROFILING_ENABLE) != 0; }
  bool outOfOrder() const { return (properties_ & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) != 0; }

  struct State {
    std::unique_ptr<l0::Queue> level0;
    std::deque<std::unique_ptr<HeldCommand>> held;
    InFlight inFlight;
  };
  // Order of locks: context, queue, kernel, event.
  Guarded<State>& state() { return state_; }

  // Submits what is held and has become free; true if anything moved. No lock may be held.
  bool submitHeld();
  Result<void> flush();
  // Blocks until all commands enqueued before, held ones too, have ended.
  Result<void> finish();
  Result<void> info(cl_command_queue_info name, const InfoWriter& writer) const;

 private:
  CommandQueue() = default;
  void lastApiRelease() override;
  Ref<Context> context_;
  Device* device_ = nullptr;
  cl_command_queue_properties properties_ = 0;
  std::vector<cl_queue_properties> propertyList_;
  Guarded<State> state_;
};

}  // namespace clze::icd
