// cl_khr_3d_image_writes: kernels write 3D images.
#include "icd/feature/feature.h"

namespace clze::icd {

extern const Feature k3dImageWrites = {
    .name = "cl_khr_3d_image_writes",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .supported = [](const l0::Device& device) { return device.image.maxImageDims3D != 0; },
};

}  // namespace clze::icd
