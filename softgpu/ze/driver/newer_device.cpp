// Entry points of drivers and devices that are newer than API 1.4, and the optional ones of 1.4 that a device
// of software has little to say to.
#include <level_zero/ze_api.h>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/host_wait.h"
#include "softgpu/ze/driver/stream.h"

namespace softgpu::driver {

// Not an application's to destroy; live for ever.
ze_context_handle_t defaultContext() {
  static const auto handle = [] {
    auto context = std::make_shared<Context>();
    context->permanent = true;
    auto* made = publish(std::move(context));
    if (strict::on()) strict::keep(reinterpret_cast<uint64_t>(made));
    return made;
  }();
  return handle;
}

ze_context_handle_t ZE_APICALL driverGetDefaultContext(ze_driver_handle_t hDriver) {
  if (const auto driver = lookup<Driver>(hDriver)) return defaultContext();
  badHandle(hDriver);
  return nullptr;
}

ze_result_t ZE_APICALL deviceSynchronize(ze_device_handle_t hDevice) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  return hostWait(UINT64_MAX, [&](Deadline deadline) { return waitForStreams(device->root(), deadline); });
}

// Work-items are what the engine puts side by side; a kernel's own vectors are taken apart. One answer, for
// the sub-group size that kernels have unless they require another.
ze_result_t ZE_APICALL deviceGetVectorWidthPropertiesExt(ze_device_handle_t hDevice, uint32_t* pCount,
                                                         newer::VectorWidths* pVectorWidthProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  return enumerate(pCount, pVectorWidthProperties, 1, [](uint32_t, newer::VectorWidths& out) {
    constexpr uint32_t kSize = 8;
    const uint32_t half = pose().fp16 ? 1 : 0, twice = pose().fp64 ? 1 : 0;
    out.size = kSize;
    out.preferred = out.native = {1, 1, 1, 1, 1, twice, half};
  });
}

}  // namespace softgpu::driver

using namespace softgpu::driver;

// No cache can be reserved: to give all back succeeds.
ze_result_t zeDeviceReserveCacheExt(ze_device_handle_t hDevice, size_t, size_t cacheReservationSize) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_SAID(cacheReservationSize == 0, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE,
                       "the device has no cache to reserve");
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeDeviceSetCacheAdviceExt(ze_device_handle_t hDevice, void* ptr, size_t,
                                      ze_cache_ext_region_t cacheRegion) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(ptr);
  SOFTGPU_REQUIRE(static_cast<uint32_t>(cacheRegion) <= ZE_CACHE_EXT_REGION_ZE_CACHE_NON_RESERVED_REGION,
                  ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE_SAID(cacheRegion != ZE_CACHE_EXT_REGION_ZE_CACHE_RESERVE_REGION,
                       ZE_RESULT_ERROR_UNSUPPORTED_FEATURE, "the device has no cache to reserve");
  return ZE_RESULT_SUCCESS;
}
