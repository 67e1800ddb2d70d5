// Entry points of initialisation, the driver and contexts.
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

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
  bool newerThan14 = false;
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
    {"ZE_extension_image_view", kOne, true},
    {"ZE_extension_image_view_planar", kOne, true},
    {"ZE_experimental_bindless_image", kOne, true},
    {ZE_MODULE_PROGRAM_EXP_NAME, kOne},
    {ZE_LINKAGE_INSPECTION_EXT_NAME, kOne},
    {ZE_IMAGE_COPY_EXT_NAME, kOne},
    {ZE_IMAGE_QUERY_ALLOC_PROPERTIES_EXT_NAME, kOne},
    {ZE_KERNEL_SCHEDULING_HINTS_EXP_NAME, kOne},
    {ZE_CONTEXT_POWER_SAVING_HINT_EXP_NAME, kOne},
    {ZE_SUBGROUPS_EXT_NAME, kOne},
    {ZE_SRGB_EXT_NAME, kOne},
    {ZE_EU_COUNT_EXT_NAME, kOne},
    {ZE_PCI_PROPERTIES_EXT_NAME, kOne},
    {ZE_MEMORY_FREE_POLICIES_EXT_NAME, kOne},
    {ZE_MEMORY_COMPRESSION_HINTS_EXT_NAME, kOne},
    {ZE_DEVICE_MEMORY_PROPERTIES_EXT_NAME, kOne},
    {"ZE_extension_event_query_kernel_timestamps", kOne},
    {"ZE_extension_kernel_max_group_size_properties", kOne},
    {"ZE_experimental_command_list_clone", kOne},
    {"ZE_experimental_immediate_command_list_append", kOne},
    {"ZE_experimental_event_pool_counter_based", kOne, true},
    {"ZE_extension_external_semaphores", kOne, true},
    {"ZE_experimental_mutable_command_list", ZE_MAKE_VERSION(1, 1), true},
    {"ZE_extension_kernel_binary_exp", kOne, true},
    {"ZE_experimental_kernel_allocation_properties", kOne, true},
    {"ZE_extension_device_vector_sizes", kOne, true},
    {"ZE_extension_ipc_mem_handle_type", kOne, true},
    {"ZE_extension_virtual_mem_readonly_properties", kOne, true},
};

struct ExtensionFunction {
  std::string_view name;
  void* address;
  bool newerThan14 = false;
};
template <CallName name, auto function>
ExtensionFunction extensionFunction(bool newerThan14 = false) {
  return {name.text, reinterpret_cast<void*>(&Boundary<name, function>::call), newerThan14};
}

// Also functions that Debian's loader knows, since a newer application may ask for any extension's function
// here. What is newer stands in the tables, too.
void* findExtensionFunction(std::string_view name) {
  constexpr bool kNewer = true;
  static const ExtensionFunction functions[] = {
      extensionFunction<"zeImageViewCreateExp", &zeImageViewCreateExp>(),
      extensionFunction<"zeImageGetMemoryPropertiesExp", &zeImageGetMemoryPropertiesExp>(),
      extensionFunction<"zeImageGetAllocPropertiesExt", &zeImageGetAllocPropertiesExt>(),
      extensionFunction<"zeCommandListAppendImageCopyToMemoryExt",
                        &zeCommandListAppendImageCopyToMemoryExt>(),
      extensionFunction<"zeCommandListAppendImageCopyFromMemoryExt",
                        &zeCommandListAppendImageCopyFromMemoryExt>(),
      extensionFunction<"zeKernelSetGlobalOffsetExp", &zeKernelSetGlobalOffsetExp>(),
      extensionFunction<"zeKernelSchedulingHintExp", &zeKernelSchedulingHintExp>(),
      extensionFunction<"zeEventQueryTimestampsExp", &zeEventQueryTimestampsExp>(),
      extensionFunction<"zeDevicePciGetPropertiesExt", &zeDevicePciGetPropertiesExt>(),
      extensionFunction<"zeMemFreeExt", &zeMemFreeExt>(),
      extensionFunction<"zeModuleInspectLinkageExt", &zeModuleInspectLinkageExt>(),
#define TABLE(api, Name, type)
#define TABLE_NEWER(Name)
#define SLOT(Object, Call)
#define SLOT_GLOBAL(Call)
#define SLOT_NEWER(name, index, minor, function) extensionFunction<#name, &function>(kNewer),
#define SLOT_LACKING(name, index, minor)
#define END_TABLE
#include "softgpu/ze/driver/tables.def"
  };
  for (const auto& function : functions) {
    if (function.name == name && (pose().newerThan14 || !function.newerThan14)) return function.address;
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

namespace {
struct DeviceHandles {
  ze_device_handle_t root;
  std::vector<ze_device_handle_t> subs;
};
const std::vector<DeviceHandles>& deviceHandles() {
  static const auto handles = [] {
    std::vector<DeviceHandles> made(pose().devices);
    for (uint32_t root = 0; root < made.size(); ++root) {
      made[root].root = publish(std::make_shared<Device>(root, 0, nullptr));
      for (uint32_t sub = 0; sub < pose().subDevices; ++sub) {
        made[root].subs.push_back(publish(std::make_shared<Device>(root, sub, made[root].root)));
      }
    }
    return made;
  }();
  return handles;
}
}  // namespace

ze_device_handle_t deviceHandle(uint32_t root) { return deviceHandles()[root].root; }
ze_device_handle_t subDeviceHandle(uint32_t root, uint32_t sub) { return deviceHandles()[root].subs[sub]; }

}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeInit(ze_init_flags_t flags) {
  SOFTGPU_REQUIRE(flags <= 0x3, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  if (poseOrNull() == nullptr) return ZE_RESULT_ERROR_UNINITIALIZED;
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
  *version = static_cast<ze_api_version_t>(ZE_MAKE_VERSION(1, pose().apiMinor));
  return ZE_RESULT_SUCCESS;
}

namespace softgpu::driver {

ze_result_t ZE_APICALL driverGetLastErrorDescription(ze_driver_handle_t hDriver, const char** ppString) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  SOFTGPU_REQUIRE_POINTER(ppString);
  *ppString = last_error::text();
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver

ze_result_t zeDriverGetProperties(ze_driver_handle_t hDriver, ze_driver_properties_t* pDriverProperties) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  SOFTGPU_REQUIRE_POINTER(pDriverProperties);
  std::memcpy(pDriverProperties->uuid.id, kDriverUuid, sizeof(kDriverUuid));
  pDriverProperties->driverVersion = pose().driverVersion;
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
  static const std::vector<Extension> known = [] {
    std::vector<Extension> list(std::begin(kExtensions), std::end(kExtensions));
    std::erase_if(list, [](const Extension& e) { return e.newerThan14 && !pose().newerThan14; });
    return list;
  }();
  return enumerate(pCount, pExtensionProperties, static_cast<uint32_t>(known.size()),
                   [](uint32_t i, ze_driver_extension_properties_t& out) {
                     out = {};
                     std::snprintf(out.name, sizeof(out.name), "%s", known[i].name);
                     out.version = known[i].version;
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

ze_result_t zeContextDestroy(ze_context_handle_t hContext) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_SAID(!context->permanent, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the default context is the driver's");
  return destroy<Context>(hContext);
}

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
