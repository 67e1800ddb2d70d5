// Surfaces from other drivers' memory, and our memory for other drivers.
#pragma once

#include <va/va.h>
#include <va/va_drmcommon.h>

#include <memory>

#include "softgpu/va/surface.h"

namespace softgpu::va {

// vaCreateSurfaces with VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2. The descriptor's fds stay the caller's.
VAStatus importPrime2(const VADRMPRIMESurfaceDescriptor& descriptor, unsigned width, unsigned height,
                      std::shared_ptr<Surface>* surface);
// The same with VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME: surface `index` of those the descriptor gives buffers
// for.
VAStatus importPrime(const VASurfaceAttribExternalBuffers& descriptor, unsigned index, unsigned width,
                     unsigned height, std::shared_ptr<Surface>* surface);
// vaExportSurfaceHandle: new fds, which the caller owns, only when it succeeds.
VAStatus exportPrime2(const Surface& surface, std::uint32_t flags, VADRMPRIMESurfaceDescriptor* descriptor);

}  // namespace softgpu::va
