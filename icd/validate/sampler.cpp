// Rules of samplers: OpenCL 3.0, 5.7.
#include "icd/entry/sampler.h"

#include "icd/validate/memory_common.h"

namespace clze::icd::validate {
namespace {

bool isAddressing(cl_ulong mode) {
  return mode == CL_ADDRESS_NONE || mode == CL_ADDRESS_CLAMP_TO_EDGE || mode == CL_ADDRESS_CLAMP ||
         mode == CL_ADDRESS_REPEAT || mode == CL_ADDRESS_MIRRORED_REPEAT;
}

bool isFilter(cl_ulong mode) { return mode == CL_FILTER_NEAREST || mode == CL_FILTER_LINEAR; }

bool isBool(cl_ulong value) { return value == CL_TRUE || value == CL_FALSE; }

Result<void> imagesThere(const Context& context) {
  return context.device().hasImages() ? Result<void>{} : Failure{CL_INVALID_OPERATION};
}

Result<void> alive(cl_sampler sampler) {
  return Sampler::from(sampler) != nullptr ? Result<void>{} : Failure{CL_INVALID_SAMPLER};
}

}  // namespace

Result<void> createSampler(cl_context handle, cl_bool normalized, cl_addressing_mode addressing,
                           cl_filter_mode filter) {
  CLZE_TRY_ASSIGN(Context * context, live<Context>(handle, CL_INVALID_CONTEXT));
  // Repeating modes without normalised coordinates are allowed; their coordinates are undefined.
  if (!isBool(normalized) || !isAddressing(addressing) || !isFilter(filter)) return Failure{CL_INVALID_VALUE};
  return imagesThere(*context);
}

Result<void> createSamplerWithProperties(cl_context handle, const cl_sampler_properties* properties) {
  CLZE_TRY_ASSIGN(Context * context, live<Context>(handle, CL_INVALID_CONTEXT));
  unsigned seen = 0;
  for (const auto* entry = properties; entry != nullptr && entry[0] != 0; entry += 2) {
    unsigned bit = 0;
    // Known names with values of theirs.
    if (entry[0] == CL_SAMPLER_NORMALIZED_COORDS && isBool(entry[1])) bit = 1;
    if (entry[0] == CL_SAMPLER_ADDRESSING_MODE && isAddressing(entry[1])) bit = 2;
    if (entry[0] == CL_SAMPLER_FILTER_MODE && isFilter(entry[1])) bit = 4;
    // Each at most once.
    if (bit == 0 || (seen & bit) != 0) return Failure{CL_INVALID_VALUE};
    seen |= bit;
  }
  return imagesThere(*context);
}

Result<void> retainSampler(cl_sampler sampler) { return alive(sampler); }

Result<void> releaseSampler(cl_sampler sampler) { return alive(sampler); }

Result<void> getSamplerInfo(cl_sampler sampler, cl_sampler_info /*name*/, size_t /*size*/, void* /*value*/,
                            size_t* /*sizeReturned*/) {
  return alive(sampler);
}

}  // namespace clze::icd::validate
