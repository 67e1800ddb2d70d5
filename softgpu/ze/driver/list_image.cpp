// Entry points that append copies between images, and between images and memory.
#include <algorithm>
#include <cstring>
#include <vector>

#include "softgpu/ze/driver/image.h"
#include "softgpu/ze/driver/list.h"
#include "softgpu/ze/driver/usm.h"

namespace softgpu::driver {
namespace {

// A box of texels of a plane.
struct Box {
  std::byte* data = nullptr;  // of its first texel; of the plane if that is tiled
  size_t rowBytes = 0;
  uint32_t rows = 1, slices = 1;
  size_t pitchY = 0, pitchZ = 0;
  Tiling tiling = Tiling::Linear;
  size_t x = 0, y = 0;  // of the first texel of a tiled box: bytes, rows
};

// A row of a tiled box to or from bytes that lie side by side.
void readRow(const Box& box, uint32_t row, std::byte* to) {
  eachTileRun(box.tiling, box.pitchY, box.x, box.y + row, box.rowBytes,
              [&](uint64_t offset, size_t place, size_t count) {
                std::memcpy(to + place, box.data + offset, count);
              });
}
void writeRow(const Box& box, uint32_t row, const std::byte* from) {
  eachTileRun(box.tiling, box.pitchY, box.x, box.y + row, box.rowBytes,
              [&](uint64_t offset, size_t place, size_t count) {
                std::memcpy(box.data + offset, from + place, count);
              });
}

void copyTiledBox(const Box& to, const Box& from) {
  std::vector<std::byte> bytes(to.rowBytes);
  for (uint32_t y = 0; y < to.rows; ++y) {
    readRow(from, y, bytes.data());
    writeRow(to, y, bytes.data());
  }
}

void copyBox(const Box& to, const Box& from) {
  if (to.tiling != Tiling::Linear || from.tiling != Tiling::Linear) return copyTiledBox(to, from);
  for (uint32_t z = 0; z < to.slices; ++z) {
    for (uint32_t y = 0; y < to.rows; ++y) {
      std::memmove(to.data + z * to.pitchZ + y * to.pitchY, from.data + z * from.pitchZ + y * from.pitchY,
                   to.rowBytes);
    }
  }
}

bool within(uint32_t origin, uint32_t length, uint32_t limit) {
  return origin <= limit && length <= limit - origin;
}

// Null region: the whole plane. Height and depth 0 count as 1, as applications leave them so for 1D and 2D.
// Width 0: nothing is copied.
ze_result_t boxOf(const Image& image, uint32_t index, const ze_image_region_t* region, Box* box) {
  const Plane& plane = image.plane(index);
  ze_image_region_t area{0, 0, 0, plane.extent.x, plane.extent.y, plane.extent.z};
  if (region != nullptr) {
    area = *region;
    area.height = std::max(area.height, 1U);
    area.depth = std::max(area.depth, 1U);
    if (area.originZ != 0 && image.layout().type == ZE_IMAGE_TYPE_2D) {
      // Intel's hardware does not look at it.
      if (strict::on()) strict::misuse("the region of a 2D image begins at another z than 0");
      area.originZ = 0;
    }
  }
  SOFTGPU_REQUIRE(within(area.originX, area.width, plane.extent.x) &&
                      within(area.originY, area.height, plane.extent.y) &&
                      within(area.originZ, area.depth, plane.extent.z),
                  ZE_RESULT_ERROR_INVALID_SIZE);
  const size_t x = size_t{area.originX} * plane.texel.size;
  box->tiling = plane.tiling;
  if (plane.tiling == Tiling::Linear) {
    box->data = plane.data + area.originZ * plane.pitchZ + area.originY * plane.pitchY + x;
  } else {
    box->data = plane.data;
    box->x = x;
    box->y = area.originY;
  }
  box->rowBytes = size_t{area.width} * plane.texel.size;
  box->rows = area.height;
  box->slices = area.depth;
  box->pitchY = plane.pitchY;
  box->pitchZ = plane.pitchZ;
  return ZE_RESULT_SUCCESS;
}

struct BoxPair {
  Box image, other;
};

// Pairs each plane of an image with memory that holds the same texels, plane after plane. Pitch 0: no
// padding.
// `use` is what the copy does to the memory.
ze_result_t pairWithMemory(const Image& image, const ze_image_region_t* region, const void* memory, Use use,
                           size_t rowPitch, size_t slicePitch, std::vector<BoxPair>* pairs) {
  SOFTGPU_REQUIRE_POINTER(memory);
  // A region or a pitch of several planes at once would be ambiguous; views of the planes take them.
  SOFTGPU_REQUIRE(!image.planar() || (region == nullptr && rowPitch == 0 && slicePitch == 0),
                  ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  auto* data = static_cast<std::byte*>(const_cast<void*>(memory));
  for (uint32_t i = 0; i < image.layout().planeCount; ++i) {
    BoxPair pair;
    SOFTGPU_TRY(boxOf(image, i, region, &pair.image));
    pair.other = {data, pair.image.rowBytes, pair.image.rows, pair.image.slices, 0, 0};
    pair.other.pitchY = rowPitch != 0 ? rowPitch : pair.image.rowBytes;
    pair.other.pitchZ = slicePitch != 0 ? slicePitch : pair.other.pitchY * pair.image.rows;
    // Intel's driver copies row after row as it is told.
    if (strict::on() &&
        (pair.other.pitchY < pair.image.rowBytes ||
         (pair.image.slices > 1 && pair.other.pitchZ < pair.other.pitchY * pair.image.rows))) {
      strict::misuse("the pitch is less than a row or a slice: they overlap");
    }
    const size_t used = (pair.image.slices - 1) * pair.other.pitchZ +
                        (pair.image.rows - 1) * pair.other.pitchY + pair.image.rowBytes;
    SOFTGPU_TRY(checkRange(data, used, use));
    pairs->push_back(pair);
    data += pair.other.pitchZ * pair.image.slices;
  }
  return ZE_RESULT_SUCCESS;
}

bool overlap(const ze_image_region_t& a, const ze_image_region_t& b) {
  const auto apart = [](uint32_t a0, uint32_t aLength, uint32_t b0, uint32_t bLength) {
    return a0 + std::max(aLength, 1U) <= b0 || b0 + std::max(bLength, 1U) <= a0;
  };
  return !apart(a.originX, a.width, b.originX, b.width) && !apart(a.originY, a.height, b.originY, b.height) &&
         !apart(a.originZ, a.depth, b.originZ, b.depth);
}

ze_result_t copyImage(ze_command_list_handle_t hList, ze_image_handle_t hTo, ze_image_handle_t hFrom,
                      const ze_image_region_t* toRegion, const ze_image_region_t* fromRegion,
                      const EventArgs& events) {
  SOFTGPU_RESOLVE(List, list, hList);
  SOFTGPU_RESOLVE(Image, to, hTo);
  SOFTGPU_RESOLVE(Image, from, hFrom);
  SOFTGPU_REQUIRE(to->layout().planeCount == from->layout().planeCount &&
                      to->plane().texel.size == from->plane().texel.size,
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  SOFTGPU_REQUIRE(!to->planar() || (toRegion == nullptr && fromRegion == nullptr),
                  ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  if (to == from) {
    SOFTGPU_REQUIRE(toRegion != nullptr && fromRegion != nullptr && !overlap(*toRegion, *fromRegion),
                    ZE_RESULT_ERROR_OVERLAPPING_REGIONS);
  }
  std::vector<BoxPair> pairs(to->layout().planeCount);
  for (uint32_t i = 0; i < to->layout().planeCount; ++i) {
    SOFTGPU_TRY(boxOf(*to, i, toRegion, &pairs[i].image));
    SOFTGPU_TRY(boxOf(*from, i, fromRegion, &pairs[i].other));
    SOFTGPU_REQUIRE(pairs[i].image.rowBytes == pairs[i].other.rowBytes &&
                        pairs[i].image.rows == pairs[i].other.rows &&
                        pairs[i].image.slices == pairs[i].other.slices,
                    ZE_RESULT_ERROR_INVALID_SIZE);
  }
  // The lambda owns both images: they may be destroyed before it runs.
  return list->appendTransfer(events, [to, from, pairs = std::move(pairs)] {
    for (const BoxPair& pair : pairs) copyBox(pair.image, pair.other);
  });
}

enum class Direction { ToMemory, FromMemory };

ze_result_t copyMemory(Direction direction, ze_command_list_handle_t hList, ze_image_handle_t hImage,
                       const void* memory, const ze_image_region_t* region, size_t rowPitch,
                       size_t slicePitch, const EventArgs& events) {
  SOFTGPU_RESOLVE(List, list, hList);
  SOFTGPU_RESOLVE(Image, image, hImage);
  std::vector<BoxPair> pairs;
  const Use use = direction == Direction::ToMemory ? Use::Write : Use::Read;
  SOFTGPU_TRY(pairWithMemory(*image, region, memory, use, rowPitch, slicePitch, &pairs));
  return list->appendTransfer(events, [direction, image, pairs = std::move(pairs)] {
    for (const BoxPair& pair : pairs) {
      if (direction == Direction::ToMemory) {
        copyBox(pair.other, pair.image);
      } else {
        copyBox(pair.image, pair.other);
      }
    }
  });
}

}  // namespace
}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeCommandListAppendImageCopy(ze_command_list_handle_t hCommandList, ze_image_handle_t hDstImage,
                                         ze_image_handle_t hSrcImage, ze_event_handle_t hSignalEvent,
                                         uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  return copyImage(hCommandList, hDstImage, hSrcImage, nullptr, nullptr,
                   {hSignalEvent, numWaitEvents, phWaitEvents});
}

ze_result_t zeCommandListAppendImageCopyRegion(ze_command_list_handle_t hCommandList,
                                               ze_image_handle_t hDstImage, ze_image_handle_t hSrcImage,
                                               const ze_image_region_t* pDstRegion,
                                               const ze_image_region_t* pSrcRegion,
                                               ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                               ze_event_handle_t* phWaitEvents) {
  return copyImage(hCommandList, hDstImage, hSrcImage, pDstRegion, pSrcRegion,
                   {hSignalEvent, numWaitEvents, phWaitEvents});
}

ze_result_t zeCommandListAppendImageCopyToMemory(ze_command_list_handle_t hCommandList, void* dstptr,
                                                 ze_image_handle_t hSrcImage,
                                                 const ze_image_region_t* pSrcRegion,
                                                 ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                 ze_event_handle_t* phWaitEvents) {
  return copyMemory(Direction::ToMemory, hCommandList, hSrcImage, dstptr, pSrcRegion, 0, 0,
                    {hSignalEvent, numWaitEvents, phWaitEvents});
}

ze_result_t zeCommandListAppendImageCopyFromMemory(ze_command_list_handle_t hCommandList,
                                                   ze_image_handle_t hDstImage, const void* srcptr,
                                                   const ze_image_region_t* pDstRegion,
                                                   ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                   ze_event_handle_t* phWaitEvents) {
  return copyMemory(Direction::FromMemory, hCommandList, hDstImage, srcptr, pDstRegion, 0, 0,
                    {hSignalEvent, numWaitEvents, phWaitEvents});
}

ze_result_t zeCommandListAppendImageCopyToMemoryExt(ze_command_list_handle_t hCommandList, void* dstptr,
                                                    ze_image_handle_t hSrcImage,
                                                    const ze_image_region_t* pSrcRegion,
                                                    uint32_t destRowPitch, uint32_t destSlicePitch,
                                                    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                    ze_event_handle_t* phWaitEvents) {
  return copyMemory(Direction::ToMemory, hCommandList, hSrcImage, dstptr, pSrcRegion, destRowPitch,
                    destSlicePitch, {hSignalEvent, numWaitEvents, phWaitEvents});
}

ze_result_t zeCommandListAppendImageCopyFromMemoryExt(ze_command_list_handle_t hCommandList,
                                                      ze_image_handle_t hDstImage, const void* srcptr,
                                                      const ze_image_region_t* pDstRegion,
                                                      uint32_t srcRowPitch, uint32_t srcSlicePitch,
                                                      ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                      ze_event_handle_t* phWaitEvents) {
  return copyMemory(Direction::FromMemory, hCommandList, hDstImage, srcptr, pDstRegion, srcRowPitch,
                    srcSlicePitch, {hSignalEvent, numWaitEvents, phWaitEvents});
}
