// Checks that several groups of entry points share. Each returns the code of the first rule broken.
#pragma once

#include <CL/cl.h>

#include "base/result.h"
#include "icd/object/context.h"
#include "icd/object/queue.h"

namespace clze::icd::validate {

// The object behind a handle, or `code` when the handle is null, released or of another kind:
// CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE)).
template <class T, class Handle>
Result<T*> live(Handle* handle, cl_int code) {
  T* object = T::from(handle);
  if (object == nullptr) return Failure{code};
  return object;
}

// num_events_in_wait_list and event_wait_list of a command for a queue of `context`.
Result<void> waitList(const Context& context, cl_uint count, const cl_event* waits);
// A command of its own waits: the queue is alive, the wait list fits it. For commands without further rules.
Result<void> command(cl_command_queue queue, cl_uint waitCount, const cl_event* waits);
// The device is alive and one of the context's.
Result<void> deviceOf(const Context& context, cl_device_id device);
// Bits outside `allowed` are wrong.
inline bool onlyBits(cl_bitfield value, cl_bitfield allowed) { return (value & ~allowed) == 0; }

}  // namespace clze::icd::validate
