// cl_khr_extended_versioning: OpenCL 3.0's version queries under their older names. Values and meaning are
// the core's, which answers them, but for the numeric version of OpenCL C.
#include "icd/feature/feature.h"

namespace clze::icd {
namespace {

bool deviceInfo(const Device& /*device*/, cl_device_info name, const InfoWriter& writer,
                Result<void>& result) {
  if (name != CL_DEVICE_OPENCL_C_NUMERIC_VERSION_KHR) return false;
  result = writer(cl_version_khr{CL_MAKE_VERSION_KHR(1, 2, 0)});
  return true;
}

}  // namespace

extern const Feature kExtendedVersioning = {
    .name = "cl_khr_extended_versioning",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .deviceInfo = deviceInfo,
};

}  // namespace clze::icd
