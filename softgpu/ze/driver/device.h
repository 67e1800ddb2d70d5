// The driver, its devices, and contexts. What a device can do stands in these constants, and in the pose.
#pragma once

#include <level_zero/ze_api.h>

#include <cstdint>
#include <memory>

#include "softgpu/pose/pose.h"
#include "softgpu/ze/driver/handle.h"
#include "softgpu/ze/engine/engine.h"

namespace softgpu::driver {

using softgpu::pose;
using softgpu::poseOrNull;

inline constexpr char kDeviceName[] = "softgpu (software Level Zero device)";

inline constexpr uint32_t kMaxGroupSize = engine::kMaxGroupItems;
inline constexpr uint32_t kMaxLocalMemory = 64 * 1024;
inline constexpr uint32_t kMaxArgumentsSize = 4096;
inline constexpr size_t kMaxFillPattern = 128;
inline constexpr uint32_t kMaxImage1D = 16384, kMaxImage2D = 16384, kMaxImage3D = 2048,
                          kMaxImageLayers = 2048;
inline constexpr uint64_t kMaxImageBuffer = uint64_t{1} << 27;  // texels
inline constexpr uint32_t kMaxSamplers = 16, kMaxReadImages = 128, kMaxWriteImages = 64;
inline constexpr size_t kRowPitchAlignment = 64;
inline constexpr uint64_t kTimerFrequency = 1'000'000'000;

// Half of the machine's memory, and what a single allocation may take without relaxed limits.
uint64_t deviceMemorySize();
uint64_t maxAllocationSize();

class Driver : public Object {
 public:
  using Handle = ze_driver_handle_t;
  static constexpr Kind kKind = Kind::Driver;
  Driver() : Object(kKind) {}
};

class Device : public Object {
 public:
  using Handle = ze_device_handle_t;
  static constexpr Kind kKind = Kind::Device;
  // A root device, or with a parent's handle part `sub` of it.
  Device(uint32_t root, uint32_t sub, ze_device_handle_t parent)
      : Object(kKind), root_(root), sub_(sub), parent_(parent) {}
  uint32_t root() const { return root_; }
  uint32_t sub() const { return sub_; }
  bool isSub() const { return parent_ != nullptr; }

 private:
  const uint32_t root_, sub_;
  const ze_device_handle_t parent_;
};

class Context : public Object {
 public:
  using Handle = ze_context_handle_t;
  static constexpr Kind kKind = Kind::Context;
  Context() : Object(kKind) {}
  bool permanent = false;  // the driver's default
};

// Made at the first call, live for ever.
ze_driver_handle_t driverHandle();
ze_device_handle_t deviceHandle(uint32_t root = 0);
ze_device_handle_t subDeviceHandle(uint32_t root, uint32_t sub);

// Queue groups: 0 does everything, 1 is there in some poses and copies.
inline uint32_t queueGroups() { return pose().copyGroup ? 2 : 1; }

// The enumeration protocol: *count 0 asks how many there are; otherwise up to *count are written.
template <class T, class Get>
ze_result_t enumerate(uint32_t* count, T* out, uint32_t available, Get&& get) {
  if (count == nullptr) return ZE_RESULT_ERROR_INVALID_NULL_POINTER;
  if (*count == 0 || *count > available) *count = available;
  if (out != nullptr) {
    for (uint32_t i = 0; i < *count; ++i) get(i, out[i]);
  }
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver
