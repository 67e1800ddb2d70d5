// ZE_extension_kernel_max_group_size_properties (API 1.5), which Debian 12's headers lack. Layout and values
// are the public specification's; the names are ours.
#pragma once

#include <level_zero/ze_api.h>

#include <cstdint>

namespace softgpu::newer {

// pNext of ze_kernel_properties_t.
inline constexpr auto kStypeMaxGroupSize = static_cast<ze_structure_type_t>(0x00010013);
struct MaxGroupSizeProperties {
  ze_structure_type_t stype = kStypeMaxGroupSize;
  void* pNext = nullptr;
  uint32_t maxGroupSize = 0;
};

}  // namespace softgpu::newer
