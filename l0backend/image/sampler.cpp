// Samplers: OpenCL's addressing and filter modes in Level Zero's terms.
#include "l0backend/image/image.h"

namespace clze::l0 {

namespace {

// OpenCL's CLAMP returns the border colour outside the image, CLAMP_TO_EDGE the nearest texel.
Result<ze_sampler_address_mode_t> addressing(cl_addressing_mode mode) {
  switch (mode) {
    case CL_ADDRESS_NONE:
      return ZE_SAMPLER_ADDRESS_MODE_NONE;
    case CL_ADDRESS_CLAMP_TO_EDGE:
      return ZE_SAMPLER_ADDRESS_MODE_CLAMP;
    case CL_ADDRESS_CLAMP:
      return ZE_SAMPLER_ADDRESS_MODE_CLAMP_TO_BORDER;
    case CL_ADDRESS_REPEAT:
      return ZE_SAMPLER_ADDRESS_MODE_REPEAT;
    case CL_ADDRESS_MIRRORED_REPEAT:
      return ZE_SAMPLER_ADDRESS_MODE_MIRROR;
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

}  // namespace

Result<SamplerHandle> createSampler(const Context& context, const Device& device, const SamplerShape& shape) {
  ze_sampler_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_SAMPLER_DESC;
  CLZE_TRY_ASSIGN(desc.addressMode, addressing(shape.addressing));
  desc.filterMode =
      shape.filter == CL_FILTER_LINEAR ? ZE_SAMPLER_FILTER_MODE_LINEAR : ZE_SAMPLER_FILTER_MODE_NEAREST;
  desc.isNormalized = shape.normalized ? 1 : 0;
  SamplerHandle sampler;
  CLZE_ZE_TRY(zeSamplerCreate, context.handle(), device.handle, &desc, sampler.put());
  return sampler;
}

}  // namespace clze::l0
