// An event: what an application sees of a command, or a user event. A command's completion is asked of Level
// Zero; an event that waits on an unresolved user event is held on the host and has no Level Zero event yet.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "icd/object/context.h"
#include "l0backend/event/provider.h"
#include "l0backend/time/clock.h"

namespace clze::icd {

class CommandQueue;

// How what the dispatcher watches takes the end of the process: it has let go of everything, it waits for the
// device, or it waits for what only the application could do.
enum class Parting { Gone, Wait, Stay };

class Event final : public ApiObject<Event, _cl_event, Kind::Event> {
 public:
  // Of a command; starts held (CL_QUEUED).
  static Ref<Event> forCommand(Context& context, Ref<Object> queue, CommandQueue* commandQueue,
                               cl_command_type type);
  // CL_SUBMITTED until clSetUserEventStatus.
  static Ref<Event> user(Context& context);
  ~Event() override;

  Context& context() const { return *context_; }
  CommandQueue* queue() const { return queue_; }  // null for user events
  cl_command_type type() const { return type_; }
  bool isUser() const { return type_ == CL_COMMAND_USER; }

  // CL_QUEUED, CL_SUBMITTED (running is not told apart), CL_COMPLETE or a negative code; asks the device. No
  // lock may be held.
  cl_int status() const;
  // What is known without asking: kHeld, CL_SUBMITTED, or the final status.
  static constexpr int kHeld = CL_QUEUED;
  int known() const { return state_.load(std::memory_order_acquire); }
  // Neither complete nor handed to the device: whoever depends on it must be held.
  bool unresolved() const { return known() == kHeld; }
  // The Level Zero event that says when the command is done; null when it is known to be done, held or
  // failed.
  ze_event_handle_t level0() const { return known() == CL_SUBMITTED ? event_.get() : nullptr; }

  // The command, number `position` of its queue, was given to the device and will signal `event`. Once, after
  // which the state is no longer held.
  void submitted(l0::Event event, uint64_t position);
  // Ends without the device: user events and commands that never ran (status negative), or empty ones
  // (CL_COMPLETE). False when it had ended before. Wakes waiters; those that depend on it stay held until
  // Context::submitHeld(). Runs no callback itself, so locks may be held.
  bool end(cl_int status) const;
  // end(), and lets the context's held commands go. No lock may be held.
  bool settle(cl_int status);
  // Blocks till the end; the final status. No lock may be held.
  cl_int wait() const;

  // Runs `callback` on the dispatcher's thread once the status is reached (OpenCL 3.0, 5.11), with the type
  // asked for or the error; the event stays valid for the application until then.
  void addCallback(cl_int status, void(CL_CALLBACK* callback)(cl_event, cl_int, void*), void* userData);
  // The library's own: with the final status, on the dispatcher's thread.
  void whenEnded(std::function<void(cl_int)> action);
  // For the dispatcher: runs what is due; true when nothing is left to wait for.
  bool deliver();
  // The same while the process ends: callbacks of the application's are dropped, not called. An event that
  // waits for a decision of the application's stays.
  Parting part();
  // For the dispatcher: sleeps until the command has ended, at most this long.
  void pause(uint64_t ns) const;

  Result<void> info(cl_event_info name, const InfoWriter& writer) const;
  Result<void> profilingInfo(cl_profiling_info name, const InfoWriter& writer) const;

 private:
  struct Callback {
    cl_int status = CL_COMPLETE;
    std::function<void(cl_int)> action;
    bool applications = false;  // holds an API reference to the event
  };
  Event() = default;
  // Nobody can decide a user event any more: what waits for it ends with an error, and is not kept for ever.
  void lastApiRelease() override;
  void add(Callback callback);
  // Of a command that has ended well.
  Result<l0::CommandTimes> times() const;
  void watchIfDue() const;

  Ref<Context> context_;
  Ref<Object> queueReference_;
  CommandQueue* queue_ = nullptr;
  cl_command_type type_ = 0;
  // kHeld, CL_SUBMITTED or the final status; only ever sinks. Waited on by waiters of held events.
  mutable std::atomic<int> state_ = kHeld;
  std::atomic<bool> hasCallbacks_ = false;
  l0::Event event_;  // set before CL_SUBMITTED, then left alone
  uint64_t position_ = 0;
  uint64_t queuedNs_ = 0, submittedNs_ = 0;
  mutable std::atomic<uint64_t> endedNs_ = 0;  // of commands that ended without the device
  // Known from the first question on: clocks are read anew now and then, and an answer must not change.
  Guarded<std::optional<l0::CommandTimes>> times_;
  Guarded<std::vector<Callback>> callbacks_;
};

}  // namespace clze::icd
