// cl_khr_int64_extended_atomics: atom_min, atom_and and others on long.
#include "icd/feature/feature.h"

namespace clze::icd {

extern const Feature kInt64ExtendedAtomics = {
    .name = "cl_khr_int64_extended_atomics",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .supported = [](const l0::Device& device) { return device.caps.int64Atomics; },
};

}  // namespace clze::icd
