// Descriptors to planes and back. The importer's pitches and offsets are taken as told, and checked against
// the object.
#include "softgpu/va/surface_export.h"

#include <drm_fourcc.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace softgpu::va {
namespace {

// Empty: a layout that is not known. "Invalid" stands for an unnamed one, which we take for linear.
std::optional<Tiling> tilingOfObject(std::uint64_t modifier) {
  return modifier == DRM_FORMAT_MOD_INVALID ? Tiling::Linear : tilingOf(modifier);
}

bool validSize(unsigned width, unsigned height) {
  return width >= 1 && height >= 1 && width <= kMaxDimension && height <= kMaxDimension;
}

VAStatus importObjects(const VADRMPRIMESurfaceDescriptor& descriptor,
                       std::vector<std::shared_ptr<Memory>>* objects, Tiling* tiling) {
  if (descriptor.num_objects < 1 || descriptor.num_objects > 4) return VA_STATUS_ERROR_INVALID_PARAMETER;
  for (unsigned i = 0; i < descriptor.num_objects; ++i) {
    const auto& object = descriptor.objects[i];
    const auto found = tilingOfObject(object.drm_format_modifier);
    if (!found || (i > 0 && *found != *tiling)) return VA_STATUS_ERROR_INVALID_PARAMETER;
    *tiling = *found;
    std::shared_ptr<Memory> memory;
    const VAStatus status = Memory::import(object.fd, object.size, &memory);
    if (status != VA_STATUS_SUCCESS) return status;
    objects->push_back(std::move(memory));
  }
  return VA_STATUS_SUCCESS;
}

// Layers are the format as a whole, or one for each plane, by their DRM names.
bool layersMatch(const Format& format, const VADRMPRIMESurfaceDescriptor& descriptor) {
  if (descriptor.num_layers == 1 && descriptor.layers[0].num_planes == format.planes) {
    return descriptor.layers[0].drm_format == format.drm;
  }
  if (descriptor.num_layers != format.planes) return false;
  for (unsigned i = 0; i < format.planes; ++i) {
    if (descriptor.layers[i].num_planes != 1 || descriptor.layers[i].drm_format != format.plane[i].drm)
      return false;
  }
  return true;
}

VAStatus finishImport(const Format& format, unsigned width, unsigned height,
                      std::vector<std::shared_ptr<Memory>> objects,
                      const std::array<SurfacePlane, kMaxPlanes>& planes, Tiling tiling,
                      std::shared_ptr<Surface>* surface) {
  if (!Surface::planesFit(format, width, height, objects, planes, tiling)) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  *surface = std::make_shared<Surface>(format, width, height, std::move(objects), planes, tiling);
  return VA_STATUS_SUCCESS;
}

}  // namespace

VAStatus importPrime2(const VADRMPRIMESurfaceDescriptor& descriptor, unsigned width, unsigned height,
                      std::shared_ptr<Surface>* surface) {
  const Format* format = findFormat(descriptor.fourcc);
  if (format == nullptr) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
  if (!validSize(width, height) || width > descriptor.width || height > descriptor.height) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  if (!layersMatch(*format, descriptor)) return VA_STATUS_ERROR_INVALID_PARAMETER;
  std::vector<std::shared_ptr<Memory>> objects;
  Tiling tiling = Tiling::Linear;
  if (const VAStatus status = importObjects(descriptor, &objects, &tiling); status != VA_STATUS_SUCCESS) {
    return status;
  }
  std::array<SurfacePlane, kMaxPlanes> planes{};
  const bool composed = descriptor.num_layers == 1;
  for (unsigned i = 0; i < format->planes; ++i) {
    const auto& layer = descriptor.layers[composed ? 0 : i];
    const unsigned inLayer = composed ? i : 0;
    planes[i] = {layer.object_index[inLayer], layer.offset[inLayer], layer.pitch[inLayer]};
  }
  return finishImport(*format, width, height, std::move(objects), planes, tiling, surface);
}

VAStatus importPrime(const VASurfaceAttribExternalBuffers& descriptor, unsigned index, unsigned width,
                     unsigned height, std::shared_ptr<Surface>* surface) {
  const Format* format = findFormat(descriptor.pixel_format);
  if (format == nullptr) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
  if (!validSize(width, height) || width > descriptor.width || height > descriptor.height) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  if (descriptor.buffers == nullptr || index >= descriptor.num_buffers ||
      descriptor.num_planes != format->planes || (descriptor.flags & VA_SURFACE_EXTBUF_DESC_PROTECTED) != 0) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  std::vector<std::shared_ptr<Memory>> objects(1);
  const VAStatus status =
      Memory::import(static_cast<int>(descriptor.buffers[index]), descriptor.data_size, objects.data());
  if (status != VA_STATUS_SUCCESS) return status;
  std::array<SurfacePlane, kMaxPlanes> planes{};
  for (unsigned i = 0; i < format->planes; ++i) planes[i] = {0, descriptor.offsets[i], descriptor.pitches[i]};
  return finishImport(*format, width, height, std::move(objects), planes, Tiling::Linear, surface);
}

VAStatus exportPrime2(const Surface& surface, std::uint32_t flags, VADRMPRIMESurfaceDescriptor* descriptor) {
  constexpr std::uint32_t kLayers = VA_EXPORT_SURFACE_SEPARATE_LAYERS | VA_EXPORT_SURFACE_COMPOSED_LAYERS;
  // Reading, writing or both must be asked for; the layers in one way at most.
  if ((flags & ~(VA_EXPORT_SURFACE_READ_WRITE | kLayers)) != 0 ||
      (flags & VA_EXPORT_SURFACE_READ_WRITE) == 0 || (flags & kLayers) == kLayers) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  std::array<OwnedFd, 4> fds;
  for (std::size_t i = 0; i < surface.objects().size(); ++i) {
    fds[i] = surface.objects()[i]->duplicate();
    if (!fds[i]) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  }
  VADRMPRIMESurfaceDescriptor result{};
  const Format& format = surface.format();
  result.fourcc = format.fourcc;
  result.width = surface.width();
  result.height = surface.height();
  result.num_objects = static_cast<std::uint32_t>(surface.objects().size());
  for (std::size_t i = 0; i < surface.objects().size(); ++i) {
    constexpr std::size_t kTellable = UINT32_MAX;
    result.objects[i].size = static_cast<std::uint32_t>(std::min(surface.objects()[i]->size(), kTellable));
    result.objects[i].drm_format_modifier = modifierOf(surface.tiling());
    result.objects[i].fd = fds[i].release();
  }
  const bool composed = (flags & VA_EXPORT_SURFACE_COMPOSED_LAYERS) != 0;
  result.num_layers = composed ? 1 : format.planes;
  for (unsigned i = 0; i < format.planes; ++i) {
    auto& layer = result.layers[composed ? 0 : i];
    const unsigned inLayer = composed ? i : 0;
    layer.drm_format = composed ? format.drm : format.plane[i].drm;
    layer.num_planes = inLayer + 1;
    layer.object_index[inLayer] = surface.planes()[i].object;
    layer.offset[inLayer] = surface.planes()[i].offset;
    layer.pitch[inLayer] = surface.planes()[i].pitch;
  }
  *descriptor = result;
  return VA_STATUS_SUCCESS;
}

}  // namespace softgpu::va
