// cl_khr_global_int32_base_atomics: atom_add and others on global memory; core since OpenCL 1.1.
#include "icd/feature/feature.h"

namespace clze::icd {

extern const Feature kGlobalInt32BaseAtomics = {
    .name = "cl_khr_global_int32_base_atomics",
    .version = CL_MAKE_VERSION(1, 0, 0),
};

}  // namespace clze::icd
