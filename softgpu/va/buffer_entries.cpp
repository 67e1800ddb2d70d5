// Buffers: parameters and bitstreams on the way to a decoder, and the pixels of images.
#include <va/va_drmcommon.h>

#include <algorithm>

#include "softgpu/va/driver.h"
#include "softgpu/va/pixel_copy.h"

namespace softgpu::va {
namespace {

constexpr std::size_t kMaxBufferBytes = std::size_t{1} << 30;

bool supported(VABufferType type) {
  switch (type) {
    case VAPictureParameterBufferType:
    case VAIQMatrixBufferType:
    case VASliceParameterBufferType:
    case VASliceDataBufferType:
    case VAHuffmanTableBufferType:
      return true;
    default:
      return false;
  }
}

VAStatus createBuffer(VADriverContextP context, VAContextID contextId, VABufferType type, unsigned size,
                      unsigned count, void* data, VABufferID* id) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    if (id == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    *id = VA_INVALID_ID;
    if (!driver.contexts.find(contextId)) return VA_STATUS_ERROR_INVALID_CONTEXT;
    if (!supported(type)) return VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE;
    if (size == 0 || count == 0) return VA_STATUS_ERROR_INVALID_PARAMETER;
    const std::size_t bytes = std::size_t{size} * count;
    if (bytes > kMaxBufferBytes) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    auto buffer = std::make_shared<Buffer>();
    buffer->type = type;
    buffer->elementSize = size;
    buffer->count = count;
    buffer->capacity = count;
    if (data != nullptr) {
      const auto* start = static_cast<const std::uint8_t*>(data);
      buffer->data.assign(start, start + bytes);
    } else {
      buffer->data.resize(bytes);
    }
    *id = driver.buffers.add(std::move(buffer));
    return *id == VA_INVALID_ID ? VA_STATUS_ERROR_ALLOCATION_FAILED : VA_STATUS_SUCCESS;
  });
}

template <class F>
VAStatus withBuffer(VADriverContextP context, VABufferID id, F&& function) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Buffer> buffer = driver.buffers.find(id);
    return buffer ? function(*buffer) : VA_STATUS_ERROR_INVALID_BUFFER;
  });
}

VAStatus bufferSetNumElements(VADriverContextP context, VABufferID id, unsigned count) {
  return withBuffer(context, id, [&](Buffer& buffer) -> VAStatus {
    const std::lock_guard lock(buffer.mutex);
    if (count == 0 || count > buffer.capacity) return VA_STATUS_ERROR_INVALID_PARAMETER;
    buffer.count = count;
    return VA_STATUS_SUCCESS;
  });
}

VAStatus mapBuffer(VADriverContextP context, VABufferID id, void** data) {
  return withBuffer(context, id, [&](Buffer& buffer) -> VAStatus {
    if (data == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    // As on hardware, mapping a surface's memory waits for its picture; how that went is vaSyncSurface's to
    // tell.
    if (buffer.surface) buffer.surface->wait();
    if (buffer.surface && !buffer.surface->intact()) return VA_STATUS_ERROR_OPERATION_FAILED;
    const std::lock_guard lock(buffer.mutex);
    const bool tiled = buffer.surface && buffer.surface->tiling() != Tiling::Linear;
    if (tiled && buffer.maps == 0) {
      buffer.data.resize(buffer.elementSize);
      readTiled(*buffer.surface, buffer.data.data());
    }
    ++buffer.maps;
    *data = buffer.surface && !tiled ? buffer.surface->objects()[0]->data() : buffer.data.data();
    return VA_STATUS_SUCCESS;
  });
}

VAStatus unmapBuffer(VADriverContextP context, VABufferID id) {
  return withBuffer(context, id, [&](Buffer& buffer) -> VAStatus {
    const std::lock_guard lock(buffer.mutex);
    if (buffer.maps == 0) return VA_STATUS_ERROR_OPERATION_FAILED;
    // What was written to the rows that a tiled surface is shown as goes back to its tiles.
    if (--buffer.maps == 0 && buffer.surface && buffer.surface->tiling() != Tiling::Linear) {
      if (!buffer.surface->intact()) return VA_STATUS_ERROR_OPERATION_FAILED;
      writeTiled(*buffer.surface, buffer.data.data());
    }
    return VA_STATUS_SUCCESS;
  });
}

VAStatus destroyBuffer(VADriverContextP context, VABufferID id) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    return driver.buffers.remove(id) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_BUFFER;
  });
}

VAStatus bufferInfo(VADriverContextP context, VABufferID id, VABufferType* type, unsigned* size,
                    unsigned* count) {
  return withBuffer(context, id, [&](Buffer& buffer) -> VAStatus {
    if (type == nullptr || size == nullptr || count == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    const std::lock_guard lock(buffer.mutex);
    *type = buffer.type;
    *size = static_cast<unsigned>(buffer.elementSize);
    *count = static_cast<unsigned>(buffer.count);
    return VA_STATUS_SUCCESS;
  });
}

VAStatus syncBuffer(VADriverContextP context, VABufferID id, std::uint64_t timeoutNs) {
  return withBuffer(context, id, [&](Buffer& buffer) -> VAStatus {
    return buffer.surface ? buffer.surface->wait(timeoutNs) : VA_STATUS_SUCCESS;
  });
}

// The fd behind a derived image: the way to export of before vaExportSurfaceHandle. It stays the driver's.
VAStatus acquireBufferHandle(VADriverContextP context, VABufferID id, VABufferInfo* info) {
  return withBuffer(context, id, [&](Buffer& buffer) -> VAStatus {
    if (info == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    if (!buffer.surface) return VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE;
    if (info->mem_type != 0 && (info->mem_type & VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME) == 0) {
      return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
    }
    // A handle tells no tiling: whoever takes the memory for rows would see a wrong picture.
    if (buffer.surface->tiling() != Tiling::Linear) return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
    buffer.surface->wait();
    const std::lock_guard lock(buffer.mutex);
    if (buffer.handleUses == 0) buffer.handle = buffer.surface->objects()[0]->duplicate();
    if (!buffer.handle) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    ++buffer.handleUses;
    info->handle = static_cast<std::uintptr_t>(buffer.handle.get());
    info->type = buffer.type;
    info->mem_type = VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME;
    info->mem_size = buffer.elementSize;
    return VA_STATUS_SUCCESS;
  });
}

VAStatus releaseBufferHandle(VADriverContextP context, VABufferID id) {
  return withBuffer(context, id, [&](Buffer& buffer) -> VAStatus {
    const std::lock_guard lock(buffer.mutex);
    if (buffer.handleUses == 0) return VA_STATUS_ERROR_OPERATION_FAILED;
    if (--buffer.handleUses == 0) buffer.handle = OwnedFd();
    return VA_STATUS_SUCCESS;
  });
}

}  // namespace

void installBufferEntries(VADriverVTable& table) {
  table.vaCreateBuffer = createBuffer;
  table.vaBufferSetNumElements = bufferSetNumElements;
  table.vaMapBuffer = mapBuffer;
  table.vaUnmapBuffer = unmapBuffer;
  table.vaDestroyBuffer = destroyBuffer;
  table.vaBufferInfo = bufferInfo;
  table.vaSyncBuffer = syncBuffer;
  table.vaAcquireBufferHandle = acquireBufferHandle;
  table.vaReleaseBufferHandle = releaseBufferHandle;
}

}  // namespace softgpu::va
