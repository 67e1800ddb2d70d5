// Making, exporting, waiting for and destroying surfaces.
#include <drm_fourcc.h>
#include <va/va_drmcommon.h>

#include <algorithm>
#include <optional>
#include <span>

#include "softgpu/va/driver.h"
#include "softgpu/va/surface_export.h"

namespace softgpu::va {
namespace {

// What the attributes of vaCreateSurfaces ask for.
struct Request {
  const Format* format = nullptr;
  std::uint32_t memoryType = VA_SURFACE_ATTRIB_MEM_TYPE_VA;
  const void* descriptor = nullptr;
  std::optional<Tiling> tiling;  // of what the application accepts, the one that suits us best
};

bool isListed(const VADRMFormatModifierList& list, Tiling tiling) {
  return list.modifiers != nullptr &&
         std::ranges::any_of(std::span(list.modifiers, list.num_modifiers),
                             [tiling](std::uint64_t m) { return m == modifierOf(tiling); });
}

VAStatus readAttribute(const VASurfaceAttrib& attribute, Tiling preferred, Request* request) {
  if ((attribute.flags & VA_SURFACE_ATTRIB_SETTABLE) == 0) return VA_STATUS_SUCCESS;
  const bool pointer = attribute.value.type == VAGenericValueTypePointer;
  switch (attribute.type) {
    case VASurfaceAttribPixelFormat:
      if (attribute.value.type != VAGenericValueTypeInteger) return VA_STATUS_ERROR_INVALID_PARAMETER;
      request->format = findFormat(static_cast<std::uint32_t>(attribute.value.value.i));
      return request->format != nullptr ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
    case VASurfaceAttribMemoryType:
      if (attribute.value.type != VAGenericValueTypeInteger) return VA_STATUS_ERROR_INVALID_PARAMETER;
      request->memoryType = static_cast<std::uint32_t>(attribute.value.value.i);
      return VA_STATUS_SUCCESS;
    case VASurfaceAttribExternalBufferDescriptor:
      if (!pointer) return VA_STATUS_ERROR_INVALID_PARAMETER;
      request->descriptor = attribute.value.value.p;
      return VA_STATUS_SUCCESS;
    case VASurfaceAttribUsageHint:
      return VA_STATUS_SUCCESS;
    case VASurfaceAttribDRMFormatModifiers:
      if (!pointer || attribute.value.value.p == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
      for (const Tiling tiling : {preferred, Tiling::Linear}) {
        if (!isListed(*static_cast<const VADRMFormatModifierList*>(attribute.value.value.p), tiling))
          continue;
        request->tiling = tiling;
        return VA_STATUS_SUCCESS;
      }
      return VA_STATUS_ERROR_INVALID_PARAMETER;
    default:
      return VA_STATUS_ERROR_ATTR_NOT_SUPPORTED;
  }
}

VAStatus allocateSurface(const Driver& driver, const Format& format, unsigned width, unsigned height,
                         std::optional<Tiling> wanted, std::shared_ptr<Surface>* surface) {
  LayoutOptions options = driver.layoutOptions;
  options.tiling = wanted.value_or(options.tiling);
  const Layout layout = layoutFor(format, width, height, options);
  const char* name = options.tiling == Tiling::Linear ? kLinearMemoryName : "softgpu-tiled";
  std::vector<std::shared_ptr<Memory>> objects{Memory::allocate(layout.size, name)};
  if (!objects[0]) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  std::array<SurfacePlane, kMaxPlanes> planes{};
  for (unsigned i = 0; i < format.planes; ++i) planes[i] = {0, layout.offset[i], layout.pitch[i]};
  *surface = std::make_shared<Surface>(format, width, height, std::move(objects), planes, options.tiling);
  return VA_STATUS_SUCCESS;
}

VAStatus makeSurface(const Driver& driver, const Request& request, unsigned rtFormat, unsigned width,
                     unsigned height, unsigned index, std::shared_ptr<Surface>* surface) {
  switch (request.memoryType) {
    case VA_SURFACE_ATTRIB_MEM_TYPE_VA: {
      const Format* format = request.format != nullptr ? request.format : defaultFormat(rtFormat);
      if (format == nullptr) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
      return allocateSurface(driver, *format, width, height, request.tiling, surface);
    }
    case VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2: {
      const auto* descriptors = static_cast<const VADRMPRIMESurfaceDescriptor*>(request.descriptor);
      if (descriptors == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
      return importPrime2(descriptors[index], width, height, surface);
    }
    case VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME: {
      const auto* descriptor = static_cast<const VASurfaceAttribExternalBuffers*>(request.descriptor);
      if (descriptor == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
      return importPrime(*descriptor, index, width, height, surface);
    }
    default:
      return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
  }
}

VAStatus createSurfaces2(VADriverContextP context, unsigned rtFormat, unsigned width, unsigned height,
                         VASurfaceID* ids, unsigned count, VASurfaceAttrib* attributes,
                         unsigned attributeCount) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    if (ids == nullptr || count == 0 || (attributes == nullptr && attributeCount > 0)) {
      return VA_STATUS_ERROR_INVALID_PARAMETER;
    }
    std::fill_n(ids, count, VA_INVALID_SURFACE);
    if (width == 0 || height == 0) return VA_STATUS_ERROR_INVALID_PARAMETER;
    if (width > kMaxDimension || height > kMaxDimension) return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
    if (defaultFormat(rtFormat) == nullptr) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
    Request request;
    for (unsigned i = 0; i < attributeCount; ++i) {
      const VAStatus status = readAttribute(attributes[i], driver.layoutOptions.tiling, &request);
      if (status != VA_STATUS_SUCCESS) return status;
    }
    std::vector<std::shared_ptr<Surface>> made(count);
    for (unsigned i = 0; i < count; ++i) {
      const VAStatus status = makeSurface(driver, request, rtFormat, width, height, i, &made[i]);
      if (status != VA_STATUS_SUCCESS) return status;
    }
    for (unsigned i = 0; i < count; ++i) {
      ids[i] = driver.surfaces.add(std::move(made[i]));
      if (ids[i] != VA_INVALID_ID) continue;
      for (unsigned k = 0; k < i; ++k) driver.surfaces.remove(ids[k]);
      std::fill_n(ids, count, VA_INVALID_SURFACE);
      return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
    return VA_STATUS_SUCCESS;
  });
}

VAStatus createSurfaces(VADriverContextP context, int width, int height, int format, int count,
                        VASurfaceID* ids) {
  if (width < 0 || height < 0 || count < 0) return VA_STATUS_ERROR_INVALID_PARAMETER;
  return createSurfaces2(context, static_cast<unsigned>(format), static_cast<unsigned>(width),
                         static_cast<unsigned>(height), ids, static_cast<unsigned>(count), nullptr, 0);
}

VAStatus destroySurfaces(VADriverContextP context, VASurfaceID* ids, int count) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    if (count < 0 || (ids == nullptr && count > 0)) return VA_STATUS_ERROR_INVALID_PARAMETER;
    for (int i = 0; i < count; ++i) {
      if (!driver.surfaces.find(ids[i])) return VA_STATUS_ERROR_INVALID_SURFACE;
    }
    // A decoder that still writes to one keeps it alive until then.
    for (int i = 0; i < count; ++i) driver.surfaces.remove(ids[i]);
    return VA_STATUS_SUCCESS;
  });
}

