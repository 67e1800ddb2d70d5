// cl_khr_device_uuid: the device's identity, the same in Level Zero and OpenCL, and the driver's.
#include <array>
#include <cstring>

#include "icd/feature/feature.h"

namespace clze::icd {
namespace {

static_assert(ZE_MAX_DEVICE_UUID_SIZE == CL_UUID_SIZE_KHR);

// Level Zero's own would not do: in Intel's 22.43 it holds the time the driver was loaded, so that no two
// processes agree.
std::array<cl_uchar, CL_UUID_SIZE_KHR> driverUuid(const l0::Driver& driver) {
  std::array<cl_uchar, CL_UUID_SIZE_KHR> id = {'c', 'l', 'z', 'e'};
  std::memcpy(&id[4], &driver.properties.driverVersion, sizeof(driver.properties.driverVersion));
  return id;
}

bool deviceInfo(const Device& device, cl_device_info name, const InfoWriter& writer, Result<void>& result) {
  switch (name) {
    case CL_DEVICE_UUID_KHR:
      result = writer(device.level0().properties.uuid.id);
      return true;
    case CL_DRIVER_UUID_KHR:
      result = writer(driverUuid(*device.level0().driver));
      return true;
    // LUIDs exist on Windows.
    case CL_DEVICE_LUID_VALID_KHR:
      result = writer(cl_bool{CL_FALSE});
      return true;
    case CL_DEVICE_LUID_KHR:
      result = writer(std::array<cl_uchar, CL_LUID_SIZE_KHR>{});
      return true;
    case CL_DEVICE_NODE_MASK_KHR:
      result = writer(cl_uint{0});
      return true;
    default:
      return false;
  }
}

}  // namespace

extern const Feature kDeviceUuid = {
    .name = "cl_khr_device_uuid",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .deviceInfo = deviceInfo,
};

}  // namespace clze::icd
