// Functions found by name: extension functions of icd/feature/, and the core ones that loaders and
// applications ask for in the same way.
#pragma once

#include <CL/cl.h>

#include <string_view>

namespace clze::icd {

// The core function of that name, null when there is none.
void* coreFunction(std::string_view name);
// As clGetExtensionFunctionAddress answers; null for names nobody has.
void* functionAddress(const char* name);

// Entry points that fit no trampoline.
void* CL_API_CALL getExtensionFunctionAddress(const char* name);
void* CL_API_CALL getExtensionFunctionAddressForPlatform(cl_platform_id platform, const char* name);
cl_int CL_API_CALL icdGetPlatformIDs(cl_uint capacity, cl_platform_id* platforms, cl_uint* count);

}  // namespace clze::icd
