// Where a byte of a tiled surface lies: the layouts of Gen12 to Xe3 as plain arithmetic, for any code that
// moves pixels.
#pragma once
#include <cstdint>

namespace fake_gpu {

enum class Layout { Linear, TileX, TileY, Tile4 };

constexpr uint32_t tileBytes = 4096;

struct TileShape {
  uint32_t widthBytes = 1;
  uint32_t rows = 1;
};
// Linear: one byte, one row.
TileShape tileShape(Layout layout);

// Offset of a byte from the surface's begin. `x` and `pitch` are bytes; a tiled pitch is a multiple of the
// tile's width.
uint64_t surfaceOffset(Layout layout, uint64_t x, uint64_t y, uint64_t pitch);

// How many bytes of row y, from x on, lie side by side in memory.
uint64_t contiguousBytes(Layout layout, uint64_t x);

// Bytes from the begin of the surface that rows [0, rows) of `pitch` bytes may touch.
uint64_t surfaceBytes(Layout layout, uint64_t pitch, uint64_t rows);

}  // namespace fake_gpu
