// Entry points of events.
#include "icd/entry/event.h"
#include "icd/object/queue.h"

namespace clze::icd::api {

Result<void> waitForEvents(cl_uint count, const cl_event* events) {
  // All are waited for, also after one has failed.
  bool failed = false;
  for (cl_uint i = 0; i < count; ++i) failed = Event::trusted(events[i]).wait() < 0 || failed;
  if (failed) return Failure{CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST};
  return {};
}

Result<void> getEventInfo(cl_event event, cl_event_info name, size_t size, void* value,
                          size_t* sizeReturned) {
  return Event::trusted(event).info(name, InfoWriter(size, value, sizeReturned));
}

Result<void> setEventCallback(cl_event event, cl_int type, void(CL_CALLBACK* notify)(cl_event, cl_int, void*),
                              void* userData) {
  Event::trusted(event).addCallback(type, notify, userData);
  return {};
}

Result<void> retainEvent(cl_event event) {
  Event::trusted(event).retainApi();
  return {};
}

Result<void> releaseEvent(cl_event event) {
  Event::trusted(event).releaseApi();
  return {};
}

Result<void> getEventProfilingInfo(cl_event event, cl_profiling_info name, size_t size, void* value,
                                   size_t* sizeReturned) {
  return Event::trusted(event).profilingInfo(name, InfoWriter(size, value, sizeReturned));
}

}  // namespace clze::icd::api
