// Entry points that Debian's loader has no slot for; zeDriverGetExtensionFunctionAddress hands them out.
#pragma once

#include <level_zero/ze_api.h>

#include "l0backend/api/ze_newer.h"
#include "softgpu/ze/driver/newer_api.h"

namespace softgpu::driver {

// zeImageViewCreateExt, API 1.5: the same as Exp.
ze_result_t ZE_APICALL imageViewCreateExt(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                          const ze_image_desc_t* desc, ze_image_handle_t hImage,
                                          ze_image_handle_t* phImageView);
// zeMemGetPitchFor2dImage, of ZE_experimental_bindless_image.
ze_result_t ZE_APICALL memGetPitchFor2dImage(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                             size_t imageWidth, size_t imageHeight,
                                             unsigned int elementSizeInBytes, size_t* rowPitch);
// zeCommandListHostSynchronize, API 1.6.
ze_result_t ZE_APICALL listHostSynchronize(ze_command_list_handle_t hCommandList, uint64_t timeout);
// Event pools: zeEventPoolPutIpcHandle, API 1.6; zeEventPoolGetFlags, API 1.9.
ze_result_t ZE_APICALL eventPoolPutIpcHandle(ze_context_handle_t hContext, ze_ipc_event_pool_handle_t hIpc);
ze_result_t ZE_APICALL eventPoolGetFlags(ze_event_pool_handle_t hEventPool, ze_event_pool_flags_t* pFlags);
ze_result_t ZE_APICALL eventPoolGetContextHandle(ze_event_pool_handle_t hEventPool,
                                                 ze_context_handle_t* phContext);
// Events: what they were made with, API 1.9; counter-based ones, API 1.15 and 1.17.
ze_result_t ZE_APICALL eventGetEventPool(ze_event_handle_t hEvent, ze_event_pool_handle_t* phEventPool);
ze_result_t ZE_APICALL eventGetSignalScope(ze_event_handle_t hEvent, ze_event_scope_flags_t* pSignalScope);
ze_result_t ZE_APICALL eventGetWaitScope(ze_event_handle_t hEvent, ze_event_scope_flags_t* pWaitScope);
ze_result_t ZE_APICALL eventCounterBasedCreate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                               const newer::CounterBasedEventDesc* desc,
                                               ze_event_handle_t* phEvent);
ze_result_t ZE_APICALL eventCounterBasedGetIpcHandle(ze_event_handle_t hEvent,
                                                     newer::IpcCounterBasedHandle* phIpc);
ze_result_t ZE_APICALL eventCounterBasedOpenIpcHandle(ze_context_handle_t hContext,
                                                      newer::IpcCounterBasedHandle hIpc,
                                                      ze_event_handle_t* phEvent);
ze_result_t ZE_APICALL eventCounterBasedCloseIpcHandle(ze_event_handle_t hEvent);
ze_result_t ZE_APICALL eventCounterBasedGetDeviceAddress(ze_event_handle_t hEvent, uint64_t* completionValue,
                                                         uint64_t* deviceAddress);
ze_result_t ZE_APICALL eventGetCounterBasedFlags(ze_event_handle_t hEvent, uint32_t* pFlags);
ze_result_t ZE_APICALL deviceGetCounterBasedEventMaxValue(ze_device_handle_t hDevice, uint64_t* maxValue);
ze_result_t ZE_APICALL deviceGetAggregatedCopyOffloadIncrementValue(ze_device_handle_t hDevice,
                                                                    uint32_t* incrementValue);
// zeInitDrivers, API 1.10.
ze_result_t ZE_APICALL initDrivers(uint32_t* pCount, ze_driver_handle_t* phDrivers,
                                   clze::ze_newer::InitDriverTypeDesc* desc);
// zeDriverGetLastErrorDescription, API 1.6.
ze_result_t ZE_APICALL driverGetLastErrorDescription(ze_driver_handle_t hDriver, const char** ppString);
// External semaphores, API 1.12.
ze_result_t ZE_APICALL deviceImportExternalSemaphoreExt(ze_device_handle_t hDevice,
                                                        const newer::ExternalSemaphoreDesc* desc,
                                                        newer::ExternalSemaphoreHandle* phSemaphore);
ze_result_t ZE_APICALL deviceReleaseExternalSemaphoreExt(newer::ExternalSemaphoreHandle hSemaphore);
ze_result_t ZE_APICALL listAppendSignalExternalSemaphoreExt(
    ze_command_list_handle_t hCommandList, uint32_t numSemaphores,
    newer::ExternalSemaphoreHandle* phSemaphores, newer::ExternalSemaphoreSignal* signalParams,
    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents);
ze_result_t ZE_APICALL listAppendWaitExternalSemaphoreExt(
    ze_command_list_handle_t hCommandList, uint32_t numSemaphores,
    newer::ExternalSemaphoreHandle* phSemaphores, newer::ExternalSemaphoreWait* waitParams,
    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents);
