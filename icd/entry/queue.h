// Entry points of command queues: OpenCL 3.0, 5.1 and 5.15.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> createCommandQueue(cl_context context, cl_device_id device,
                                cl_command_queue_properties properties);
Result<void> createCommandQueueWithProperties(cl_context context, cl_device_id device,
                                              const cl_queue_properties* properties);
Result<void> retainCommandQueue(cl_command_queue queue);
Result<void> releaseCommandQueue(cl_command_queue queue);
Result<void> getCommandQueueInfo(cl_command_queue queue, cl_command_queue_info name, size_t size, void* value,
                                 size_t* sizeReturned);
Result<void> setCommandQueueProperty(cl_command_queue queue, cl_command_queue_properties properties,
                                     cl_bool enable, cl_command_queue_properties* oldProperties);
Result<void> setDefaultDeviceCommandQueue(cl_context context, cl_device_id device, cl_command_queue queue);
Result<void> flush(cl_command_queue queue);
Result<void> finish(cl_command_queue queue);
}  // namespace validate

namespace api {
Result<cl_command_queue> createCommandQueue(cl_context context, cl_device_id device,
                                            cl_command_queue_properties properties);
Result<cl_command_queue> createCommandQueueWithProperties(cl_context context, cl_device_id device,
                                                          const cl_queue_properties* properties);
Result<void> retainCommandQueue(cl_command_queue queue);
Result<void> releaseCommandQueue(cl_command_queue queue);
Result<void> getCommandQueueInfo(cl_command_queue queue, cl_command_queue_info name, size_t size, void* value,
                                 size_t* sizeReturned);
Result<void> setCommandQueueProperty(cl_command_queue queue, cl_command_queue_properties properties,
                                     cl_bool enable, cl_command_queue_properties* oldProperties);
Result<void> setDefaultDeviceCommandQueue(cl_context context, cl_device_id device, cl_command_queue queue);
Result<void> flush(cl_command_queue queue);
Result<void> finish(cl_command_queue queue);
}  // namespace api

}  // namespace clze::icd
