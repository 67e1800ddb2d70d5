// A surface: a picture in shared memory, and the count of pictures a decoder still owes to it.
#pragma once

#include <va/va.h>

#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "softgpu/va/format.h"
#include "softgpu/va/memory.h"

namespace softgpu::va {

class Vp9Stream;

// A view of pixels, wherever they are.
struct PlaneView {
  std::uint8_t* data = nullptr;
  std::size_t pitch = 0;  // bytes
};
using PictureView = std::array<PlaneView, kMaxPlanes>;

struct SurfacePlane {
  std::uint32_t object = 0;  // index into the surface's objects
  std::uint32_t offset = 0;  // bytes into that object
  std::uint32_t pitch = 0;   // bytes
};

class Surface {
 public:
  // Every plane must lie within its object: planesFit() is for the callers that did not lay them out
  // themselves.
  Surface(const Format& format, unsigned width, unsigned height, std::vector<std::shared_ptr<Memory>> objects,
          const std::array<SurfacePlane, kMaxPlanes>& planes, Tiling tiling = Tiling::Linear);

  static bool planesFit(const Format& format, unsigned width, unsigned height,
                        const std::vector<std::shared_ptr<Memory>>& objects,
                        const std::array<SurfacePlane, kMaxPlanes>& planes, Tiling tiling = Tiling::Linear);

  const Format& format() const { return format_; }
  unsigned width() const { return width_; }
  unsigned height() const { return height_; }
  const std::vector<std::shared_ptr<Memory>>& objects() const { return objects_; }
  const std::array<SurfacePlane, kMaxPlanes>& planes() const { return planes_; }
  Tiling tiling() const { return tiling_; }
  // Of a surface that is not tiled. Others are seen through a LinearPicture (pixel_copy.h).
  PictureView view() const;
  // To be asked before the processor touches the pixels: Memory::intact() of all objects.
  bool intact() const;

  // A decoder announces a picture when it is submitted, and tells how it went once the pixels are there.
  void announcePicture();
  void completePicture(VAStatus result);

  bool busy() const;
  // VA_STATUS_ERROR_TIMEDOUT when pictures are still owed after `timeoutNs`; else how the last one went.
  VAStatus wait(std::uint64_t timeoutNs = VA_TIMEOUT_INFINITE) const;

  // The VP9 stream whose picture this is: a later context may have to go on from there.
  void setStream(std::shared_ptr<Vp9Stream> stream);
  std::shared_ptr<Vp9Stream> stream() const;

 private:
  const Format& format_;
  const unsigned width_;
  const unsigned height_;
  const std::vector<std::shared_ptr<Memory>> objects_;
  const std::array<SurfacePlane, kMaxPlanes> planes_;
  const Tiling tiling_;

  mutable std::mutex mutex_;
  mutable std::condition_variable idle_;
  unsigned pending_ = 0;
  VAStatus result_ = VA_STATUS_SUCCESS;
  std::shared_ptr<Vp9Stream> stream_;
};

}  // namespace softgpu::va
