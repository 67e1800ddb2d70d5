// Launching kernels.
#include "icd/command/launch.h"

#include <algorithm>
#include <limits>

#include "icd/entry/launch.h"

namespace clze::icd {
namespace {

constexpr size_t kMax32 = std::numeric_limits<uint32_t>::max();

// The largest divisor of `size` that is at most `limit`.
size_t divisorUpTo(size_t size, size_t limit) {
  for (size_t candidate = std::min(size, limit); candidate > 1; --candidate) {
    if (size % candidate == 0) return candidate;
  }
  return 1;
}

bool divides(const l0::Size3& group, const std::array<size_t, 3>& global) {
  for (size_t i = 0; i < 3; ++i) {
    if (group[i] == 0 || global[i] % group[i] != 0) return false;
  }
  return true;
}

}  // namespace

Result<l0::Size3> chooseGroupSize(const Kernel& kernel, const Device& device, cl_uint dimensions,
                                  const std::array<size_t, 3>& globalSize) {
  const auto& required = kernel.definition().requiredGroupSize;
  if (required[0] != 0) return l0::Size3{required[0], required[1], required[2]};

  const l0::Kernel& level0 = *kernel.level0(&device);
  const size_t kernelLimit = level0.properties().maxGroupSize;
  const size_t limit = kernelLimit != 0 ? kernelLimit : device.maxWorkGroupSize();
  const l0::Size3 asked = {static_cast<uint32_t>(globalSize[0]), static_cast<uint32_t>(globalSize[1]),
                           static_cast<uint32_t>(globalSize[2])};
  if (auto suggested = level0.suggestGroupSize(asked);
      suggested.ok() && divides(*suggested, globalSize) &&
      size_t{(*suggested)[0]} * (*suggested)[1] * (*suggested)[2] <= limit) {
    return *suggested;
  }
  // Long in x first: neighbours in memory are neighbours there.
  constexpr std::array<size_t, 3> kOneDimension = {256, 1, 1};
  constexpr std::array<size_t, 3> kMoreDimensions = {32, 8, 1};
  const auto& wanted = dimensions == 1 ? kOneDimension : kMoreDimensions;
  l0::Size3 group = {1, 1, 1};
  size_t left = limit;
  for (size_t i = 0; i < 3; ++i) {
    group[i] = static_cast<uint32_t>(divisorUpTo(globalSize[i], std::min(wanted[i], left)));
    left /= group[i];
  }
  return group;
}

Result<void> enqueueKernel(const Enqueue& command, Kernel& kernel, cl_uint dimensions, const size_t* offset,
                           const size_t* globalSize, const size_t* localSize) {
  std::array<size_t, 3> global = {1, 1, 1};
  bool nothing = false;
  for (cl_uint i = 0; i < dimensions; ++i) {
    global[i] = globalSize[i];
    nothing = nothing || globalSize[i] == 0;
  }
  // Nothing to run, but the command still takes its place in the queue (OpenCL 2.1 and later).
  if (nothing) {
    return enqueue(command, {&kernel},
                   [](l0::Queue& queue, const l0::Sync& sync) { return queue.marker(sync); });
  }

  l0::Launch launch;
  launch.kernel = kernel.level0(&command.queue.device());
  if (localSize != nullptr) {
    for (cl_uint i = 0; i < dimensions; ++i) launch.groupSize[i] = static_cast<uint32_t>(localSize[i]);
  } else {
    CLZE_TRY_ASSIGN(launch.groupSize, chooseGroupSize(kernel, command.queue.device(), dimensions, global));
  }
  // Beyond work_dim groups and counts are one.
  for (cl_uint i = 0; i < dimensions; ++i) {
    const size_t groups = global[i] / launch.groupSize[i];
    if (groups > kMax32) return Failure{CL_OUT_OF_RESOURCES};
    launch.groupCount[i] = static_cast<uint32_t>(groups);
    if (offset != nullptr) {
      if (offset[i] > kMax32) return Failure{CL_OUT_OF_RESOURCES};
      launch.offset[i] = static_cast<uint32_t>(offset[i]);
    }
  }
  const Ref<ArgSnapshot> arguments = kernel.snapshot();
  launch.args = &arguments->block;
  return enqueue(command, {&kernel, arguments.get()},
                 [launch](l0::Queue& queue, const l0::Sync& sync) { return queue.launch(launch, sync); });
}

namespace api {

Result<void> enqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                  const size_t* offset, const size_t* globalSize, const size_t* localSize,
                                  cl_uint waitCount, const cl_event* waits, cl_event* event) {
  return enqueueKernel({.queue = CommandQueue::trusted(queue),
                        .type = CL_COMMAND_NDRANGE_KERNEL,
                        .waits = {waits, waitCount},
                        .event = event},
                       Kernel::trusted(kernel), dimensions, offset, globalSize, localSize);
}

Result<void> enqueueTask(cl_command_queue queue, cl_kernel kernel, cl_uint waitCount, const cl_event* waits,
                         cl_event* event) {
  constexpr size_t kOne = 1;
  return enqueueKernel({.queue = CommandQueue::trusted(queue),
                        .type = CL_COMMAND_TASK,
                        .waits = {waits, waitCount},
                        .event = event},
                       Kernel::trusted(kernel), 1, nullptr, &kOne, &kOne);
}

}  // namespace api
}  // namespace clze::icd
