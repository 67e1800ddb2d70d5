// cl_intel_sharing_format_query: which VA image formats can be shared, plane by plane.
#include <CL/cl_va_api_media_sharing_intel.h>

#include <algorithm>
#include <array>

#include "icd/entry/trampoline.h"
#include "icd/feature/feature.h"
#include "icd/feature/va_image.h"

namespace clze::icd {
namespace {

using GetFormats = cl_int(CL_API_CALL*)(cl_context, cl_mem_flags, cl_mem_object_type, cl_uint, cl_uint,
                                        VAImageFormat*, cl_uint*);

bool supported(const l0::Device& device) { return sharesVaSurfaces(device); }

bool isImageType(cl_mem_object_type type) {
  return type >= CL_MEM_OBJECT_IMAGE2D && type <= CL_MEM_OBJECT_IMAGE1D_BUFFER;
}

Result<void> checkQuery(cl_context handle, cl_mem_flags flags, cl_mem_object_type type, cl_uint /*plane*/,
                        cl_uint capacity, VAImageFormat* formats, cl_uint* count) {
  const Context* context = Context::from(handle);
  if (context == nullptr || context->attachment<VaContext>() == nullptr) return Failure{CL_INVALID_CONTEXT};
  if (flags != CL_MEM_READ_ONLY && flags != CL_MEM_WRITE_ONLY && flags != CL_MEM_READ_WRITE &&
      flags != CL_MEM_KERNEL_READ_AND_WRITE) {
    return Failure{CL_INVALID_VALUE};
  }
  if (!isImageType(type)) return Failure{CL_INVALID_VALUE};
  if (capacity == 0 && formats != nullptr) return Failure{CL_INVALID_VALUE};
  if (formats == nullptr && count == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> query(cl_context handle, cl_mem_flags, cl_mem_object_type type, cl_uint plane, cl_uint capacity,
                   VAImageFormat* formats, cl_uint* count) {
  std::vector<VAImageFormat> list;
  // Surfaces become 2D images only.
  if (type == CL_MEM_OBJECT_IMAGE2D) {
    list = Context::trusted(handle).attachment<VaContext>()->sharing.formats(plane);
  }
  if (formats != nullptr) std::copy_n(list.begin(), std::min<size_t>(capacity, list.size()), formats);
  if (count != nullptr) *count = static_cast<cl_uint>(list.size());
  return {};
}

constexpr char kName[] = "clGetSupportedVA_APIMediaSurfaceFormatsINTEL";
const std::array kFunctions = {
    FeatureFunction{kName,
                    reinterpret_cast<void*>(&Trampoline<GetFormats, &checkQuery, &query, kName>::call)},
};

}  // namespace

extern const Feature kSharingFormatQuery = {
    .name = "cl_intel_sharing_format_query",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .supported = supported,
    .functions = kFunctions,
};

}  // namespace clze::icd