// Drivers, devices and queues: API 1.9, 1.13, 1.14 and 1.17; and the optional ones of 1.4.
ze_context_handle_t ZE_APICALL driverGetDefaultContext(ze_driver_handle_t hDriver);
ze_result_t ZE_APICALL deviceSynchronize(ze_device_handle_t hDevice);
ze_result_t ZE_APICALL deviceGetVectorWidthPropertiesExt(ze_device_handle_t hDevice, uint32_t* pCount,
                                                         newer::VectorWidths* pVectorWidthProperties);
ze_result_t ZE_APICALL queueGetOrdinal(ze_command_queue_handle_t hCommandQueue, uint32_t* pOrdinal);
ze_result_t ZE_APICALL queueGetIndex(ze_command_queue_handle_t hCommandQueue, uint32_t* pIndex);
ze_result_t ZE_APICALL queueGetFlags(ze_command_queue_handle_t hCommandQueue,
                                     ze_command_queue_flags_t* pFlags);
ze_result_t ZE_APICALL queueGetMode(ze_command_queue_handle_t hCommandQueue, ze_command_queue_mode_t* pMode);
ze_result_t ZE_APICALL queueGetPriority(ze_command_queue_handle_t hCommandQueue,
                                        ze_command_queue_priority_t* pPriority);
// Command lists, API 1.16 and 1.17.
ze_result_t ZE_APICALL listGetFlags(ze_command_list_handle_t hCommandList, ze_command_list_flags_t* pFlags);
ze_result_t ZE_APICALL listImmediateGetFlags(ze_command_list_handle_t hCommandList,
                                             ze_command_queue_flags_t* pFlags);
ze_result_t ZE_APICALL listImmediateGetMode(ze_command_list_handle_t hCommandList,
                                            ze_command_queue_mode_t* pMode);
ze_result_t ZE_APICALL listImmediateGetPriority(ze_command_list_handle_t hCommandList,
                                                ze_command_queue_priority_t* pPriority);
ze_result_t ZE_APICALL listAppendMemoryCopyWithParameters(ze_command_list_handle_t hCommandList, void* dstptr,
                                                          const void* srcptr, size_t size, const void* pNext,
                                                          ze_event_handle_t hSignalEvent,
                                                          uint32_t numWaitEvents,
                                                          ze_event_handle_t* phWaitEvents);
ze_result_t ZE_APICALL listAppendMemoryFillWithParameters(ze_command_list_handle_t hCommandList, void* ptr,
                                                          const void* pattern, size_t patternSize,
                                                          size_t size, const void* pNext,
                                                          ze_event_handle_t hSignalEvent,
                                                          uint32_t numWaitEvents,
                                                          ze_event_handle_t* phWaitEvents);
ze_result_t ZE_APICALL listImmediateAppendCommandListsWithParameters(
    ze_command_list_handle_t hCommandListImmediate, uint32_t numCommandLists,
    ze_command_list_handle_t* phCommandLists, const void* pNext, ze_event_handle_t hSignalEvent,
    uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents);
// Mutable lists, API 1.9, 1.10 and 1.17.
ze_result_t ZE_APICALL listGetNextCommandIdExp(ze_command_list_handle_t hCommandList,
                                               const newer::MutableCommandIdDesc* desc, uint64_t* pCommandId);
ze_result_t ZE_APICALL listGetNextCommandIdWithKernelsExp(ze_command_list_handle_t hCommandList,
                                                          const newer::MutableCommandIdDesc* desc,
                                                          uint32_t numKernels, ze_kernel_handle_t* phKernels,
                                                          uint64_t* pCommandId);
ze_result_t ZE_APICALL listUpdateMutableCommandsExp(ze_command_list_handle_t hCommandList,
                                                    const newer::MutableCommandsDesc* desc);
ze_result_t ZE_APICALL listUpdateMutableCommandSignalEventExp(ze_command_list_handle_t hCommandList,
                                                              uint64_t commandId,
                                                              ze_event_handle_t hSignalEvent);
ze_result_t ZE_APICALL listUpdateMutableCommandWaitEventsExp(ze_command_list_handle_t hCommandList,
                                                             uint64_t commandId, uint32_t numWaitEvents,
                                                             ze_event_handle_t* phWaitEvents);
ze_result_t ZE_APICALL listUpdateMutableCommandKernelsExp(ze_command_list_handle_t hCommandList,
                                                          uint32_t numKernels, uint64_t* pCommandId,
                                                          ze_kernel_handle_t* phKernels);
ze_result_t ZE_APICALL listIsMutableExp(ze_command_list_handle_t hCommandList, ze_bool_t* pIsMutable);
// Memory, API 1.6, 1.7 and 1.15.
ze_result_t ZE_APICALL memPutIpcHandle(ze_context_handle_t hContext, ze_ipc_mem_handle_t handle);
ze_result_t ZE_APICALL memGetIpcHandleWithProperties(ze_context_handle_t hContext, const void* ptr,
                                                     void* pNext, ze_ipc_mem_handle_t* pIpcHandle);
