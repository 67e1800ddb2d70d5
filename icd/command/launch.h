// clEnqueueNDRangeKernel: from OpenCL's sizes to a Level Zero launch.
#pragma once

#include <array>

#include "icd/command/enqueue.h"
#include "icd/object/kernel.h"

namespace clze::icd {

// Work-group size for a launch whose caller left it open: the kernel's required size, else one that divides
// the global size and that the driver likes. `dimensions` 1..3.
Result<l0::Size3> chooseGroupSize(const Kernel& kernel, const Device& device, cl_uint dimensions,
                                  const std::array<size_t, 3>& globalSize);

Result<void> enqueueKernel(const Enqueue& command, Kernel& kernel, cl_uint dimensions, const size_t* offset,
                           const size_t* globalSize, const size_t* localSize);

}  // namespace clze::icd
