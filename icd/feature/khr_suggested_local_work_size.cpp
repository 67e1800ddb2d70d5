// cl_khr_suggested_local_work_size: the work-group size a launch without one would get.
#include <algorithm>

#include "icd/command/launch.h"
#include "icd/entry/launch.h"
#include "icd/entry/trampoline.h"
#include "icd/feature/feature.h"

namespace clze::icd {
namespace validate {
namespace {

Result<void> getKernelSuggestedLocalWorkSize(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                             const size_t* offset, const size_t* globalSize,
                                             size_t* suggested) {
  CLZE_TRY(enqueueNDRangeKernel(queue, kernel, dimensions, offset, globalSize, nullptr, 0, nullptr, nullptr));
  // Unlike a launch, which may be of nothing.
  if (std::find(globalSize, globalSize + dimensions, 0) != globalSize + dimensions) {
    return Failure{CL_INVALID_GLOBAL_WORK_SIZE};
  }
  if (suggested == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

}  // namespace
}  // namespace validate

namespace api {
namespace {

Result<void> getKernelSuggestedLocalWorkSize(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                             const size_t* /*offset*/, const size_t* globalSize,
                                             size_t* suggested) {
  std::array<size_t, 3> global = {1, 1, 1};
  std::copy_n(globalSize, dimensions, global.begin());
  CLZE_TRY_ASSIGN(
      const l0::Size3 group,
      chooseGroupSize(Kernel::trusted(kernel), CommandQueue::trusted(queue).device(), dimensions, global));
  std::copy_n(group.begin(), dimensions, suggested);
  return {};
}

}  // namespace
}  // namespace api

namespace {

constexpr char kName[] = "clGetKernelSuggestedLocalWorkSizeKHR";
const FeatureFunction kFunctions[] = {
    {kName,
     reinterpret_cast<void*>(
         &Trampoline<clGetKernelSuggestedLocalWorkSizeKHR_fn, &validate::getKernelSuggestedLocalWorkSize,
                     &api::getKernelSuggestedLocalWorkSize, kName>::call)},
};

}  // namespace

extern const Feature kSuggestedLocalWorkSize = {
    .name = "cl_khr_suggested_local_work_size",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .functions = kFunctions,
};

}  // namespace clze::icd
