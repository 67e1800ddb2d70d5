// Entry points that describe the device.
#include "softgpu/ze/driver/device.h"

#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <thread>

#include "softgpu/ze/driver/external.h"
#include "softgpu/ze/driver/list.h"
#include "softgpu/ze/driver/newer_api.h"
#include "softgpu/ze/driver/thread_pool.h"

namespace softgpu::driver {
namespace {

constexpr uint8_t kDeviceUuid[ZE_MAX_DEVICE_UUID_SIZE] = {'s', 'o', 'f', 't', 'g', 'p', 'u', ' ',
                                                          'd', 'e', 'v', 'i', 'c', 'e', 0,   1};
constexpr uint32_t kSpirvVersion = ZE_MAKE_VERSION(1, 4);
// Double and float follow IEEE 754 in the host's registers; half is computed in float and rounded.
constexpr ze_device_fp_flags_t kFloatFlags = ZE_DEVICE_FP_FLAG_DENORM | ZE_DEVICE_FP_FLAG_INF_NAN |
                                             ZE_DEVICE_FP_FLAG_ROUND_TO_NEAREST | ZE_DEVICE_FP_FLAG_FMA |
                                             ZE_DEVICE_FP_FLAG_ROUNDED_DIVIDE_SQRT;
constexpr ze_device_fp_flags_t kDoubleFlags =
    ZE_DEVICE_FP_FLAG_DENORM | ZE_DEVICE_FP_FLAG_INF_NAN | ZE_DEVICE_FP_FLAG_ROUND_TO_NEAREST |
    ZE_DEVICE_FP_FLAG_ROUND_TO_ZERO | ZE_DEVICE_FP_FLAG_ROUND_TO_INF | ZE_DEVICE_FP_FLAG_FMA;
constexpr ze_device_fp_flags_t kHalfFlags =
    ZE_DEVICE_FP_FLAG_DENORM | ZE_DEVICE_FP_FLAG_INF_NAN | ZE_DEVICE_FP_FLAG_ROUND_TO_NEAREST;
constexpr ze_device_fp_atomic_ext_flags_t kFloatAtomics =
    ZE_DEVICE_FP_ATOMIC_EXT_FLAG_GLOBAL_LOAD_STORE | ZE_DEVICE_FP_ATOMIC_EXT_FLAG_GLOBAL_ADD |
    ZE_DEVICE_FP_ATOMIC_EXT_FLAG_GLOBAL_MIN_MAX | ZE_DEVICE_FP_ATOMIC_EXT_FLAG_LOCAL_LOAD_STORE |
    ZE_DEVICE_FP_ATOMIC_EXT_FLAG_LOCAL_ADD | ZE_DEVICE_FP_ATOMIC_EXT_FLAG_LOCAL_MIN_MAX;
constexpr ze_memory_access_cap_flags_t kAllAccess =
    ZE_MEMORY_ACCESS_CAP_FLAG_RW | ZE_MEMORY_ACCESS_CAP_FLAG_ATOMIC | ZE_MEMORY_ACCESS_CAP_FLAG_CONCURRENT |
    ZE_MEMORY_ACCESS_CAP_FLAG_CONCURRENT_ATOMIC;

template <class Visit>
void eachProperty(void* pNext, Visit&& visit) {
  for (auto* next = static_cast<ze_base_properties_t*>(pNext); next != nullptr;
       next = static_cast<ze_base_properties_t*>(next->pNext)) {
    visit(*next);
  }
}

uint32_t coreCount() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

uint64_t deviceMemorySize() {
  static const uint64_t size = [] {
    struct sysinfo info {};
    sysinfo(&info);
    return uint64_t{info.totalram} * info.mem_unit / 2;
  }();
  return size;
}

uint64_t maxAllocationSize() { return std::min<uint64_t>(deviceMemorySize(), uint64_t{4} << 30); }

}  // namespace softgpu::driver

using namespace softgpu::driver;
namespace newer = softgpu::newer;

ze_result_t zeDeviceGet(ze_driver_handle_t hDriver, uint32_t* pCount, ze_device_handle_t* phDevices) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  return enumerate(pCount, phDevices, pose().devices,
                   [](uint32_t i, ze_device_handle_t& out) { out = deviceHandle(i); });
}

