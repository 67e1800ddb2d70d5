// Commands that may need several Level Zero calls: rectangles, fills, and image copies with padded rows.
// Parts run unordered between a barrier that waits and one that signals.
#include <algorithm>
#include <cstring>

#include "l0backend/caps/quirks.h"
#include "l0backend/queue/lane.h"

namespace clze::l0 {

namespace {

bool fits(size_t value) { return value <= UINT32_MAX; }

Result<void> beginParts(ze_command_list_handle_t list, const Sync& sync) {
  return sync.waits.empty() ? Result<void>() : appendBarrier(list, nullptr, sync.waits);
}

Result<void> endParts(ze_command_list_handle_t list, const Sync& sync) {
  return sync.signal == nullptr ? Result<void>() : appendBarrier(list, sync.signal, {});
}

std::byte* firstByte(const MemoryRect& rect) {
  return static_cast<std::byte*>(rect.base) + rect.origin.z * rect.slicePitch +
         rect.origin.y * rect.rowPitch + rect.origin.x;
}

// Rows follow each other without gaps, and slices too where there are several.
bool tight(size_t rowPitch, size_t slicePitch, size_t rowBytes, size_t rows, size_t slices) {
  return (rows <= 1 || rowPitch == rowBytes) && (slices <= 1 || slicePitch == rowBytes * rows);
}

// Calls part(region of whole rows, byte offset in memory) so that each part is tight in memory.
template <class Part>
Result<void> splitRegion(const ze_image_region_t& whole, size_t rowPitch, size_t slicePitch, size_t rowBytes,
                         Part part) {
  const uint32_t rows = std::max(whole.height, 1u);
  const uint32_t slices = std::max(whole.depth, 1u);
  const uint32_t step = rows <= 1 || rowPitch == rowBytes ? rows : 1;  // rows at a time
  for (uint32_t slice = 0; slice < slices; ++slice) {
    for (uint32_t row = 0; row < rows; row += step) {
      ze_image_region_t region = whole;
      region.originY += row;
      region.originZ += slice;
      region.height = step;
      region.depth = 1;
      CLZE_TRY(part(region, slice * slicePitch + row * rowPitch));
    }
  }
  return {};
}

// The shortest prefix that, repeated, is the pattern: zeros and other plain values come down to one byte.
size_t patternPeriod(const std::byte* pattern, size_t size) {
  while (size > 1 && std::memcmp(pattern, pattern + size / 2, size / 2) == 0) size /= 2;
  return size;
}

}  // namespace

Result<void> Queue::copyRect(const MemoryRect& destination, const MemoryRect& source, const Extent3& region,
                             const Sync& sync) {
  std::byte* const to = firstByte(destination);
  const std::byte* const from = firstByte(source);
  if (tight(destination.rowPitch, destination.slicePitch, region.x, region.y, region.z) &&
      tight(source.rowPitch, source.slicePitch, region.x, region.y, region.z)) {
    return copy(to, from, region.x * region.y * region.z, sync);
  }
  const bool flat = region.z <= 1;
  const bool whole = fits(region.x) && fits(region.y) && fits(region.z) && fits(destination.rowPitch) &&
                     fits(source.rowPitch) &&
                     (flat || (fits(destination.slicePitch) && fits(source.slicePitch)));
  auto asRegion = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    const ze_copy_region_t box = {0,
                                  0,
                                  0,
                                  static_cast<uint32_t>(region.x),
                                  static_cast<uint32_t>(region.y),
                                  static_cast<uint32_t>(region.z)};
    CLZE_ZE_TRY(zeCommandListAppendMemoryCopyRegion, list, to, &box,
                static_cast<uint32_t>(destination.rowPitch),
                flat ? 0 : static_cast<uint32_t>(destination.slicePitch), from, &box,
                static_cast<uint32_t>(source.rowPitch), flat ? 0 : static_cast<uint32_t>(source.slicePitch),
                given.signal, waitCount(given), waitList(given));
    return {};
  };
  // Beyond 32 bits Level Zero has no rectangle.
  auto asRows = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_TRY(beginParts(list, given));
    for (size_t z = 0; z < region.z; ++z) {
      for (size_t y = 0; y < region.y; ++y) {
        CLZE_ZE_TRY(zeCommandListAppendMemoryCopy, list,
                    to + z * destination.slicePitch + y * destination.rowPitch,
                    from + z * source.slicePitch + y * source.rowPitch, region.x, nullptr, 0, nullptr);
      }
    }
    return endParts(list, given);
  };
  return whole ? run(sync, asRegion) : run(sync, asRows);
}

Result<void> Queue::fill(void* destination, const void* pattern, size_t patternSize, size_t size,
                         const Sync& sync) {
  const size_t period = patternPeriod(static_cast<const std::byte*>(pattern), patternSize);
  if (period > device_.computeGroup.maxFillPattern) {
    return fillByCopies(destination, pattern, period, size, sync);
  }
  auto body = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_ZE_TRY(zeCommandListAppendMemoryFill, list, destination, pattern, period, size, given.signal,
                waitCount(given), waitList(given));
    return {};
  };
  return run(sync, body);
}

// The first bytes come from host memory, then what is filled is doubled until all is.
Result<void> Queue::fillByCopies(void* destination, const void* pattern, size_t patternSize, size_t size,
                                 const Sync& sync) {
  constexpr size_t kStagingBytes = 4096;  // a multiple of every pattern size
  reclaimStaging();
  const size_t first = std::min(size, kStagingBytes);
  Staging staging;
  CLZE_TRY_ASSIGN(staging.memory, allocate(context_, device_, first, 128, Placement::Host));
  CLZE_TRY_ASSIGN(staging.done, context_.events(false).borrow());
  for (size_t at = 0; at < first; at += patternSize) {
    std::memcpy(staging.memory.data() + at, pattern, std::min(patternSize, first - at));
  }
  auto* const to = static_cast<std::byte*>(destination);
  auto body = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_TRY(beginParts(list, given));
    CLZE_ZE_TRY(zeCommandListAppendMemoryCopy, list, to, staging.memory.data(), first, nullptr, 0, nullptr);
    for (size_t filled = first; filled < size; filled *= 2) {
      if (!ordered_) {
        CLZE_TRY(appendBarrier(list, nullptr, {}));
      }
      CLZE_ZE_TRY(zeCommandListAppendMemoryCopy, list, to + filled, to, std::min(filled, size - filled),
                  nullptr, 0, nullptr);
    }
    CLZE_TRY(appendBarrier(list, staging.done.get(), {}));
    return endParts(list, given);
  };
  const auto result = run(sync, body);
  // Also after a failure: the device may read the staging until the queue ends.
  staging_.lock()->push_back(std::move(staging));
  return result;
}

void Queue::reclaimStaging() {
  std::vector<Staging> done;  // freed after the lock is left
  auto staging = staging_.lock();
  const auto finished = std::stable_partition(staging->begin(), staging->end(), [](const Staging& item) {
    const auto signalled = item.done.signalled();
    return !signalled || !*signalled;
  });
  std::move(finished, staging->end(), std::back_inserter(done));
  staging->erase(finished, staging->end());
}

bool Queue::copiesAtOffsetsAbort(const ze_image_region_t& region, size_t rowBytes) const {
  return immediate() && rowBytes == size_t{16} * region.width && device_.driver != nullptr &&
         hasQuirk(*device_.driver, device_, Quirk::ImageCopiesAtOffsetsAbort);
}

Result<void> Queue::copyOverStaging(ze_image_handle_t image, const ze_image_region_t& region,
                                    const Pitched& memory, bool toImage, const Sync& sync) {
  const ze_copy_region_t box = {0,
                                0,
                                0,
                                static_cast<uint32_t>(memory.rowBytes),
                                std::max(region.height, 1u),
                                std::max(region.depth, 1u)};
  const auto row = static_cast<uint32_t>(memory.rowBytes);
  const auto slice = static_cast<uint32_t>(memory.rowBytes * box.height);
  const auto rowPitch = static_cast<uint32_t>(memory.rowPitch);
  const auto slicePitch = static_cast<uint32_t>(box.depth > 1 ? memory.slicePitch : 0);
  reclaimStaging();
  Staging staging;
  CLZE_TRY_ASSIGN(staging.memory,
                  allocate(context_, device_, size_t{slice} * box.depth, 64, Placement::Device));
  CLZE_TRY_ASSIGN(staging.done, context_.events(false).borrow());
  std::byte* const between = staging.memory.data();
  const uint32_t tightSlice = box.depth > 1 ? slice : 0;
  auto body = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_TRY(beginParts(list, given));
    if (toImage) {
      CLZE_ZE_TRY(zeCommandListAppendMemoryCopyRegion, list, between, &box, row, tightSlice, memory.data,
                  &box, rowPitch, slicePitch, nullptr, 0, nullptr);
    } else {
      CLZE_ZE_TRY(zeCommandListAppendImageCopyToMemory, list, between, image, &region, nullptr, 0, nullptr);
    }
    if (!ordered_) {
      CLZE_TRY(appendBarrier(list, nullptr, {}));
    }
    if (toImage) {
      CLZE_ZE_TRY(zeCommandListAppendImageCopyFromMemory, list, image, between, &region, nullptr, 0, nullptr);
    } else {
      CLZE_ZE_TRY(zeCommandListAppendMemoryCopyRegion, list, memory.data, &box, rowPitch, slicePitch, between,
                  &box, row, tightSlice, nullptr, 0, nullptr);
    }
    CLZE_TRY(appendBarrier(list, staging.done.get(), {}));
    return endParts(list, given);
  };
  const auto result = run(sync, body);
  // Also after a failure: the device may use the staging until the queue ends.
  staging_.lock()->push_back(std::move(staging));
  return result;
}

