// Offsets of tiled surfaces against tables written down from the layouts' descriptions, and round trips.
#include "tests/intel/fake_gpu/engine/tiling.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace fake_gpu {
namespace {

struct Place {
  uint64_t x, y, offset;
};

// Two tiles wide (and for the last rows of the tables, the second row of tiles).
void expectPlaces(Layout layout, uint64_t pitch, const std::vector<Place>& places) {
  for (const Place& place : places) {
    EXPECT_EQ(surfaceOffset(layout, place.x, place.y, pitch), place.offset)
        << "x " << place.x << " y " << place.y;
  }
}

TEST(Tiling, LinearIsRowByRow) {
  expectPlaces(Layout::Linear, 100, {{0, 0, 0}, {99, 0, 99}, {0, 1, 100}, {7, 3, 307}});
  EXPECT_EQ(tileShape(Layout::Linear).widthBytes, 1u);
  EXPECT_EQ(surfaceBytes(Layout::Linear, 100, 3), 300u);
}

TEST(Tiling, TileXIs512BytesBy8Rows) {
  expectPlaces(
      Layout::TileX, 1024,
      {{0, 0, 0}, {511, 0, 511}, {0, 1, 512}, {1, 7, 3585}, {512, 0, 4096}, {1023, 7, 8191}, {0, 8, 8192}});
  EXPECT_EQ(tileShape(Layout::TileX).widthBytes, 512u);
  EXPECT_EQ(tileShape(Layout::TileX).rows, 8u);
  EXPECT_EQ(surfaceBytes(Layout::TileX, 1024, 9), 16384u);
}

TEST(Tiling, TileYIsColumnsOf16Bytes) {
  expectPlaces(Layout::TileY, 256,
               {{0, 0, 0},
                {15, 0, 15},
                {0, 1, 16},
                {0, 31, 496},
                {16, 0, 512},
                {127, 31, 4095},
                {128, 0, 4096},
                {0, 32, 8192},
                {130, 33, 12306}});
  EXPECT_EQ(tileShape(Layout::TileY).widthBytes, 128u);
  EXPECT_EQ(tileShape(Layout::TileY).rows, 32u);
}

// Same as Y at 64 bytes (16 by 4 rows) and 4 KiB; between, 512 bytes are 64 by 8 rows, and two of them make
// 128 by 8.
TEST(Tiling, Tile4KeepsBlocksOf64BytesBy8Rows) {
  expectPlaces(Layout::Tile4, 256,
               {{0, 0, 0},
                {15, 0, 15},
                {0, 1, 16},
                {0, 3, 48},
                {16, 0, 64},
                {32, 0, 128},
                {48, 0, 192},
                {0, 4, 256},
                {16, 4, 320},
                {63, 7, 511},
                {64, 0, 512},
                {64, 4, 768},
                {127, 7, 1023},
                {0, 8, 1024},
                {0, 16, 2048},
                {127, 31, 4095},
                {128, 0, 4096},
                {0, 32, 8192}});
  EXPECT_EQ(tileShape(Layout::Tile4).widthBytes, 128u);
  EXPECT_EQ(tileShape(Layout::Tile4).rows, 32u);
}

class EveryTiling : public testing::TestWithParam<Layout> {};

TEST_P(EveryTiling, TileHoldsEachByteOnce) {
  const TileShape shape = tileShape(GetParam());
  EXPECT_EQ(shape.widthBytes * shape.rows, tileBytes);
  std::set<uint64_t> seen;
  for (uint64_t y = 0; y < shape.rows; ++y) {
    for (uint64_t x = 0; x < shape.widthBytes; ++x)
      seen.insert(surfaceOffset(GetParam(), x, y, shape.widthBytes));
  }
  EXPECT_EQ(seen.size(), tileBytes);
  EXPECT_EQ(*seen.rbegin(), tileBytes - 1);
}

TEST_P(EveryTiling, ContiguousBytesAreContiguous) {
  const uint64_t pitch = 4 * tileShape(GetParam()).widthBytes;
  for (uint64_t y = 0; y < 40; y += 3) {
    for (uint64_t x = 0; x < pitch; ++x) {
      const uint64_t run = contiguousBytes(GetParam(), x);
      ASSERT_GE(run, 1u);
      for (uint64_t step = 0; step < run && x + step < pitch; ++step) {
        ASSERT_EQ(surfaceOffset(GetParam(), x + step, y, pitch),
                  surfaceOffset(GetParam(), x, y, pitch) + step);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, EveryTiling, testing::Values(Layout::TileX, Layout::TileY, Layout::Tile4));

}  // namespace
}  // namespace fake_gpu
