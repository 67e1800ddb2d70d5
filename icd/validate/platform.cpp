// Checks of platform and device queries.
#include "icd/entry/platform.h"

#include "icd/validate/common.h"

namespace clze::icd::validate {
namespace {

// Null is allowed where OpenCL leaves it open; it means the one platform there is.
Result<void> platformOrNull(cl_platform_id platform) {
  if (platform != nullptr && Platform::from(platform) == nullptr) return Failure{CL_INVALID_PLATFORM};
  return {};
}

Result<void> aliveDevice(cl_device_id device) {
  if (Device::from(device) == nullptr) return Failure{CL_INVALID_DEVICE};
  return {};
}

}  // namespace

Result<void> getPlatformIDs(cl_uint capacity, cl_platform_id* platforms, cl_uint* count) {
  // A list needs room for an entry; and one of the two must be asked for.
  if (capacity == 0 && platforms != nullptr) return Failure{CL_INVALID_VALUE};
  if (platforms == nullptr && count == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> getPlatformInfo(cl_platform_id platform, cl_platform_info, size_t, void*, size_t*) {
  return platformOrNull(platform);
}

Result<void> getDeviceIDs(cl_platform_id platform, cl_device_type type, cl_uint capacity,
                          cl_device_id* devices, cl_uint* count) {
  CLZE_TRY(platformOrNull(platform));
  // The type is CL_DEVICE_TYPE_ALL or made of known bits.
  constexpr cl_bitfield kTypes = CL_DEVICE_TYPE_DEFAULT | CL_DEVICE_TYPE_CPU | CL_DEVICE_TYPE_GPU |
                                 CL_DEVICE_TYPE_ACCELERATOR | CL_DEVICE_TYPE_CUSTOM;
  if (type != CL_DEVICE_TYPE_ALL && (type == 0 || !onlyBits(type, kTypes))) {
    return Failure{CL_INVALID_DEVICE_TYPE};
  }
  // A list needs room for an entry; and one of the two must be asked for.
  if (capacity == 0 && devices != nullptr) return Failure{CL_INVALID_VALUE};
  if (devices == nullptr && count == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> getDeviceInfo(cl_device_id device, cl_device_info, size_t, void*, size_t*) {
  return aliveDevice(device);
}

Result<void> createSubDevices(cl_device_id device, const cl_device_partition_property*, cl_uint,
                              cl_device_id*, cl_uint*) {
  CLZE_TRY(aliveDevice(device));
  // No way of partitioning is among CL_DEVICE_PARTITION_PROPERTIES, so none is a valid value.
  return Failure{CL_INVALID_VALUE};
}

Result<void> retainDevice(cl_device_id device) { return aliveDevice(device); }
Result<void> releaseDevice(cl_device_id device) { return aliveDevice(device); }

Result<void> getDeviceAndHostTimer(cl_device_id device, cl_ulong* deviceTime, cl_ulong* hostTime) {
  CLZE_TRY(aliveDevice(device));
  // Both places are needed.
  if (deviceTime == nullptr || hostTime == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> getHostTimer(cl_device_id device, cl_ulong* hostTime) {
  CLZE_TRY(aliveDevice(device));
  if (hostTime == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

}  // namespace clze::icd::validate
