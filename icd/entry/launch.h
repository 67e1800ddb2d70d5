// Entry points that run kernels: OpenCL 3.0, 5.10.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> enqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                  const size_t* offset, const size_t* globalSize, const size_t* localSize,
                                  cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueTask(cl_command_queue queue, cl_kernel kernel, cl_uint waitCount, const cl_event* waits,
                         cl_event* event);
Result<void> enqueueNativeKernel(cl_command_queue queue, void(CL_CALLBACK* function)(void*), void* args,
                                 size_t argsSize, cl_uint memoryCount, const cl_mem* memories,
                                 const void** memoryLocations, cl_uint waitCount, const cl_event* waits,
                                 cl_event* event);
}  // namespace validate

namespace api {
Result<void> enqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                  const size_t* offset, const size_t* globalSize, const size_t* localSize,
                                  cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueTask(cl_command_queue queue, cl_kernel kernel, cl_uint waitCount, const cl_event* waits,
                         cl_event* event);
// Never reached: validation refuses it, since CL_DEVICE_EXECUTION_CAPABILITIES has no CL_EXEC_NATIVE_KERNEL.
inline Result<void> enqueueNativeKernel(cl_command_queue, void(CL_CALLBACK*)(void*), void*, size_t, cl_uint,
                                        const cl_mem*, const void**, cl_uint, const cl_event*, cl_event*) {
  return Failure{CL_INVALID_OPERATION};
}
}  // namespace api

}  // namespace clze::icd
