// What buffers and images have in common: queries, destructor callbacks, host memory for copies.
#include "icd/object/memory.h"

#include "icd/command/dispatcher.h"
#include "icd/feature/feature.h"

namespace clze::icd {

Result<Ref<Staging>> Staging::create(const Context& context, const Device& device, size_t size) {
  CLZE_TRY_ASSIGN(auto memory, l0::allocate(context.level0(), device.level0(), size, kBaseAddressAlignment,
                                            l0::Placement::Host));
  return Ref<Staging>::adopt(new Staging(std::move(memory)));
}

// Only once every command that uses the object has ended, and before what it was made from is let go. Last
// registered, first called (OpenCL 3.0, 5.5.1).
Memory::~Memory() {
  auto callbacks = std::move(*destructorCallbacks_.lock());
  if (Dispatcher::parting()) return;
  for (auto callback = callbacks.rbegin(); callback != callbacks.rend(); ++callback) {
    (*callback)(static_cast<cl_mem>(this));
  }
}

void Memory::addDestructorCallback(std::function<void(cl_mem)> callback) {
  destructorCallbacks_.lock()->push_back(std::move(callback));
}

bool Memory::askFeatures(cl_uint name, const InfoWriter& writer, Result<void>& result) const {
  if (featureInfo(name, writer, result)) return true;
  for (const Feature* feature : features()) {
    if (feature->memoryInfo != nullptr && feature->memoryInfo(*this, name, writer, result)) return true;
  }
  return false;
}

Result<void> Memory::info(cl_mem_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_MEM_TYPE:
      return writer(type_);
    case CL_MEM_FLAGS:
      return writer(flags_);
    case CL_MEM_SIZE:
      return writer(size_);
    case CL_MEM_HOST_PTR:
      return writer(hostPointer_);
    case CL_MEM_MAP_COUNT:
      return writer(static_cast<cl_uint>(mappings_.lock()->size()));
    case CL_MEM_REFERENCE_COUNT:
      return writer(apiReferences());
    case CL_MEM_CONTEXT:
      return writer(static_cast<cl_context>(context_.get()));
    case CL_MEM_ASSOCIATED_MEMOBJECT:
      return writer(static_cast<cl_mem>(parent_.get()));
    case CL_MEM_OFFSET:
      return writer(parentOffset_);
    case CL_MEM_USES_SVM_POINTER:
      return writer(static_cast<cl_bool>(CL_FALSE));
    case CL_MEM_PROPERTIES:
      return writer.array(std::span(properties_));
    default:
      break;
  }
  Result<void> result;
  if (askFeatures(name, writer, result)) return result;
  return Failure{CL_INVALID_VALUE};
}

}  // namespace clze::icd
