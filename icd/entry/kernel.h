// Entry points of kernels: OpenCL 3.0, 5.9.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> createKernel(cl_program program, const char* name);
Result<void> createKernelsInProgram(cl_program program, cl_uint capacity, cl_kernel* kernels, cl_uint* count);
Result<void> cloneKernel(cl_kernel source);
Result<void> retainKernel(cl_kernel kernel);
Result<void> releaseKernel(cl_kernel kernel);
Result<void> setKernelArg(cl_kernel kernel, cl_uint index, size_t size, const void* value);
Result<void> setKernelExecInfo(cl_kernel kernel, cl_kernel_exec_info name, size_t size, const void* value);
Result<void> getKernelInfo(cl_kernel kernel, cl_kernel_info name, size_t size, void* value,
                           size_t* sizeReturned);
Result<void> getKernelArgInfo(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name, size_t size,
                              void* value, size_t* sizeReturned);
Result<void> getKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info name,
                                    size_t size, void* value, size_t* sizeReturned);
Result<void> getKernelSubGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_sub_group_info name,
                                   size_t inputSize, const void* input, size_t size, void* value,
                                   size_t* sizeReturned);
}  // namespace validate

namespace api {
Result<cl_kernel> createKernel(cl_program program, const char* name);
Result<void> createKernelsInProgram(cl_program program, cl_uint capacity, cl_kernel* kernels, cl_uint* count);
Result<cl_kernel> cloneKernel(cl_kernel source);
Result<void> retainKernel(cl_kernel kernel);
Result<void> releaseKernel(cl_kernel kernel);
Result<void> setKernelArg(cl_kernel kernel, cl_uint index, size_t size, const void* value);
Result<void> setKernelExecInfo(cl_kernel kernel, cl_kernel_exec_info name, size_t size, const void* value);
Result<void> getKernelInfo(cl_kernel kernel, cl_kernel_info name, size_t size, void* value,
                           size_t* sizeReturned);
Result<void> getKernelArgInfo(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name, size_t size,
                              void* value, size_t* sizeReturned);
Result<void> getKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info name,
                                    size_t size, void* value, size_t* sizeReturned);
Result<void> getKernelSubGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_sub_group_info name,
                                   size_t inputSize, const void* input, size_t size, void* value,
                                   size_t* sizeReturned);
}  // namespace api

}  // namespace clze::icd
