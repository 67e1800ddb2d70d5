// Events: one word of state, moved forward by the enqueue, by Level Zero's answers or by the application.
#include "icd/object/event.h"

#include <algorithm>
#include <utility>

#include "icd/command/dispatcher.h"
#include "icd/object/queue.h"
#include "l0backend/time/clock.h"

namespace clze::icd {

Ref<Event> Event::forCommand(Context& context, Ref<Object> queue, CommandQueue* commandQueue,
                             cl_command_type type) {
  Ref<Event> event = Ref<Event>::adopt(new Event());
  event->context_ = Ref<Context>(&context);
  event->queueReference_ = std::move(queue);
  event->queue_ = commandQueue;
  event->type_ = type;
  if (commandQueue->profiling()) event->queuedNs_ = l0::hostNanoseconds();
  return event;
}

Ref<Event> Event::user(Context& context) {
  Ref<Event> event = Ref<Event>::adopt(new Event());
  event->context_ = Ref<Context>(&context);
  event->type_ = CL_COMMAND_USER;
  return event;
}

Event::~Event() = default;

cl_int Event::status() const {
  const int state = known();
  if (state == kHeld && isUser()) return CL_SUBMITTED;
  if (state != CL_SUBMITTED) return state;
  // Programs ask in a loop without a clFlush; gathered commands would never end.
  static_cast<void>(queue_->flush());
  const auto signalled = event_.signalled();
  if (signalled && !*signalled) return CL_SUBMITTED;
  end(signalled.code());
  if (signalled) queue_->completed(position_);
  return known();
}

void Event::submitted(l0::Event event, uint64_t position) {
  event_ = std::move(event);
  position_ = position;
  if (queue_->profiling()) submittedNs_ = l0::hostNanoseconds();
  state_.store(CL_SUBMITTED);
  state_.notify_all();
  watchIfDue();
}

bool Event::end(cl_int status) const {
  int state = known();
  while (state > CL_COMPLETE) {
    if (state == kHeld && queue_ != nullptr && queue_->profiling()) endedNs_ = l0::hostNanoseconds();
    if (state_.compare_exchange_weak(state, status)) {
      state_.notify_all();
      watchIfDue();
      return true;
    }
  }
  return false;
}

bool Event::settle(cl_int status) {
  // The last other reference may go as soon as waiters wake.
  const Ref<Event> self(this);
  if (!end(status)) return false;
  context_->submitHeld();
  return true;
}

void Event::lastApiRelease() {
  if (isUser() && unresolved()) settle(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
}

cl_int Event::wait() const {
  int state = known();
  while (state == kHeld) {
    state_.wait(kHeld);
    state = known();
  }
  if (state != CL_SUBMITTED) return state;
  // A failure that concerns this event shows in the event.
  static_cast<void>(queue_->flush());
  const auto waited = event_.wait(UINT64_MAX);
  end(waited.code());
  if (waited) queue_->completed(position_);
  return known();
}

void Event::addCallback(cl_int status, void(CL_CALLBACK* callback)(cl_event, cl_int, void*), void* userData) {
  retainApi();
  add({status,
       [this, status, callback, userData](cl_int reached) {
         callback(this, reached < 0 ? reached : status, userData);
         releaseApi();
       },
       true});
}

void Event::whenEnded(std::function<void(cl_int)> action) { add({CL_COMPLETE, std::move(action)}); }

void Event::add(Callback callback) {
  callbacks_.lock()->push_back(std::move(callback));
  // Against submitted() and end(): whoever comes second sees what the first one did.
  hasCallbacks_.store(true);
  // A user event starts submitted, so that a callback may be due at once.
  if (state_.load() != kHeld || isUser()) Dispatcher::instance().watch(Ref<Event>(this));
}

void Event::watchIfDue() const {
  if (hasCallbacks_.load()) Dispatcher::instance().watch(Ref<Event>(const_cast<Event*>(this)));
}

bool Event::deliver() {
  const cl_int reached = status();
  std::vector<Callback> due;
  bool more = false;
  {
    auto callbacks = callbacks_.lock();
    const auto later =
        std::stable_partition(callbacks->begin(), callbacks->end(),
                              [reached](const Callback& callback) { return callback.status >= reached; });
    due.assign(std::make_move_iterator(callbacks->begin()), std::make_move_iterator(later));
    callbacks->erase(callbacks->begin(), later);
    more = !callbacks->empty();
  }
  // CL_SUBMITTED before CL_RUNNING before CL_COMPLETE.
  std::stable_sort(due.begin(), due.end(),
                   [](const Callback& a, const Callback& b) { return a.status > b.status; });
  for (Callback& callback : due) callback.action(reached);
  // A user event is watched again once it is decided.
  return !more || (isUser() && reached > CL_COMPLETE);
}

Parting Event::part() {
  if (unresolved()) return Parting::Stay;
  const cl_int reached = status();
  if (reached > CL_COMPLETE) return Parting::Wait;
  for (Callback& callback : std::exchange(*callbacks_.lock(), {})) {
    if (callback.applications) {
      releaseApi();
    } else {
      callback.action(reached);
    }
  }
  return Parting::Gone;
}

void Event::pause(uint64_t ns) const {
  if (known() == CL_SUBMITTED) static_cast<void>(event_.wait(ns));
}

Result<void> Event::info(cl_event_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_EVENT_COMMAND_QUEUE:
      return writer(static_cast<cl_command_queue>(queue_));
    case CL_EVENT_CONTEXT:
      return writer(static_cast<cl_context>(context_.get()));
    case CL_EVENT_COMMAND_TYPE:
      return writer(type_);
    case CL_EVENT_COMMAND_EXECUTION_STATUS:
      return writer(status());
    case CL_EVENT_REFERENCE_COUNT:
      return writer(apiReferences());
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

Result<l0::CommandTimes> Event::times() const {
  if (!event_) return l0::CommandTimes{endedNs_, endedNs_};
  auto known = times_.lock();
  if (!known->has_value()) {
    CLZE_TRY_ASSIGN(*known, l0::commandTimes(queue_->device().level0(), event_));
  }
  return **known;
}

Result<void> Event::profilingInfo(cl_profiling_info name, const InfoWriter& writer) const {
  // User events, queues without profiling, and commands that have not ended well have no times.
  if (isUser() || !queue_->profiling() || status() != CL_COMPLETE) {
    return Failure{CL_PROFILING_INFO_NOT_AVAILABLE};
  }
  CLZE_TRY_ASSIGN(const l0::CommandTimes times, this->times());
  // The device's clock is converted, so it may seem to have started a little too early.
  const uint64_t submitted = std::min(submittedNs_ != 0 ? submittedNs_ : times.startNs, times.startNs);
  switch (name) {
    case CL_PROFILING_COMMAND_QUEUED:
      return writer(cl_ulong{std::min(queuedNs_, submitted)});
    case CL_PROFILING_COMMAND_SUBMIT:
      return writer(cl_ulong{submitted});
    case CL_PROFILING_COMMAND_START:
      return writer(cl_ulong{times.startNs});
    case CL_PROFILING_COMMAND_END:
    case CL_PROFILING_COMMAND_COMPLETE:  // no commands enqueued by the device
      return writer(cl_ulong{times.endNs});
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

}  // namespace clze::icd
