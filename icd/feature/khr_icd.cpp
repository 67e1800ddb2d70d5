// cl_khr_icd: how loaders find the platform; see icd/entry/lookup.cpp.
#include "icd/entry/lookup.h"
#include "icd/feature/feature.h"

namespace clze::icd {
namespace {

const FeatureFunction kFunctions[] = {
    {"clIcdGetPlatformIDsKHR", reinterpret_cast<void*>(&icdGetPlatformIDs)},
};

}  // namespace

extern const Feature kIcd = {
    .name = "cl_khr_icd",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .functions = kFunctions,
};

}  // namespace clze::icd
