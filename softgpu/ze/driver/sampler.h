// Samplers: what a kernel's sampler argument points to.
#pragma once

#include <level_zero/ze_api.h>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/engine/engine.h"

namespace softgpu::driver {

class Sampler : public Object {
 public:
  using Handle = ze_sampler_handle_t;
  static constexpr Kind kKind = Kind::Sampler;
  explicit Sampler(engine::SamplerDescriptor descriptor) : Object(kKind), descriptor_(descriptor) {}
  const engine::SamplerDescriptor& descriptor() const { return descriptor_; }

 private:
  const engine::SamplerDescriptor descriptor_;
};

}  // namespace softgpu::driver
