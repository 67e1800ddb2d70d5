// The table of surface formats.
#include "ext_va_sharing/plane.h"

#include <CL/cl_va_api_media_sharing_intel.h>
#include <drm_fourcc.h>
#include <va/va.h>

#include <array>

#include "base/log.h"

namespace clze::va {
namespace {

struct PlaneFormat {
  cl_image_format format;
  uint32_t texelBytes;
  uint32_t subsampling;                // in both directions
  std::array<uint32_t, 2> drmFormats;  // what exporters call it
};

struct SurfaceFormat {
  uint32_t fourcc;
  uint32_t planes;
  std::array<PlaneFormat, 2> plane;
};

// P010 keeps its ten bits at the top of sixteen: read as normalised 16-bit values they come out right.
constexpr std::array kFormats = {
    SurfaceFormat{VA_FOURCC_NV12,
                  2,
                  {{{{CL_R, CL_UNORM_INT8}, 1, 1, {DRM_FORMAT_R8, DRM_FORMAT_R8}},
                    {{CL_RG, CL_UNORM_INT8}, 2, 2, {DRM_FORMAT_GR88, DRM_FORMAT_RG88}}}}},
    SurfaceFormat{VA_FOURCC_P010,
                  2,
                  {{{{CL_R, CL_UNORM_INT16}, 2, 1, {DRM_FORMAT_R16, DRM_FORMAT_R16}},
                    {{CL_RG, CL_UNORM_INT16}, 4, 2, {DRM_FORMAT_GR1616, DRM_FORMAT_RG1616}}}}},
};

const SurfaceFormat* find(uint32_t fourcc) {
  for (const SurfaceFormat& format : kFormats) {
    if (format.fourcc == fourcc) return &format;
  }
  return nullptr;
}

}  // namespace

uint32_t planeCount(uint32_t fourcc) {
  const SurfaceFormat* format = find(fourcc);
  return format != nullptr ? format->planes : 0;
}

Result<Plane> planeOf(const Surface& surface, uint32_t index) {
  const SurfaceFormat* format = find(surface.fourcc);
  if (format == nullptr) return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  if (index >= format->planes) return Failure{CL_INVALID_VALUE};
  const PlaneFormat& wanted = format->plane[index];
  if (index >= surface.layerCount) return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  const SurfaceLayer& layer = surface.layers[index];
  if (layer.drmFormat != wanted.drmFormats[0] && layer.drmFormat != wanted.drmFormats[1]) {
    CLZE_LOG_ERROR("va", "plane {} is exported as DRM format {:#x}, not as {:#x}", index, layer.drmFormat,
                   wanted.drmFormats[0]);
    return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  }
  if (layer.planes != 1) {
    CLZE_LOG_ERROR("va", "plane {} is compressed (an auxiliary plane is exported with it)", index);
    return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  }
  Plane plane;
  plane.format = wanted.format;
  plane.texelBytes = wanted.texelBytes;
  plane.width = (surface.width + wanted.subsampling - 1) / wanted.subsampling;
  plane.height = (surface.height + wanted.subsampling - 1) / wanted.subsampling;
  plane.object = layer.object;
  plane.offset = layer.offset;
  plane.pitch = layer.pitch;
  plane.modifier = surface.objects[layer.object].modifier;

  const uint64_t rowBytes = uint64_t{plane.width} * plane.texelBytes;
  if (plane.width == 0 || plane.height == 0 || plane.pitch < rowBytes ||
      plane.offset + uint64_t{plane.pitch} * (plane.height - 1) + rowBytes >
          surface.objects[layer.object].size) {
    CLZE_LOG_ERROR("va", "plane {}: {}x{} at offset {} with pitch {} does not fit its object", index,
                   plane.width, plane.height, plane.offset, plane.pitch);
    return Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
  }
  return plane;
}

}  // namespace clze::va
