// Pixel formats of surfaces and images: planes, sampling, and their names in VA and in DRM.
// A row of the table is all that the rest of the driver knows about a format.
#pragma once

#include <va/va.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "softgpu/tiling.h"

namespace softgpu::va {

constexpr unsigned kMaxPlanes = 3;
constexpr unsigned kMaxDimension = 16384;

struct PlaneFormat {
  std::uint8_t bytes;   // of one sample group: a luma sample, a UV pair, a YUYV quadruple
  std::uint8_t shiftX;  // a group covers 1 << shiftX pixels of the picture
  std::uint8_t shiftY;
  std::uint32_t drm;  // the plane as a layer of its own
};

struct Format {
  std::uint32_t fourcc;
  std::uint32_t rtFormat;  // VA_RT_FORMAT_*
  std::uint32_t drm;       // all planes as one layer
  unsigned planes;
  std::array<PlaneFormat, kMaxPlanes> plane;
  std::uint32_t bitsPerPixel;
  std::uint32_t depth;  // RGB only, with the masks
  std::uint32_t redMask, greenMask, blueMask, alphaMask;

  std::size_t rowBytes(unsigned planeIndex, std::size_t width) const;
  std::size_t rows(unsigned planeIndex, std::size_t height) const;
  VAImageFormat imageFormat() const;
};

std::span<const Format> formats();
const Format* findFormat(std::uint32_t fourcc);
// The format a surface gets when the application names only a VA_RT_FORMAT_*; null when there is none.
const Format* defaultFormat(std::uint32_t rtFormat);

// Where the planes lie within one object.
struct Layout {
  std::array<std::uint32_t, kMaxPlanes> pitch{};
  std::array<std::uint32_t, kMaxPlanes> offset{};
  std::size_t size = 0;
};

// Tests ask for unusual layouts, so that nobody learns to assume the usual one.
struct LayoutOptions {
  std::uint32_t pitch = 0;         // of plane 0; ignored where smaller than a row
  std::uint32_t uvGap = 0;         // bytes left free before each plane but the first
  Tiling tiling = Tiling::Linear;  // tiled: every plane begins at a tile, and ends with one
};

Layout layoutFor(const Format& format, unsigned width, unsigned height, const LayoutOptions& options);

}  // namespace softgpu::va
