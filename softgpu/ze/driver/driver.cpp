// Entry points of initialisation, the driver and contexts.
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "softgpu/ze/driver/boundary.h"
#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/usm.h"
#include "softgpu/ze/driver/virtual_memory.h"

namespace softgpu::driver {
namespace {

constexpr uint8_t kDriverUuid[ZE_MAX_DRIVER_UUID_SIZE] = {'s', 'o', 'f', 't', 'g', 'p', 'u', ' ',
                                                          'd', 'r', 'i', 'v', 'e', 'r', 0,   1};

struct Extension {
  const char* name;
  uint32_t version;
};
constexpr uint32_t kOne = ZE_MAKE_VERSION(1, 0);
constexpr Extension kExtensions[] = {
    {ZE_GLOBAL_OFFSET_EXP_NAME, kOne},
    {ZE_FLOAT_ATOMICS_EXT_NAME, kOne},
    {ZE_RELAXED_ALLOCATION_LIMITS_EXP_NAME, kOne},
    {ZE_EVENT_QUERY_TIMESTAMPS_EXP_NAME, kOne},
    {ZE_IMAGE_MEMORY_PROPERTIES_EXP_NAME, kOne},
    {ZE_IMAGE_VIEW_EXP_NAME, kOne},
    {ZE_IMAGE_VIEW_PLANAR_EXP_NAME, kOne},
    {"ZE_extension_image_view", kOne},
    {"ZE_extension_image_view_planar", kOne},
    {"ZE_experimental_bindless_image", kOne},
    {ZE_MODULE_PROGRAM_EXP_NAME, kOne},
    {ZE_LINKAGE_INSPECTION_EXT_NAME, kOne},
    {ZE_IMAGE_COPY_EXT_NAME, kOne},
    {ZE_IMAGE_QUERY_ALLOC_PROPERTIES_EXT_NAME, kOne},
    {ZE_KERNEL_SCHEDULING_HINTS_EXP_NAME, kOne},
    {ZE_CONTEXT_POWER_SAVING_HINT_EXP_NAME, kOne},
    {ZE_SUBGROUPS_EXT_NAME, kOne},
    {ZE_EU_COUNT_EXT_NAME, kOne},
    {ZE_PCI_PROPERTIES_EXT_NAME, kOne},
    {ZE_MEMORY_FREE_POLICIES_EXT_NAME, kOne},
    {ZE_MEMORY_COMPRESSION_HINTS_EXT_NAME, kOne},
    {ZE_DEVICE_MEMORY_PROPERTIES_EXT_NAME, kOne},
    {"ZE_extension_event_query_kernel_timestamps", kOne},
    {"ZE_experimental_command_list_clone", kOne},
    {"ZE_experimental_immediate_command_list_append", kOne},
};

struct ExtensionFunction {
  std::string_view name;
  void* address;
};
template <CallName name, auto function>
ExtensionFunction extensionFunction() {
  return {name.text, reinterpret_cast<void*>(&Boundary<name, function>::call)};
}

// Also functions that Debian's loader knows, since a newer application may ask for any extension's function
// here.
void* findExtensionFunction(std::string_view name) {
  static const ExtensionFunction functions[] = {
      extensionFunction<"zeImageViewCreateExt", &imageViewCreateExt>(),
      extensionFunction<"zeImageViewCreateExp", &zeImageViewCreateExp>(),
      extensionFunction<"zeImageGetMemoryPropertiesExp", &zeImageGetMemoryPropertiesExp>(),
      extensionFunction<"zeImageGetAllocPropertiesExt", &zeImageGetAllocPropertiesExt>(),
      extensionFunction<"zeMemGetPitchFor2dImage", &memGetPitchFor2dImage>(),
      extensionFunction<"zeCommandListHostSynchronize", &listHostSynchronize>(),
      extensionFunction<"zeCommandListAppendImageCopyToMemoryExt",
                        &zeCommandListAppendImageCopyToMemoryExt>(),
      extensionFunction<"zeCommandListAppendImageCopyFromMemoryExt",
                        &zeCommandListAppendImageCopyFromMemoryExt>(),
      extensionFunction<"zeKernelSetGlobalOffsetExp", &zeKernelSetGlobalOffsetExp>(),
      extensionFunction<"zeKernelSchedulingHintExp", &zeKernelSchedulingHintExp>(),
      extensionFunction<"zeEventQueryTimestampsExp", &zeEventQueryTimestampsExp>(),
      extensionFunction<"zeDevicePciGetPropertiesExt", &zeDevicePciGetPropertiesExt>(),
      extensionFunction<"zeMemFreeExt", &zeMemFreeExt>(),
      extensionFunction<"zePhysicalMemGetProperties", &physicalMemGetProperties>(),
      extensionFunction<"zeModuleInspectLinkageExt", &zeModuleInspectLinkageExt>(),
      extensionFunction<"zeEventPoolPutIpcHandle", &eventPoolPutIpcHandle>(),
      extensionFunction<"zeEventPoolGetFlags", &eventPoolGetFlags>(),
      extensionFunction<"zeInitDrivers", &initDrivers>(),
      extensionFunction<"zeDeviceGetRootDevice", &deviceGetRootDevice>(),
      extensionFunction<"zeCommandListGetDeviceHandle", &listGetDeviceHandle>(),
      extensionFunction<"zeCommandListGetContextHandle", &listGetContextHandle>(),
      extensionFunction<"zeCommandListGetOrdinal", &listGetOrdinal>(),
      extensionFunction<"zeCommandListImmediateGetIndex", &listImmediateGetIndex>(),
      extensionFunction<"zeCommandListIsImmediate", &listIsImmediate>(),
      extensionFunction<"zeCommandListCreateCloneExp", &listCreateCloneExp>(),
      extensionFunction<"zeCommandListImmediateAppendCommandListsExp", &listImmediateAppendCommandListsExp>(),
      extensionFunction<"zeCommandListAppendLaunchKernelWithParameters",
                        &listAppendLaunchKernelWithParameters>(),
      extensionFunction<"zeCommandListAppendLaunchKernelWithArguments",
                        &listAppendLaunchKernelWithArguments>(),
      extensionFunction<"zeCommandListAppendHostFunction", &listAppendHostFunction>(),
      extensionFunction<"zeEventQueryKernelTimestampsExt", &eventQueryKernelTimestampsExt>(),
  };
  for (const auto& function : functions) {
    if (function.name == name) return function.address;
  }
  return nullptr;
}

ze_result_t makeContext(ze_driver_handle_t hDriver, const ze_context_desc_t* desc,
                        ze_context_handle_t* phContext) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phContext);
  SOFTGPU_REQUIRE(desc->flags <= 0x1, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  for (const auto* next = static_cast<const ze_base_desc_t*>(desc->pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    SOFTGPU_REQUIRE(next->stype == ZE_STRUCTURE_TYPE_POWER_SAVING_HINT_EXP_DESC,
                    ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    SOFTGPU_REQUIRE(reinterpret_cast<const ze_context_power_saving_hint_exp_desc_t*>(next)->hint <=
                        ZE_POWER_SAVING_HINT_TYPE_MAX,
                    ZE_RESULT_ERROR_INVALID_ENUMERATION);
  }
  *phContext = publish(std::make_shared<Context>());
  return ZE_RESULT_SUCCESS;
}

}  // namespace

ze_driver_handle_t driverHandle() {
  static const auto handle = publish(std::make_shared<Driver>());
  return handle;
}

ze_device_handle_t deviceHandle() {
  static const auto handle = publish(std::make_shared<Device>());
  return handle;
}

}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeInit(ze_init_flags_t flags) {
  SOFTGPU_REQUIRE(flags <= 0x3, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  // A process that wants only VPUs gets nothing from a GPU.
  return flags == ZE_INIT_FLAG_VPU_ONLY ? ZE_RESULT_ERROR_UNINITIALIZED : ZE_RESULT_SUCCESS;
}

ze_result_t zeDriverGet(uint32_t* pCount, ze_driver_handle_t* phDrivers) {
  return enumerate(pCount, phDrivers, 1, [](uint32_t, ze_driver_handle_t& out) { out = driverHandle(); });
}

namespace softgpu::driver {

ze_result_t ZE_APICALL initDrivers(uint32_t* pCount, ze_driver_handle_t* phDrivers,
                                   clze::ze_newer::InitDriverTypeDesc* desc) {
  SOFTGPU_REQUIRE_POINTER(pCount);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE(desc->flags != 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  if ((desc->flags & clze::ze_newer::kInitDriverGpu) == 0) {
    *pCount = 0;
    return ZE_RESULT_SUCCESS;
  }
  return zeDriverGet(pCount, phDrivers);
}

ze_result_t ZE_APICALL deviceGetRootDevice(ze_device_handle_t hDevice, ze_device_handle_t* phRootDevice) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(phRootDevice);
  *phRootDevice = nullptr;
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver

ze_result_t zeDriverGetApiVersion(ze_driver_handle_t hDriver, ze_api_version_t* version) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  SOFTGPU_REQUIRE_POINTER(version);
  *version = ZE_API_VERSION_1_4;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDriverGetProperties(ze_driver_handle_t hDriver, ze_driver_properties_t* pDriverProperties) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  SOFTGPU_REQUIRE_POINTER(pDriverProperties);
  std::memcpy(pDriverProperties->uuid.id, kDriverUuid, sizeof(kDriverUuid));
  pDriverProperties->driverVersion = ZE_MAKE_VERSION(0, 1);
  for (auto* next = static_cast<ze_base_properties_t*>(pDriverProperties->pNext); next != nullptr;
       next = static_cast<ze_base_properties_t*>(next->pNext)) {
    if (next->stype == ZE_STRUCTURE_TYPE_DRIVER_MEMORY_FREE_EXT_PROPERTIES) {
      reinterpret_cast<ze_driver_memory_free_ext_properties_t*>(next)->freePolicies =
          ZE_DRIVER_MEMORY_FREE_POLICY_EXT_FLAG_BLOCKING_FREE |
          ZE_DRIVER_MEMORY_FREE_POLICY_EXT_FLAG_DEFER_FREE;
    }
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDriverGetIpcProperties(ze_driver_handle_t hDriver, ze_driver_ipc_properties_t* pIpcProperties) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  SOFTGPU_REQUIRE_POINTER(pIpcProperties);
  pIpcProperties->flags = ZE_IPC_PROPERTY_FLAG_MEMORY | ZE_IPC_PROPERTY_FLAG_EVENT_POOL;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDriverGetExtensionProperties(ze_driver_handle_t hDriver, uint32_t* pCount,
                                           ze_driver_extension_properties_t* pExtensionProperties) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  return enumerate(pCount, pExtensionProperties, std::size(kExtensions),
                   [](uint32_t i, ze_driver_extension_properties_t& out) {
                     out = {};
                     std::snprintf(out.name, sizeof(out.name), "%s", kExtensions[i].name);
                     out.version = kExtensions[i].version;
                   });
}

ze_result_t zeDriverGetExtensionFunctionAddress(ze_driver_handle_t hDriver, const char* name,
                                                void** ppFunctionAddress) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  SOFTGPU_REQUIRE_POINTER(name);
  SOFTGPU_REQUIRE_POINTER(ppFunctionAddress);
  *ppFunctionAddress = findExtensionFunction(name);
  return *ppFunctionAddress != nullptr ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_INVALID_ARGUMENT;
}

ze_result_t zeContextCreate(ze_driver_handle_t hDriver, const ze_context_desc_t* desc,
                            ze_context_handle_t* phContext) {
  return makeContext(hDriver, desc, phContext);
}

ze_result_t zeContextCreateEx(ze_driver_handle_t hDriver, const ze_context_desc_t* desc, uint32_t numDevices,
                              ze_device_handle_t* phDevices, ze_context_handle_t* phContext) {
  SOFTGPU_REQUIRE(numDevices == 0 || phDevices != nullptr, ZE_RESULT_ERROR_INVALID_SIZE);
  for (uint32_t i = 0; i < numDevices; ++i) {
    SOFTGPU_RESOLVE(Device, device, phDevices[i]);
  }
  return makeContext(hDriver, desc, phContext);
}

ze_result_t zeContextDestroy(ze_context_handle_t hContext) { return destroy<Context>(hContext); }

ze_result_t zeContextGetStatus(ze_context_handle_t hContext) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeContextSystemBarrier(ze_context_handle_t hContext, ze_device_handle_t hDevice) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return ZE_RESULT_SUCCESS;
}
