// How a command enters a queue: waits are gathered, an event is made only if somebody wants one, and a
// command that depends on an unresolved user event is held on the host (and with it, in an in-order queue,
// all that follow).
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <utility>

#include "icd/object/queue.h"

namespace clze::icd {

// The common part of clEnqueue...: already validated.
struct Enqueue {
  CommandQueue& queue;
  cl_command_type type;
  std::span<const cl_event> waits;
  cl_event* event = nullptr;  // asked for by the application, or null
  bool blocking = false;      // return after the command has ended; its failure is the call's
  bool barrier = false;       // later commands wait for it, in out-of-order queues too
  bool ownWaitsOnly = false;  // marker or barrier with a wait list: waits for that list only
  bool afterAll = false;      // waits for all earlier commands, in out-of-order queues too (as barriers do)
};

// The non-template half: decides, under the queue's lock, to submit now or to hold.
class Submission : public Command {
 public:
  // Moves what submit() needs to the heap, for a command that is held.
  virtual std::unique_ptr<HeldCommand> hold() = 0;
};
Result<void> enqueue(const Enqueue& command, std::span<Object* const> keeps, Submission& submission);

// `body(l0::Queue&, const l0::Sync&) -> Result<void>` appends the command; it runs now or, moved to the heap,
// later, so it owns by value what it needs that is not in `keeps`. `keeps` are the objects the device uses
// until the command has ended.
template <class Body>
Result<void> enqueue(const Enqueue& command, std::initializer_list<Object*> keeps, Body body) {
  struct Held final : HeldCommand {
    explicit Held(Body moved) : body(std::move(moved)) {}
    Result<void> submit(l0::Queue& queue, const l0::Sync& sync) override { return body(queue, sync); }
    Body body;
  };
  struct Now final : Submission {
    explicit Now(Body& referenced) : body(referenced) {}
    Result<void> submit(l0::Queue& queue, const l0::Sync& sync) override { return body(queue, sync); }
    std::unique_ptr<HeldCommand> hold() override { return std::make_unique<Held>(std::move(body)); }
    Body& body;
  };
  Now now(body);
  return enqueue(command, std::span<Object* const>(keeps.begin(), keeps.size()), now);
}

// A marker or barrier: nothing but a place in the queue, and an event for it.
Result<void> enqueuePlace(const Enqueue& command);

// A host action in the queue's order (unmap of a host pointer buffer, user callbacks): runs on the
// dispatcher's thread once the waits and, in an in-order queue, all earlier commands have ended; `event`
// completes after it, and an in-order queue goes on after it. Not run when a wait has failed.
Result<void> enqueueHostAction(const Enqueue& command, std::span<Object* const> keeps,
                               std::function<Result<void>()> action);

}  // namespace clze::icd
