// Moving pictures between layouts: rectangles of one format, and 4:2:0 between its planar and semi-planar
// forms.
#pragma once

#include "softgpu/va/surface.h"

namespace softgpu::va {

// A surface's pixels in rows, whatever its tiling: its own memory, or of a tiled one a copy, laid out alike
// but for the tiles. A copy sees the surface as it was when it was made, and changes it only by store().
class LinearPicture {
 public:
  explicit LinearPicture(const Surface& surface);
  PictureView view();
  void store();

 private:
  const Surface& surface_;
  std::array<std::vector<std::uint8_t>, kMaxPlanes> rows_;
};

// The same for a surface in one object, plane by plane at the surface's own offsets and pitches in `linear`.
void readTiled(const Surface& surface, std::uint8_t* linear);
void writeTiled(const Surface& surface, const std::uint8_t* linear);

struct Rectangle {
  unsigned x, y, width, height;
};

bool convertible(const Format& from, const Format& to);
// Both corners must be on sample groups (aligned()) unless they are 0, and both rectangles inside their
// pictures.
bool aligned(const Format& format, unsigned x, unsigned y);
void copyRectangle(const Format& fromFormat, const PictureView& from, unsigned fromX, unsigned fromY,
                   const Format& toFormat, const PictureView& to, unsigned toX, unsigned toY, unsigned width,
                   unsigned height);

// Planar YUV as decoders give it, one sample per `bytes`; chroma shifted as told.
struct DecodedPicture {
  std::array<const std::uint8_t*, 3> data{};
  std::array<std::size_t, 3> pitch{};  // bytes
  unsigned width = 0;
  unsigned height = 0;
  unsigned bytes = 1;     // of a sample
  unsigned bitDepth = 8;  // used bits, at the low end
  unsigned chromaShiftX = 1;
  unsigned chromaShiftY = 1;
  bool monochrome = false;
};

// False when the surface is smaller than the picture or has another sampling or depth.
bool storePicture(const DecodedPicture& picture, const Surface& surface);

}  // namespace softgpu::va
