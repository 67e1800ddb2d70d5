// Declarations of API 1.5 to 1.17 that Debian 12's headers (API 1.4) lack and l0backend/api/ze_newer.h does
// not have. Layouts and values are the public specification's; the names are ours, so that a newer ze_api.h
// can be used beside them.
#pragma once

#include <level_zero/ze_api.h>

#include <cstddef>
#include <cstdint>

namespace softgpu::newer {

constexpr ze_structure_type_t stype(uint32_t value) { return static_cast<ze_structure_type_t>(value); }

// ZE_experimental_event_pool_counter_based (1.8): pNext of ze_event_pool_desc_t.
inline constexpr auto kStypeCounterBasedPool = stype(0x00020014);
inline constexpr uint32_t kPoolCounterImmediate = 1U << 0, kPoolCounterRegular = 1U << 1;
struct CounterBasedPoolDesc {
  ze_structure_type_t stype = kStypeCounterBasedPool;
  const void* pNext = nullptr;
  uint32_t flags = 0;  // 0: immediate lists only
};

// zeEventCounterBasedCreate (1.15).
inline constexpr auto kStypeCounterBasedEvent = stype(0x0002003A);
inline constexpr uint32_t kCounterImmediate = 1U << 0, kCounterRegular = 1U << 1,
                          kCounterHostVisible = 1U << 2, kCounterIpc = 1U << 3,
                          kCounterDeviceTimestamp = 1U << 4, kCounterHostTimestamp = 1U << 5,
                          kCounterGraphExternal = 1U << 6;
struct CounterBasedEventDesc {
  ze_structure_type_t stype = kStypeCounterBasedEvent;
  const void* pNext = nullptr;
  uint32_t flags = 0;  // no kind of list: immediate ones
  ze_event_scope_flags_t signal = 0, wait = 0;
};
// pNext of it: complete when the application has written `completionValue` or more.
inline constexpr auto kStypeExternalSync = stype(0x0002003B);
struct ExternalSyncDesc {
  ze_structure_type_t stype = kStypeExternalSync;
  const void* pNext = nullptr;
  uint64_t* deviceAddress = nullptr;
  uint64_t* hostAddress = nullptr;
  uint64_t completionValue = 0;
};
// pNext of it: each signal adds; complete at `completionValue` or more.
inline constexpr auto kStypeAggregate = stype(0x0002003F);
struct AggregateDesc {
  ze_structure_type_t stype = kStypeAggregate;
  const void* pNext = nullptr;
  uint64_t* deviceAddress = nullptr;
  uint64_t incrementValue = 0, completionValue = 0;
};
// pNext of it and of ze_event_desc_t: how the host wants to wait.
inline constexpr auto kStypeEventSyncMode = stype(0x0002003C);
inline constexpr uint32_t kSyncModeFlags = 0x7;
struct EventSyncModeDesc {
  ze_structure_type_t stype = kStypeEventSyncMode;
  const void* pNext = nullptr;
  uint32_t flags = 0;
  uint32_t externalInterruptId = 0;
};
struct IpcCounterBasedHandle {
  char data[ZE_MAX_IPC_HANDLE_SIZE];
};

// External semaphores (1.12).
using ExternalSemaphoreHandle = struct ExternalSemaphoreOpaque*;
inline constexpr auto kStypeSemaphore = stype(0x00020022), kStypeSemaphoreFd = stype(0x00020024),
                      kStypeSemaphoreSignal = stype(0x00020025), kStypeSemaphoreWait = stype(0x00020026);
inline constexpr uint32_t kSemaphoreOpaqueFd = 1U << 0, kSemaphoreTimelineFd = 1U << 7,
                          kSemaphoreFlags = 0x1ff;
struct ExternalSemaphoreDesc {
  ze_structure_type_t stype = kStypeSemaphore;
  const void* pNext = nullptr;
  uint32_t flags = 0;
};
struct ExternalSemaphoreFdDesc {
  ze_structure_type_t stype = kStypeSemaphoreFd;
  const void* pNext = nullptr;
  int fd = -1;
};
struct ExternalSemaphoreSignal {
  ze_structure_type_t stype = kStypeSemaphoreSignal;
  const void* pNext = nullptr;
  uint64_t value = 0;  // of a timeline
};
struct ExternalSemaphoreWait {
  ze_structure_type_t stype = kStypeSemaphoreWait;
  const void* pNext = nullptr;
  uint64_t value = 0;  // of a timeline
};

// What becomes of writes to pages that are mapped for reading only (1.17): they fault.
inline constexpr auto kStypeReadOnlyMemory = stype(0x00010015);
inline constexpr uint32_t kReadOnlyEnforced = 2;
struct ReadOnlyMemoryProperties {
  ze_structure_type_t stype = kStypeReadOnlyMemory;
  void* pNext = nullptr;
  uint32_t capability = 0;
};

// zeDeviceGetVectorWidthPropertiesExt (1.13).
inline constexpr auto kStypeVectorWidths = stype(0x00020029);
struct VectorWidths {
  ze_structure_type_t stype = kStypeVectorWidths;
  void* pNext = nullptr;
  uint32_t size = 0;
  struct PerType {
    uint32_t ofChar, ofShort, ofInt, ofLong, ofFloat, ofDouble, ofHalf;
  } preferred{}, native{};
};

// zeMemGetIpcHandleWithProperties (1.15): its pNext.
inline constexpr auto kStypeIpcMemHandleType = stype(0x0002003D);
inline constexpr uint32_t kIpcMemDefault = 1U << 0, kIpcMemFabric = 1U << 1;
struct IpcMemHandleTypeDesc {
  ze_structure_type_t stype = kStypeIpcMemHandleType;
  const void* pNext = nullptr;
  uint32_t flags = 0;
};

// zeMemSetAtomicAccessAttributeExp (1.7).
inline constexpr uint32_t kAtomicNone = 1U << 0, kAtomicNoHost = 1U << 1, kAtomicHost = 1U << 2,
                          kAtomicNoDevice = 1U << 3, kAtomicDevice = 1U << 4, kAtomicNoSystem = 1U << 5,
                          kAtomicSystem = 1U << 6;

// zeKernelGetAllocationPropertiesExp (1.14).
inline constexpr auto kStypeKernelAllocation = stype(0x00020039);
struct KernelAllocation {
  ze_structure_type_t stype = kStypeKernelAllocation;
  void* pNext = nullptr;
  uint64_t base = 0;
  size_t size = 0;
  ze_memory_type_t type = ZE_MEMORY_TYPE_UNKNOWN;
  uint32_t argIndex = 0;
};

// Mutable command lists (ZE_experimental_mutable_command_list, 1.9 and 1.10).
inline constexpr auto kStypeMutableListProperties = stype(0x00020015), kStypeMutableList = stype(0x00020016),
                      kStypeMutableCommandId = stype(0x00020017), kStypeMutableCommands = stype(0x00020018),
                      kStypeMutableArgument = stype(0x00020019), kStypeMutableGroupCount = stype(0x0002001A),
                      kStypeMutableGroupSize = stype(0x0002001B),
                      kStypeMutableGlobalOffset = stype(0x0002001C);
inline constexpr uint32_t kMutableArguments = 1U << 0, kMutableGroupCount = 1U << 1,
                          kMutableGroupSize = 1U << 2, kMutableGlobalOffset = 1U << 3,
                          kMutableSignalEvent = 1U << 4, kMutableWaitEvents = 1U << 5,
                          kMutableKernel = 1U << 6, kMutableGraphArguments = 1U << 7;
inline constexpr auto kInvalidKernelHandle = static_cast<ze_result_t>(0x7800001c);  // 1.10
struct MutableListProperties {
  ze_structure_type_t stype = kStypeMutableListProperties;
  void* pNext = nullptr;
  uint32_t listFlags = 0, commandFlags = 0;
};
struct MutableListDesc {
  ze_structure_type_t stype = kStypeMutableList;
  const void* pNext = nullptr;
  uint32_t flags = 0;
};
struct MutableCommandIdDesc {
  ze_structure_type_t stype = kStypeMutableCommandId;
  const void* pNext = nullptr;
  uint32_t flags = 0;  // 0: all but the kernel
};
struct MutableCommandsDesc {
  ze_structure_type_t stype = kStypeMutableCommands;
  const void* pNext = nullptr;
  uint32_t flags = 0;
};
struct MutableArgumentDesc {
  ze_structure_type_t stype = kStypeMutableArgument;
  const void* pNext = nullptr;
  uint64_t commandId = 0;
  uint32_t argIndex = 0;
  size_t argSize = 0;
  const void* pArgValue = nullptr;
};
struct MutableGroupCountDesc {
  ze_structure_type_t stype = kStypeMutableGroupCount;
  const void* pNext = nullptr;
  uint64_t commandId = 0;
  const ze_group_count_t* pGroupCount = nullptr;
};
// Also of global offsets.
struct MutableTripleDesc {
  ze_structure_type_t stype = kStypeMutableGroupSize;
  const void* pNext = nullptr;
  uint64_t commandId = 0;
  uint32_t x = 0, y = 0, z = 0;
};

}  // namespace softgpu::newer
