// An event: what an application sees of a command, or a user event. A command's completion is asked of Level
// Zero; an event that waits on an unresolved user event is held on the host and has no Level Zero event yet.
#pragma once

#include <array>
#include <atomic>

#include "icd/object/context.h"
#include "l0backend/event/provider.h"

namespace clze::icd {

class CommandQueue;

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

  // CL_QUEUED, CL_SUBMITTED, CL_RUNNING (not told apart from submitted), CL_COMPLETE or a negative code.
  cl_int status() const;
  // Neither complete nor handed to the device: whoever depends on it must be held.
  bool unresolved() const { return phase_.load(std::memory_order_acquire) == Phase::Held; }
  // The Level Zero event that says when the command is done; null when it is done, held or failed.
  ze_event_handle_t level0() const;

  // The command was given to the device and will signal `event`.
  void submitted(l0::Event event);
  // Ends without the device: user events and commands that never ran (status negative), or empty ones
  // (CL_COMPLETE). False when it had ended before. Wakes waiters and runs callbacks. No lock may be held.
  bool settle(cl_int status);
  // Blocks till the end; the final status.
  cl_int wait() const;

  // Runs `callback` once the status is reached (OpenCL 3.0, 5.11), maybe at once, maybe on the dispatcher's
  // thread.
  void addCallback(cl_int status, void(CL_CALLBACK* callback)(cl_event, cl_int, void*), void* userData);

  Result<void> info(cl_event_info name, const InfoWriter& writer) const;
  Result<void> profilingInfo(cl_profiling_info name, const InfoWriter& writer) const;

 private:
  enum class Phase : int { Held, Submitted, Ended };
  Event() = default;

  Ref<Context> context_;
  Ref<Object> queueReference_;
  CommandQueue* queue_ = nullptr;
  cl_command_type type_ = 0;
  mutable std::atomic<Phase> phase_ = Phase::Held;
  mutable std::atomic<cl_int> endStatus_ = CL_COMPLETE;
  l0::Event event_;
  uint64_t queuedNs_ = 0, submittedNs_ = 0;
};

}  // namespace clze::icd
