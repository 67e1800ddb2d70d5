// cl_khr_fp64: double in kernels.
#include "icd/feature/feature.h"

namespace clze::icd {

extern const Feature kFp64 = {
    .name = "cl_khr_fp64",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .supported = [](const l0::Device& device) { return device.caps.float64; },
};

}  // namespace clze::icd
