// Export and synchronisation of VA surfaces.
#include "ext_va_sharing/surface.h"

#include <CL/cl_va_api_media_sharing_intel.h>
#include <unistd.h>

#include "base/log.h"
#include "ext_va_sharing/counters.h"
#include "ext_va_sharing/va_library.h"

namespace clze::va {
namespace {

cl_int toCl(VAStatus status) {
  switch (status) {
    case VA_STATUS_ERROR_INVALID_SURFACE:
    case VA_STATUS_ERROR_INVALID_DISPLAY:
    case VA_STATUS_ERROR_INVALID_CONTEXT:
      return CL_INVALID_VA_API_MEDIA_SURFACE_INTEL;
    case VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE:
    case VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT:
    case VA_STATUS_ERROR_UNIMPLEMENTED:
    case VA_STATUS_ERROR_INVALID_IMAGE_FORMAT:
      return CL_INVALID_IMAGE_FORMAT_DESCRIPTOR;
    default:
      return CL_OUT_OF_RESOURCES;
  }
}

// The file's size where it can be asked; dma-bufs and memfds both answer.
bool objectFits(const SurfaceObject& object) {
  const off_t actual = ::lseek(object.fd.get(), 0, SEEK_END);
  return actual < 0 || static_cast<uint64_t>(actual) >= object.size;
}

Result<void> check(const Surface& surface) {
  for (uint32_t i = 0; i < surface.objectCount; ++i) {
    if (!surface.objects[i].fd || !objectFits(surface.objects[i])) {
      CLZE_LOG_ERROR("va", "exported surface: object {} is smaller than its {} bytes", i,
                     surface.objects[i].size);
      return Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
    }
  }
  for (uint32_t i = 0; i < surface.layerCount; ++i) {
    const SurfaceLayer& layer = surface.layers[i];
    if (layer.object >= surface.objectCount || layer.offset >= surface.objects[layer.object].size ||
        layer.pitch == 0) {
      CLZE_LOG_ERROR("va", "exported surface: layer {} lies outside its object", i);
      return Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
    }
  }
  return {};
}

}  // namespace

Result<Surface> exportSurface(VADisplay display, VASurfaceID id, bool write) {
  const Library& libva = *library();
  VADRMPRIMESurfaceDescriptor descriptor = {};
  const auto attempt = [&](uint32_t access) {
    return libva.exportSurfaceHandle(display, id, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2,
                                     access | VA_EXPORT_SURFACE_SEPARATE_LAYERS, &descriptor);
  };
  VAStatus status = attempt(VA_EXPORT_SURFACE_READ_WRITE);
  // A surface that may only be read is still good for a read-only image.
  if (status != VA_STATUS_SUCCESS && !write) status = attempt(VA_EXPORT_SURFACE_READ_ONLY);
  if (status != VA_STATUS_SUCCESS) {
    CLZE_LOG_WARNING("va", "surface {} cannot be exported: {}", id, libva.errorStr(status));
    return Failure{toCl(status)};
  }
  counters().exports.fetch_add(1, std::memory_order_relaxed);

  Surface surface;
  surface.fourcc = descriptor.fourcc;
  surface.width = descriptor.width;
  surface.height = descriptor.height;
  // Owned before anything can fail.
  for (uint32_t i = 0; i < descriptor.num_objects && i < kMaxLayers; ++i) {
    surface.objects[i] = {UniqueFd(descriptor.objects[i].fd), descriptor.objects[i].size,
                          descriptor.objects[i].drm_format_modifier};
  }
  surface.objectCount = descriptor.num_objects;
  surface.layerCount = descriptor.num_layers;
  if (descriptor.num_objects == 0 || descriptor.num_objects > kMaxLayers || descriptor.num_layers == 0 ||
      descriptor.num_layers > kMaxLayers) {
    CLZE_LOG_ERROR("va", "surface {}: {} objects and {} layers exported", id, descriptor.num_objects,
                   descriptor.num_layers);
    surface.objectCount = surface.layerCount = 0;
    return Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
  }
  for (uint32_t i = 0; i < surface.layerCount; ++i) {
    const auto& layer = descriptor.layers[i];
    surface.layers[i] = {layer.drm_format, layer.object_index[0], layer.offset[0], layer.pitch[0],
                         layer.num_planes};
  }
  CLZE_TRY(check(surface));
  return surface;
}

Result<void> syncSurface(VADisplay display, VASurfaceID id) {
  const Library& libva = *library();
  const VAStatus status = libva.syncSurface(display, id);
  counters().syncs.fetch_add(1, std::memory_order_relaxed);
  if (status == VA_STATUS_SUCCESS) return {};
  if (status == VA_STATUS_ERROR_DECODING_ERROR) {
    CLZE_LOG_WARNING("va", "surface {} was decoded with errors; it is used as it is", id);
    return {};
  }
  CLZE_LOG_ERROR("va", "vaSyncSurface({}): {}", id, libva.errorStr(status));
  return Failure{CL_OUT_OF_RESOURCES};
}

}  // namespace clze::va
