// Offsets of tiled surfaces against tables written down from the layouts' descriptions, and round trips.
#include "tests/intel/fake_gpu/engine/tiling.h"

#include <gtest/gtest.h>

#include <vector>

namespace fake_gpu {
namespace {

struct Place {
  uint64_t x, y, offset;
};

// Two tiles wide (and for the last rows of the tables, the second row of tiles).
void expectPlaces(Layout layout, uint64_t pitch, const std::vector<Place>& places,
                  uint32_t elementBytes = 1) {
  const SurfaceLayout surface{layout, elementBytes, pitch, 0};
  for (const Place& place : places) {
    EXPECT_EQ(surface.offset(place.x, place.y), place.offset) << "x " << place.x << " y " << place.y;
  }
}

TEST(Tiling, LinearIsRowByRow) {
  expectPlaces(Layout::Linear, 100, {{0, 0, 0}, {99, 0, 99}, {0, 1, 100}, {7, 3, 307}});
  EXPECT_EQ(tileShape(Layout::Linear, 1).widthBytes, 1u);
}

TEST(Tiling, TileXIs512BytesBy8Rows) {
  expectPlaces(
      Layout::TileX, 1024,
      {{0, 0, 0}, {511, 0, 511}, {0, 1, 512}, {1, 7, 3585}, {512, 0, 4096}, {1023, 7, 8191}, {0, 8, 8192}});
  EXPECT_EQ(tileShape(Layout::TileX, 1).widthBytes, 512u);
  EXPECT_EQ(tileShape(Layout::TileX, 1).rows, 8u);
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
  EXPECT_EQ(tileShape(Layout::TileY, 1).widthBytes, 128u);
  EXPECT_EQ(tileShape(Layout::TileY, 1).rows, 32u);
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
  EXPECT_EQ(tileShape(Layout::Tile4, 1).widthBytes, 128u);
  EXPECT_EQ(tileShape(Layout::Tile4, 1).rows, 32u);
}

TEST(Tiling, SlicesAreMoreRows) {
  const SurfaceLayout linear{Layout::Linear, 1, 100, 10};
  EXPECT_EQ(linear.offset(3, 2, 4), 4203u);
  const SurfaceLayout tiled{Layout::Tile4, 1, 256, 64};
  EXPECT_EQ(tiled.offset(0, 0, 1), 64u * 256);
  EXPECT_EQ(tiled.offset(130, 5, 2), tiled.offset(130, 133, 0));
}

TEST(Tiling, Tile64sShapeDependsOnTheElement) {
  const auto expectShape = [](Layout layout, uint32_t elementBytes, uint32_t elements, uint32_t rows,
                              uint32_t slices) {
    const TileShape shape = tileShape(layout, elementBytes);
    EXPECT_EQ(shape.widthBytes, elements * elementBytes) << elementBytes;
    EXPECT_EQ(shape.rows, rows) << elementBytes;
    EXPECT_EQ(shape.slices, slices) << elementBytes;
  };
  // The standard shapes of 64 KiB tiles.
  expectShape(Layout::Tile64, 1, 256, 256, 1);
  expectShape(Layout::Tile64, 2, 256, 128, 1);
  expectShape(Layout::Tile64, 4, 128, 128, 1);
  expectShape(Layout::Tile64, 8, 128, 64, 1);
  expectShape(Layout::Tile64, 16, 64, 64, 1);
  for (Layout volume : {Layout::Tile64Volume, Layout::Tile64VolumeXe2}) {
    expectShape(volume, 1, 64, 32, 32);
    expectShape(volume, 2, 32, 32, 32);
    expectShape(volume, 4, 32, 32, 16);
    expectShape(volume, 8, 32, 16, 16);
    expectShape(volume, 16, 16, 16, 16);
  }
}

TEST(Tiling, Tile64Places) {
  expectPlaces(Layout::Tile64, 512,
               {{0, 0, 0},
                {16, 0, 64},
                {32, 0, 128},
                {0, 4, 256},
                {64, 0, 512},
                {0, 8, 1024},
                {128, 0, 4096},
                {0, 32, 8192},
                {255, 255, 65535},
                {256, 0, 65536},
                {0, 256, 131072}});
  expectPlaces(Layout::Tile64, 1024,
               {{64, 0, 512}, {128, 0, 4096}, {256, 0, 8192}, {0, 32, 16384}, {512, 0, 65536}}, 4);
}

TEST(Tiling, VolumesTileHoldsSlices) {
  const SurfaceLayout volume{Layout::Tile64Volume, 1, 128, 64};
  EXPECT_EQ(volume.offset(0, 0, 1), 128u);
  EXPECT_EQ(volume.offset(0, 0, 2), 512u);
  EXPECT_EQ(volume.offset(63, 31, 31), 65535u);
  EXPECT_EQ(volume.offset(64, 0, 0), 65536u);
  EXPECT_EQ(volume.offset(0, 0, 32), 32u * 64 * 128);  // all tiles of the first 32 slices
}

struct Case {
  Layout layout;
  uint32_t elementBytes;
};

class EveryTiling : public testing::TestWithParam<Case> {};

TEST_P(EveryTiling, TileHoldsEachByteOnce) {
  const TileShape shape = tileShape(GetParam().layout, GetParam().elementBytes);
  const SurfaceLayout surface{GetParam().layout, GetParam().elementBytes, shape.widthBytes, shape.rows};
  std::vector<bool> seen(shape.bytes());
  size_t count = 0;
  for (uint64_t z = 0; z < shape.slices; ++z) {
    for (uint64_t y = 0; y < shape.rows; ++y) {
      for (uint64_t x = 0; x < shape.widthBytes; ++x) {
        const uint64_t offset = surface.offset(x, y, z);
        ASSERT_LT(offset, shape.bytes());
        count += !seen[offset];
        seen[offset] = true;
      }
    }
  }
  EXPECT_EQ(count, shape.bytes());
}

TEST_P(EveryTiling, ContiguousBytesAreContiguous) {
  const uint64_t pitch = 4 * tileShape(GetParam().layout, GetParam().elementBytes).widthBytes;
  const SurfaceLayout surface{GetParam().layout, GetParam().elementBytes, pitch, 64};
  for (uint64_t y = 0; y < 40; y += 13) {
    for (uint64_t x = 0; x < pitch; ++x) {
      const uint64_t run = surface.contiguousBytes(x);
      ASSERT_GE(run, 1u);
      for (uint64_t step = 0; step < run && x + step < pitch; step += 5) {
        ASSERT_EQ(surface.offset(x + step, y), surface.offset(x, y) + step);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, EveryTiling,
                         testing::Values(Case{Layout::TileX, 1}, Case{Layout::TileY, 1},
                                         Case{Layout::Tile4, 1}, Case{Layout::Tile64, 1},
                                         Case{Layout::Tile64, 2}, Case{Layout::Tile64, 8},
                                         Case{Layout::Tile64Volume, 1}, Case{Layout::Tile64Volume, 2},
                                         Case{Layout::Tile64Volume, 4}, Case{Layout::Tile64Volume, 16},
                                         Case{Layout::Tile64VolumeXe2, 1}, Case{Layout::Tile64VolumeXe2, 4},
                                         Case{Layout::Tile64VolumeXe2, 8}));

}  // namespace
}  // namespace fake_gpu
