// cl_khr_byte_addressable_store: kernels write char and short; core since OpenCL 1.1.
#include "icd/feature/feature.h"

namespace clze::icd {

extern const Feature kByteAddressableStore = {
    .name = "cl_khr_byte_addressable_store",
    .version = CL_MAKE_VERSION(1, 0, 0),
};

}  // namespace clze::icd
