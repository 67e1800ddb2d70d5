// Decides for each command: submit now, hold, or end it because what it waits for has failed.
#include "icd/command/enqueue.h"

#include <array>

namespace clze::icd {
namespace {

// The wait list as objects; a few without the heap.
class WaitList {
 public:
  explicit WaitList(std::span<const cl_event> handles) : size_(handles.size()) {
    if (size_ > inline_.size()) many_.resize(size_);
    for (size_t i = 0; i < size_; ++i) data()[i] = &Event::trusted(handles[i]);
  }
  std::span<Event* const> span() const {
    return {size_ > inline_.size() ? many_.data() : inline_.data(), size_};
  }

 private:
  Event** data() { return size_ > inline_.size() ? many_.data() : inline_.data(); }

  size_t size_;
  std::array<Event*, 16> inline_ = {};
  std::vector<Event*> many_;
};

bool waitsForAll(const Enqueue& command) {
  return command.afterAll || (command.barrier && !command.ownWaitsOnly);
}

// Whether what is held already keeps this command back.
bool heldBack(const CommandQueue& queue, const CommandQueue::State& state, const Enqueue& command) {
  if (state.held.empty()) return false;
  if (!queue.outOfOrder() || waitsForAll(command)) return true;
  for (const auto& held : state.held) {
    if (held->barrier) return true;
  }
  return false;
}

std::unique_ptr<HeldCommand> hold(const Enqueue& command, std::span<Event* const> waits,
                                  std::span<Object* const> keeps, Submission& submission, Ref<Event> event) {
  std::unique_ptr<HeldCommand> held = submission.hold();
  held->waits.reserve(waits.size());
  for (Event* wait : waits) held->waits.emplace_back(wait);
  held->keeps.reserve(keeps.size());
  for (Object* object : keeps) held->keeps.emplace_back(object);
  held->event = std::move(event);
  held->barrier = command.barrier;
  held->afterAll = waitsForAll(command);
  return held;
}

enum class Outcome { Submitted, Held, Failed };

// With the queue's lock held. `event` is made when the command is held; `failure` is the status of a wait
// that failed.
Result<Outcome> place(const Enqueue& command, CommandQueue::State& state, std::span<Event* const> waits,
                      std::span<Object* const> keeps, Submission& submission, Ref<Event>& event,
                      ze_event_handle_t signal, cl_int& failure, InFlight::List& dropped) {
  bool unresolved = false;
  for (const Event* wait : waits) {
    const int known = wait->known();
    if (known < 0) {
      failure = known;
      return Outcome::Failed;
    }
    unresolved = unresolved || known == Event::kHeld;
  }
  CommandQueue& queue = command.queue;
  if (unresolved || heldBack(queue, state, command)) {
    if (!event) event = Event::forCommand(queue.context(), Ref<Object>(&queue), &queue, command.type);
    state.held.push_back(hold(command, waits, keeps, submission, event));
    return Outcome::Held;
  }
  CLZE_TRY(queue.append(state, submission, waits, keeps, event.get(), signal, dropped));
  return Outcome::Submitted;
}

// Blocks for a call whose command has an event. A wait that failed shows as the error OpenCL has for blocking
// calls, whatever its own was.
Result<void> waitFor(const Event& event, std::span<Event* const> waits) {
  const cl_int status = event.wait();
  if (status >= 0) return {};
  for (const Event* wait : waits) {
    if (wait->known() < 0) return Failure{CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST};
  }
  return Failure{status};
}

// A command that is only a place in the queue.
class Place final : public Submission {
 public:
  explicit Place(const Enqueue& command) : barrier_(command.barrier), own_(!waitsForAll(command)) {}
  Result<void> submit(l0::Queue& queue, const l0::Sync& sync) override {
    return run(queue, sync, barrier_, own_);
  }
  std::unique_ptr<HeldCommand> hold() override { return std::make_unique<Held>(barrier_, own_); }

