// Entry points of platform and devices.
#include <algorithm>

#include "icd/entry/platform.h"
#include "icd/object/platform.h"
#include "l0backend/time/clock.h"

namespace clze::icd::api {

Result<void> getPlatformIDs(cl_uint, cl_platform_id* platforms, cl_uint* count) {
  Platform* platform = Platform::instance();
  if (count != nullptr) *count = platform != nullptr ? 1 : 0;
  if (platform != nullptr && platforms != nullptr) platforms[0] = platform;
  return {};
}

Result<void> getPlatformInfo(cl_platform_id, cl_platform_info name, size_t size, void* value,
                             size_t* sizeReturned) {
  const Platform* platform = Platform::instance();
  if (platform == nullptr) return Failure{CL_INVALID_PLATFORM};
  return platform->info(name, InfoWriter(size, value, sizeReturned));
}

Result<void> getDeviceIDs(cl_platform_id, cl_device_type type, cl_uint capacity, cl_device_id* devices,
                          cl_uint* count) {
  const Platform* platform = Platform::instance();
  if (platform == nullptr) return Failure{CL_INVALID_PLATFORM};
  const std::vector<Device*> chosen = platform->devicesOfType(type);
  if (chosen.empty()) return Failure{CL_DEVICE_NOT_FOUND};
  if (count != nullptr) *count = static_cast<cl_uint>(chosen.size());
  if (devices != nullptr) std::copy_n(chosen.begin(), std::min<size_t>(capacity, chosen.size()), devices);
  return {};
}

Result<void> getDeviceInfo(cl_device_id device, cl_device_info name, size_t size, void* value,
                           size_t* sizeReturned) {
  return Device::trusted(device).info(name, InfoWriter(size, value, sizeReturned));
}

Result<void> createSubDevices(cl_device_id, const cl_device_partition_property*, cl_uint, cl_device_id*,
                              cl_uint*) {
  return Failure{CL_INVALID_VALUE};
}

// Root devices live as long as the process: counting changes nothing (OpenCL 3.0, 4.3).
Result<void> retainDevice(cl_device_id) { return {}; }
Result<void> releaseDevice(cl_device_id) { return {}; }

Result<void> getDeviceAndHostTimer(cl_device_id device, cl_ulong* deviceTime, cl_ulong* hostTime) {
  CLZE_TRY_ASSIGN(const l0::TimePair now, l0::timePair(Device::trusted(device).level0()));
  *deviceTime = now.deviceNs;
  *hostTime = now.hostNs;
  return {};
}

Result<void> getHostTimer(cl_device_id, cl_ulong* hostTime) {
  *hostTime = l0::hostNanoseconds();
  return {};
}

}  // namespace clze::icd::api