Result<void> Queue::imageToMemory(void* destination, size_t rowPitch, size_t slicePitch,
                                  ze_image_handle_t source, const ze_image_region_t& from, size_t rowBytes,
                                  const Sync& sync) {
  auto* const to = static_cast<std::byte*>(destination);
  auto plain = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_ZE_TRY(zeCommandListAppendImageCopyToMemory, list, to, source, &from, given.signal, waitCount(given),
                waitList(given));
    return {};
  };
  auto pitched = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_ZE_TRY(zeCommandListAppendImageCopyToMemoryExt, list, to, source, &from,
                static_cast<uint32_t>(rowPitch), static_cast<uint32_t>(slicePitch), given.signal,
                waitCount(given), waitList(given));
    return {};
  };
  auto parts = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_TRY(beginParts(list, given));
    CLZE_TRY(splitRegion(from, rowPitch, slicePitch, rowBytes,
                         [&](const ze_image_region_t& region, size_t offset) -> Result<void> {
                           CLZE_ZE_TRY(zeCommandListAppendImageCopyToMemory, list, to + offset, source,
                                       &region, nullptr, 0, nullptr);
                           return {};
                         }));
    return endParts(list, given);
  };
  if (copiesAtOffsetsAbort(from, rowBytes) && fits(rowPitch) && fits(slicePitch)) {
    return copyOverStaging(source, from, {to, rowPitch, slicePitch, rowBytes}, false, sync);
  }
  if (tight(rowPitch, slicePitch, rowBytes, from.height, from.depth)) return run(sync, plain);
  if (device_.caps.imageCopyPitches && fits(rowPitch) && fits(slicePitch)) return run(sync, pitched);
  return run(sync, parts);
}

Result<void> Queue::memoryToImage(ze_image_handle_t destination, const ze_image_region_t& to,
                                  const void* source, size_t rowPitch, size_t slicePitch, size_t rowBytes,
                                  const Sync& sync) {
  const auto* const from = static_cast<const std::byte*>(source);
  auto plain = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_ZE_TRY(zeCommandListAppendImageCopyFromMemory, list, destination, from, &to, given.signal,
                waitCount(given), waitList(given));
    return {};
  };
  auto pitched = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_ZE_TRY(zeCommandListAppendImageCopyFromMemoryExt, list, destination, from, &to,
                static_cast<uint32_t>(rowPitch), static_cast<uint32_t>(slicePitch), given.signal,
                waitCount(given), waitList(given));
    return {};
  };
  auto parts = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_TRY(beginParts(list, given));
    CLZE_TRY(splitRegion(to, rowPitch, slicePitch, rowBytes,
                         [&](const ze_image_region_t& region, size_t offset) -> Result<void> {
                           CLZE_ZE_TRY(zeCommandListAppendImageCopyFromMemory, list, destination,
                                       from + offset, &region, nullptr, 0, nullptr);
                           return {};
                         }));
    return endParts(list, given);
  };
  if (copiesAtOffsetsAbort(to, rowBytes) && fits(rowPitch) && fits(slicePitch)) {
    // Only read.
    auto* const data = const_cast<std::byte*>(from);
    return copyOverStaging(destination, to, {data, rowPitch, slicePitch, rowBytes}, true, sync);
  }
  if (tight(rowPitch, slicePitch, rowBytes, to.height, to.depth)) return run(sync, plain);
  if (device_.caps.imageCopyPitches && fits(rowPitch) && fits(slicePitch)) return run(sync, pitched);
  return run(sync, parts);
}

}  // namespace clze::l0
