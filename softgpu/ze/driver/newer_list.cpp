// Entry points of command lists and events that are newer than API 1.4.
#include <vector>

#include "softgpu/ze/driver/device_only.h"
#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/kernel.h"
#include "softgpu/ze/driver/list.h"

namespace softgpu::driver {
namespace {

using clze::ze_newer::LaunchCooperativeDesc;

// Of a launch's pNext chain.
ze_result_t readLaunchChain(const void* pNext, bool* cooperative) {
  for (const auto* next = static_cast<const ze_base_desc_t*>(pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    SOFTGPU_REQUIRE(next->stype == clze::ze_newer::kStypeLaunchCooperative,
                    ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    *cooperative = reinterpret_cast<const LaunchCooperativeDesc*>(next)->isCooperative != 0;
  }
  return ZE_RESULT_SUCCESS;
}

}  // namespace

ze_result_t ZE_APICALL listGetDeviceHandle(ze_command_list_handle_t hCommandList,
                                           ze_device_handle_t* phDevice) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(phDevice);
  *phDevice = list->origin.device;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listGetContextHandle(ze_command_list_handle_t hCommandList,
                                            ze_context_handle_t* phContext) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(phContext);
  *phContext = list->origin.context;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listGetOrdinal(ze_command_list_handle_t hCommandList, uint32_t* pOrdinal) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pOrdinal);
  *pOrdinal = list->origin.ordinal;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listImmediateGetIndex(ze_command_list_handle_t hCommandListImmediate,
                                             uint32_t* pIndex) {
  SOFTGPU_RESOLVE(List, list, hCommandListImmediate);
  SOFTGPU_REQUIRE_POINTER(pIndex);
  SOFTGPU_REQUIRE(list->immediate(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  *pIndex = list->origin.index;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listIsImmediate(ze_command_list_handle_t hCommandList, ze_bool_t* pIsImmediate) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pIsImmediate);
  *pIsImmediate = list->immediate() ? 1 : 0;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listGetFlags(ze_command_list_handle_t hCommandList, ze_command_list_flags_t* pFlags) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pFlags);
  *pFlags = list->origin.flags;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listImmediateGetFlags(ze_command_list_handle_t hCommandList,
                                             ze_command_queue_flags_t* pFlags) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pFlags);
  SOFTGPU_REQUIRE(list->immediate(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  *pFlags = list->origin.queue.flags;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listImmediateGetMode(ze_command_list_handle_t hCommandList,
                                            ze_command_queue_mode_t* pMode) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pMode);
  SOFTGPU_REQUIRE(list->immediate(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  *pMode = list->origin.queue.mode;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listImmediateGetPriority(ze_command_list_handle_t hCommandList,
                                                ze_command_queue_priority_t* pPriority) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pPriority);
  SOFTGPU_REQUIRE(list->immediate(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  *pPriority = list->origin.queue.priority;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL queueGetOrdinal(ze_command_queue_handle_t hCommandQueue, uint32_t* pOrdinal) {
  SOFTGPU_RESOLVE(Queue, queue, hCommandQueue);
  SOFTGPU_REQUIRE_POINTER(pOrdinal);
  *pOrdinal = queue->ordinal();
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL queueGetIndex(ze_command_queue_handle_t hCommandQueue, uint32_t* pIndex) {
  SOFTGPU_RESOLVE(Queue, queue, hCommandQueue);
  SOFTGPU_REQUIRE_POINTER(pIndex);
  *pIndex = queue->origin.index;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL queueGetFlags(ze_command_queue_handle_t hCommandQueue,
                                     ze_command_queue_flags_t* pFlags) {
  SOFTGPU_RESOLVE(Queue, queue, hCommandQueue);
  SOFTGPU_REQUIRE_POINTER(pFlags);
  *pFlags = queue->origin.flags;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL queueGetMode(ze_command_queue_handle_t hCommandQueue, ze_command_queue_mode_t* pMode) {
  SOFTGPU_RESOLVE(Queue, queue, hCommandQueue);
  SOFTGPU_REQUIRE_POINTER(pMode);
  *pMode = queue->origin.mode;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL queueGetPriority(ze_command_queue_handle_t hCommandQueue,
                                        ze_command_queue_priority_t* pPriority) {
  SOFTGPU_RESOLVE(Queue, queue, hCommandQueue);
  SOFTGPU_REQUIRE_POINTER(pPriority);
  *pPriority = queue->origin.priority;
  return ZE_RESULT_SUCCESS;
}

// None of the three has parameters yet.
ze_result_t ZE_APICALL listAppendMemoryCopyWithParameters(ze_command_list_handle_t hCommandList, void* dstptr,
                                                          const void* srcptr, size_t size, const void* pNext,
                                                          ze_event_handle_t hSignalEvent,
                                                          uint32_t numWaitEvents,
                                                          ze_event_handle_t* phWaitEvents) {
  SOFTGPU_REQUIRE(pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  return zeCommandListAppendMemoryCopy(hCommandList, dstptr, srcptr, size, hSignalEvent, numWaitEvents,
                                       phWaitEvents);
}

ze_result_t ZE_APICALL listAppendMemoryFillWithParameters(ze_command_list_handle_t hCommandList, void* ptr,
                                                          const void* pattern, size_t patternSize,
                                                          size_t size, const void* pNext,
                                                          ze_event_handle_t hSignalEvent,
                                                          uint32_t numWaitEvents,
                                                          ze_event_handle_t* phWaitEvents) {
  SOFTGPU_REQUIRE(pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  return zeCommandListAppendMemoryFill(hCommandList, ptr, pattern, patternSize, size, hSignalEvent,
                                       numWaitEvents, phWaitEvents);
}

ze_result_t ZE_APICALL listImmediateAppendCommandListsWithParameters(
    ze_command_list_handle_t hCommandListImmediate, uint32_t numCommandLists,
    ze_command_list_handle_t* phCommandLists, const void* pNext, ze_event_handle_t hSignalEvent,
    uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_REQUIRE(pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  return listImmediateAppendCommandListsExp(hCommandListImmediate, numCommandLists, phCommandLists,
                                            hSignalEvent, numWaitEvents, phWaitEvents);
}

ze_result_t ZE_APICALL listAppendLaunchKernelWithParameters(ze_command_list_handle_t hCommandList,
                                                            ze_kernel_handle_t hKernel,
                                                            const ze_group_count_t* pGroupCounts,
                                                            const void* pNext, ze_event_handle_t hSignalEvent,
                                                            uint32_t numWaitEvents,
                                                            ze_event_handle_t* phWaitEvents) {
  bool cooperative = false;
  SOFTGPU_TRY(readLaunchChain(pNext, &cooperative));
  const auto append =
      cooperative ? zeCommandListAppendLaunchCooperativeKernel : zeCommandListAppendLaunchKernel;
  return append(hCommandList, hKernel, pGroupCounts, hSignalEvent, numWaitEvents, phWaitEvents);
}

// The kernel keeps group size and arguments, as if each had been set by its own call.
ze_result_t ZE_APICALL listAppendLaunchKernelWithArguments(
    ze_command_list_handle_t hCommandList, ze_kernel_handle_t hKernel, const ze_group_count_t groupCounts,
    const clze::ze_newer::GroupSize groupSizes, void** pArguments, const void* pNext,
    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  const auto& infos = kernel->info().args;
  SOFTGPU_REQUIRE(infos.empty() || pArguments != nullptr, ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  SOFTGPU_TRY(kernel->setGroupSize({groupSizes.groupSizeX, groupSizes.groupSizeY, groupSizes.groupSizeZ}));
  for (uint32_t i = 0; i < infos.size(); ++i) {
    // Of local memory the array has the address of its size.
    if (infos[i].kind == engine::ArgKind::Local) {
      SOFTGPU_REQUIRE_POINTER(pArguments[i]);
      SOFTGPU_TRY(kernel->setArgument(i, *static_cast<const size_t*>(pArguments[i]), nullptr));
    } else {
      SOFTGPU_TRY(kernel->setArgument(i, infos[i].size, pArguments[i]));
    }
  }
  return listAppendLaunchKernelWithParameters(hCommandList, hKernel, &groupCounts, pNext, hSignalEvent,
                                              numWaitEvents, phWaitEvents);
}

ze_result_t ZE_APICALL listAppendHostFunction(ze_command_list_handle_t hCommandList,
                                              clze::ze_newer::HostFunction pfnHostFunction, void* pUserData,
                                              const void* pNext, ze_event_handle_t hSignalEvent,
                                              uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pfnHostFunction);
  SOFTGPU_REQUIRE(pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  return list->append({hSignalEvent, numWaitEvents, phWaitEvents}, [pfnHostFunction, pUserData] {
    const device_only::HostCode host;
    pfnHostFunction(pUserData);
  });
}

ze_result_t ZE_APICALL listImmediateAppendCommandListsExp(ze_command_list_handle_t hCommandListImmediate,
                                                          uint32_t numCommandLists,
                                                          ze_command_list_handle_t* phCommandLists,
                                                          ze_event_handle_t hSignalEvent,
                                                          uint32_t numWaitEvents,
                                                          ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandListImmediate);
  SOFTGPU_REQUIRE(list->immediate(), ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE);
  SOFTGPU_REQUIRE_POINTER(phCommandLists);
  std::vector<std::shared_ptr<const CommandArray>> contents;
  for (uint32_t i = 0; i < numCommandLists; ++i) {
    SOFTGPU_RESOLVE(List, inner, phCommandLists[i]);
    SOFTGPU_REQUIRE(!inner->immediate(), ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE);
    auto closed = inner->contents();
    SOFTGPU_REQUIRE(closed != nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    contents.push_back(std::move(closed));
  }
  return list->appendLists({hSignalEvent, numWaitEvents, phWaitEvents}, std::move(contents));
}

ze_result_t ZE_APICALL listCreateCloneExp(ze_command_list_handle_t hCommandList,
                                          ze_command_list_handle_t* phClonedCommandList) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(phClonedCommandList);
  SOFTGPU_REQUIRE(!list->immediate() && list->contents(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  *phClonedCommandList = publish(list->clone());
  return ZE_RESULT_SUCCESS;
}

// The device's clock is the host's: both kinds of timestamp are the same numbers.
ze_result_t ZE_APICALL eventQueryKernelTimestampsExt(ze_event_handle_t hEvent, ze_device_handle_t hDevice,
                                                     uint32_t* pCount,
                                                     clze::ze_newer::QueryKernelTimestampsResults* pResults) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pCount);
  SOFTGPU_REQUIRE(event->timestamps(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const bool asked = *pCount == 0;
  *pCount = 1;
  if (asked) return ZE_RESULT_SUCCESS;
  SOFTGPU_REQUIRE_POINTER(pResults);
  SOFTGPU_REQUIRE(event->signalled(), ZE_RESULT_NOT_READY);
  const auto times = event->times();
  if (pResults->pKernelTimestampsBuffer != nullptr) *pResults->pKernelTimestampsBuffer = times;
  if (pResults->pSynchronizedTimestampsBuffer != nullptr) {
    *pResults->pSynchronizedTimestampsBuffer = {times.global.kernelStart, times.global.kernelEnd,
                                                times.context.kernelStart, times.context.kernelEnd};
  }
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver
