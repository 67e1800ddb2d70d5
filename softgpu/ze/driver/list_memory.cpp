// Entry points that append copies and fills of memory, and hints about it.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <vector>

#include "softgpu/ze/driver/list.h"
#include "softgpu/ze/driver/usm.h"

namespace softgpu::driver {
namespace {

struct Pattern {
  std::array<std::byte, kMaxFillPattern> bytes;
  size_t size;
  std::shared_ptr<const std::vector<std::byte>> longer;  // instead of `bytes`, when they do not hold it

  const std::byte* data() const { return longer ? longer->data() : bytes.data(); }
};

// Copied now, as the specification has it. Intel's driver takes any length, with a kernel where the engine
// for copies cannot.
Pattern patternOf(const void* pattern, size_t size) {
  Pattern copy{{}, size, nullptr};
  const auto* from = static_cast<const std::byte*>(pattern);
  if (size <= kMaxFillPattern) {
    std::memcpy(copy.bytes.data(), from, size);
  } else {
    copy.longer = std::make_shared<const std::vector<std::byte>>(from, from + size);
    if (strict::on()) strict::misuse("the pattern is longer than maxMemoryFillPatternSize");
  }
  return copy;
}

// Doubles what is already filled; the last piece may end in the middle of a pattern.
void fill(std::byte* to, const Pattern& pattern, size_t size) {
  if (pattern.size == 1) {
    std::memset(to, std::to_integer<int>(pattern.bytes[0]), size);
    return;
  }
  size_t filled = std::min(pattern.size, size);
  std::memcpy(to, pattern.data(), filled);
  while (filled < size) {
    const size_t piece = std::min(filled, size - filled);
    std::memcpy(to + filled, to, piece);
    filled += piece;
  }
}

// Bytes from the start of the memory to the end of the region.
size_t regionEnd(const ze_copy_region_t& region, size_t pitch, size_t slicePitch) {
  const size_t lastZ = region.originZ + std::max(region.depth, 1U) - 1;
  const size_t lastY = region.originY + std::max(region.height, 1U) - 1;
  return lastZ * slicePitch + lastY * pitch + region.originX + region.width;
}

ze_result_t checkCopy(const void* dst, const void* src, size_t size) {
  SOFTGPU_REQUIRE_POINTER(dst);
  SOFTGPU_REQUIRE_POINTER(src);
  SOFTGPU_TRY(checkRange(dst, size, Use::Write));
  return checkRange(src, size);
}

}  // namespace
}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeCommandListAppendMemoryCopy(ze_command_list_handle_t hCommandList, void* dstptr,
                                          const void* srcptr, size_t size, ze_event_handle_t hSignalEvent,
                                          uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_TRY(checkCopy(dstptr, srcptr, size));
  return list->appendTransfer({hSignalEvent, numWaitEvents, phWaitEvents},
                              [dstptr, srcptr, size] { std::memmove(dstptr, srcptr, size); });
}

ze_result_t zeCommandListAppendMemoryCopyFromContext(ze_command_list_handle_t hCommandList, void* dstptr,
                                                     ze_context_handle_t hContextSrc, const void* srcptr,
                                                     size_t size, ze_event_handle_t hSignalEvent,
                                                     uint32_t numWaitEvents,
                                                     ze_event_handle_t* phWaitEvents) {
  if (hContextSrc != nullptr) {
    SOFTGPU_RESOLVE(Context, source, hContextSrc);
  }
  return zeCommandListAppendMemoryCopy(hCommandList, dstptr, srcptr, size, hSignalEvent, numWaitEvents,
                                       phWaitEvents);
}

ze_result_t zeCommandListAppendMemoryFill(ze_command_list_handle_t hCommandList, void* ptr,
                                          const void* pattern, size_t patternSize, size_t size,
                                          ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                          ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(ptr);
  SOFTGPU_REQUIRE_POINTER(pattern);
  SOFTGPU_REQUIRE(std::has_single_bit(patternSize), ZE_RESULT_ERROR_INVALID_SIZE);
  SOFTGPU_TRY(checkRange(ptr, size, Use::Write));
  return list->appendTransfer(
      {hSignalEvent, numWaitEvents, phWaitEvents},
      [to = static_cast<std::byte*>(ptr), copy = patternOf(pattern, patternSize), size] {
        if (size > 0) fill(to, copy, size);
      });
}

// Origins and widths are bytes, rows and slices; height and depth 0 count as 1.
ze_result_t zeCommandListAppendMemoryCopyRegion(ze_command_list_handle_t hCommandList, void* dstptr,
                                                const ze_copy_region_t* dstRegion, uint32_t dstPitch,
                                                uint32_t dstSlicePitch, const void* srcptr,
                                                const ze_copy_region_t* srcRegion, uint32_t srcPitch,
                                                uint32_t srcSlicePitch, ze_event_handle_t hSignalEvent,
                                                uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(dstptr);
  SOFTGPU_REQUIRE_POINTER(dstRegion);
  SOFTGPU_REQUIRE_POINTER(srcptr);
  SOFTGPU_REQUIRE_POINTER(srcRegion);
  const ze_copy_region_t to = *dstRegion;
  const ze_copy_region_t from = *srcRegion;
  SOFTGPU_REQUIRE(to.width == from.width && to.height == from.height && to.depth == from.depth,
                  ZE_RESULT_ERROR_INVALID_SIZE);
  SOFTGPU_REQUIRE((dstPitch == 0 || dstPitch >= to.width) && (srcPitch == 0 || srcPitch >= from.width),
                  ZE_RESULT_ERROR_INVALID_SIZE);
  SOFTGPU_TRY(checkRange(dstptr, regionEnd(to, dstPitch, dstSlicePitch), Use::Write));
  SOFTGPU_TRY(checkRange(srcptr, regionEnd(from, srcPitch, srcSlicePitch)));
  return list->appendTransfer(
      {hSignalEvent, numWaitEvents, phWaitEvents},
      [dst = static_cast<std::byte*>(dstptr), src = static_cast<const std::byte*>(srcptr), to, from,
       dstPitch = size_t{dstPitch}, dstSlicePitch = size_t{dstSlicePitch}, srcPitch = size_t{srcPitch},
       srcSlicePitch = size_t{srcSlicePitch}] {
        for (size_t z = 0; z < std::max(to.depth, 1U); ++z) {
          for (size_t y = 0; y < std::max(to.height, 1U); ++y) {
            std::memmove(
                dst + (to.originZ + z) * dstSlicePitch + (to.originY + y) * dstPitch + to.originX,
                src + (from.originZ + z) * srcSlicePitch + (from.originY + y) * srcPitch + from.originX,
                to.width);
          }
        }
      });
}

ze_result_t zeCommandListAppendMemoryPrefetch(ze_command_list_handle_t hCommandList, const void* ptr,
                                              size_t size) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(ptr);
  SOFTGPU_TRY(list->open());
  return checkRange(ptr, size);
}

ze_result_t zeCommandListAppendMemAdvise(ze_command_list_handle_t hCommandList, ze_device_handle_t hDevice,
                                         const void* ptr, size_t size, ze_memory_advice_t advice) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(ptr);
  // The two after these are of system memory as the preferred place (1.5).
  SOFTGPU_REQUIRE(advice <= ZE_MEMORY_ADVICE_BIAS_UNCACHED + 2, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_TRY(list->open());
  return checkRange(ptr, size);
}
