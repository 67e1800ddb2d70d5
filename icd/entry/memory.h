// Entry points of memory objects in general and buffers: OpenCL 3.0, 5.2 and 5.5.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> createBuffer(cl_context context, cl_mem_flags flags, size_t size, void* hostPointer);
Result<void> createBufferWithProperties(cl_context context, const cl_mem_properties* properties,
                                        cl_mem_flags flags, size_t size, void* hostPointer);
Result<void> createSubBuffer(cl_mem parent, cl_mem_flags flags, cl_buffer_create_type type, const void* info);
Result<void> retainMemObject(cl_mem memory);
Result<void> releaseMemObject(cl_mem memory);
Result<void> getMemObjectInfo(cl_mem memory, cl_mem_info name, size_t size, void* value,
                              size_t* sizeReturned);
Result<void> setMemObjectDestructorCallback(cl_mem memory, void(CL_CALLBACK* notify)(cl_mem, void*),
                                            void* userData);
}  // namespace validate

namespace api {
Result<cl_mem> createBuffer(cl_context context, cl_mem_flags flags, size_t size, void* hostPointer);
Result<cl_mem> createBufferWithProperties(cl_context context, const cl_mem_properties* properties,
                                          cl_mem_flags flags, size_t size, void* hostPointer);
Result<cl_mem> createSubBuffer(cl_mem parent, cl_mem_flags flags, cl_buffer_create_type type,
                               const void* info);
Result<void> retainMemObject(cl_mem memory);
Result<void> releaseMemObject(cl_mem memory);
Result<void> getMemObjectInfo(cl_mem memory, cl_mem_info name, size_t size, void* value,
                              size_t* sizeReturned);
Result<void> setMemObjectDestructorCallback(cl_mem memory, void(CL_CALLBACK* notify)(cl_mem, void*),
                                            void* userData);
}  // namespace api

}  // namespace clze::icd
