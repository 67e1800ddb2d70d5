// Entry points of events, markers and barriers: OpenCL 3.0, 5.11 to 5.14.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> createUserEvent(cl_context context);
Result<void> setUserEventStatus(cl_event event, cl_int status);
Result<void> waitForEvents(cl_uint count, const cl_event* events);
Result<void> getEventInfo(cl_event event, cl_event_info name, size_t size, void* value, size_t* sizeReturned);
Result<void> setEventCallback(cl_event event, cl_int type, void(CL_CALLBACK* notify)(cl_event, cl_int, void*),
                              void* userData);
Result<void> retainEvent(cl_event event);
Result<void> releaseEvent(cl_event event);
Result<void> getEventProfilingInfo(cl_event event, cl_profiling_info name, size_t size, void* value,
                                   size_t* sizeReturned);
Result<void> enqueueMarker(cl_command_queue queue, cl_event* event);
Result<void> enqueueBarrier(cl_command_queue queue);
Result<void> enqueueWaitForEvents(cl_command_queue queue, cl_uint count, const cl_event* events);
Result<void> enqueueMarkerWithWaitList(cl_command_queue queue, cl_uint waitCount, const cl_event* waits,
                                       cl_event* event);
Result<void> enqueueBarrierWithWaitList(cl_command_queue queue, cl_uint waitCount, const cl_event* waits,
                                        cl_event* event);
}  // namespace validate

namespace api {
Result<cl_event> createUserEvent(cl_context context);
Result<void> setUserEventStatus(cl_event event, cl_int status);
Result<void> waitForEvents(cl_uint count, const cl_event* events);
Result<void> getEventInfo(cl_event event, cl_event_info name, size_t size, void* value, size_t* sizeReturned);
Result<void> setEventCallback(cl_event event, cl_int type, void(CL_CALLBACK* notify)(cl_event, cl_int, void*),
                              void* userData);
Result<void> retainEvent(cl_event event);
Result<void> releaseEvent(cl_event event);
Result<void> getEventProfilingInfo(cl_event event, cl_profiling_info name, size_t size, void* value,
                                   size_t* sizeReturned);
Result<void> enqueueMarker(cl_command_queue queue, cl_event* event);
Result<void> enqueueBarrier(cl_command_queue queue);
Result<void> enqueueWaitForEvents(cl_command_queue queue, cl_uint count, const cl_event* events);
Result<void> enqueueMarkerWithWaitList(cl_command_queue queue, cl_uint waitCount, const cl_event* waits,
                                       cl_event* event);
Result<void> enqueueBarrierWithWaitList(cl_command_queue queue, cl_uint waitCount, const cl_event* waits,
                                        cl_event* event);
}  // namespace api

}  // namespace clze::icd
