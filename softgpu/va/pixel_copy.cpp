// The loops over pixels.
#include "softgpu/va/pixel_copy.h"

#include <algorithm>
#include <cstring>

namespace softgpu::va {
namespace {

// The chroma of an 8-bit 4:2:0 picture, whatever its arrangement.
struct Chroma {
  std::uint8_t* u;
  std::uint8_t* v;
  std::size_t pitchU, pitchV;
  std::size_t step;  // bytes from a sample to the next
};

bool isYuv420(const Format& format) { return format.rtFormat == VA_RT_FORMAT_YUV420; }

Chroma chromaOf(const Format& format, const PictureView& view, unsigned x, unsigned y) {
  if (format.planes == 2) {
    std::uint8_t* start = view[1].data + y * view[1].pitch + std::size_t{x} * 2;
    return {start, start + 1, view[1].pitch, view[1].pitch, 2};
  }
  const bool vFirst = format.fourcc == VA_FOURCC_YV12;
  const PlaneView& u = view[vFirst ? 2 : 1];
  const PlaneView& v = view[vFirst ? 1 : 2];
  return {u.data + y * u.pitch + x, v.data + y * v.pitch + x, u.pitch, v.pitch, 1};
}

void copyRows(const std::uint8_t* from, std::size_t fromPitch, std::uint8_t* to, std::size_t toPitch,
              std::size_t rowBytes, std::size_t rows) {
  for (std::size_t y = 0; y < rows; ++y) std::memcpy(to + y * toPitch, from + y * fromPitch, rowBytes);
}

std::uint8_t* at(const PlaneFormat& format, const PlaneView& view, unsigned x, unsigned y) {
  return view.data + (y >> format.shiftY) * view.pitch + std::size_t{x >> format.shiftX} * format.bytes;
}

// 10 bits go to the top of 16.
void storeShifted(const std::uint8_t* from, std::uint8_t* to, std::size_t count, std::size_t toStep,
                  unsigned shift) {
  for (std::size_t x = 0; x < count; ++x) {
    std::uint16_t value = 0;
    std::memcpy(&value, from + 2 * x, 2);
    value = static_cast<std::uint16_t>(value << shift);
    std::memcpy(to + toStep * x, &value, 2);
  }
}

void storeP010(const DecodedPicture& p, const PictureView& to) {
  const unsigned shift = 16 - p.bitDepth;
  for (std::size_t y = 0; y < p.height; ++y) {
    storeShifted(p.data[0] + y * p.pitch[0], to[0].data + y * to[0].pitch, p.width, 2, shift);
  }
  const std::size_t width = (p.width + 1) / 2;
  for (std::size_t y = 0; y < (p.height + 1) / 2; ++y) {
    std::uint8_t* row = to[1].data + y * to[1].pitch;
    storeShifted(p.data[1] + y * p.pitch[1], row, width, 4, shift);
    storeShifted(p.data[2] + y * p.pitch[2], row + 2, width, 4, shift);
  }
}

void storeYuv420(const DecodedPicture& p, const Format& format, const PictureView& to) {
  copyRows(p.data[0], p.pitch[0], to[0].data, to[0].pitch, p.width, p.height);
  const Chroma c = chromaOf(format, to, 0, 0);
  const std::size_t width = (p.width + 1) / 2;
  for (std::size_t y = 0; y < (p.height + 1) / 2; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      c.u[y * c.pitchU + x * c.step] = p.monochrome ? 128 : p.data[1][y * p.pitch[1] + x];
      c.v[y * c.pitchV + x * c.step] = p.monochrome ? 128 : p.data[2][y * p.pitch[2] + x];
    }
  }
}

void storeYuy2(const DecodedPicture& p, const PlaneView& to) {
  for (std::size_t y = 0; y < p.height; ++y) {
    const std::uint8_t* luma = p.data[0] + y * p.pitch[0];
    std::uint8_t* row = to.data + y * to.pitch;
    for (std::size_t x = 0; x < (p.width + 1) / 2; ++x) {
      row[4 * x] = luma[2 * x];
      row[4 * x + 1] = p.data[1][y * p.pitch[1] + x];
      row[4 * x + 2] = luma[std::min<std::size_t>(2 * x + 1, p.width - 1)];
      row[4 * x + 3] = p.data[2][y * p.pitch[2] + x];
    }
  }
}

void storeAyuv(const DecodedPicture& p, const PlaneView& to) {
  for (std::size_t y = 0; y < p.height; ++y) {
    std::uint8_t* row = to.data + y * to.pitch;
    for (std::size_t x = 0; x < p.width; ++x) {
      row[4 * x] = p.data[2][y * p.pitch[2] + x];
      row[4 * x + 1] = p.data[1][y * p.pitch[1] + x];
      row[4 * x + 2] = p.data[0][y * p.pitch[0] + x];
      row[4 * x + 3] = 255;
    }
  }
}

}  // namespace

namespace {

// visit(tiled bytes, offset in the plane's rows, count) for every piece of a plane.
template <class Visit>
void eachPiece(const Surface& surface, unsigned index, Visit&& visit) {
  const SurfacePlane& plane = surface.planes()[index];
  std::uint8_t* tiled = surface.objects()[plane.object]->data() + plane.offset;
  const std::size_t bytes = surface.format().rowBytes(index, surface.width());
  for (std::size_t y = 0; y < surface.format().rows(index, surface.height()); ++y) {
    eachTileRun(surface.tiling(), plane.pitch, 0, y, bytes,
                [&](std::uint64_t offset, std::size_t x, std::size_t count) {
                  visit(tiled + offset, y * plane.pitch + x, count);
                });
  }
}

}  // namespace