VAStatus syncSurface2(VADriverContextP context, VASurfaceID id, std::uint64_t timeoutNs) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Surface> surface = driver.surfaces.find(id);
    return surface ? surface->wait(timeoutNs) : VA_STATUS_ERROR_INVALID_SURFACE;
  });
}

VAStatus syncSurface(VADriverContextP context, VASurfaceID id) {
  return syncSurface2(context, id, VA_TIMEOUT_INFINITE);
}

VAStatus querySurfaceStatus(VADriverContextP context, VASurfaceID id, VASurfaceStatus* status) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Surface> surface = driver.surfaces.find(id);
    if (!surface) return VA_STATUS_ERROR_INVALID_SURFACE;
    if (status == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    *status = surface->busy() ? VASurfaceRendering : VASurfaceReady;
    return VA_STATUS_SUCCESS;
  });
}

VAStatus querySurfaceError(VADriverContextP context, VASurfaceID id, VAStatus, void** info) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    if (!driver.surfaces.find(id)) return VA_STATUS_ERROR_INVALID_SURFACE;
    if (info == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    // The list's end at once: which macroblocks were wrong is not known.
    static VASurfaceDecodeMBErrors end{};
    end.status = -1;
    *info = &end;
    return VA_STATUS_SUCCESS;
  });
}

// Does not wait for the picture: the importer's sync is the application's duty, by vaSyncSurface.
VAStatus exportSurfaceHandle(VADriverContextP context, VASurfaceID id, std::uint32_t memoryType,
                             std::uint32_t flags, void* descriptor) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Surface> surface = driver.surfaces.find(id);
    if (!surface) return VA_STATUS_ERROR_INVALID_SURFACE;
    if (memoryType != VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2) return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
    if (descriptor == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    return exportPrime2(*surface, flags, static_cast<VADRMPRIMESurfaceDescriptor*>(descriptor));
  });
}

}  // namespace

void installSurfaceEntries(VADriverVTable& table) {
  table.vaCreateSurfaces = createSurfaces;
  table.vaCreateSurfaces2 = createSurfaces2;
  table.vaDestroySurfaces = destroySurfaces;
  table.vaSyncSurface = syncSurface;
  table.vaSyncSurface2 = syncSurface2;
  table.vaQuerySurfaceStatus = querySurfaceStatus;
  table.vaQuerySurfaceError = querySurfaceError;
  table.vaExportSurfaceHandle = exportSurfaceHandle;
}

}  // namespace softgpu::va
