// Entry points that append kernel launches.
#include <algorithm>
#include <vector>

#include "softgpu/ze/driver/kernel.h"
#include "softgpu/ze/driver/list.h"
#include "softgpu/ze/driver/usm.h"

namespace softgpu::driver {
namespace {

// Kernel state is copied now; the group counts are read when the launch runs if `groups` is the device's.
ze_result_t snapshotOf(ze_kernel_handle_t hKernel, Launch* launch, std::shared_ptr<Kernel>* used = nullptr) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  if (used != nullptr) *used = kernel;
  return kernel->snapshot(launch);
}

}  // namespace
}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeCommandListAppendLaunchKernel(ze_command_list_handle_t hCommandList, ze_kernel_handle_t hKernel,
                                            const ze_group_count_t* pLaunchFuncArgs,
                                            ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                            ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_TRY(list->launches());
  SOFTGPU_REQUIRE_POINTER(pLaunchFuncArgs);
  Launch launch;
  std::shared_ptr<Kernel> kernel;
  SOFTGPU_TRY(snapshotOf(hKernel, &launch, &kernel));
  SOFTGPU_TRY(list->append({hSignalEvent, numWaitEvents, phWaitEvents},
                           [launch = std::move(launch), groups = *pLaunchFuncArgs] { launch.run(groups); }));
  list->noteLaunch(*kernel, *pLaunchFuncArgs, false);
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeCommandListAppendLaunchCooperativeKernel(ze_command_list_handle_t hCommandList,
                                                       ze_kernel_handle_t hKernel,
                                                       const ze_group_count_t* pLaunchFuncArgs,
                                                       ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                       ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pLaunchFuncArgs);
  const ze_group_count_t groups = *pLaunchFuncArgs;
  SOFTGPU_REQUIRE(mayRunTogether(groups), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  Launch launch;
  std::shared_ptr<Kernel> kernel;
  SOFTGPU_TRY(snapshotOf(hKernel, &launch, &kernel));
  SOFTGPU_TRY(list->append({hSignalEvent, numWaitEvents, phWaitEvents},
                           [launch = std::move(launch), groups] { launch.runTogether(groups); }));
  list->noteLaunch(*kernel, groups, true);
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeCommandListAppendLaunchKernelIndirect(ze_command_list_handle_t hCommandList,
                                                    ze_kernel_handle_t hKernel,
                                                    const ze_group_count_t* pLaunchArgumentsBuffer,
                                                    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                    ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_TRY(list->launches());
  SOFTGPU_REQUIRE_POINTER(pLaunchArgumentsBuffer);
  SOFTGPU_TRY(checkRange(pLaunchArgumentsBuffer, sizeof(ze_group_count_t)));
  Launch launch;
  SOFTGPU_TRY(snapshotOf(hKernel, &launch));
  return list->append(
      {hSignalEvent, numWaitEvents, phWaitEvents},
      [launch = std::move(launch), pLaunchArgumentsBuffer] { launch.run(*pLaunchArgumentsBuffer); });
}

ze_result_t zeCommandListAppendLaunchMultipleKernelsIndirect(
    ze_command_list_handle_t hCommandList, uint32_t numKernels, ze_kernel_handle_t* phKernels,
    const uint32_t* pCountBuffer, const ze_group_count_t* pLaunchArgumentsBuffer,
    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_TRY(list->launches());
  SOFTGPU_REQUIRE_POINTER(phKernels);
  SOFTGPU_REQUIRE_POINTER(pCountBuffer);
  SOFTGPU_REQUIRE_POINTER(pLaunchArgumentsBuffer);
  SOFTGPU_TRY(checkRange(pCountBuffer, sizeof(uint32_t)));
  SOFTGPU_TRY(checkRange(pLaunchArgumentsBuffer, numKernels * sizeof(ze_group_count_t)));
  auto launches = std::make_shared<std::vector<Launch>>(numKernels);
  for (uint32_t i = 0; i < numKernels; ++i) SOFTGPU_TRY(snapshotOf(phKernels[i], &(*launches)[i]));
  return list->append({hSignalEvent, numWaitEvents, phWaitEvents},
                      [launches, pCountBuffer, pLaunchArgumentsBuffer] {
                        const size_t count = std::min<size_t>(*pCountBuffer, launches->size());
                        for (size_t i = 0; i < count; ++i) (*launches)[i].run(pLaunchArgumentsBuffer[i]);
                      });
}
