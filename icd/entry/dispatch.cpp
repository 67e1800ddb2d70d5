// The dispatch table behind every object: each slot is the trampoline of the group that has the function, or
// the refusal of a feature clze does not have. Constant data: nothing runs to fill it.
#define CL_USE_DEPRECATED_OPENCL_1_0_APIS
#define CL_USE_DEPRECATED_OPENCL_1_1_APIS
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#define CL_USE_DEPRECATED_OPENCL_2_2_APIS
#include <CL/cl_icd.h>

#include "icd/entry/lookup.h"
#include "icd/entry/trampoline.h"
#include "icd/entry/unsupported.h"
#include "icd/object/object.h"

// A group is a pair of files: declarations (<group>.h) and rows (<group>.def).
#include "icd/entry/context.h"
#include "icd/entry/event.h"
#include "icd/entry/image.h"
#include "icd/entry/kernel.h"
#include "icd/entry/launch.h"
#include "icd/entry/map.h"
#include "icd/entry/memory.h"
#include "icd/entry/platform.h"
#include "icd/entry/program.h"
#include "icd/entry/queue.h"
#include "icd/entry/sampler.h"
#include "icd/entry/transfer.h"

namespace clze::icd {
namespace {

// One tag a function.
namespace slot {
#define CLZE_SLOT(name) struct name;
#define CLZE_UNTYPED_SLOT(name) struct name;
#include "icd/entry/slots.def"
#undef CLZE_SLOT
#undef CLZE_UNTYPED_SLOT
}  // namespace slot

template <class Tag, class Signature>
struct Slot : Unsupported<Signature> {};

// No pipe can exist, so none is valid.
template <>
struct Slot<slot::clGetPipeInfo, cl_api_clGetPipeInfo> {
  static cl_int CL_API_CALL call(cl_mem, cl_pipe_info, size_t, void*, size_t*) {
    return CL_INVALID_MEM_OBJECT;
  }
};
template <>
struct Slot<slot::clGetExtensionFunctionAddress, cl_api_clGetExtensionFunctionAddress> {
  static constexpr auto call = &getExtensionFunctionAddress;
};
template <>
struct Slot<slot::clGetExtensionFunctionAddressForPlatform, cl_api_clGetExtensionFunctionAddressForPlatform> {
  static constexpr auto call = &getExtensionFunctionAddressForPlatform;
};

#define CLZE_ENTRY(name, function)          \
  inline constexpr char k_##name[] = #name; \
  template <>                               \
  struct Slot<slot::name, cl_api_##name>    \
      : Trampoline<cl_api_##name, &validate::function, &api::function, k_##name> {};
#include "icd/entry/context.def"
#include "icd/entry/event.def"
#include "icd/entry/image.def"
#include "icd/entry/kernel.def"
#include "icd/entry/launch.def"
#include "icd/entry/map.def"
#include "icd/entry/memory.def"
#include "icd/entry/platform.def"
#include "icd/entry/program.def"
#include "icd/entry/queue.def"
#include "icd/entry/sampler.def"
#include "icd/entry/transfer.def"
#undef CLZE_ENTRY

}  // namespace

extern const cl_icd_dispatch kDispatch = {
#define CLZE_SLOT(name) .name = Slot<slot::name, cl_api_##name>::call,
#define CLZE_UNTYPED_SLOT(name) .name = reinterpret_cast<void*>(&Unsupported<cl_int(CL_API_CALL*)()>::call),
#include "icd/entry/slots.def"
#undef CLZE_SLOT
#undef CLZE_UNTYPED_SLOT
};

namespace {

struct NamedFunction {
  std::string_view name;
  void* address;
};

}  // namespace

void* coreFunction(std::string_view name) {
  static const NamedFunction kFunctions[] = {
#define CLZE_SLOT(function) {#function, reinterpret_cast<void*>(kDispatch.function)},
#define CLZE_UNTYPED_SLOT(function)
#include "icd/entry/slots.def"
#undef CLZE_SLOT
#undef CLZE_UNTYPED_SLOT
  };
  for (const NamedFunction& function : kFunctions) {
    if (function.name == name) return function.address;
  }
  return nullptr;
}

}  // namespace clze::icd
