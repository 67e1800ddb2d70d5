// Rules of the functions that run kernels: OpenCL 3.0, 5.10.
#include "icd/entry/launch.h"

#include <algorithm>
#include <limits>

#include "icd/object/kernel.h"
#include "icd/object/queue.h"
#include "icd/validate/common.h"

namespace clze::icd::validate {
namespace {

// Sizes and offsets together must fit the device's address bits: every work-item has a global id.
bool idsFit(size_t globalSize, size_t offset) {
  return offset <= std::numeric_limits<size_t>::max() - globalSize;
}

Result<void> localSizeRules(const Kernel& kernel, const l0::Kernel& level0, const Device& device,
                            cl_uint dimensions, const size_t* globalSize, const size_t* localSize) {
  const auto& required = kernel.definition().requiredGroupSize;
  // Required sizes beyond work_dim must be one.
  for (cl_uint i = dimensions; required[0] != 0 && i < 3; ++i) {
    if (required[i] > 1) return Failure{CL_INVALID_WORK_GROUP_SIZE};
  }
  if (localSize == nullptr) {
    // A required size that does not divide the global one cannot be chosen for the caller.
    for (cl_uint i = 0; required[0] != 0 && i < dimensions; ++i) {
      if (required[i] != 0 && globalSize[i] % required[i] != 0) return Failure{CL_INVALID_WORK_GROUP_SIZE};
    }
    return {};
  }
  const auto& compute = device.level0().compute;
  const std::array<uint32_t, 3> maxItems = {compute.maxGroupSizeX, compute.maxGroupSizeY,
                                            compute.maxGroupSizeZ};
  size_t total = 1;
  for (cl_uint i = 0; i < dimensions; ++i) {
    // Zero-sized work-groups, and groups that are not the required size.
    if (localSize[i] == 0) return Failure{CL_INVALID_WORK_GROUP_SIZE};
    if (required[0] != 0 && localSize[i] != required[i]) return Failure{CL_INVALID_WORK_GROUP_SIZE};
    // More work-items in a dimension than CL_DEVICE_MAX_WORK_ITEM_SIZES.
    if (localSize[i] > maxItems[i]) return Failure{CL_INVALID_WORK_ITEM_SIZE};
    // Groups are uniform: CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT is false.
    if (globalSize[i] % localSize[i] != 0) return Failure{CL_INVALID_WORK_GROUP_SIZE};
    total *= localSize[i];
  }
  const size_t kernelLimit = level0.properties().maxGroupSize;
  if (total > (kernelLimit != 0 ? kernelLimit : device.maxWorkGroupSize())) {
    return Failure{CL_INVALID_WORK_GROUP_SIZE};
  }
  return {};
}

// `level0` becomes the kernel on the queue's device.
Result<void> queueAndKernel(cl_command_queue queueHandle, cl_kernel kernelHandle, const l0::Kernel*& level0) {
  CommandQueue* queue = CommandQueue::from(queueHandle);
  if (queue == nullptr) return Failure{CL_INVALID_COMMAND_QUEUE};
  Kernel* kernel = Kernel::from(kernelHandle);
  if (kernel == nullptr) return Failure{CL_INVALID_KERNEL};
  if (&kernel->context() != &queue->context()) return Failure{CL_INVALID_CONTEXT};
  // Built for the queue's device.
  level0 = kernel->level0(&queue->device());
  if (level0 == nullptr) return Failure{CL_INVALID_PROGRAM_EXECUTABLE};
  if (!kernel->allArgsSet()) return Failure{CL_INVALID_KERNEL_ARGS};
  return {};
}

// Local memory of the kernel and of its arguments together.
Result<void> localMemoryFits(const Kernel& kernel, const l0::Kernel& level0, const Device& device) {
  if (level0.properties().localBytes + kernel.localArgumentBytes() > device.localMemoryBytes()) {
    return Failure{CL_OUT_OF_RESOURCES};
  }
  return {};
}

}  // namespace

Result<void> enqueueNDRangeKernel(cl_command_queue queueHandle, cl_kernel kernelHandle, cl_uint dimensions,
                                  const size_t* offset, const size_t* globalSize, const size_t* localSize,
                                  cl_uint waitCount, const cl_event* waits, cl_event* /*event*/) {
  const l0::Kernel* level0 = nullptr;
  CLZE_TRY(queueAndKernel(queueHandle, kernelHandle, level0));
  const CommandQueue& queue = CommandQueue::trusted(queueHandle);
  const Kernel& kernel = Kernel::trusted(kernelHandle);
  // Between 1 and CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS.
  if (dimensions < 1 || dimensions > 3) return Failure{CL_INVALID_WORK_DIMENSION};
  if (globalSize == nullptr) return Failure{CL_INVALID_GLOBAL_WORK_SIZE};
  for (cl_uint i = 0; offset != nullptr && i < dimensions; ++i) {
    if (!idsFit(globalSize[i], offset[i])) return Failure{CL_INVALID_GLOBAL_OFFSET};
  }
  CLZE_TRY(localSizeRules(kernel, *level0, queue.device(), dimensions, globalSize, localSize));
  CLZE_TRY(localMemoryFits(kernel, *level0, queue.device()));
  if (const cl_int code = kernel.argsUsable(); code != CL_SUCCESS) return Failure{code};
  if (waitCount == 0 && waits == nullptr) return {};
  return waitList(queue.context(), waitCount, waits);
}

Result<void> enqueueTask(cl_command_queue queueHandle, cl_kernel kernelHandle, cl_uint waitCount,
                         const cl_event* waits, cl_event* event) {
  constexpr size_t kOne = 1;
  return enqueueNDRangeKernel(queueHandle, kernelHandle, 1, nullptr, &kOne, &kOne, waitCount, waits, event);
}

Result<void> enqueueNativeKernel(cl_command_queue queueHandle, void(CL_CALLBACK* function)(void*),
                                 void* /*args*/, size_t /*argsSize*/, cl_uint /*memoryCount*/,
                                 const cl_mem* /*memories*/, const void** /*memoryLocations*/,
                                 cl_uint /*waitCount*/, const cl_event* /*waits*/, cl_event* /*event*/) {
  if (CommandQueue::from(queueHandle) == nullptr) return Failure{CL_INVALID_COMMAND_QUEUE};
  if (function == nullptr) return Failure{CL_INVALID_VALUE};
  // The device cannot execute native kernels.
  return Failure{CL_INVALID_OPERATION};
}

}  // namespace clze::icd::validate
