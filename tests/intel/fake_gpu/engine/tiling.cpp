// Inside a tile each bit of the offset is one bit of x (bytes), y or z. A pattern names them from the highest
// to the lowest: drm_fourcc.h describes X, Y and Tile4, Intel's gmmlib has the patterns of Tile64. Tiles
// follow one another row by row.
#include "tests/intel/fake_gpu/engine/tiling.h"

#include <algorithm>
#include <bit>
#include <string_view>

namespace fake_gpu {
namespace {

constexpr std::string_view tile64[] = {"YYYXYYXYXXYYXXXX", "YYXXYYXYXXYYXXXX", "YYXXYYXYXXYYXXXX",
                                       "YXXXYYXYXXYYXXXX", "YXXXYYXYXXYYXXXX"};
constexpr std::string_view tile64Volume[] = {"ZZZXYYZYZXYYXXXX", "ZZZYYXZYZXYYXXXX", "ZZYXYXZYZXYYXXXX",
                                             "ZZYXXXZYZXYYXXXX", "ZZYXXXZYZXYYXXXX"};
constexpr std::string_view tile64VolumeXe2[] = {"ZZZYYYZZXXYYXXXX", "ZZZYYYZZXXYYXXXX", "ZZYXYYZZXXYYXXXX",
                                                "ZZYXXYZZXXYYXXXX", "ZZYXXYZZXXYYXXXX"};

std::string_view patternOf(Layout layout, uint32_t elementBytes) {
  const int size = std::clamp(static_cast<int>(std::bit_width(elementBytes)) - 1, 0, 4);
  switch (layout) {
    case Layout::Linear:
      return "";
    case Layout::TileX:
      return "YYYXXXXXXXXX";
    case Layout::TileY:
      return "XXXYYYYYXXXX";
    case Layout::Tile4:
      return "YYXYXXYYXXXX";
    case Layout::Tile64:
      return tile64[size];
    case Layout::Tile64Volume:
      return tile64Volume[size];
    case Layout::Tile64VolumeXe2:
      return tile64VolumeXe2[size];
  }
  return "";
}

}  // namespace

TileShape tileShape(Layout layout, uint32_t elementBytes) {
  TileShape shape;
  for (char axis : patternOf(layout, elementBytes)) {
    uint32_t& extent = axis == 'X' ? shape.widthBytes : axis == 'Y' ? shape.rows : shape.slices;
    extent *= 2;
  }
  return shape;
}

uint64_t SurfaceLayout::offset(uint64_t x, uint64_t y, uint64_t z) const {
  const TileShape tile = tileShape(layout, elementBytes);
  if (tile.slices == 1) {
    // Slices are more rows.
    y += z * sliceRows;
    z = 0;
  }
  if (layout == Layout::Linear) return y * pitch + x;
  uint64_t offset = z / tile.slices * tile.slices * sliceRows * pitch;
  offset += (y / tile.rows * (pitch / tile.widthBytes) + x / tile.widthBytes) * tile.bytes();
  x %= tile.widthBytes;
  y %= tile.rows;
  z %= tile.slices;
  const std::string_view pattern = patternOf(layout, elementBytes);
  for (size_t bit = 0; bit < pattern.size(); ++bit) {
    const char axis = pattern[pattern.size() - 1 - bit];
    uint64_t& from = axis == 'X' ? x : axis == 'Y' ? y : z;
    offset |= (from & 1) << bit;
    from >>= 1;
  }
  return offset;
}

uint64_t SurfaceLayout::contiguousBytes(uint64_t x) const {
  if (layout == Layout::Linear) return UINT64_MAX;
  const std::string_view pattern = patternOf(layout, elementBytes);
  const uint64_t run = uint64_t{1} << (pattern.size() - 1 - pattern.find_last_not_of('X'));
  return run - x % run;
}

}  // namespace fake_gpu
