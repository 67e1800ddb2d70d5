// cl_khr_local_int32_extended_atomics: atom_min, atom_and and others on local memory; core since OpenCL 1.1.
#include "icd/feature/feature.h"

namespace clze::icd {

extern const Feature kLocalInt32ExtendedAtomics = {
    .name = "cl_khr_local_int32_extended_atomics",
    .version = CL_MAKE_VERSION(1, 0, 0),
};

}  // namespace clze::icd
