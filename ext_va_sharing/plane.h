// Which OpenCL image a plane of a surface is: format, size, place.
#pragma once

#include <CL/cl.h>
#include <level_zero/ze_api.h>

#include <cstdint>
#include <optional>

#include "ext_va_sharing/surface.h"

namespace clze::va {

struct Plane {
  uint32_t index = 0;
  cl_image_format format = {};
  uint32_t width = 0, height = 0;  // texels of the plane; half of an odd luma size is rounded up
  uint32_t object = 0;
  uint64_t offset = 0, modifier = 0;
  uint32_t pitch = 0;
  uint32_t texelBytes = 0;
};

// A fourcc as a whole, as Level Zero calls it.
struct FrameFormat {
  uint32_t planes = 0;
  // The layout whose planes views can show; empty: Level Zero has none, or the one plane is the frame.
  std::optional<ze_image_format_layout_t> media;
  uint32_t lumaBytes = 0;   // of a texel of the first plane
  bool subsampled = false;  // later planes have half the size in both directions
  uint32_t rtFormat = 0;    // VA_RT_FORMAT_... to make such a surface
};
// Null: not supported.
const FrameFormat* frameFormat(uint32_t fourcc);

// How many planes a fourcc has for OpenCL; 0: not supported.
uint32_t planeCount(uint32_t fourcc);

// CL_INVALID_IMAGE_FORMAT_DESCRIPTOR: fourcc not in the table, or the exporter's layer is not what the fourcc
// asks for. CL_INVALID_VALUE: no such plane. Also checks that the plane's rows lie inside the object.
Result<Plane> planeOf(const Surface& surface, uint32_t index);

}  // namespace clze::va