ze_result_t zeDeviceGetSubDevices(ze_device_handle_t hDevice, uint32_t* pCount,
                                  ze_device_handle_t* phSubdevices) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  return enumerate(pCount, phSubdevices, device->isSub() ? 0 : pose().subDevices,
                   [&](uint32_t i, ze_device_handle_t& out) { out = subDeviceHandle(device->root(), i); });
}

ze_result_t zeDeviceGetProperties(ze_device_handle_t hDevice, ze_device_properties_t* pDeviceProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pDeviceProperties);
  auto& out = *pDeviceProperties;
  out.type = ZE_DEVICE_TYPE_GPU;
  out.vendorId = pose().vendorId;
  out.deviceId = pose().deviceId;
  out.flags =
      pose().discrete ? 0 : ZE_DEVICE_PROPERTY_FLAG_INTEGRATED | ZE_DEVICE_PROPERTY_FLAG_ONDEMANDPAGING;
  if (device->isSub()) out.flags |= ZE_DEVICE_PROPERTY_FLAG_SUBDEVICE;
  out.subdeviceId = device->sub();
  out.coreClockRate = 1000;
  out.maxMemAllocSize = maxAllocationSize();
  out.maxHardwareContexts = 1024;
  out.maxCommandQueuePriority = 0;
  out.numThreadsPerEU = 1;
  out.physicalEUSimdWidth = 8;
  out.numEUsPerSubslice = coreCount();
  out.numSubslicesPerSlice = 1;
  out.numSlices = 1;
  // Cycles per second in the newer structure, nanoseconds per cycle in the older.
  out.timerResolution = out.stype == ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES_1_2 ? kTimerFrequency : 1;
  out.timestampValidBits = 64;
  out.kernelTimestampValidBits = 64;
  std::memcpy(out.uuid.id, kDeviceUuid, sizeof(kDeviceUuid));
  out.uuid.id[14] = static_cast<uint8_t>(device->isSub() ? device->sub() + 1 : 0);
  out.uuid.id[15] = static_cast<uint8_t>(device->root() + 1);
  std::memset(out.name, 0, sizeof(out.name));
  // Whatever it poses as: nobody shall take it for hardware.
  std::snprintf(out.name, sizeof(out.name), "%s%s%s", kDeviceName,
                pose().name != nullptr ? " posing as " : "", pose().name != nullptr ? pose().name : "");
  eachProperty(out.pNext, [](ze_base_properties_t& next) {
    if (next.stype == ZE_STRUCTURE_TYPE_EU_COUNT_EXT) {
      reinterpret_cast<ze_eu_count_ext_t&>(next).numTotalEUs = coreCount();
    } else if (next.stype == newer::kStypeReadOnlyMemory && pose().newerThan14) {
      reinterpret_cast<newer::ReadOnlyMemoryProperties&>(next).capability = newer::kReadOnlyEnforced;
    } else if (next.stype == newer::kStypeMutableListProperties && pose().newerThan14) {
      auto& mutableLists = reinterpret_cast<newer::MutableListProperties&>(next);
      mutableLists.listFlags = 0;
      mutableLists.commandFlags = newer::kMutableArguments | newer::kMutableGroupCount |
                                  newer::kMutableGroupSize | newer::kMutableGlobalOffset |
                                  newer::kMutableSignalEvent | newer::kMutableWaitEvents |
                                  newer::kMutableKernel;
    }
  });
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceGetComputeProperties(ze_device_handle_t hDevice,
                                         ze_device_compute_properties_t* pComputeProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pComputeProperties);
  auto& out = *pComputeProperties;
  out.maxTotalGroupSize = kMaxGroupSize;
  out.maxGroupSizeX = out.maxGroupSizeY = out.maxGroupSizeZ = kMaxGroupSize;
  out.maxGroupCountX = out.maxGroupCountY = out.maxGroupCountZ = UINT32_MAX;
  out.maxSharedLocalMemory = kMaxLocalMemory;
  constexpr uint32_t kSubgroupSizes[] = {8, 16, 32};
  out.numSubGroupSizes = std::size(kSubgroupSizes);
  std::fill(std::begin(out.subGroupSizes), std::end(out.subGroupSizes), 0);
  std::copy(std::begin(kSubgroupSizes), std::end(kSubgroupSizes), out.subGroupSizes);
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceGetModuleProperties(ze_device_handle_t hDevice,
                                        ze_device_module_properties_t* pModuleProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pModuleProperties);
  auto& out = *pModuleProperties;
  out.spirvVersionSupported = kSpirvVersion;
  out.flags = ZE_DEVICE_MODULE_FLAG_INT64_ATOMICS;
  if (pose().fp16) out.flags |= ZE_DEVICE_MODULE_FLAG_FP16;
  if (pose().fp64) out.flags |= ZE_DEVICE_MODULE_FLAG_FP64;
  out.fp16flags = pose().fp16 ? kHalfFlags : 0;
  out.fp32flags = kFloatFlags;
  out.fp64flags = pose().fp64 ? kDoubleFlags : 0;
  out.maxArgumentsSize = kMaxArgumentsSize;
  out.printfBufferSize = 4 << 20;
  std::memset(&out.nativeKernelSupported, 0, sizeof(out.nativeKernelSupported));
  eachProperty(out.pNext, [](ze_base_properties_t& next) {
    if (next.stype == ZE_STRUCTURE_TYPE_FLOAT_ATOMIC_EXT_PROPERTIES) {
      auto& atomics = reinterpret_cast<ze_float_atomic_ext_properties_t&>(next);
      atomics.fp16Flags = pose().fp16 ? kFloatAtomics : 0;
      atomics.fp32Flags = kFloatAtomics;
      atomics.fp64Flags = pose().fp64 ? kFloatAtomics : 0;
    } else if (next.stype == ZE_STRUCTURE_TYPE_SCHEDULING_HINT_EXP_PROPERTIES) {
      reinterpret_cast<ze_scheduling_hint_exp_properties_t&>(next).schedulingHintFlags =
          ZE_SCHEDULING_HINT_EXP_FLAG_OLDEST_FIRST;
    }
  });
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceGetCommandQueueGroupProperties(
    ze_device_handle_t hDevice, uint32_t* pCount,
    ze_command_queue_group_properties_t* pCommandQueueGroupProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  return enumerate(pCount, pCommandQueueGroupProperties, queueGroups(), [](uint32_t i, auto& out) {
    out.flags = ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COPY;
    if (i == 0) {
      out.flags |= ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COMPUTE |
                   ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COOPERATIVE_KERNELS;
    }
    out.maxMemoryFillPatternSize = kMaxFillPattern;
    out.numQueues = pose().queues;
  });
}

