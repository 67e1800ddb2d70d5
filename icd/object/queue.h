// A command queue: a Level Zero queue, the commands held back for user events, and what commands in flight
// keep alive.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "base/guarded.h"
#include "icd/command/in_flight.h"
#include "icd/object/context.h"
#include "icd/object/event.h"
#include "l0backend/queue/queue.h"

namespace clze::icd {

// Something to append to the Level Zero queue.
class Command {
 public:
  virtual ~Command() = default;
  virtual Result<void> submit(l0::Queue& queue, const l0::Sync& sync) = 0;
};

// A command that could not be given to the device yet; see icd/command/enqueue.h.
class HeldCommand : public Command {
 public:
  std::vector<Ref<Event>> waits;
  std::vector<Ref<Object>> keeps;
  Ref<Event> event;       // null: the command gives nothing to the device (a fence)
  bool barrier = false;   // later commands may not pass it (out-of-order queues)
  bool afterAll = false;  // may not pass earlier ones (out-of-order queues)
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
    std::vector<l0::Event> lost;  // whose end was never seen; not lent again while the queue lives
    bool released = false;        // by the application: nothing new will come
    bool draining = false;
  };
  // Order of locks: context, queue, kernel, event.
  Guarded<State>& state() { return state_; }

  // Appends a command behind what `waits` stand for, and keeps what it uses. It signals `event`, or, when
  // that is null, `signal` (which may be null too). For holders of the lock.
  Result<void> append(State& state, Command& command, std::span<Event* const> waits,
                      std::span<Object* const> keeps, Event* event, ze_event_handle_t signal,
                      InFlight::List& dropped);
  // The same for a command that waits for nothing and has no event.
  Result<void> append(State& state, Command& command, std::span<Object* const> keeps,
                      InFlight::List& dropped);
  // Everything up to `position` in this queue has ended: lets go what only those commands used. No lock may
  // be held.
  void completed(uint64_t position);
  // Lets the list go and gives it back for reuse. No lock may be held.
  void letGo(InFlight::List dropped);

  // Submits what is held and has become free; true if anything moved. No lock may be held.
  bool submitHeld();
  Result<void> flush();
  // Blocks until all commands enqueued before, held ones too, have ended.
  Result<void> finish();
  Result<void> info(cl_command_queue_info name, const InfoWriter& writer) const;

 private:
  CommandQueue() = default;
  void lastApiRelease() override;
  friend class Drained;
  // A released queue with commands on the device lives until they have ended; the dispatcher watches.
  void drain(State& state);
  // An event for the end of all commands; null when there is none to be had now.
  l0::Event beginDrain(State& state);
  // completed() for a queue whose marker was never given to the device, or cannot be asked.
  void finishAfterFailure(uint64_t position);
  Result<void> submitFront(State& state, HeldCommand& command, InFlight::List& dropped);

  Ref<Context> context_;
  Device* device_ = nullptr;
  cl_command_queue_properties properties_ = 0;
  std::vector<cl_queue_properties> propertyList_;
  l0::Queue* level0_ = nullptr;  // state_'s, for calls that need no lock
  Guarded<State> state_;
};

}  // namespace clze::icd
