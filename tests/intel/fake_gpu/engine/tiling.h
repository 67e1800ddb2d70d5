// Where a byte of a tiled surface lies: the layouts of Gen12 to Xe3 as plain arithmetic, for any code that
// moves pixels.
#pragma once
#include <cstdint>

namespace fake_gpu {

enum class Layout {
  Linear,
  TileX,
  TileY,
  Tile4,
  Tile64,           // 64 KiB; its shape depends on the element's size
  Tile64Volume,     // the same for 3D surfaces: a tile holds several slices
  Tile64VolumeXe2,  // Xe2 and later
};

struct TileShape {
  uint32_t widthBytes = 1;
  uint32_t rows = 1;
  uint32_t slices = 1;
  uint32_t bytes() const { return widthBytes * rows * slices; }
};
// Linear: one byte, one row. Elements are of 1, 2, 4, 8 or 16 bytes.
TileShape tileShape(Layout layout, uint32_t elementBytes);

// A surface of whole tiles: a tiled pitch is a multiple of the tile's width.
struct SurfaceLayout {
  Layout layout = Layout::Linear;
  uint32_t elementBytes = 1;
  uint64_t pitch = 0;      // bytes from row to row
  uint64_t sliceRows = 0;  // rows from slice to slice ("Qpitch")

  // Offset of a byte from the surface's begin; x in bytes.
  uint64_t offset(uint64_t x, uint64_t y, uint64_t z = 0) const;
  // How many bytes of a row, from x on, lie side by side in memory.
  uint64_t contiguousBytes(uint64_t x) const;
};

}  // namespace fake_gpu
