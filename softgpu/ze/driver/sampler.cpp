// Entry points of samplers.
#include "softgpu/ze/driver/sampler.h"

using namespace softgpu::driver;

ze_result_t zeSamplerCreate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                            const ze_sampler_desc_t* desc, ze_sampler_handle_t* phSampler) {
  using softgpu::engine::Addressing;
  using softgpu::engine::Filter;
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phSampler);
  SOFTGPU_REQUIRE(pose().images, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  SOFTGPU_REQUIRE(desc->addressMode <= ZE_SAMPLER_ADDRESS_MODE_MIRROR, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE(desc->filterMode <= ZE_SAMPLER_FILTER_MODE_LINEAR, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE(desc->pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  // The engine's enumerations have Level Zero's order.
  static_assert(static_cast<int>(Addressing::Mirror) == ZE_SAMPLER_ADDRESS_MODE_MIRROR);
  static_assert(static_cast<int>(Addressing::ClampToBorder) == ZE_SAMPLER_ADDRESS_MODE_CLAMP_TO_BORDER);
  static_assert(static_cast<int>(Filter::Linear) == ZE_SAMPLER_FILTER_MODE_LINEAR);
  *phSampler = publish(std::make_shared<Sampler>(softgpu::engine::SamplerDescriptor{
      static_cast<Addressing>(desc->addressMode), static_cast<Filter>(desc->filterMode),
      desc->isNormalized ? 1U : 0U}));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeSamplerDestroy(ze_sampler_handle_t hSampler) { return destroy<Sampler>(hSampler); }
