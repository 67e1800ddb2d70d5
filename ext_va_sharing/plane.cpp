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
  FrameFormat frame;
  std::array<PlaneFormat, 3> plane;
};

constexpr PlaneFormat kGrey8 = {{CL_R, CL_UNORM_INT8}, 1, 1, {DRM_FORMAT_R8, DRM_FORMAT_R8}};
constexpr PlaneFormat kPairs8 = {{CL_RG, CL_UNORM_INT8}, 2, 2, {DRM_FORMAT_GR88, DRM_FORMAT_RG88}};
constexpr PlaneFormat kGrey16 = {{CL_R, CL_UNORM_INT16}, 2, 1, {DRM_FORMAT_R16, DRM_FORMAT_R16}};
constexpr PlaneFormat kPairs16 = {{CL_RG, CL_UNORM_INT16}, 4, 2, {DRM_FORMAT_GR1616, DRM_FORMAT_RG1616}};
// By the bytes in memory: DRM names colours from the highest bits down. Exporters disagree on VA's own name
// of them.
constexpr PlaneFormat kBgra = {{CL_BGRA, CL_UNORM_INT8}, 4, 1, {DRM_FORMAT_ARGB8888, DRM_FORMAT_ARGB8888}};
constexpr PlaneFormat kRgba = {{CL_RGBA, CL_UNORM_INT8}, 4, 1, {DRM_FORMAT_ABGR8888, DRM_FORMAT_ABGR8888}};

// P010 and P012 keep their bits at the top of sixteen: read as normalised 16-bit values they come out right.
constexpr std::array kFormats = {
    SurfaceFormat{VA_FOURCC_NV12,
                  {2, ZE_IMAGE_FORMAT_LAYOUT_NV12, 1, true, VA_RT_FORMAT_YUV420},
                  {{kGrey8, kPairs8, {}}}},
    SurfaceFormat{VA_FOURCC_P010,
                  {2, ZE_IMAGE_FORMAT_LAYOUT_P010, 2, true, VA_RT_FORMAT_YUV420_10},
                  {{kGrey16, kPairs16, {}}}},
    SurfaceFormat{VA_FOURCC_P012,
                  {2, ZE_IMAGE_FORMAT_LAYOUT_P012, 2, true, VA_RT_FORMAT_YUV420_12},
                  {{kGrey16, kPairs16, {}}}},
    SurfaceFormat{VA_FOURCC_P016,
                  {2, ZE_IMAGE_FORMAT_LAYOUT_P016, 2, true, VA_RT_FORMAT_YUV420_12},
                  {{kGrey16, kPairs16, {}}}},
    SurfaceFormat{VA_FOURCC_BGRA, {1, std::nullopt, 4, false, VA_RT_FORMAT_RGB32}, {{kBgra, {}, {}}}},
    SurfaceFormat{VA_FOURCC_ARGB, {1, std::nullopt, 4, false, VA_RT_FORMAT_RGB32}, {{kBgra, {}, {}}}},
    SurfaceFormat{VA_FOURCC_RGBA, {1, std::nullopt, 4, false, VA_RT_FORMAT_RGB32}, {{kRgba, {}, {}}}},
    SurfaceFormat{VA_FOURCC_RGBP, {3, std::nullopt, 1, false, VA_RT_FORMAT_RGBP}, {{kGrey8, kGrey8, kGrey8}}},
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
  return format != nullptr ? format->frame.planes : 0;
}

const FrameFormat* frameFormat(uint32_t fourcc) {
  const SurfaceFormat* format = find(fourcc);
  return format != nullptr ? &format->frame : nullptr;
}

Result<Plane> planeOf(const Surface& surface, uint32_t index) {
  const SurfaceFormat* format = find(surface.fourcc);
  if (format == nullptr) return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  if (index >= format->frame.planes) return Failure{CL_INVALID_VALUE};
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
  plane.index = index;
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
