// cl_khr_il_program: clCreateProgramWithIL under a name that OpenCL 1.x programs know. Its queries have the
// values of the core's.
#include "icd/entry/program.h"
#include "icd/entry/trampoline.h"
#include "icd/feature/feature.h"

namespace clze::icd {
namespace {

constexpr char kName[] = "clCreateProgramWithILKHR";
const FeatureFunction kFunctions[] = {
    {kName, reinterpret_cast<void*>(&Trampoline<clCreateProgramWithILKHR_fn, &validate::createProgramWithIl,
                                                &api::createProgramWithIl, kName>::call)},
};

}  // namespace

extern const Feature kIlProgram = {
    .name = "cl_khr_il_program",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .functions = kFunctions,
};

}  // namespace clze::icd
