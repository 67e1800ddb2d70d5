// Entry points of residency: memory of a software device is always where the device can reach it.
#include "softgpu/ze/driver/image.h"
#include "softgpu/ze/driver/usm.h"

namespace softgpu::driver {
namespace {

ze_result_t checkMemory(ze_context_handle_t hContext, ze_device_handle_t hDevice, void* ptr, size_t size) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(ptr);
  return checkRange(ptr, size);
}

ze_result_t checkImage(ze_context_handle_t hContext, ze_device_handle_t hDevice, ze_image_handle_t hImage) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_RESOLVE(Image, image, hImage);
  return ZE_RESULT_SUCCESS;
}

}  // namespace
}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeContextMakeMemoryResident(ze_context_handle_t hContext, ze_device_handle_t hDevice, void* ptr,
                                        size_t size) {
  return checkMemory(hContext, hDevice, ptr, size);
}

ze_result_t zeContextEvictMemory(ze_context_handle_t hContext, ze_device_handle_t hDevice, void* ptr,
                                 size_t size) {
  return checkMemory(hContext, hDevice, ptr, size);
}

ze_result_t zeContextMakeImageResident(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                       ze_image_handle_t hImage) {
  return checkImage(hContext, hDevice, hImage);
}

ze_result_t zeContextEvictImage(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                ze_image_handle_t hImage) {
  return checkImage(hContext, hDevice, hImage);
}
