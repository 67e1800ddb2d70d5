// A VA surface as its exporter describes it: dma-bufs, modifier, and where each layer lies. Never computed,
// never assumed.
#pragma once

#include <va/va.h>

#include <array>
#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"

namespace clze::va {

inline constexpr size_t kMaxLayers = 4;

struct SurfaceObject {
  UniqueFd fd;
  uint64_t size = 0;      // bytes, as exported; checked against the file's own size
  uint64_t modifier = 0;  // DRM format modifier
};

struct SurfaceLayer {
  uint32_t drmFormat = 0;
  uint32_t object = 0;  // index into objects
  uint64_t offset = 0;  // bytes
  uint32_t pitch = 0;   // bytes a row
  uint32_t planes = 1;  // 2: an auxiliary (compression) plane follows
};

struct Surface {
  uint32_t fourcc = 0;             // VA_FOURCC_...
  uint32_t width = 0, height = 0;  // luma texels
  uint32_t objectCount = 0, layerCount = 0;
  std::array<SurfaceObject, kMaxLayers> objects;
  std::array<SurfaceLayer, kMaxLayers> layers;  // one a plane
};

// Exports with separate layers. All fds belong to the result; none stays open on failure. Does not wait for
// the surface. CL_INVALID_VA_API_MEDIA_SURFACE_INTEL for what is no surface of the display;
// CL_INVALID_IMAGE_FORMAT_DESCRIPTOR when the driver cannot export it; CL_OUT_OF_RESOURCES otherwise.
Result<Surface> exportSurface(VADisplay display, VASurfaceID id, bool write);

// Waits until work on the surface is done (vaSyncSurface). A picture that was decoded with errors is done
// too: its content is what the decoder left.
Result<void> syncSurface(VADisplay display, VASurfaceID id);

}  // namespace clze::va
