// Entry points of kernels.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "softgpu/ze/driver/kernel.h"
#include "softgpu/ze/driver/newer_kernel.h"

namespace softgpu::driver {
namespace {

constexpr uint32_t kSubgroupSize = 8;  // the engine's, unless the kernel requires another

// The largest power of two that divides `size` and is at most `limit`.
uint32_t suggest(uint32_t size, uint32_t limit) {
  uint32_t result = 1;
  while (result * 2 <= limit && size % (result * 2) == 0) result *= 2;
  return result;
}

}  // namespace
}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeKernelCreate(ze_module_handle_t hModule, const ze_kernel_desc_t* desc,
                           ze_kernel_handle_t* phKernel) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(desc->pKernelName);
  SOFTGPU_REQUIRE_POINTER(phKernel);
  SOFTGPU_REQUIRE(desc->flags <= 0x3, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE(desc->pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  const auto program = module->program();
  SOFTGPU_REQUIRE(program->linked(), ZE_RESULT_ERROR_INVALID_MODULE_UNLINKED);
  const auto& kernels = program->kernels();
  const std::string_view name = desc->pKernelName;
  const auto found =
      std::find_if(kernels.begin(), kernels.end(), [&](const auto& k) { return k.name == name; });
  SOFTGPU_REQUIRE(found != kernels.end(), ZE_RESULT_ERROR_INVALID_KERNEL_NAME);
  *phKernel = publish(std::make_shared<Kernel>(module, static_cast<size_t>(found - kernels.begin()),
                                               reinterpret_cast<uint64_t>(hModule)));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeKernelDestroy(ze_kernel_handle_t hKernel) { return destroy<Kernel>(hKernel); }

ze_result_t zeKernelSetCacheConfig(ze_kernel_handle_t hKernel, ze_cache_config_flags_t flags) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  return flags <= 0x3 ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_INVALID_ENUMERATION;
}

ze_result_t zeKernelSetGroupSize(ze_kernel_handle_t hKernel, uint32_t groupSizeX, uint32_t groupSizeY,
                                 uint32_t groupSizeZ) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  return kernel->setGroupSize({groupSizeX, groupSizeY, groupSizeZ});
}

ze_result_t zeKernelSuggestGroupSize(ze_kernel_handle_t hKernel, uint32_t globalSizeX, uint32_t globalSizeY,
                                     uint32_t globalSizeZ, uint32_t* groupSizeX, uint32_t* groupSizeY,
                                     uint32_t* groupSizeZ) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  SOFTGPU_REQUIRE_POINTER(groupSizeX);
  SOFTGPU_REQUIRE_POINTER(groupSizeY);
  SOFTGPU_REQUIRE_POINTER(groupSizeZ);
  SOFTGPU_REQUIRE(globalSizeX > 0 && globalSizeY > 0 && globalSizeZ > 0,
                  ZE_RESULT_ERROR_INVALID_GLOBAL_WIDTH_DIMENSION);
  const auto& required = kernel->info().requiredGroupSize;
  if (required[0] != 0) {
    *groupSizeX = required[0];
    *groupSizeY = required[1];
    *groupSizeZ = required[2];
    return ZE_RESULT_SUCCESS;
  }
  // Long rows suit the work-item loop; few items a group leave enough groups for all threads.
  constexpr uint32_t kWanted = 256;
  *groupSizeX = suggest(globalSizeX, kWanted);
  *groupSizeY = suggest(globalSizeY, kWanted / *groupSizeX);
  *groupSizeZ = suggest(globalSizeZ, kWanted / *groupSizeX / *groupSizeY);
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeKernelSuggestMaxCooperativeGroupCount(ze_kernel_handle_t hKernel, uint32_t* totalGroupCount) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  SOFTGPU_REQUIRE_POINTER(totalGroupCount);
  *totalGroupCount = kMaxCooperativeGroups;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeKernelSetArgumentValue(ze_kernel_handle_t hKernel, uint32_t argIndex, size_t argSize,
                                     const void* pArgValue) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  return kernel->setArgument(argIndex, argSize, pArgValue);
}

ze_result_t zeKernelSetIndirectAccess(ze_kernel_handle_t hKernel, ze_kernel_indirect_access_flags_t flags) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  SOFTGPU_REQUIRE(flags <= 0x7, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  kernel->indirectAccess = flags;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeKernelGetIndirectAccess(ze_kernel_handle_t hKernel, ze_kernel_indirect_access_flags_t* pFlags) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  SOFTGPU_REQUIRE_POINTER(pFlags);
  *pFlags = kernel->indirectAccess;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeKernelGetSourceAttributes(ze_kernel_handle_t hKernel, uint32_t* pSize, char** pString) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  SOFTGPU_REQUIRE_POINTER(pSize);
  const std::string& text = kernel->info().attributes;
  if (pString != nullptr) {
    SOFTGPU_REQUIRE_POINTER(*pString);
    if (*pSize > 0) std::snprintf(*pString, *pSize, "%s", text.c_str());
  }
  *pSize = static_cast<uint32_t>(text.size()) + 1;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeKernelGetProperties(ze_kernel_handle_t hKernel, ze_kernel_properties_t* pKernelProperties) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  SOFTGPU_REQUIRE_POINTER(pKernelProperties);
  const auto& info = kernel->info();
  auto& out = *pKernelProperties;
  const uint32_t subgroup = info.requiredSubgroupSize != 0 ? info.requiredSubgroupSize : kSubgroupSize;
  out.numKernelArgs = static_cast<uint32_t>(info.args.size());
  out.requiredGroupSizeX = info.requiredGroupSize[0];
  out.requiredGroupSizeY = info.requiredGroupSize[1];
  out.requiredGroupSizeZ = info.requiredGroupSize[2];
  out.requiredNumSubGroups = 0;
  out.requiredSubgroupSize = info.requiredSubgroupSize;
  out.maxSubgroupSize = subgroup;
  out.maxNumSubgroups = kMaxGroupSize / subgroup;
  out.localMemSize = static_cast<uint32_t>(info.staticLocalBytes);
  out.privateMemSize = static_cast<uint32_t>(info.privateBytes);
  out.spillMemSize = static_cast<uint32_t>(info.spillBytes);
  std::memset(&out.uuid, 0, sizeof(out.uuid));
  for (auto* next = static_cast<ze_base_properties_t*>(out.pNext); next != nullptr;
       next = static_cast<ze_base_properties_t*>(next->pNext)) {
    if (next->stype == ZE_STRUCTURE_TYPE_KERNEL_PREFERRED_GROUP_SIZE_PROPERTIES) {
      reinterpret_cast<ze_kernel_preferred_group_size_properties_t*>(next)->preferredMultiple = subgroup;
    } else if (next->stype == softgpu::newer::kStypeMaxGroupSize) {
      reinterpret_cast<softgpu::newer::MaxGroupSizeProperties*>(next)->maxGroupSize = kMaxGroupSize;
    }
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeKernelGetName(ze_kernel_handle_t hKernel, size_t* pSize, char* pName) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  return giveString(kernel->info().name, pSize, pName);
}

ze_result_t zeKernelSetGlobalOffsetExp(ze_kernel_handle_t hKernel, uint32_t offsetX, uint32_t offsetY,
                                       uint32_t offsetZ) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  kernel->setGlobalOffset({offsetX, offsetY, offsetZ});
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeKernelSchedulingHintExp(ze_kernel_handle_t hKernel, ze_scheduling_hint_exp_desc_t* pHint) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  SOFTGPU_REQUIRE_POINTER(pHint);
  return pHint->flags <= 0x7 ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_INVALID_ENUMERATION;
}
