// The format table, and the layout of memory this driver allocates itself.
#include "softgpu/va/format.h"

#include <drm_fourcc.h>

#include <algorithm>

namespace softgpu::va {
namespace {

constexpr std::array<Format, 16> kFormats{{
    {VA_FOURCC_NV12,
     VA_RT_FORMAT_YUV420,
     DRM_FORMAT_NV12,
     2,
     {{{1, 0, 0, DRM_FORMAT_R8}, {2, 1, 1, DRM_FORMAT_GR88}}},
     12,
     0,
     0,
     0,
     0,
     0},
    {VA_FOURCC_P010,
     VA_RT_FORMAT_YUV420_10,
     DRM_FORMAT_P010,
     2,
     {{{2, 0, 0, DRM_FORMAT_R16}, {4, 1, 1, DRM_FORMAT_GR1616}}},
     24,
     0,
     0,
     0,
     0,
     0},
    {VA_FOURCC_YUY2,
     VA_RT_FORMAT_YUV422,
     DRM_FORMAT_YUYV,
     1,
     {{{4, 1, 0, DRM_FORMAT_YUYV}}},
     16,
     0,
     0,
     0,
     0,
     0},
    // Bytes V, U, Y, A, as DRM names it and Intel's driver stores it.
    {VA_FOURCC_AYUV,
     VA_RT_FORMAT_YUV444,
     DRM_FORMAT_AYUV,
     1,
     {{{4, 0, 0, DRM_FORMAT_AYUV}}},
     32,
     0,
     0,
     0,
     0,
     0},
    {VA_FOURCC_Y800, VA_RT_FORMAT_YUV400, DRM_FORMAT_R8, 1, {{{1, 0, 0, DRM_FORMAT_R8}}}, 8, 0, 0, 0, 0, 0},
    {VA_FOURCC_BGRA,
     VA_RT_FORMAT_RGB32,
     DRM_FORMAT_ARGB8888,
     1,
     {{{4, 0, 0, DRM_FORMAT_ARGB8888}}},
     32,
     32,
     0x00ff0000,
     0x0000ff00,
     0x000000ff,
     0xff000000},
    {VA_FOURCC_BGRX,
     VA_RT_FORMAT_RGB32,
     DRM_FORMAT_XRGB8888,
     1,
     {{{4, 0, 0, DRM_FORMAT_XRGB8888}}},
     32,
     24,
     0x00ff0000,
     0x0000ff00,
     0x000000ff,
     0},
    {VA_FOURCC_RGBA,
     VA_RT_FORMAT_RGB32,
     DRM_FORMAT_ABGR8888,
     1,
     {{{4, 0, 0, DRM_FORMAT_ABGR8888}}},
     32,
     32,
     0x000000ff,
     0x0000ff00,
     0x00ff0000,
     0xff000000},
    {VA_FOURCC_RGBX,
     VA_RT_FORMAT_RGB32,
     DRM_FORMAT_XBGR8888,
     1,
     {{{4, 0, 0, DRM_FORMAT_XBGR8888}}},
     32,
     24,
     0x000000ff,
     0x0000ff00,
     0x00ff0000,
     0},
    {VA_FOURCC_ARGB,
     VA_RT_FORMAT_RGB32,
     DRM_FORMAT_BGRA8888,
     1,
     {{{4, 0, 0, DRM_FORMAT_BGRA8888}}},
     32,
     32,
     0x0000ff00,
     0x00ff0000,
     0xff000000,
     0x000000ff},
    {VA_FOURCC_XRGB,
     VA_RT_FORMAT_RGB32,
     DRM_FORMAT_BGRX8888,
     1,
     {{{4, 0, 0, DRM_FORMAT_BGRX8888}}},
     32,
     24,
     0x0000ff00,
     0x00ff0000,
     0xff000000,
     0},
    {VA_FOURCC_I420,
     VA_RT_FORMAT_YUV420,
     DRM_FORMAT_YUV420,
     3,
     {{{1, 0, 0, DRM_FORMAT_R8}, {1, 1, 1, DRM_FORMAT_R8}, {1, 1, 1, DRM_FORMAT_R8}}},
     12,
     0,
     0,
     0,
     0,
     0},
    {VA_FOURCC_YV12,
     VA_RT_FORMAT_YUV420,
     DRM_FORMAT_YVU420,
     3,
     {{{1, 0, 0, DRM_FORMAT_R8}, {1, 1, 1, DRM_FORMAT_R8}, {1, 1, 1, DRM_FORMAT_R8}}},
     12,
     0,
     0,
     0,
     0,
     0},
    {VA_FOURCC_P012,
     VA_RT_FORMAT_YUV420_12,
     DRM_FORMAT_P012,
     2,
     {{{2, 0, 0, DRM_FORMAT_R16}, {4, 1, 1, DRM_FORMAT_GR1616}}},
     24,
     0,
     0,
     0,
     0,
     0},
    {VA_FOURCC_P016,
     VA_RT_FORMAT_YUV420_12,
     DRM_FORMAT_P016,
     2,
     {{{2, 0, 0, DRM_FORMAT_R16}, {4, 1, 1, DRM_FORMAT_GR1616}}},
     24,
     0,
     0,
     0,
     0,
     0},
    // DRM has no name for three planes of colours: only separate layers say it all.
    {VA_FOURCC_RGBP,
     VA_RT_FORMAT_RGBP,
     DRM_FORMAT_R8,
     3,
     {{{1, 0, 0, DRM_FORMAT_R8}, {1, 0, 0, DRM_FORMAT_R8}, {1, 0, 0, DRM_FORMAT_R8}}},
     24,
     0,
     0,
     0,
     0,
     0},
}};

constexpr std::size_t kPitchAlignment = 64;  // bytes, as hardware aligns linear surfaces
constexpr std::size_t kRowAlignment = 16;    // rows: decoders write whole macroblocks
constexpr std::size_t kPageSize = 4096;      // udmabufs are made of whole pages

constexpr std::size_t alignUp(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

}  // namespace

std::size_t Format::rowBytes(unsigned planeIndex, std::size_t width) const {
  const PlaneFormat& p = plane[planeIndex];
  return ((width + (std::size_t{1} << p.shiftX) - 1) >> p.shiftX) * p.bytes;
}

std::size_t Format::rows(unsigned planeIndex, std::size_t height) const {
  const PlaneFormat& p = plane[planeIndex];
  return (height + (std::size_t{1} << p.shiftY) - 1) >> p.shiftY;
}

VAImageFormat Format::imageFormat() const {
  VAImageFormat result{};
  result.fourcc = fourcc;
  result.byte_order = VA_LSB_FIRST;
  result.bits_per_pixel = bitsPerPixel;
  result.depth = depth;
  result.red_mask = redMask;
  result.green_mask = greenMask;
  result.blue_mask = blueMask;
  result.alpha_mask = alphaMask;
  return result;
}

std::span<const Format> formats() { return kFormats; }

const Format* findFormat(std::uint32_t fourcc) {
  const auto* found = std::ranges::find(kFormats, fourcc, &Format::fourcc);
  return found == kFormats.end() ? nullptr : found;
}

const Format* defaultFormat(std::uint32_t rtFormat) {
  // The table's order is the order of preference.
  const auto* found = std::ranges::find_if(kFormats, [&](const Format& f) { return f.rtFormat & rtFormat; });
  return found == kFormats.end() ? nullptr : found;
}

namespace {

Layout tiledLayoutFor(const Format& format, unsigned width, unsigned height, const LayoutOptions& options) {
  const TileSize tile = tileSize(options.tiling);
  Layout layout;
  std::size_t end = 0;
  for (unsigned i = 0; i < format.planes; ++i) {
    const std::size_t row = format.rowBytes(i, width);
    std::size_t pitch = alignUp(i == 0 ? std::max<std::size_t>(row, options.pitch) : row, tile.bytes);
    // UV pairs have rows as long as the luma's, whatever an odd width makes of them.
    if (format.planes == 2 && i == 1) pitch = std::max<std::size_t>(pitch, layout.pitch[0]);
    if (i > 0) end += alignUp(options.uvGap, pitch * tile.rows);
    layout.pitch[i] = static_cast<std::uint32_t>(pitch);
    layout.offset[i] = static_cast<std::uint32_t>(end);
    std::size_t rows = format.rows(i, height);
    // With a gap the frame is taller than its picture, as a decoder's may be; so is its chroma plane.
    if (i > 0 && options.uvGap > 0) rows = std::max(rows, format.rows(i, layout.offset[i] / pitch));
    end += pitch * alignUp(rows, tile.rows);
  }
  layout.size = alignUp(end, kPageSize);
  return layout;
}

}  // namespace

Layout layoutFor(const Format& format, unsigned width, unsigned height, const LayoutOptions& options) {
  if (options.tiling != Tiling::Linear) return tiledLayoutFor(format, width, height, options);
  Layout layout;
  std::size_t end = 0;
  const std::size_t rows0 = alignUp(format.rows(0, height), kRowAlignment);
  const std::size_t row0 = format.rowBytes(0, width);
  std::size_t pitch0 = alignUp(row0, kPitchAlignment);
  if (options.pitch >= row0) pitch0 = alignUp(options.pitch, format.plane[0].bytes);
  for (unsigned i = 0; i < format.planes; ++i) {
    const PlaneFormat& p = format.plane[i];
    // A chroma row has the share of the luma row that its samples take: all of it for UV pairs, half for U
    // alone.
    const std::size_t pitch =
        i == 0 ? pitch0
               : std::max(format.rowBytes(i, width), (pitch0 * p.bytes / format.plane[0].bytes) >> p.shiftX);
    if (i > 0) end = alignUp(end + options.uvGap, p.bytes);
    layout.pitch[i] = static_cast<std::uint32_t>(alignUp(pitch, p.bytes));
    layout.offset[i] = static_cast<std::uint32_t>(end);
    end += std::size_t{layout.pitch[i]} * ((rows0 + (std::size_t{1} << p.shiftY) - 1) >> p.shiftY);
  }
  layout.size = alignUp(end, kPageSize);
  return layout;
}

}  // namespace softgpu::va
