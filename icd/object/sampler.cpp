// Samplers.
#include "icd/entry/sampler.h"

#include "icd/object/memory.h"

namespace clze::icd {

Result<Ref<Sampler>> Sampler::create(Ref<Context> context, const l0::SamplerShape& shape,
                                     std::vector<cl_sampler_properties> properties) {
  CLZE_TRY_ASSIGN(auto handle, l0::createSampler(context->level0(), context->device().level0(), shape));
  auto sampler = Ref<Sampler>::adopt(new Sampler());
  sampler->context_ = std::move(context);
  sampler->shape_ = shape;
  sampler->properties_ = std::move(properties);
  sampler->value_ = handle.get();
  sampler->handle_ = std::move(handle);
  return sampler;
}

Result<void> Sampler::info(cl_sampler_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_SAMPLER_REFERENCE_COUNT:
      return writer(apiReferences());
    case CL_SAMPLER_CONTEXT:
      return writer(static_cast<cl_context>(context_.get()));
    case CL_SAMPLER_NORMALIZED_COORDS:
      return writer(static_cast<cl_bool>(shape_.normalized ? CL_TRUE : CL_FALSE));
    case CL_SAMPLER_ADDRESSING_MODE:
      return writer(shape_.addressing);
    case CL_SAMPLER_FILTER_MODE:
      return writer(shape_.filter);
    case CL_SAMPLER_PROPERTIES:
      return writer.array(std::span(properties_));
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

namespace api {

Result<cl_sampler> createSampler(cl_context context, cl_bool normalized, cl_addressing_mode addressing,
                                 cl_filter_mode filter) {
  CLZE_TRY_ASSIGN(auto sampler, Sampler::create(Ref<Context>(&Context::trusted(context)),
                                                {normalized != CL_FALSE, addressing, filter}, {}));
  return Sampler::publish(std::move(sampler));
}

Result<cl_sampler> createSamplerWithProperties(cl_context context, const cl_sampler_properties* properties) {
  l0::SamplerShape shape;
  std::vector<cl_sampler_properties> list;
  for (const auto* entry = properties; entry != nullptr; entry += 2) {
    list.push_back(entry[0]);
    if (entry[0] == 0) break;
    list.push_back(entry[1]);
    if (entry[0] == CL_SAMPLER_NORMALIZED_COORDS) shape.normalized = entry[1] != 0;
    if (entry[0] == CL_SAMPLER_ADDRESSING_MODE) shape.addressing = static_cast<cl_addressing_mode>(entry[1]);
    if (entry[0] == CL_SAMPLER_FILTER_MODE) shape.filter = static_cast<cl_filter_mode>(entry[1]);
  }
  CLZE_TRY_ASSIGN(auto sampler,
                  Sampler::create(Ref<Context>(&Context::trusted(context)), shape, std::move(list)));
  return Sampler::publish(std::move(sampler));
}

Result<void> retainSampler(cl_sampler sampler) {
  Sampler::trusted(sampler).retainApi();
  return {};
}

Result<void> releaseSampler(cl_sampler sampler) {
  Sampler::trusted(sampler).releaseApi();
  return {};
}

Result<void> getSamplerInfo(cl_sampler sampler, cl_sampler_info name, size_t size, void* value,
                            size_t* sizeReturned) {
  return Sampler::trusted(sampler).info(name, InfoWriter(size, value, sizeReturned));
}

}  // namespace api
}  // namespace clze::icd
