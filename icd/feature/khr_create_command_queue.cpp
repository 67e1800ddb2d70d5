// cl_khr_create_command_queue: clCreateCommandQueueWithProperties under a name that OpenCL 1.x programs know.
#include "icd/entry/queue.h"
#include "icd/entry/trampoline.h"
#include "icd/feature/feature.h"

namespace clze::icd {
namespace {

constexpr char kName[] = "clCreateCommandQueueWithPropertiesKHR";
const FeatureFunction kFunctions[] = {
    {kName,
     reinterpret_cast<void*>(
         &Trampoline<clCreateCommandQueueWithPropertiesKHR_fn, &validate::createCommandQueueWithProperties,
                     &api::createCommandQueueWithProperties, kName>::call)},
};

}  // namespace

extern const Feature kCreateCommandQueue = {
    .name = "cl_khr_create_command_queue",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .functions = kFunctions,
};

}  // namespace clze::icd