LinearPicture::LinearPicture(const Surface& surface) : surface_(surface) {
  if (surface.tiling() == Tiling::Linear) return;
  for (unsigned i = 0; i < surface.format().planes; ++i) {
    rows_[i].resize(std::size_t{surface.planes()[i].pitch} * surface.format().rows(i, surface.height()));
    eachPiece(surface, i, [&](const std::uint8_t* tiled, std::size_t place, std::size_t count) {
      std::memcpy(rows_[i].data() + place, tiled, count);
    });
  }
}

PictureView LinearPicture::view() {
  if (surface_.tiling() == Tiling::Linear) return surface_.view();
  PictureView view;
  for (unsigned i = 0; i < surface_.format().planes; ++i) {
    view[i] = {rows_[i].data(), surface_.planes()[i].pitch};
  }
  return view;
}

void LinearPicture::store() {
  if (surface_.tiling() == Tiling::Linear) return;
  for (unsigned i = 0; i < surface_.format().planes; ++i) {
    eachPiece(surface_, i, [&](std::uint8_t* tiled, std::size_t place, std::size_t count) {
      std::memcpy(tiled, rows_[i].data() + place, count);
    });
  }
}

void readTiled(const Surface& surface, std::uint8_t* linear) {
  for (unsigned i = 0; i < surface.format().planes; ++i) {
    std::uint8_t* rows = linear + surface.planes()[i].offset;
    eachPiece(surface, i, [&](const std::uint8_t* tiled, std::size_t place, std::size_t count) {
      std::memcpy(rows + place, tiled, count);
    });
  }
}

void writeTiled(const Surface& surface, const std::uint8_t* linear) {
  for (unsigned i = 0; i < surface.format().planes; ++i) {
    const std::uint8_t* rows = linear + surface.planes()[i].offset;
    eachPiece(surface, i, [&](std::uint8_t* tiled, std::size_t place, std::size_t count) {
      std::memcpy(tiled, rows + place, count);
    });
  }
}

bool convertible(const Format& from, const Format& to) {
  return &from == &to || (isYuv420(from) && isYuv420(to));
}

bool aligned(const Format& format, unsigned x, unsigned y) {
  for (unsigned i = 0; i < format.planes; ++i) {
    if (x % (1U << format.plane[i].shiftX) != 0 || y % (1U << format.plane[i].shiftY) != 0) return false;
  }
  return true;
}

void copyRectangle(const Format& fromFormat, const PictureView& from, unsigned fromX, unsigned fromY,
                   const Format& toFormat, const PictureView& to, unsigned toX, unsigned toY, unsigned width,
                   unsigned height) {
  const unsigned samePlanes = &fromFormat == &toFormat ? fromFormat.planes : 1;
  for (unsigned i = 0; i < samePlanes; ++i) {
    copyRows(at(fromFormat.plane[i], from[i], fromX, fromY), from[i].pitch,
             at(toFormat.plane[i], to[i], toX, toY), to[i].pitch, toFormat.rowBytes(i, width),
             toFormat.rows(i, height));
  }
  if (&fromFormat == &toFormat) return;
  const Chroma source = chromaOf(fromFormat, from, fromX / 2, fromY / 2);
  const Chroma target = chromaOf(toFormat, to, toX / 2, toY / 2);
  for (std::size_t y = 0; y < (height + 1) / 2; ++y) {
    for (std::size_t x = 0; x < (width + 1) / 2; ++x) {
      target.u[y * target.pitchU + x * target.step] = source.u[y * source.pitchU + x * source.step];
      target.v[y * target.pitchV + x * target.step] = source.v[y * source.pitchV + x * source.step];
    }
  }
}

namespace {

bool storeRows(const DecodedPicture& p, const Format& format, const PictureView& to) {
  const bool chroma420 = p.chromaShiftX == 1 && p.chromaShiftY == 1;
  switch (format.fourcc) {
    case VA_FOURCC_NV12:
    case VA_FOURCC_I420:
    case VA_FOURCC_YV12:
      if (p.bytes != 1 || !(chroma420 || p.monochrome)) return false;
      storeYuv420(p, format, to);
      return true;
    case VA_FOURCC_P010:
      if (p.bytes != 2 || p.bitDepth != 10 || !chroma420) return false;
      storeP010(p, to);
      return true;
    case VA_FOURCC_Y800:
      if (!p.monochrome) return false;
      copyRows(p.data[0], p.pitch[0], to[0].data, to[0].pitch, p.width, p.height);
      return true;
    case VA_FOURCC_YUY2:
      if (p.bytes != 1 || p.monochrome || p.chromaShiftX != 1 || p.chromaShiftY != 0) return false;
      storeYuy2(p, to[0]);
      return true;
    case VA_FOURCC_AYUV:
      if (p.bytes != 1 || p.monochrome || p.chromaShiftX != 0 || p.chromaShiftY != 0) return false;
      storeAyuv(p, to[0]);
      return true;
    default:
      return false;
  }
}

}  // namespace

bool storePicture(const DecodedPicture& p, const Surface& surface) {
  if (p.width > surface.width() || p.height > surface.height() || p.width == 0 || p.height == 0) return false;
  if (!surface.intact()) return false;
  LinearPicture rows(surface);
  if (!storeRows(p, surface.format(), rows.view())) return false;
  rows.store();
  return true;
}

}  // namespace softgpu::va
