// Entry points that ask about platform and devices: OpenCL 3.0, 4.1, 4.2, 4.3, 5.1 timers.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> getPlatformIDs(cl_uint capacity, cl_platform_id* platforms, cl_uint* count);
Result<void> getPlatformInfo(cl_platform_id platform, cl_platform_info name, size_t size, void* value,
                             size_t* sizeReturned);
Result<void> getDeviceIDs(cl_platform_id platform, cl_device_type type, cl_uint capacity,
                          cl_device_id* devices, cl_uint* count);
Result<void> getDeviceInfo(cl_device_id device, cl_device_info name, size_t size, void* value,
                           size_t* sizeReturned);
Result<void> createSubDevices(cl_device_id device, const cl_device_partition_property* properties,
                              cl_uint count, cl_device_id* devices, cl_uint* returned);
Result<void> retainDevice(cl_device_id device);
Result<void> releaseDevice(cl_device_id device);
Result<void> getDeviceAndHostTimer(cl_device_id device, cl_ulong* deviceTime, cl_ulong* hostTime);
Result<void> getHostTimer(cl_device_id device, cl_ulong* hostTime);
}  // namespace validate

namespace api {
Result<void> getPlatformIDs(cl_uint capacity, cl_platform_id* platforms, cl_uint* count);
Result<void> getPlatformInfo(cl_platform_id platform, cl_platform_info name, size_t size, void* value,
                             size_t* sizeReturned);
Result<void> getDeviceIDs(cl_platform_id platform, cl_device_type type, cl_uint capacity,
                          cl_device_id* devices, cl_uint* count);
Result<void> getDeviceInfo(cl_device_id device, cl_device_info name, size_t size, void* value,
                           size_t* sizeReturned);
Result<void> createSubDevices(cl_device_id device, const cl_device_partition_property* properties,
                              cl_uint count, cl_device_id* devices, cl_uint* returned);
Result<void> retainDevice(cl_device_id device);
Result<void> releaseDevice(cl_device_id device);
Result<void> getDeviceAndHostTimer(cl_device_id device, cl_ulong* deviceTime, cl_ulong* hostTime);
Result<void> getHostTimer(cl_device_id device, cl_ulong* hostTime);
}  // namespace api

}  // namespace clze::icd
