// The result of a creating call that may return an object and an error code at once.
#pragma once

#include <CL/cl.h>

namespace clze::icd {

// clLinkProgram: a failed link has a program too, whose build log says why (OpenCL 3.0, 5.8.4).
template <class Object>
struct Created {
  Object* object = nullptr;
  cl_int code = CL_SUCCESS;
};

}  // namespace clze::icd