ze_result_t zeDeviceGetMemoryProperties(ze_device_handle_t hDevice, uint32_t* pCount,
                                        ze_device_memory_properties_t* pMemProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  const uint64_t size = device->isSub() ? deviceMemorySize() / pose().subDevices : deviceMemorySize();
  return enumerate(pCount, pMemProperties, 1, [size](uint32_t, auto& out) {
    out.flags = 0;
    out.maxClockRate = 1000;
    out.maxBusWidth = 64;
    out.totalSize = size;
    std::snprintf(out.name, sizeof(out.name), pose().discrete ? "device memory" : "system memory");
    eachProperty(out.pNext, [size](ze_base_properties_t& next) {
      if (next.stype != ZE_STRUCTURE_TYPE_DEVICE_MEMORY_EXT_PROPERTIES) return;
      auto& memory = reinterpret_cast<ze_device_memory_ext_properties_t&>(next);
      memory.type = pose().discrete ? ZE_DEVICE_MEMORY_EXT_TYPE_GDDR6 : ZE_DEVICE_MEMORY_EXT_TYPE_DDR;
      memory.physicalSize = size;
      memory.readBandwidth = memory.writeBandwidth = 0;
      memory.bandwidthUnit = ZE_BANDWIDTH_UNIT_UNKNOWN;
    });
  });
}

