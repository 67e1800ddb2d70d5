// Shared checks.
#include "icd/validate/common.h"

namespace clze::icd::validate {

Result<void> waitList(const Context& context, cl_uint count, const cl_event* waits) {
  // A list without a count, or a count without a list.
  if ((waits == nullptr) != (count == 0)) return Failure{CL_INVALID_EVENT_WAIT_LIST};
  // Every entry is a live event.
  for (cl_uint i = 0; i < count; ++i) {
    if (Event::from(waits[i]) == nullptr) return Failure{CL_INVALID_EVENT_WAIT_LIST};
  }
  // Queue and events share one context.
  for (cl_uint i = 0; i < count; ++i) {
    if (&Event::trusted(waits[i]).context() != &context) return Failure{CL_INVALID_CONTEXT};
  }
  return {};
}

Result<void> command(cl_command_queue handle, cl_uint waitCount, const cl_event* waits) {
  CLZE_TRY_ASSIGN(const CommandQueue* queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  return waitList(queue->context(), waitCount, waits);
}

Result<void> deviceOf(const Context& context, cl_device_id handle) {
  // A device that is none, or not of this context.
  const Device* device = Device::from(handle);
  if (device == nullptr || !context.has(device)) return Failure{CL_INVALID_DEVICE};
  return {};
}

}  // namespace clze::icd::validate
