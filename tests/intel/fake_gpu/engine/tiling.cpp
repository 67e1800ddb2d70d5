// Tiles are 4 KiB and follow one another row by row. Inside: X is 8 rows of 512 bytes; Y is columns of 16
// bytes and 32 rows; Tile4 keeps Y's 16x4-byte blocks but orders them so that 512 bytes are 64 bytes by 8
// rows (drm_fourcc.h describes it).
#include "tests/intel/fake_gpu/engine/tiling.h"

namespace fake_gpu {
namespace {

constexpr uint64_t owordBytes = 16;

uint64_t inTileX(uint64_t x, uint64_t y) { return y * 512 + x; }

uint64_t inTileY(uint64_t x, uint64_t y) { return x / owordBytes * 512 + y * owordBytes + x % owordBytes; }

// Address bits from the low end: x0-x3, y0 y1, x4 x5, y2, x6, y3 y4.
uint64_t inTile4(uint64_t x, uint64_t y) {
  const auto bit = [](uint64_t value, int from, int to) { return (value >> from & 1) << to; };
  return (x & 15) | (y & 3) << 4 | bit(x, 4, 6) | bit(x, 5, 7) | bit(y, 2, 8) | bit(x, 6, 9) | bit(y, 3, 10) |
         bit(y, 4, 11);
}

}  // namespace

TileShape tileShape(Layout layout) {
  switch (layout) {
    case Layout::Linear:
      return {1, 1};
    case Layout::TileX:
      return {512, 8};
    case Layout::TileY:
    case Layout::Tile4:
      return {128, 32};
  }
  return {};
}

uint64_t surfaceOffset(Layout layout, uint64_t x, uint64_t y, uint64_t pitch) {
  if (layout == Layout::Linear) return y * pitch + x;
  const TileShape tile = tileShape(layout);
  const uint64_t begin = y / tile.rows * tile.rows * pitch + x / tile.widthBytes * tileBytes;
  x %= tile.widthBytes;
  y %= tile.rows;
  switch (layout) {
    case Layout::TileX:
      return begin + inTileX(x, y);
    case Layout::TileY:
      return begin + inTileY(x, y);
    default:
      return begin + inTile4(x, y);
  }
}

uint64_t contiguousBytes(Layout layout, uint64_t x) {
  switch (layout) {
    case Layout::Linear:
      return UINT64_MAX;
    case Layout::TileX:
      return 512 - x % 512;
    default:
      return owordBytes - x % owordBytes;
  }
}

uint64_t surfaceBytes(Layout layout, uint64_t pitch, uint64_t rows) {
  const uint64_t tileRows = tileShape(layout).rows;
  return (rows + tileRows - 1) / tileRows * tileRows * pitch;
}

}  // namespace fake_gpu