ze_result_t zeDeviceGetMemoryAccessProperties(ze_device_handle_t hDevice,
                                              ze_device_memory_access_properties_t* pMemAccessProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pMemAccessProperties);
  auto& out = *pMemAccessProperties;
  out.hostAllocCapabilities = out.deviceAllocCapabilities = kAllAccess;
  out.sharedSingleDeviceAllocCapabilities = kAllAccess;
  out.sharedCrossDeviceAllocCapabilities = kAllAccess;
  // A discrete GPU knows no memory of malloc.
  out.sharedSystemAllocCapabilities = pose().discrete ? 0 : kAllAccess;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceGetCacheProperties(ze_device_handle_t hDevice, uint32_t* pCount,
                                       ze_device_cache_properties_t* pCacheProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  return enumerate(pCount, pCacheProperties, 1, [](uint32_t, auto& out) {
    const long size = sysconf(_SC_LEVEL3_CACHE_SIZE);
    out.flags = 0;
    out.cacheSize = size > 0 ? static_cast<size_t>(size) : size_t{1} << 20;
  });
}

ze_result_t zeDeviceGetImageProperties(ze_device_handle_t hDevice,
                                       ze_device_image_properties_t* pImageProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pImageProperties);
  auto& out = *pImageProperties;
  if (!pose().images) {
    out.maxImageDims1D = out.maxImageDims2D = out.maxImageDims3D = 0;
    out.maxImageBufferSize = 0;
    out.maxImageArraySlices = out.maxSamplers = out.maxReadImageArgs = out.maxWriteImageArgs = 0;
    return ZE_RESULT_SUCCESS;
  }
  out.maxImageDims1D = kMaxImage1D;
  out.maxImageDims2D = kMaxImage2D;
  out.maxImageDims3D = kMaxImage3D;
  out.maxImageBufferSize = kMaxImageBuffer;
  out.maxImageArraySlices = kMaxImageLayers;
  out.maxSamplers = kMaxSamplers;
  out.maxReadImageArgs = kMaxReadImages;
  out.maxWriteImageArgs = kMaxWriteImages;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceGetExternalMemoryProperties(
    ze_device_handle_t hDevice, ze_device_external_memory_properties_t* pExternalMemoryProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pExternalMemoryProperties);
  auto& out = *pExternalMemoryProperties;
  out.memoryAllocationImportTypes = out.memoryAllocationExportTypes = kExternalTypes;
  out.imageImportTypes = pose().images ? kExternalTypes : 0;
  out.imageExportTypes = 0;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceGetP2PProperties(ze_device_handle_t hDevice, ze_device_handle_t hPeerDevice,
                                     ze_device_p2p_properties_t* pP2PProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_RESOLVE(Device, peer, hPeerDevice);
  SOFTGPU_REQUIRE_POINTER(pP2PProperties);
  pP2PProperties->flags = ZE_DEVICE_P2P_PROPERTY_FLAG_ACCESS | ZE_DEVICE_P2P_PROPERTY_FLAG_ATOMICS;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceCanAccessPeer(ze_device_handle_t hDevice, ze_device_handle_t hPeerDevice,
                                  ze_bool_t* value) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_RESOLVE(Device, peer, hPeerDevice);
  SOFTGPU_REQUIRE_POINTER(value);
  *value = 1;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceGetStatus(ze_device_handle_t hDevice) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceGetGlobalTimestamps(ze_device_handle_t hDevice, uint64_t* hostTimestamp,
                                        uint64_t* deviceTimestamp) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(hostTimestamp);
  SOFTGPU_REQUIRE_POINTER(deviceTimestamp);
  *hostTimestamp = *deviceTimestamp = timestampNow();
  return ZE_RESULT_SUCCESS;
}

// The device sits on no bus; its address says so by being all zeros (a second one counts on), its speed by
// being unknown.
ze_result_t zeDevicePciGetPropertiesExt(ze_device_handle_t hDevice, ze_pci_ext_properties_t* pPciProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pPciProperties);
  pPciProperties->address = {};
  pPciProperties->address.device = device->root();
  pPciProperties->maxSpeed = {-1, -1, -1};
  return ZE_RESULT_SUCCESS;
}
