// Strict checks of the structures an entry point is given: their type, and the types in their pNext chain.
#pragma once

#include <level_zero/ze_api.h>

#include <concepts>
#include <type_traits>

#include "softgpu/ze/driver/newer_api.h"
#include "softgpu/ze/driver/strict.h"

namespace softgpu::driver {

// The type a structure must say it has; 0 where several are right.
template <class T>
inline constexpr uint32_t kTypeOf = 0;
template <>
inline constexpr uint32_t kTypeOf<ze_context_desc_t> = ZE_STRUCTURE_TYPE_CONTEXT_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_command_queue_desc_t> = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_command_list_desc_t> = ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_event_pool_desc_t> = ZE_STRUCTURE_TYPE_EVENT_POOL_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_event_desc_t> = ZE_STRUCTURE_TYPE_EVENT_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_fence_desc_t> = ZE_STRUCTURE_TYPE_FENCE_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_image_desc_t> = ZE_STRUCTURE_TYPE_IMAGE_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_device_mem_alloc_desc_t> = ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_host_mem_alloc_desc_t> = ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_module_desc_t> = ZE_STRUCTURE_TYPE_MODULE_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_kernel_desc_t> = ZE_STRUCTURE_TYPE_KERNEL_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_sampler_desc_t> = ZE_STRUCTURE_TYPE_SAMPLER_DESC;
template <>
inline constexpr uint32_t kTypeOf<ze_physical_mem_desc_t> = ZE_STRUCTURE_TYPE_PHYSICAL_MEM_DESC;

#define SOFTGPU_TYPE_OF(type) \
  template <>                 \
  inline constexpr uint32_t kTypeOf<newer::type> = newer::type{}.stype
SOFTGPU_TYPE_OF(CounterBasedEventDesc);
SOFTGPU_TYPE_OF(ExternalSemaphoreDesc);
SOFTGPU_TYPE_OF(ExternalSemaphoreSignal);
SOFTGPU_TYPE_OF(ExternalSemaphoreWait);
SOFTGPU_TYPE_OF(MutableCommandIdDesc);
SOFTGPU_TYPE_OF(MutableCommandsDesc);
#undef SOFTGPU_TYPE_OF

template <class T>
concept Described = requires(const T& t) {
  { t.stype } -> std::convertible_to<uint32_t>;
  { t.pNext } -> std::convertible_to<const void*>;
};

template <class T>
void checkChain(T argument) {
  if constexpr (std::is_pointer_v<T>) {
    using Target = std::remove_cv_t<std::remove_pointer_t<T>>;
    if constexpr (Described<Target>) {
      if (argument != nullptr && strict::on()) {
        strict::checkTypes(argument->stype, kTypeOf<Target>, argument->pNext);
      }
    }
  }
}

}  // namespace softgpu::driver
