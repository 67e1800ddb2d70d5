// The kernel functions of the API, on validated arguments.
#include <algorithm>

#include "icd/entry/kernel.h"
#include "icd/object/kernel.h"

namespace clze::icd::api {

Result<cl_kernel> createKernel(cl_program program, const char* name) {
  CLZE_TRY_ASSIGN(Ref<Kernel> kernel, Kernel::create(Ref<Program>(&Program::trusted(program)), name));
  return Kernel::publish(std::move(kernel));
}

Result<void> createKernelsInProgram(cl_program program, cl_uint capacity, cl_kernel* kernels,
                                    cl_uint* count) {
  const Ref<Program> object(&Program::trusted(program));
  // All or none: nothing is published before everything has been made.
  std::vector<Ref<Kernel>> made;
  for (const std::string& name : object->kernelNames()) {
    Result<Ref<Kernel>> kernel = Kernel::create(object, name);
    // Left out where the devices' definitions differ (OpenCL 3.0, 5.9.1).
    if (kernel.code() == CL_INVALID_KERNEL_DEFINITION) continue;
    if (!kernel.ok()) return kernel.failure();
    made.push_back(*std::move(kernel));
  }
  if (kernels != nullptr && capacity < made.size()) return Failure{CL_INVALID_VALUE};
  if (count != nullptr) *count = static_cast<cl_uint>(made.size());
  if (kernels != nullptr) {
    std::transform(made.begin(), made.end(), kernels,
                   [](Ref<Kernel>& kernel) { return Kernel::publish(std::move(kernel)); });
  }
  return {};
}

Result<cl_kernel> cloneKernel(cl_kernel source) {
  CLZE_TRY_ASSIGN(Ref<Kernel> copy, Kernel::trusted(source).clone());
  return Kernel::publish(std::move(copy));
}

Result<void> retainKernel(cl_kernel kernel) {
  Kernel::trusted(kernel).retainApi();
  return {};
}

Result<void> releaseKernel(cl_kernel kernel) {
  Kernel::trusted(kernel).releaseApi();
  return {};
}

Result<void> setKernelArg(cl_kernel kernel, cl_uint index, size_t size, const void* value) {
  Kernel::trusted(kernel).setArg(index, size, value);
  return {};
}

// All of its parameters are about shared virtual memory, which no device has yet: validation refuses them.
Result<void> setKernelExecInfo(cl_kernel, cl_kernel_exec_info, size_t, const void*) {
  return Failure{CL_INVALID_OPERATION};
}

Result<void> getKernelInfo(cl_kernel kernel, cl_kernel_info name, size_t size, void* value,
                           size_t* sizeReturned) {
  return Kernel::trusted(kernel).info(name, InfoWriter(size, value, sizeReturned));
}

Result<void> getKernelArgInfo(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name, size_t size,
                              void* value, size_t* sizeReturned) {
  return Kernel::trusted(kernel).argInfo(index, name, InfoWriter(size, value, sizeReturned));
}

Result<void> getKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info name,
                                    size_t size, void* value, size_t* sizeReturned) {
  const Kernel& object = Kernel::trusted(kernel);
  // Without a device: the only one (validation has seen to it).
  const Device& asked = device != nullptr ? Device::trusted(device) : *object.program().devices().front();
  return object.workGroupInfo(asked, name, InfoWriter(size, value, sizeReturned));
}

Result<void> getKernelSubGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_sub_group_info name,
                                   size_t inputSize, const void* input, size_t size, void* value,
                                   size_t* sizeReturned) {
  const Kernel& object = Kernel::trusted(kernel);
  const Device& asked = device != nullptr ? Device::trusted(device) : *object.program().devices().front();
  return object.subGroupInfo(asked, name, {static_cast<const size_t*>(input), inputSize / sizeof(size_t)},
                             InfoWriter(size, value, sizeReturned));
}

}  // namespace clze::icd::api
