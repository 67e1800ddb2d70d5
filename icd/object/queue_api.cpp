// Entry points of command queues.
#include "icd/entry/queue.h"
#include "icd/object/queue.h"

namespace clze::icd::api {
namespace {

Result<cl_command_queue> create(cl_context context, cl_device_id device, cl_command_queue_properties bits,
                                std::vector<cl_queue_properties> list) {
  CLZE_TRY_ASSIGN(Ref<CommandQueue> queue,
                  CommandQueue::create(Ref<Context>(&Context::trusted(context)), Device::trusted(device),
                                       bits, std::move(list)));
  return CommandQueue::publish(std::move(queue));
}

}  // namespace

Result<cl_command_queue> createCommandQueue(cl_context context, cl_device_id device,
                                            cl_command_queue_properties properties) {
  return create(context, device, properties, {});
}

Result<cl_command_queue> createCommandQueueWithProperties(cl_context context, cl_device_id device,
                                                          const cl_queue_properties* properties) {
  cl_command_queue_properties bits = 0;
  std::vector<cl_queue_properties> list;
  if (properties != nullptr) {
    size_t length = 0;
    for (; properties[length] != 0; length += 2) {
      if (properties[length] == CL_QUEUE_PROPERTIES) bits = properties[length + 1];
    }
    list.assign(properties, properties + length + 1);
  }
  return create(context, device, bits, std::move(list));
}

Result<void> retainCommandQueue(cl_command_queue queue) {
  CommandQueue::trusted(queue).retainApi();
  return {};
}

Result<void> releaseCommandQueue(cl_command_queue handle) {
  CommandQueue& queue = CommandQueue::trusted(handle);
  // Releasing flushes (OpenCL 3.0, 5.1).
  const auto flushed = queue.flush();
  queue.releaseApi();
  return flushed;
}

Result<void> getCommandQueueInfo(cl_command_queue queue, cl_command_queue_info name, size_t size, void* value,
                                 size_t* sizeReturned) {
  return CommandQueue::trusted(queue).info(name, InfoWriter(size, value, sizeReturned));
}

// Both are refused by validation.
Result<void> setCommandQueueProperty(cl_command_queue, cl_command_queue_properties, cl_bool,
                                     cl_command_queue_properties*) {
  return Failure{CL_INVALID_OPERATION};
}
Result<void> setDefaultDeviceCommandQueue(cl_context, cl_device_id, cl_command_queue) {
  return Failure{CL_INVALID_OPERATION};
}

Result<void> flush(cl_command_queue queue) { return CommandQueue::trusted(queue).flush(); }
Result<void> finish(cl_command_queue queue) { return CommandQueue::trusted(queue).finish(); }

}  // namespace clze::icd::api
