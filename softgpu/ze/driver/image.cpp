// Entry points of images: where texels lie, and whose memory they are in.
#include "softgpu/ze/driver/image.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "l0backend/api/ze_newer.h"
#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/external.h"
#include "softgpu/ze/driver/usm.h"

namespace softgpu::driver {
namespace {

namespace newer = clze::ze_newer;

constexpr size_t kPlanarRows = 16;   // of linear surfaces
constexpr size_t kTiledSize = 4096;  // bytes of a tile

// What an image's pNext chain said.
struct Wishes {
  External external;
  std::byte* pitchedMemory = nullptr;
  size_t rowPitch = 0, slicePitch = 0;  // the application's; 0: ours
  std::optional<uint32_t> planeIndex;
  bool srgb = false;
};

ze_result_t readChain(const void* pNext, bool view, Wishes* wishes) {
  bool pitched = false;
  for (const auto* next = static_cast<const ze_base_desc_t*>(pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    if (view) {
      SOFTGPU_REQUIRE(next->stype == ZE_STRUCTURE_TYPE_IMAGE_VIEW_PLANAR_EXP_DESC ||
                          (next->stype == newer::kStypeImageViewPlanarExt && pose().newerThan14),
                      ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
      wishes->planeIndex = reinterpret_cast<const ze_image_view_planar_exp_desc_t*>(next)->planeIndex;
    } else if (next->stype == ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD) {
      SOFTGPU_TRY(wishes->external.read(*next));
    } else if (next->stype == newer::kStypePitchedImage && pose().newerThan14) {
      pitched = true;
      wishes->pitchedMemory =
          static_cast<std::byte*>(reinterpret_cast<const newer::ImagePitchedDesc*>(next)->ptr);
      SOFTGPU_REQUIRE_POINTER(wishes->pitchedMemory);
    } else if (next->stype == newer::kStypeCustomPitch && pose().newerThan14) {
      const auto& custom = *reinterpret_cast<const newer::CustomPitchDesc*>(next);
      wishes->rowPitch = custom.rowPitch;
      wishes->slicePitch = custom.slicePitch;
    } else if (next->stype == ZE_STRUCTURE_TYPE_SRGB_EXT_DESC) {
      wishes->srgb = reinterpret_cast<const ze_srgb_ext_desc_t*>(next)->sRGB != 0;
    } else if (next->stype != ZE_STRUCTURE_TYPE_MEMORY_COMPRESSION_HINTS_EXT_DESC) {
      return ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION;
    }
  }
  // A pitch of the application's only has a meaning in memory of the application's.
  SOFTGPU_REQUIRE(pitched || (wishes->rowPitch == 0 && wishes->slicePitch == 0),
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  SOFTGPU_REQUIRE(!pitched || wishes->external.importFd < 0, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  return ZE_RESULT_SUCCESS;
}

bool isArray(ze_image_type_t type) { return type == ZE_IMAGE_TYPE_1DARRAY || type == ZE_IMAGE_TYPE_2DARRAY; }

// The image's dimensions with the unused ones set to 1; array layers after the image's own.
ze_result_t extentOf(const ze_image_desc_t& desc, Extent* extent) {
  constexpr auto kUnsupported = ZE_RESULT_ERROR_UNSUPPORTED_SIZE;
  if (desc.width == 0) return kUnsupported;
  SOFTGPU_REQUIRE(desc.miplevels <= 1, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  const uint32_t layers = isArray(desc.type) ? desc.arraylevels : 1;
  if (layers == 0 || layers > kMaxImageLayers) return kUnsupported;
  *extent = {};
  uint64_t widest = kMaxImage2D;
  switch (desc.type) {
    case ZE_IMAGE_TYPE_BUFFER:
      widest = kMaxImageBuffer;
      break;
    case ZE_IMAGE_TYPE_1D:
      widest = kMaxImage1D;
      break;
    case ZE_IMAGE_TYPE_1DARRAY:
      widest = kMaxImage1D;
      extent->y = layers;
      break;
    case ZE_IMAGE_TYPE_2D:
    case ZE_IMAGE_TYPE_2DARRAY:
      extent->y = desc.height;
      extent->z = layers;
      if (desc.height == 0 || desc.height > kMaxImage2D) return kUnsupported;
      break;
    case ZE_IMAGE_TYPE_3D:
      widest = kMaxImage3D;
      extent->y = desc.height;
      extent->z = desc.depth;
      if (desc.height == 0 || desc.height > kMaxImage3D) return kUnsupported;
      if (desc.depth == 0 || desc.depth > kMaxImage3D) return kUnsupported;
      break;
    default:
      return ZE_RESULT_ERROR_INVALID_ENUMERATION;
  }
  if (desc.width > widest) return kUnsupported;
  extent->x = static_cast<uint32_t>(desc.width);
  return ZE_RESULT_SUCCESS;
}

ze_result_t checkExtent(const ze_image_desc_t& desc, Extent* extent) {
  const ze_result_t result = extentOf(desc, extent);
  if (result != ZE_RESULT_ERROR_UNSUPPORTED_SIZE) return result;
  return strict::refuseMistake(
      result, fmt::format("an extent of {}x{}x{} texels is 0 or beyond the device's limits", desc.width,
                          desc.height, desc.depth));
}

engine::ImageDescriptor describe(ze_image_type_t type, const Plane& plane) {
  engine::ImageDescriptor descriptor{};
  const Extent& extent = plane.extent;
  descriptor.data = plane.data;
  descriptor.width = extent.x;
  descriptor.height = type == ZE_IMAGE_TYPE_1DARRAY ? 1 : extent.y;
  descriptor.depth = type == ZE_IMAGE_TYPE_3D ? extent.z : 1;
  descriptor.layers = type == ZE_IMAGE_TYPE_1DARRAY ? extent.y : type == ZE_IMAGE_TYPE_2DARRAY ? extent.z : 0;
  descriptor.rowPitch = plane.pitchY;
  descriptor.slicePitch = type == ZE_IMAGE_TYPE_1DARRAY ? plane.pitchY : plane.pitchZ;
  descriptor.layout = plane.texel.layout;
  descriptor.tiling = plane.tiling;
  descriptor.tiledType = plane.texel.type;
  descriptor.type = plane.tiling == Tiling::Linear ? plane.texel.type : engine::ChannelType::Tiled;
  descriptor.texelSize = plane.texel.size;
  descriptor.numMipLevels = 1;
  return descriptor;
}

// As the pose's hardware tiles what it is given: whoever made the memory is not asked how he laid it out. The
// chroma plane begins at a row of tiles; the last row of tiles is whole, and so are the pages. (As iHD 23.1.1
// and gmmlib have it: NV12 of 640x480 in 471040 bytes.)
ze_result_t arrangeTiled(Tiling tiling, Image::Layout* layout) {
  const TileSize tile = tileSize(tiling);
  size_t pitch = 0, rows = 0;
  for (uint32_t i = 0; i < layout->planeCount; ++i) {
    const Plane& plane = layout->planes[i];
    SOFTGPU_REQUIRE((plane.texel.size & (plane.texel.size - 1)) == 0,
                    ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
    pitch = std::max(pitch, roundUp(size_t{plane.extent.x} * plane.texel.size, tile.bytes));
  }
  for (uint32_t i = 0; i < layout->planeCount; ++i) {
    Plane& plane = layout->planes[i];
    plane.tiling = tiling;
    plane.pitchY = pitch;
    plane.pitchZ = pitch * roundUp(plane.extent.y, tile.rows);
    rows += roundUp(plane.extent.y, tile.rows);
  }
  layout->size = roundUp(pitch * rows, kTiledSize);
  return ZE_RESULT_SUCCESS;
}

// Planes one after the other. The chroma plane begins at a whole macroblock of the luma plane, as in surfaces
// of the VA driver: nobody tells an importer where it does. Pointers are set later, by place().
ze_result_t arrange(const ze_image_desc_t& desc, const Wishes& wishes, Image::Layout* layout) {
  // Later versions have a few more than 1.4, and far fewer than these.
  SOFTGPU_REQUIRE_SAID(static_cast<uint32_t>(desc.format.layout) < 0x100, ZE_RESULT_ERROR_INVALID_ENUMERATION,
                       "there is no such image format layout");
  const auto format = imageFormat(desc.format, wishes.srgb);
  SOFTGPU_REQUIRE(format, ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  Extent extent;
  SOFTGPU_TRY(checkExtent(desc, &extent));
  layout->type = desc.type;
  layout->planeCount = format->planes;
  if (format->planes > 1) {
    SOFTGPU_REQUIRE(desc.type == ZE_IMAGE_TYPE_2D, ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
    if (strict::on() && (extent.x % 2 != 0 || extent.y % 2 != 0)) {
      strict::misuse(fmt::format(
          "{}x{} texels have no whole sample of chroma for each four, and Intel's driver leaves out "
          "the last column or row",
          extent.x, extent.y));
    }
    SOFTGPU_REQUIRE(wishes.pitchedMemory == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  }
  layout->size = 0;
  for (uint32_t i = 0; i < format->planes; ++i) {
    Plane& plane = layout->planes[i];
    plane.texel = format->plane[i].texel;
    // The last column and row of an odd frame have chroma, too.
    const auto divided = [](uint32_t length, uint32_t by) { return (length + by - 1) / by; };
    plane.extent = {divided(extent.x, format->plane[i].divideX), divided(extent.y, format->plane[i].divideY),
                    extent.z};
    const size_t row = size_t{plane.extent.x} * plane.texel.size;
    // What is shared as memory and has no pitch in the API is packed.
    const bool padded = desc.type == ZE_IMAGE_TYPE_2D || desc.type == ZE_IMAGE_TYPE_2DARRAY;
    plane.pitchY = wishes.rowPitch != 0 ? wishes.rowPitch : padded ? roundUp(row, kRowPitchAlignment) : row;
    SOFTGPU_REQUIRE(plane.pitchY >= row, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    const size_t rows = format->planes > 1 && i == 0 ? roundUp(plane.extent.y, kPlanarRows) : plane.extent.y;
    const size_t slice = plane.pitchY * rows;
    plane.pitchZ = wishes.slicePitch != 0 ? wishes.slicePitch : slice;
    SOFTGPU_REQUIRE(plane.pitchZ >= slice, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    layout->size += plane.pitchZ * plane.extent.z;
  }
  return ZE_RESULT_SUCCESS;
}

// As drivers whose views of the chroma plane have the size of the frame (Intel's of 22.43).
bool chromaViewIsFrame(uint32_t texelSize) {
  const char* value = std::getenv("SOFTGPU_CHROMA_VIEW");
  if (value != nullptr && std::string_view(value) == "frame") return true;
  return texelSize == 2 ? pose().chromaViewIsFrame8 : pose().chromaViewIsFrame16;
}

// How memory that is given as an image is taken to be tiled.
Tiling importedTiling(const ze_image_desc_t& desc, int fd) {
  if (desc.type != ZE_IMAGE_TYPE_2D || (pose().linearToldApart && isNamed(fd, kLinearMemoryName))) {
    return Tiling::Linear;
  }
  return pose().tiling;
}

void place(Image::Layout* layout, std::byte* data) {
  for (uint32_t i = 0; i < layout->planeCount; ++i) {
    Plane& plane = layout->planes[i];
    plane.data = data;
    data += plane.pitchZ * plane.extent.z;
  }
  layout->descriptor = describe(layout->type, layout->planes[0]);
}

// The last row need not be padded to the pitch: the memory may end with its last texel.
size_t usedBytes(const Plane& plane) {
  return (plane.extent.z - 1) * plane.pitchZ + (plane.extent.y - 1) * plane.pitchY +
         size_t{plane.extent.x} * plane.texel.size;
}

ze_result_t createImage(const std::shared_ptr<Context>& context, const ze_image_desc_t& desc,
                        ze_image_handle_t* out) {
  SOFTGPU_REQUIRE(pose().images, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  SOFTGPU_REQUIRE((desc.flags & ~0x3U & ~(1U << 16)) == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  Wishes wishes;
  SOFTGPU_TRY(readChain(desc.pNext, false, &wishes));
  Image::Layout layout{};
  SOFTGPU_TRY(arrange(desc, wishes, &layout));

  std::shared_ptr<Mapping> memory;
  std::byte* data = wishes.pitchedMemory;
  uint64_t memoryId = 0;
  if (data != nullptr) {
    const auto allocation = UsmTable::instance().find(data);
    SOFTGPU_REQUIRE(allocation, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    SOFTGPU_TRY(checkRange(data, usedBytes(layout.planes[0])));
    memoryId = allocation->id;
  } else if (wishes.external.importFd >= 0) {
    const Tiling tiling = importedTiling(desc, wishes.external.importFd);
    if (tiling != Tiling::Linear) SOFTGPU_TRY(arrangeTiled(tiling, &layout));
    memory = Mapping::import(wishes.external.importFd, layout.size);
    SOFTGPU_REQUIRE_SAID(memory, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                         fmt::format("{} bytes of file descriptor {} cannot be mapped", layout.size,
                                     wishes.external.importFd));
  } else {
    SOFTGPU_REQUIRE(layout.size <= maxAllocationSize(), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
    memory = Mapping::anonymous(layout.size, pageSize());
    SOFTGPU_REQUIRE(memory, ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  }
  if (memory) {
    data = memory->base();
    memoryId = nextMemoryId();
  }
  place(&layout, data);
  *out = publish(std::make_shared<Image>(context, layout, std::move(memory), memoryId));
  return ZE_RESULT_SUCCESS;
}

ze_result_t createView(const std::shared_ptr<Context>& context, const ze_image_desc_t& desc,
                       const Image& source, ze_image_handle_t* out) {
  Wishes wishes;
  SOFTGPU_TRY(readChain(desc.pNext, true, &wishes));
  const auto format = imageFormat(desc.format, wishes.srgb);
  SOFTGPU_REQUIRE(format && format->planes == 1, ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  SOFTGPU_REQUIRE(desc.type == source.layout().type, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  SOFTGPU_REQUIRE(wishes.planeIndex || !source.planar(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const uint32_t index = wishes.planeIndex.value_or(0);
  SOFTGPU_REQUIRE(index < source.layout().planeCount, ZE_RESULT_ERROR_INVALID_ARGUMENT);

  // The plane's own size counts, whatever the description says; only its texels may be read in another way.
  Image::Layout layout{source.layout().type, 1, {source.plane(index), {}}, {}, 0};
  Plane& plane = layout.planes[0];
  SOFTGPU_REQUIRE(plane.texel.size == format->plane[0].texel.size, ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  plane.texel = format->plane[0].texel;
  if (index > 0 && chromaViewIsFrame(plane.texel.size)) plane.extent = source.plane(0).extent;
  layout.size = plane.pitchZ * plane.extent.z;
  layout.descriptor = describe(layout.type, plane);
  *out = publish(std::make_shared<Image>(context, layout, source.memory(), source.memoryId()));
  return ZE_RESULT_SUCCESS;
}

}  // namespace

ze_result_t ZE_APICALL imageViewCreateExt(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                          const ze_image_desc_t* desc, ze_image_handle_t hImage,
                                          ze_image_handle_t* phImageView) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_RESOLVE(Image, image, hImage);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phImageView);
  return createView(context, *desc, *image, phImageView);
}

ze_result_t ZE_APICALL memGetPitchFor2dImage(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                             size_t imageWidth, size_t imageHeight,
                                             unsigned int elementSizeInBytes, size_t* rowPitch) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(rowPitch);
  SOFTGPU_REQUIRE(imageWidth > 0 && imageWidth <= kMaxImage2D && imageHeight > 0 &&
                      imageHeight <= kMaxImage2D && elementSizeInBytes > 0 && elementSizeInBytes <= 16,
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  *rowPitch = roundUp(imageWidth * elementSizeInBytes, kRowPitchAlignment);
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeImageGetProperties(ze_device_handle_t hDevice, const ze_image_desc_t* desc,
                                 ze_image_properties_t* pImageProperties) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(pImageProperties);
  bool srgb = false;
  for (const auto* next = static_cast<const ze_base_desc_t*>(desc->pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    if (next->stype == ZE_STRUCTURE_TYPE_SRGB_EXT_DESC) {
      srgb = reinterpret_cast<const ze_srgb_ext_desc_t*>(next)->sRGB != 0;
    }
  }
  const auto format = imageFormat(desc->format, srgb);
  SOFTGPU_REQUIRE(format, ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
  pImageProperties->samplerFilterFlags = ZE_IMAGE_SAMPLER_FILTER_FLAG_POINT;
  if (format->plane[0].texel.filterable()) {
    pImageProperties->samplerFilterFlags |= ZE_IMAGE_SAMPLER_FILTER_FLAG_LINEAR;
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeImageCreate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                          const ze_image_desc_t* desc, ze_image_handle_t* phImage) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phImage);
  return createImage(context, *desc, phImage);
}

ze_result_t zeImageDestroy(ze_image_handle_t hImage) { return destroy<Image>(hImage); }

ze_result_t zeImageViewCreateExp(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                 const ze_image_desc_t* desc, ze_image_handle_t hImage,
                                 ze_image_handle_t* phImageView) {
  return imageViewCreateExt(hContext, hDevice, desc, hImage, phImageView);
}

ze_result_t zeImageGetAllocPropertiesExt(ze_context_handle_t hContext, ze_image_handle_t hImage,
                                         ze_image_allocation_ext_properties_t* pImageAllocProperties) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Image, image, hImage);
  SOFTGPU_REQUIRE_POINTER(pImageAllocProperties);
  pImageAllocProperties->id = image->memoryId();
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeImageGetMemoryPropertiesExp(ze_image_handle_t hImage,
                                          ze_image_memory_properties_exp_t* pMemoryProperties) {
  SOFTGPU_RESOLVE(Image, image, hImage);
  SOFTGPU_REQUIRE_POINTER(pMemoryProperties);
  pMemoryProperties->size = image->layout().size;
  pMemoryProperties->rowPitch = image->plane().pitchY;
  pMemoryProperties->slicePitch = image->plane().pitchZ;
  return ZE_RESULT_SUCCESS;
}
