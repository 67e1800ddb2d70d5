// Entry points of mapping memory objects: OpenCL 3.0, 5.2.4, 5.3.6 and 5.5.2.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> enqueueMapBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, cl_map_flags flags,
                              size_t offset, size_t size, cl_uint waitCount, const cl_event* waits,
                              cl_event* event);
Result<void> enqueueMapImage(cl_command_queue queue, cl_mem image, cl_bool blocking, cl_map_flags flags,
                             const size_t* origin, const size_t* region, size_t* rowPitch, size_t* slicePitch,
                             cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueUnmapMemObject(cl_command_queue queue, cl_mem memory, void* pointer, cl_uint waitCount,
                                   const cl_event* waits, cl_event* event);
}  // namespace validate

namespace api {
Result<void*> enqueueMapBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, cl_map_flags flags,
                               size_t offset, size_t size, cl_uint waitCount, const cl_event* waits,
                               cl_event* event);
Result<void*> enqueueMapImage(cl_command_queue queue, cl_mem image, cl_bool blocking, cl_map_flags flags,
                              const size_t* origin, const size_t* region, size_t* rowPitch,
                              size_t* slicePitch, cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueUnmapMemObject(cl_command_queue queue, cl_mem memory, void* pointer, cl_uint waitCount,
                                   const cl_event* waits, cl_event* event);
}  // namespace api

}  // namespace clze::icd
