// Checks of event, marker and barrier calls.
#include "icd/entry/event.h"

#include "icd/validate/common.h"

namespace clze::icd::validate {
namespace {

Result<void> aliveEvent(cl_event event) {
  if (Event::from(event) == nullptr) return Failure{CL_INVALID_EVENT};
  return {};
}

}  // namespace

Result<void> createUserEvent(cl_context context) {
  if (Context::from(context) == nullptr) return Failure{CL_INVALID_CONTEXT};
  return {};
}

Result<void> setUserEventStatus(cl_event handle, cl_int status) {
  CLZE_TRY_ASSIGN(const Event* event, live<Event>(handle, CL_INVALID_EVENT));
  if (!event->isUser()) return Failure{CL_INVALID_EVENT};
  // Complete, or an error.
  if (status > CL_COMPLETE) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> waitForEvents(cl_uint count, const cl_event* events) {
  if (count == 0 || events == nullptr) return Failure{CL_INVALID_VALUE};
  for (cl_uint i = 0; i < count; ++i) {
    CLZE_TRY(aliveEvent(events[i]));
  }
  // All of one context.
  for (cl_uint i = 1; i < count; ++i) {
    if (&Event::trusted(events[i]).context() != &Event::trusted(events[0]).context()) {
      return Failure{CL_INVALID_CONTEXT};
    }
  }
  return {};
}

Result<void> getEventInfo(cl_event event, cl_event_info, size_t, void*, size_t*) { return aliveEvent(event); }

Result<void> setEventCallback(cl_event event, cl_int type, void(CL_CALLBACK* notify)(cl_event, cl_int, void*),
                              void*) {
  CLZE_TRY(aliveEvent(event));
  if (notify == nullptr) return Failure{CL_INVALID_VALUE};
  if (type != CL_SUBMITTED && type != CL_RUNNING && type != CL_COMPLETE) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> retainEvent(cl_event event) { return aliveEvent(event); }
Result<void> releaseEvent(cl_event event) { return aliveEvent(event); }

Result<void> getEventProfilingInfo(cl_event event, cl_profiling_info, size_t, void*, size_t*) {
  return aliveEvent(event);
}

Result<void> enqueueMarker(cl_command_queue queue, cl_event* event) {
  CLZE_TRY(command(queue, 0, nullptr));
  // A marker of OpenCL 1.0 is its event.
  if (event == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> enqueueBarrier(cl_command_queue queue) { return command(queue, 0, nullptr); }

Result<void> enqueueWaitForEvents(cl_command_queue handle, cl_uint count, const cl_event* events) {
  CLZE_TRY_ASSIGN(const CommandQueue* queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  if (count == 0 || events == nullptr) return Failure{CL_INVALID_VALUE};
  for (cl_uint i = 0; i < count; ++i) {
    CLZE_TRY(aliveEvent(events[i]));
    if (&Event::trusted(events[i]).context() != &queue->context()) return Failure{CL_INVALID_CONTEXT};
  }
  return {};
}

Result<void> enqueueMarkerWithWaitList(cl_command_queue queue, cl_uint waitCount, const cl_event* waits,
                                       cl_event*) {
  return command(queue, waitCount, waits);
}

Result<void> enqueueBarrierWithWaitList(cl_command_queue queue, cl_uint waitCount, const cl_event* waits,
                                        cl_event*) {
  return command(queue, waitCount, waits);
}

}  // namespace clze::icd::validate