 private:
  static Result<void> run(l0::Queue& queue, const l0::Sync& sync, bool barrier, bool own) {
    if (barrier) return queue.barrier(sync);
    return own ? queue.forward(sync) : queue.marker(sync);
  }
  struct Held final : HeldCommand {
    Held(bool isBarrier, bool ownWaits) : isBarrier(isBarrier), ownWaits(ownWaits) {}
    Result<void> submit(l0::Queue& queue, const l0::Sync& sync) override {
      return run(queue, sync, isBarrier, ownWaits);
    }
    bool isBarrier, ownWaits;
  };
  bool barrier_, own_;
};

// What the command waits for in other queues is given to the device first: nobody else might do it, and the
// device would stand. A failure shows in the events. No lock may be held.
void flushOthers(const CommandQueue& queue, std::span<Event* const> waits) {
  for (const Event* wait : waits) {
    CommandQueue* const other = wait->queue();
    if (other == nullptr || other == &queue || wait->known() != CL_SUBMITTED) continue;
    if (!other->flush()) static_cast<void>(wait->status());
  }
}

// Holds back what follows a host action, until its event has ended.
class Fence final : public HeldCommand {
 public:
  Result<void> submit(l0::Queue&, const l0::Sync&) override { return {}; }
};

// The way of most commands: no waits, no event, nothing held. False: something is held, and nothing was done.
bool enqueuePlain(CommandQueue& queue, std::span<Object* const> keeps, Submission& submission,
                  Result<void>& appended) {
  InFlight::List dropped;
  {
    auto state = queue.state().lock();
    if (!state->held.empty()) return false;
    appended = queue.append(*state, submission, keeps, dropped);
  }
  if (dropped.capacity() != 0) queue.letGo(std::move(dropped));
  if (!appended.ok()) queue.context().reportError("a command", appended.code());
  return true;
}

}  // namespace

Result<void> enqueue(const Enqueue& command, std::span<Object* const> keeps, Submission& submission) {
  CommandQueue& queue = command.queue;
  if (command.waits.empty() && command.event == nullptr && !command.blocking) {
    Result<void> appended;
    if (enqueuePlain(queue, keeps, submission, appended)) return appended;
  }
  const WaitList waits(command.waits);
  flushOthers(queue, waits.span());
  Ref<Event> event;
  if (command.event != nullptr) {
    event = Event::forCommand(queue.context(), Ref<Object>(&queue), &queue, command.type);
  }
  // What a blocking call waits for when nobody asked for an event.
  l0::Event done;
  if (command.blocking && !event) {
    CLZE_TRY_ASSIGN(done, queue.context().level0().events(false).borrow());
  }

  cl_int failure = CL_SUCCESS;
  uint64_t position = 0;
  InFlight::List dropped;
  Result<Outcome> outcome = Outcome::Failed;
  {
    auto state = queue.state().lock();
    outcome = place(command, *state, waits.span(), keeps, submission, event, done.get(), failure, dropped);
    position = state->inFlight.position();
    if (!outcome && done) state->lost.push_back(std::exchange(done, l0::Event()));
  }
  if (dropped.capacity() != 0) queue.letGo(std::move(dropped));
  if (!outcome) {
    queue.context().reportError("a command", outcome.code());
    return outcome.failure();
  }

  if (*outcome == Outcome::Failed) {
    if (command.blocking) return Failure{CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST};
    if (event) event->end(failure);
  } else if (command.blocking && event) {
    CLZE_TRY(waitFor(*event, waits.span()));
  } else if (command.blocking) {
    static_cast<void>(queue.flush());  // a failure shows in the event
    if (const auto waited = done.wait(UINT64_MAX); !waited) {
      queue.state().lock()->lost.push_back(std::move(done));
      return waited.failure();
    }
    queue.completed(position);
  }
  if (command.event != nullptr) *command.event = Event::publish(std::move(event));
  return {};
}

Result<void> enqueuePlace(const Enqueue& command) {
  Place place(command);
  return enqueue(command, std::span<Object* const>(), place);
}

Result<void> enqueueHostAction(const Enqueue& command, std::span<Object* const> keeps,
                               std::function<Result<void>()> action) {
  CommandQueue& queue = command.queue;
  const WaitList waits(command.waits);
  flushOthers(queue, waits.span());
  // Two events: the action's turn has come, and the action is done.
  Ref<Event> turn = Event::forCommand(queue.context(), Ref<Object>(&queue), &queue, command.type);
  Ref<Event> event = Event::forCommand(queue.context(), Ref<Object>(&queue), &queue, command.type);
  std::vector<Ref<Object>> kept(keeps.size());
  for (size_t i = 0; i < keeps.size(); ++i) kept[i] = Ref<Object>(keeps[i]);
  turn->whenEnded([event, kept = std::move(kept), action = std::move(action)](cl_int status) mutable {
    cl_int code = status;
    if (status >= 0) {
      try {
        code = action().code();
      } catch (...) {
        code = CL_OUT_OF_HOST_MEMORY;
      }
    }
    event->settle(code);
  });

  Place place(command);
  cl_int failure = CL_SUCCESS;
  InFlight::List dropped;
  Result<Outcome> outcome = Outcome::Failed;
  {
    auto state = queue.state().lock();
    outcome = icd::place(command, *state, waits.span(), {}, place, turn, nullptr, failure, dropped);
    if (outcome && *outcome != Outcome::Failed) {
      auto fence = std::make_unique<Fence>();
      fence->waits.push_back(event);
      fence->barrier = command.barrier;
      state->held.push_back(std::move(fence));
    }
  }
  queue.letGo(std::move(dropped));
  if (!outcome) {
    queue.context().reportError("a command", outcome.code());
    return outcome.failure();
  }
  if (*outcome == Outcome::Failed) {
    if (command.blocking) return Failure{CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST};
    event->end(failure);
  } else if (command.blocking) {
    CLZE_TRY(waitFor(*event, waits.span()));
  }
  if (command.event != nullptr) *command.event = Event::publish(std::move(event));
  return {};
}

}  // namespace clze::icd
