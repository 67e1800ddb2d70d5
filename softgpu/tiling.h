// Where the bytes of a tiled surface lie, as drm_fourcc.h describes I915_FORMAT_MOD_X_TILED, _Y_TILED and
// _4_TILED: for both drivers of softgpu, whose surfaces hardware would tile.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

namespace softgpu {

enum class Tiling : uint32_t { Linear, X, Y, Tile4 };

struct TileSize {
  uint32_t bytes, rows;
};
constexpr TileSize tileSize(Tiling tiling) {
  switch (tiling) {
    case Tiling::X:
      return {512, 8};
    case Tiling::Y:
    case Tiling::Tile4:
      return {128, 32};
    case Tiling::Linear:
      break;
  }
  return {1, 1};
}

// Bytes of a row that lie side by side in every tiling, when they begin at a multiple of their number.
inline constexpr size_t kTileRun = 16;

// Of byte `x` in row `y`, from the surface's begin. A tiled surface begins at a tile, and its pitch is whole
// tiles.
constexpr uint64_t tiledOffset(Tiling tiling, uint64_t pitch, uint64_t x, uint64_t y) {
  const TileSize tile = tileSize(tiling);
  const uint64_t begin = (y / tile.rows * (pitch / tile.bytes) + x / tile.bytes) * tile.bytes * tile.rows;
  switch (tiling) {
    case Tiling::X:
      return begin + y % 8 * 512 + x % 512;
    case Tiling::Y:  // columns of 16 bytes
      return begin + x % 128 / 16 * 512 + y % 32 * 16 + x % 16;
    case Tiling::Tile4:  // cache lines of 16 bytes by 4 rows; 4 of them in a row, then 2 such rows, twice
      return begin + (x & 15) + ((y & 3) << 4) + ((x & 0x30) << 2) + ((y & 4) << 6) + ((x & 0x40) << 3) +
             ((y & 0x18) << 7);
    case Tiling::Linear:
      break;
  }
  return y * pitch + x;
}

// Calls visit(offset, place, count) for the pieces of a row that lie side by side: `count` bytes at `offset`
// of the surface, which are those at `place` of the row's bytes [x, x + bytes).
template <class Visit>
void eachTileRun(Tiling tiling, uint64_t pitch, uint64_t x, uint64_t y, size_t bytes, Visit&& visit) {
  if (tiling == Tiling::Linear) return visit(y * pitch + x, size_t{0}, bytes);
  for (size_t done = 0; done < bytes;) {
    const size_t count = std::min<size_t>(bytes - done, kTileRun - (x + done) % kTileRun);
    visit(tiledOffset(tiling, pitch, x + done, y), done, count);
    done += count;
  }
}

constexpr uint64_t modifierOf(Tiling tiling) {
  switch (tiling) {
    case Tiling::X:
      return 0x0100000000000001;
    case Tiling::Y:
      return 0x0100000000000002;
    case Tiling::Tile4:
      return 0x0100000000000009;
    case Tiling::Linear:
      break;
  }
  return 0;
}
constexpr std::optional<Tiling> tilingOf(uint64_t modifier) {
  for (const Tiling tiling : {Tiling::Linear, Tiling::X, Tiling::Y, Tiling::Tile4}) {
    if (modifierOf(tiling) == modifier) return tiling;
  }
  return std::nullopt;
}

// i915 keeps the tiling of an object where every importer can ask for it (GEM_GET_TILING). Memory of softgpu
// has a name instead, which the kernel keeps too: linear surfaces of a driver that makes tiled ones are
// called so.
inline constexpr char kLinearMemoryName[] = "softgpu-linear";

}  // namespace softgpu
