// Entry points of contexts: OpenCL 3.0, 4.4.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> createContext(const cl_context_properties* properties, cl_uint count,
                           const cl_device_id* devices,
                           void(CL_CALLBACK* notify)(const char*, const void*, size_t, void*),
                           void* userData);
Result<void> createContextFromType(const cl_context_properties* properties, cl_device_type type,
                                   void(CL_CALLBACK* notify)(const char*, const void*, size_t, void*),
                                   void* userData);
Result<void> retainContext(cl_context context);
Result<void> releaseContext(cl_context context);
Result<void> getContextInfo(cl_context context, cl_context_info name, size_t size, void* value,
                            size_t* sizeReturned);
Result<void> setContextDestructorCallback(cl_context context, void(CL_CALLBACK* notify)(cl_context, void*),
                                          void* userData);
}  // namespace validate

namespace api {
Result<cl_context> createContext(const cl_context_properties* properties, cl_uint count,
                                 const cl_device_id* devices,
                                 void(CL_CALLBACK* notify)(const char*, const void*, size_t, void*),
                                 void* userData);
Result<cl_context> createContextFromType(const cl_context_properties* properties, cl_device_type type,
                                         void(CL_CALLBACK* notify)(const char*, const void*, size_t, void*),
                                         void* userData);
Result<void> retainContext(cl_context context);
Result<void> releaseContext(cl_context context);
Result<void> getContextInfo(cl_context context, cl_context_info name, size_t size, void* value,
                            size_t* sizeReturned);
Result<void> setContextDestructorCallback(cl_context context, void(CL_CALLBACK* notify)(cl_context, void*),
                                          void* userData);
}  // namespace api

}  // namespace clze::icd
