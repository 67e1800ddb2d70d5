// Entry points of samplers: OpenCL 3.0, 5.7.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> createSampler(cl_context context, cl_bool normalized, cl_addressing_mode addressing,
                           cl_filter_mode filter);
Result<void> createSamplerWithProperties(cl_context context, const cl_sampler_properties* properties);
Result<void> retainSampler(cl_sampler sampler);
Result<void> releaseSampler(cl_sampler sampler);
Result<void> getSamplerInfo(cl_sampler sampler, cl_sampler_info name, size_t size, void* value,
                            size_t* sizeReturned);
}  // namespace validate

namespace api {
Result<cl_sampler> createSampler(cl_context context, cl_bool normalized, cl_addressing_mode addressing,
                                 cl_filter_mode filter);
Result<cl_sampler> createSamplerWithProperties(cl_context context, const cl_sampler_properties* properties);
Result<void> retainSampler(cl_sampler sampler);
Result<void> releaseSampler(cl_sampler sampler);
Result<void> getSamplerInfo(cl_sampler sampler, cl_sampler_info name, size_t size, void* value,
                            size_t* sizeReturned);
}  // namespace api

}  // namespace clze::icd
