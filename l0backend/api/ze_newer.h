// Level Zero declarations that Debian 12's headers (API 1.4) lack. Names and values are the public
// specification's; they live in a namespace of ours so that a newer ze_api.h can be used beside them.
#pragma once

#include <level_zero/ze_api.h>

namespace clze::ze_newer {

// ZE_experimental_bindless_image: a 2D image over pitched USM memory. pNext of ze_image_desc_t.
inline constexpr auto kStypeBindlessImage = static_cast<ze_structure_type_t>(0x0002001E);
inline constexpr auto kStypePitchedImage = static_cast<ze_structure_type_t>(0x0002001F);
struct ImagePitchedDesc {
  ze_structure_type_t stype = kStypePitchedImage;
  const void* pNext = nullptr;
  void* ptr = nullptr;  // first texel; may lie inside a device allocation
};

// Row pitch in bytes chosen by the application for such an image; slicePitch 0 for 2D.
inline constexpr auto kStypeCustomPitch = static_cast<ze_structure_type_t>(0x00020042);
struct CustomPitchDesc {
  ze_structure_type_t stype = kStypeCustomPitch;
  const void* pNext = nullptr;
  size_t rowPitch = 0;
  size_t slicePitch = 0;
};

// zeImageViewCreateExt (1.5): same layout as ze_image_view_planar_exp_desc_t, another stype.
inline constexpr auto kStypeImageViewPlanarExt = static_cast<ze_structure_type_t>(0x00010010);

// Commands of such a list or immediate list execute in order (1.9).
inline constexpr ze_command_queue_flag_t kQueueFlagInOrder = static_cast<ze_command_queue_flag_t>(1u << 1);
inline constexpr ze_command_list_flag_t kListFlagInOrder = static_cast<ze_command_list_flag_t>(1u << 3);

// zePhysicalMemGetProperties (1.15).
inline constexpr auto kStypePhysicalMemProperties = static_cast<ze_structure_type_t>(0x00020040);
struct PhysicalMemProperties {
  ze_structure_type_t stype = kStypePhysicalMemProperties;
  void* pNext = nullptr;
  uint64_t id = 0;
  uint64_t size = 0;  // bytes
};

// zeInitDrivers (1.10).
inline constexpr auto kStypeInitDriverType = static_cast<ze_structure_type_t>(0x00020021);
inline constexpr uint32_t kInitDriverGpu = 1u << 0, kInitDriverNpu = 1u << 1;
struct InitDriverTypeDesc {
  ze_structure_type_t stype = kStypeInitDriverType;
  const void* pNext = nullptr;
  uint32_t flags = 0;
};

// zeCommandListAppendLaunchKernelWithArguments (1.14).
struct GroupSize {
  uint32_t groupSizeX = 1, groupSizeY = 1, groupSizeZ = 1;
};
// pNext of that and of zeCommandListAppendLaunchKernelWithParameters.
inline constexpr auto kStypeLaunchCooperative = static_cast<ze_structure_type_t>(0x00020036);
struct LaunchCooperativeDesc {
  ze_structure_type_t stype = kStypeLaunchCooperative;
  const void* pNext = nullptr;
  ze_bool_t isCooperative = 0;
};

// zeCommandListAppendHostFunction (1.17).
using HostFunction = void (*)(void* userData);

// zeEventQueryKernelTimestampsExt (1.6): one entry a device of the event.
inline constexpr auto kStypeQueryKernelTimestampsResults = static_cast<ze_structure_type_t>(0x10012);
struct SynchronizedTimestamps {
  uint64_t globalStart, globalEnd;    // nanoseconds, of the host's clock
  uint64_t contextStart, contextEnd;  // likewise
};
struct QueryKernelTimestampsResults {
  ze_structure_type_t stype = kStypeQueryKernelTimestampsResults;
  void* pNext = nullptr;
  ze_kernel_timestamp_result_t* pKernelTimestampsBuffer = nullptr;
  SynchronizedTimestamps* pSynchronizedTimestampsBuffer = nullptr;
};

}  // namespace clze::ze_newer