ze_result_t ZE_APICALL memGetIpcHandleFromFileDescriptorExp(ze_context_handle_t hContext, uint64_t handle,
                                                            ze_ipc_mem_handle_t* pIpcHandle);
ze_result_t ZE_APICALL memGetFileDescriptorFromIpcHandleExp(ze_context_handle_t hContext,
                                                            ze_ipc_mem_handle_t ipcHandle, uint64_t* pHandle);
ze_result_t ZE_APICALL memSetAtomicAccessAttributeExp(ze_context_handle_t hContext,
                                                      ze_device_handle_t hDevice, const void* ptr,
                                                      size_t size, uint32_t attr);
ze_result_t ZE_APICALL memGetAtomicAccessAttributeExp(ze_context_handle_t hContext,
                                                      ze_device_handle_t hDevice, const void* ptr,
                                                      size_t size, uint32_t* pAttr);
// Kernels, API 1.11 and 1.14.
ze_result_t ZE_APICALL kernelGetBinaryExp(ze_kernel_handle_t hKernel, size_t* pSize, uint8_t* pKernelBinary);
ze_result_t ZE_APICALL kernelGetAllocationPropertiesExp(ze_kernel_handle_t hKernel, uint32_t* pCount,
                                                        newer::KernelAllocation* pAllocationProperties);
// zeDeviceGetRootDevice, API 1.7: null, as the device is nobody's sub-device.
ze_result_t ZE_APICALL deviceGetRootDevice(ze_device_handle_t hDevice, ze_device_handle_t* phRootDevice);
// Command lists, API 1.9.
ze_result_t ZE_APICALL listGetDeviceHandle(ze_command_list_handle_t hCommandList,
                                           ze_device_handle_t* phDevice);
ze_result_t ZE_APICALL listGetContextHandle(ze_command_list_handle_t hCommandList,
                                            ze_context_handle_t* phContext);
ze_result_t ZE_APICALL listGetOrdinal(ze_command_list_handle_t hCommandList, uint32_t* pOrdinal);
ze_result_t ZE_APICALL listImmediateGetIndex(ze_command_list_handle_t hCommandListImmediate,
                                             uint32_t* pIndex);
ze_result_t ZE_APICALL listIsImmediate(ze_command_list_handle_t hCommandList, ze_bool_t* pIsImmediate);
ze_result_t ZE_APICALL listCreateCloneExp(ze_command_list_handle_t hCommandList,
                                          ze_command_list_handle_t* phClonedCommandList);
ze_result_t ZE_APICALL listImmediateAppendCommandListsExp(ze_command_list_handle_t hCommandListImmediate,
                                                          uint32_t numCommandLists,
                                                          ze_command_list_handle_t* phCommandLists,
                                                          ze_event_handle_t hSignalEvent,
                                                          uint32_t numWaitEvents,
                                                          ze_event_handle_t* phWaitEvents);
// Command lists, API 1.14 and 1.17.
ze_result_t ZE_APICALL listAppendLaunchKernelWithParameters(ze_command_list_handle_t hCommandList,
                                                            ze_kernel_handle_t hKernel,
                                                            const ze_group_count_t* pGroupCounts,
                                                            const void* pNext, ze_event_handle_t hSignalEvent,
                                                            uint32_t numWaitEvents,
                                                            ze_event_handle_t* phWaitEvents);
ze_result_t ZE_APICALL listAppendLaunchKernelWithArguments(
    ze_command_list_handle_t hCommandList, ze_kernel_handle_t hKernel, ze_group_count_t groupCounts,
    clze::ze_newer::GroupSize groupSizes, void** pArguments, const void* pNext,
    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents);
ze_result_t ZE_APICALL listAppendHostFunction(ze_command_list_handle_t hCommandList,
                                              clze::ze_newer::HostFunction pfnHostFunction, void* pUserData,
                                              const void* pNext, ze_event_handle_t hSignalEvent,
                                              uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents);
// zeEventQueryKernelTimestampsExt, API 1.6.
ze_result_t ZE_APICALL eventQueryKernelTimestampsExt(ze_event_handle_t hEvent, ze_device_handle_t hDevice,
                                                     uint32_t* pCount,
                                                     clze::ze_newer::QueryKernelTimestampsResults* pResults);
// zePhysicalMemGetProperties, API 1.15.
ze_result_t ZE_APICALL physicalMemGetProperties(ze_context_handle_t hContext,
                                                ze_physical_mem_handle_t hPhysicalMem,
                                                clze::ze_newer::PhysicalMemProperties* pMemProperties);

}  // namespace softgpu::driver
