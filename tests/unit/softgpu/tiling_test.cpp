// Places in tiles, against tables written down from the layouts' descriptions, and names of tilings.
#include "softgpu/tiling.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace softgpu {
namespace {

struct Place {
  uint64_t x, y, offset;
};
void expectPlaces(Tiling tiling, uint64_t pitch, const std::vector<Place>& places) {
  for (const Place& place : places) {
    EXPECT_EQ(tiledOffset(tiling, pitch, place.x, place.y), place.offset)
        << "x " << place.x << " y " << place.y;
  }
}

TEST(Tiling, UnknownModifiersAreNoTiling) {
  EXPECT_FALSE(tilingOf(0x0100000000000003));       // Yf
  EXPECT_FALSE(tilingOf((uint64_t{1} << 56) - 1));  // "invalid"
  EXPECT_EQ(tilingOf(0), Tiling::Linear);
  for (const Tiling tiling : {Tiling::Linear, Tiling::X, Tiling::Y, Tiling::Tile4}) {
    EXPECT_EQ(tilingOf(modifierOf(tiling)), tiling);
  }
}

TEST(Tiling, XIs512BytesBy8Rows) {
  expectPlaces(Tiling::X, 1024, {{511, 0, 511}, {0, 1, 512}, {1, 7, 3585}, {512, 0, 4096}, {0, 8, 8192}});
}

TEST(Tiling, YIsColumnsOf16Bytes) {
  expectPlaces(Tiling::Y, 256,
               {{15, 0, 15}, {0, 1, 16}, {16, 0, 512}, {127, 31, 4095}, {128, 0, 4096}, {130, 33, 12306}});
}

TEST(Tiling, Tile4IsCacheLinesOf16BytesBy4Rows) {
  expectPlaces(Tiling::Tile4, 256,
               {{0, 3, 48},
                {16, 0, 64},
                {48, 0, 192},
                {0, 4, 256},
                {63, 7, 511},
                {64, 0, 512},
                {64, 4, 768},
                {0, 8, 1024},
                {0, 16, 2048},
                {127, 31, 4095},
                {128, 0, 4096},
                {0, 32, 8192}});
}

TEST(Tiling, EveryByteHasAPlaceOfItsOwnAndRunsFindIt) {
  constexpr uint64_t kPitch = 1024, kRows = 64;
  for (const Tiling tiling : {Tiling::Linear, Tiling::X, Tiling::Y, Tiling::Tile4}) {
    std::set<uint64_t> places;
    for (uint64_t y = 0; y < kRows; ++y) {
      size_t seen = 0;
      eachTileRun(tiling, kPitch, 5, y, kPitch - 5, [&](uint64_t offset, size_t place, size_t count) {
        EXPECT_EQ(place, seen);
        for (size_t i = 0; i < count; ++i) {
          EXPECT_EQ(offset + i, tiledOffset(tiling, kPitch, 5 + place + i, y));
          EXPECT_LT(offset + i, kPitch * kRows);
          places.insert(offset + i);
        }
        seen += count;
      });
      EXPECT_EQ(seen, kPitch - 5);
    }
    EXPECT_EQ(places.size(), (kPitch - 5) * kRows);
  }
}

}  // namespace
}  // namespace softgpu
