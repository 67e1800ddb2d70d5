// Markers and barriers (OpenCL 3.0, 5.13). Without a wait list they wait for all that came before.
#include "icd/command/enqueue.h"
#include "icd/entry/event.h"

namespace clze::icd::api {

Result<void> enqueueMarkerWithWaitList(cl_command_queue queue, cl_uint waitCount, const cl_event* waits,
                                       cl_event* event) {
  return enqueuePlace({.queue = CommandQueue::trusted(queue),
                       .type = CL_COMMAND_MARKER,
                       .waits = {waits, waitCount},
                       .event = event,
                       .ownWaitsOnly = waitCount != 0,
                       .afterAll = waitCount == 0});
}

Result<void> enqueueBarrierWithWaitList(cl_command_queue queue, cl_uint waitCount, const cl_event* waits,
                                        cl_event* event) {
  return enqueuePlace({.queue = CommandQueue::trusted(queue),
                       .type = CL_COMMAND_BARRIER,
                       .waits = {waits, waitCount},
                       .event = event,
                       .barrier = true,
                       .ownWaitsOnly = waitCount != 0});
}

Result<void> enqueueMarker(cl_command_queue queue, cl_event* event) {
  return enqueueMarkerWithWaitList(queue, 0, nullptr, event);
}

Result<void> enqueueBarrier(cl_command_queue queue) {
  return enqueueBarrierWithWaitList(queue, 0, nullptr, nullptr);
}

// The wait of OpenCL 1.0 holds back all later commands.
Result<void> enqueueWaitForEvents(cl_command_queue queue, cl_uint count, const cl_event* events) {
  return enqueueBarrierWithWaitList(queue, count, events, nullptr);
}

}  // namespace clze::icd::api
