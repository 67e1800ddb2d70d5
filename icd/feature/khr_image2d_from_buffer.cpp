// cl_khr_image2d_from_buffer: 2D images over the memory of buffers.
#include "icd/feature/feature.h"

namespace clze::icd {

extern const Feature kImage2dFromBuffer = {
    .name = "cl_khr_image2d_from_buffer",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .supported = [](const l0::Device& device) { return device.caps.pitchedImages; },
};

}  // namespace clze::icd
