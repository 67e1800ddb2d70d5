// Which OpenCL image a plane of a surface is: format, size, place.
#pragma once

#include <CL/cl.h>

#include <cstdint>

#include "ext_va_sharing/surface.h"

namespace clze::va {

struct Plane {
  cl_image_format format = {};
  uint32_t width = 0, height = 0;  // texels of the plane; half of an odd luma size is rounded up
  uint32_t object = 0;
  uint64_t offset = 0, modifier = 0;
  uint32_t pitch = 0;
  uint32_t texelBytes = 0;
};

// How many planes a fourcc has for OpenCL; 0: not supported.
uint32_t planeCount(uint32_t fourcc);

// CL_INVALID_IMAGE_FORMAT_DESCRIPTOR: fourcc not in the table, or the exporter's layer is not what the fourcc
// asks for. CL_INVALID_VALUE: no such plane. Also checks that the plane's rows lie inside the object.
Result<Plane> planeOf(const Surface& surface, uint32_t index);

}  // namespace clze::va
