// cl_khr_fp16: half arithmetic in kernels.
#include "icd/feature/feature.h"

namespace clze::icd {

extern const Feature kFp16 = {
    .name = "cl_khr_fp16",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .supported = [](const l0::Device& device) { return device.caps.float16; },
};

}  // namespace clze::icd
