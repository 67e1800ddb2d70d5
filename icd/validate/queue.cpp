// Checks of command queue calls.
#include "icd/entry/queue.h"

#include "icd/validate/common.h"

namespace clze::icd::validate {
namespace {

constexpr cl_bitfield kHostBits = CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE;

Result<void> aliveQueue(cl_command_queue queue) {
  if (CommandQueue::from(queue) == nullptr) return Failure{CL_INVALID_COMMAND_QUEUE};
  return {};
}

// Context and device of a new queue.
Result<void> place(cl_context handle, cl_device_id device) {
  CLZE_TRY_ASSIGN(const Context* context, live<Context>(handle, CL_INVALID_CONTEXT));
  return deviceOf(*context, device);
}

// CL_QUEUE_PROPERTIES of clCreateCommandQueueWithProperties.
Result<void> queueBits(cl_bitfield bits) {
  constexpr cl_bitfield kDeviceBits = CL_QUEUE_ON_DEVICE | CL_QUEUE_ON_DEVICE_DEFAULT;
  if (!onlyBits(bits, kHostBits | kDeviceBits)) return Failure{CL_INVALID_VALUE};
  // A device queue is out of order, and a default one is a device queue.
  if ((bits & CL_QUEUE_ON_DEVICE) != 0 && (bits & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) == 0) {
    return Failure{CL_INVALID_VALUE};
  }
  if ((bits & CL_QUEUE_ON_DEVICE_DEFAULT) != 0 && (bits & CL_QUEUE_ON_DEVICE) == 0) {
    return Failure{CL_INVALID_VALUE};
  }
  // Valid, but no device has queues on the device.
  if ((bits & kDeviceBits) != 0) return Failure{CL_INVALID_QUEUE_PROPERTIES};
  return {};
}

}  // namespace

Result<void> createCommandQueue(cl_context context, cl_device_id device,
                                cl_command_queue_properties properties) {
  CLZE_TRY(place(context, device));
  // Of the bits OpenCL 1.x knows, all are supported.
  if (!onlyBits(properties, kHostBits)) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> createCommandQueueWithProperties(cl_context context, cl_device_id device,
                                              const cl_queue_properties* properties) {
  CLZE_TRY(place(context, device));
  if (properties == nullptr) return {};
  cl_bitfield bits = 0;
  bool sized = false;
  for (size_t i = 0; properties[i] != 0; i += 2) {
    // A name stands once, and is known.
    for (size_t j = 0; j < i; j += 2) {
      if (properties[j] == properties[i]) return Failure{CL_INVALID_VALUE};
    }
    if (properties[i] == CL_QUEUE_PROPERTIES) {
      bits = properties[i + 1];
    } else if (properties[i] == CL_QUEUE_SIZE) {
      sized = true;
    } else {
      return Failure{CL_INVALID_VALUE};
    }
  }
  // A size is for device queues.
  if (sized && (bits & CL_QUEUE_ON_DEVICE) == 0) return Failure{CL_INVALID_VALUE};
  return queueBits(bits);
}

Result<void> retainCommandQueue(cl_command_queue queue) { return aliveQueue(queue); }
Result<void> releaseCommandQueue(cl_command_queue queue) { return aliveQueue(queue); }

Result<void> getCommandQueueInfo(cl_command_queue queue, cl_command_queue_info, size_t, void*, size_t*) {
  return aliveQueue(queue);
}

Result<void> setCommandQueueProperty(cl_command_queue queue, cl_command_queue_properties, cl_bool,
                                     cl_command_queue_properties*) {
  CLZE_TRY(aliveQueue(queue));
  // A function of OpenCL 1.0 devices only.
  return Failure{CL_INVALID_OPERATION};
}

Result<void> setDefaultDeviceCommandQueue(cl_context handle, cl_device_id device, cl_command_queue) {
  CLZE_TRY_ASSIGN(const Context* context, live<Context>(handle, CL_INVALID_CONTEXT));
  CLZE_TRY(deviceOf(*context, device));
  // No device has queues on the device.
  return Failure{CL_INVALID_OPERATION};
}

Result<void> flush(cl_command_queue queue) { return aliveQueue(queue); }
Result<void> finish(cl_command_queue queue) { return aliveQueue(queue); }

}  // namespace clze::icd::validate
