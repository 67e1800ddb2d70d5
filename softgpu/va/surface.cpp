// Bounds of planes, and waiting for a surface's pictures.
#include "softgpu/va/surface.h"

#include <algorithm>
#include <chrono>

namespace softgpu::va {

Surface::Surface(const Format& format, unsigned width, unsigned height,
                 std::vector<std::shared_ptr<Memory>> objects,
                 const std::array<SurfacePlane, kMaxPlanes>& planes, Tiling tiling)
    : format_(format),
      width_(width),
      height_(height),
      objects_(std::move(objects)),
      planes_(planes),
      tiling_(tiling) {}

bool Surface::planesFit(const Format& format, unsigned width, unsigned height,
                        const std::vector<std::shared_ptr<Memory>>& objects,
                        const std::array<SurfacePlane, kMaxPlanes>& planes, Tiling tiling) {
  const TileSize tile = tileSize(tiling);
  const std::uint64_t tileBytes = std::uint64_t{tile.bytes} * tile.rows;
  for (unsigned i = 0; i < format.planes; ++i) {
    const SurfacePlane& plane = planes[i];
    const std::size_t rowBytes = format.rowBytes(i, width);
    if (plane.object >= objects.size() || plane.pitch < rowBytes) return false;
    if (tiling != Tiling::Linear) {
      const std::uint64_t tileRows = (format.rows(i, height) + tile.rows - 1) / tile.rows;
      if (plane.pitch % tile.bytes != 0 || plane.offset % tileBytes != 0 ||
          plane.offset + tileRows * tile.rows * plane.pitch > objects[plane.object]->size()) {
        return false;
      }
      continue;
    }
    // The last row need not have its padding. 32-bit pitch times 15-bit rows: no overflow in 64 bits.
    const std::uint64_t end =
        plane.offset + std::uint64_t{plane.pitch} * (format.rows(i, height) - 1) + rowBytes;
    if (end > objects[plane.object]->size()) return false;
  }
  return true;
}

PictureView Surface::view() const {
  PictureView view;
  for (unsigned i = 0; i < format_.planes; ++i) {
    view[i] = {objects_[planes_[i].object]->data() + planes_[i].offset, planes_[i].pitch};
  }
  return view;
}

bool Surface::intact() const {
  return std::ranges::all_of(objects_,
                             [](const std::shared_ptr<Memory>& memory) { return memory->intact(); });
}

void Surface::announcePicture() {
  const std::lock_guard lock(mutex_);
  ++pending_;
}

void Surface::completePicture(VAStatus result) {
  {
    const std::lock_guard lock(mutex_);
    --pending_;
    result_ = result;
  }
  idle_.notify_all();
}

bool Surface::busy() const {
  const std::lock_guard lock(mutex_);
  return pending_ != 0;
}

VAStatus Surface::wait(std::uint64_t timeoutNs) const {
  std::unique_lock lock(mutex_);
  const auto done = [this] { return pending_ == 0; };
  // Above an hour it is no timeout for anybody, and adding it to the clock could overflow.
  constexpr std::uint64_t kLongest = 3'600'000'000'000;
  if (timeoutNs > kLongest) {
    idle_.wait(lock, done);
  } else if (!idle_.wait_for(lock, std::chrono::nanoseconds(timeoutNs), done)) {
    return VA_STATUS_ERROR_TIMEDOUT;
  }
  return result_;
}

void Surface::setStream(std::shared_ptr<Vp9Stream> stream) {
  const std::lock_guard lock(mutex_);
  stream_ = std::move(stream);
}

std::shared_ptr<Vp9Stream> Surface::stream() const {
  const std::lock_guard lock(mutex_);
  return stream_;
}

}  // namespace softgpu::va
