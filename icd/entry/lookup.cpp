// Look-up by name, and the three functions libclze.so exports for ICD loaders (cl_khr_icd).
#include "icd/entry/lookup.h"

#include "base/log.h"
#include "icd/entry/trampoline.h"
#include "icd/feature/feature.h"
#include "icd/object/platform.h"

namespace clze::icd {
namespace {

// Functions of extensions that have a slot in the dispatch table but whose extension clze does not have: an
// application takes a non-null address for "supported".
bool isExtensionSlot(std::string_view name) {
  return name.ends_with("KHR") || name.ends_with("EXT") || name.find("GL") != std::string_view::npos;
}

}  // namespace

void* functionAddress(const char* name) {
  if (name == nullptr) return nullptr;
  const std::string_view wanted = name;
  for (const Feature* feature : features()) {
    for (const FeatureFunction& function : feature->functions) {
      if (wanted == function.name) return function.address;
    }
  }
  if (wanted == "clIcdGetPlatformIDsKHR") return reinterpret_cast<void*>(&icdGetPlatformIDs);
  return isExtensionSlot(wanted) ? nullptr : coreFunction(wanted);
}

void* CL_API_CALL getExtensionFunctionAddress(const char* name) { return functionAddress(name); }

void* CL_API_CALL getExtensionFunctionAddressForPlatform(cl_platform_id platform, const char* name) {
  return Platform::from(platform) != nullptr ? functionAddress(name) : nullptr;
}

cl_int CL_API_CALL icdGetPlatformIDs(cl_uint capacity, cl_platform_id* platforms, cl_uint* count) {
  // A list needs room for an entry; and one of the two must be asked for.
  if (capacity == 0 && platforms != nullptr) return CL_INVALID_VALUE;
  if (platforms == nullptr && count == nullptr) return CL_INVALID_VALUE;
  Platform* platform = nullptr;
  try {
    platform = Platform::instance();
  } catch (...) {
    CLZE_LOG_ERROR("icd", "no memory to list the devices");
  }
  if (count != nullptr) *count = platform != nullptr ? 1 : 0;
  if (platform == nullptr) return CL_PLATFORM_NOT_FOUND_KHR;
  if (platforms != nullptr) platforms[0] = platform;
  return CL_SUCCESS;
}

}  // namespace clze::icd

#define CLZE_EXPORT __attribute__((visibility("default")))

// cl.h declares two of them; the loader's own function is ours to declare.
extern "C" {
CLZE_EXPORT void* CL_API_CALL clGetExtensionFunctionAddress(const char* name) {
  return clze::icd::functionAddress(name);
}
CLZE_EXPORT cl_int CL_API_CALL clGetPlatformInfo(cl_platform_id platform, cl_platform_info name, size_t size,
                                                 void* value, size_t* sizeReturned) {
  return clze::icd::kDispatch.clGetPlatformInfo(platform, name, size, value, sizeReturned);
}
CLZE_EXPORT cl_int CL_API_CALL clIcdGetPlatformIDsKHR(cl_uint capacity, cl_platform_id* platforms,
                                                      cl_uint* count) {
  return clze::icd::icdGetPlatformIDs(capacity, platforms, count);
}
}
