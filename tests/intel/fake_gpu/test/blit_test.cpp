// The copy engine's commands move real bytes, in every layout and element size.
#include <algorithm>
#include <numeric>

#include "tests/intel/fake_gpu/engine/tiling.h"
#include "tests/intel/fake_gpu/test/engine_fixture.h"

namespace fake_gpu {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint32_t low(uint64_t value) { return static_cast<uint32_t>(value); }
constexpr uint32_t high(uint64_t value) { return static_cast<uint32_t>(value >> 32); }
constexpr uint32_t corner(uint32_t x, uint32_t y) { return x | y << 16; }

constexpr uint32_t pitch = 1024;  // bytes; whole tiles of every layout
constexpr uint32_t rows = 256;

SurfaceLayout layoutOf(Layout layout, uint32_t elementBytes) { return {layout, elementBytes, pitch, 0}; }

class Blits : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    for (uint64_t at = 0; at < source.object->size(); ++at) {
      source.set<uint8_t>(at, static_cast<uint8_t>(at * 7 + at / 251));
    }
  }

  void runAll() {
    EXPECT_EQ(run(batch, space({&batch, &source, &target}), EngineClass::Copy), Outcome::Done);
  }

  // Is the rectangle copied, byte for byte, and nothing else touched?
  void expectCopied(Layout to, uint32_t toX, uint32_t toY, Layout from, uint32_t fromX, uint32_t fromY,
                    uint32_t width, uint32_t height, uint32_t elementBytes = 1) {
    EXPECT_THAT(violationText(), IsEmpty());
    std::vector<uint8_t> wanted(target.object->size(), 0);
    for (uint32_t y = 0; y < height; ++y) {
      for (uint32_t x = 0; x < width; ++x) {
        wanted[layoutOf(to, elementBytes).offset(toX + x, toY + y)] =
            source.get<uint8_t>(layoutOf(from, elementBytes).offset(fromX + x, fromY + y));
      }
    }
    EXPECT_EQ(std::memcmp(wanted.data(), target.object->data(), wanted.size()), 0);
    EXPECT_EQ(engines->counts().blits, 1u);
    EXPECT_EQ(engines->counts().blitBytes, uint64_t{width} * height);
  }

  Batch batch{0x1000};
  Memory source{0x100000, pitch* rows};
  Memory target{0x700000, pitch* rows};
};

uint32_t pitchField(Layout layout) { return layout == Layout::Linear ? pitch : pitch / 4; }

TEST_F(Blits, CopyFromUnboundMemoryIsAViolation) {
  batch.put({0x5A << 22 | 2u << 29 | 8, 63, 0, 63, 63, 0xDEAD000, 0, low(target.address), 0, 0}).end();
  runAll();
  EXPECT_THAT(violationText(),
              HasSubstr("MEM_COPY copy reads 64 bytes at 0xdead000: nothing is bound there"));
}

TEST_F(Blits, CopyPastTheTargetIsAViolation) {
  const uint64_t to = target.address + target.object->size() - 16;
  batch.put({0x5A << 22 | 2u << 29 | 8, 63, 0, 63, 63, low(source.address), 0, low(to), 0, 0}).end();
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("MEM_COPY copy writes 64 bytes at 0x73fff0"));
}

TEST_F(Blits, BlitOnTheRenderEngineIsAViolation) {
  batch.put({0x5A << 22 | 2u << 29 | 8, 63, 0, 63, 63, low(source.address), 0, low(target.address), 0, 0})
      .end();
  run(batch, space({&batch, &source, &target}));
  EXPECT_THAT(violationText(), HasSubstr("on rcs"));
}

TEST_F(Blits, TilingThatIsNotEmulatedIsAViolation) {
  batch.put({0x41 << 22 | 2u << 29 | 2 << 19 | 20,
             3u << 30 | 255,
             0,
             corner(4, 4),
             low(target.address),
             0,
             0,
             0,
             1023,
             low(source.address),
             0,
             0,
             0,
             0,
             0,
             0,
             0,
             0,
             0,
             0,
             0,
             0});
  batch.end();
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("XY_BLOCK_COPY_BLT uses a tiling that is not emulated: 3"));
}

TEST_F(Blits, RasterOperationThatIsNotEmulatedIsAViolation) {
  batch.put({0x53 << 22 | 2u << 29 | 8, 0x66 << 16 | pitch, 0, corner(4, 4), low(target.address), 0, 0, pitch,
             low(source.address), 0});
  batch.end();
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("XY_SRC_COPY_BLT has a form that is not emulated"));
}

TEST_F(Blits, MemCopyCopiesARunOrAMatrix) {
  make(Generation::Xe2);
  batch.put({0x5A << 22 | 2u << 29 | 1 << 17 | 8, 99, 9, pitch - 1, pitch - 1, low(source.address + 5), 0,
             low(target.address + 3), 0, 0});
  batch.end();
  runAll();
  expectCopied(Layout::Linear, 3, 0, Layout::Linear, 5, 0, 100, 10);
}

TEST_F(Blits, MemCopyOfARunIgnoresHeight) {
  make(Generation::Xe2);
  batch.put({0x5A << 22 | 2u << 29 | 8, 999, 9, 0, 0, low(source.address), 0, low(target.address), 0, 0})
      .end();
  runAll();
  expectCopied(Layout::Linear, 0, 0, Layout::Linear, 0, 0, 1000, 1);
}

TEST_F(Blits, MemCopyOfPagesCountsIn256Bytes) {
  make(Generation::Xe2);
  batch
      .put({0x5A << 22 | 2u << 29 | 1 << 19 | 8, 3, 0, 0, 0, low(source.address), 0, low(target.address), 0,
            0})
      .end();
  runAll();
  expectCopied(Layout::Linear, 0, 0, Layout::Linear, 0, 0, 1024, 1);
}

TEST_F(Blits, MemSetFillsBytes) {
  make(Generation::Xe2);
  batch.put({0x5B << 22 | 2u << 29 | 1 << 17 | 5, 9, 1, pitch - 1, low(target.address), 0, 0xABu << 24})
      .end();
  runAll();
  EXPECT_EQ(target.get<uint8_t>(0), 0xAB);
  EXPECT_EQ(target.get<uint8_t>(9), 0xAB);
  EXPECT_EQ(target.get<uint8_t>(10), 0);
  EXPECT_EQ(target.get<uint8_t>(pitch + 9), 0xAB);
  EXPECT_EQ(target.get<uint8_t>(2 * pitch), 0);
}

struct CopyCase {
  Layout to, from;
  uint32_t elementBytes;
  uint32_t depth;  // the field's value for that size
};

std::vector<CopyCase> casesOf(const std::vector<Layout>& layouts,
                              const std::vector<std::pair<uint32_t, uint32_t>>& sizes) {
  std::vector<CopyCase> cases;
  for (Layout to : layouts) {
    for (Layout from : layouts) {
      for (const auto& [bytes, depth] : sizes) cases.push_back({to, from, bytes, depth});
    }
  }
  return cases;
}

const std::vector<std::pair<uint32_t, uint32_t>> blockSizes = {{1, 0}, {2, 1}, {4, 2}, {8, 3}, {16, 5}};
const std::vector<std::pair<uint32_t, uint32_t>> fastSizes = {{1, 0}, {2, 1}, {4, 3}, {8, 4}, {16, 5}};
const std::vector<std::pair<uint32_t, uint32_t>> legacySizes = {{1, 0}, {2, 1}, {4, 3}};
constexpr uint32_t width = 11, height = 37;  // elements; over the border of tiles

class BlockCopyGen12 : public Blits, public testing::WithParamInterface<CopyCase> {};

TEST_P(BlockCopyGen12, Moves) {
  const auto& [to, from, bytes, depth] = GetParam();
  batch.put({0x41 << 22 | 2u << 29 | depth << 19 | 10, (to == Layout::TileY) << 30 | (pitchField(to) - 1),
             corner(5, 6), corner(5 + width, 6 + height), low(target.address), 0, corner(1, 2), corner(9, 3),
             (from == Layout::TileY) << 30 | (pitchField(from) - 1), low(source.address), 0, corner(2, 1)});
  batch.end();
  runAll();
  expectCopied(to, 6 * bytes, 8, from, 11 * bytes, 4, width * bytes, height, bytes);
}

INSTANTIATE_TEST_SUITE_P(Layouts, BlockCopyGen12,
                         testing::ValuesIn(casesOf({Layout::Linear, Layout::TileY}, blockSizes)));

class BlockCopyXeHp : public Blits, public testing::WithParamInterface<CopyCase> {};

uint32_t xeHpTiling(Layout layout) {
  return layout == Layout::Linear ? 0 : layout == Layout::TileX ? 1 : layout == Layout::Tile4 ? 2 : 3;
}

TEST_P(BlockCopyXeHp, Moves) {
  make(Generation::XeHpg);
  const auto& [to, from, bytes, depth] = GetParam();
  // The second slice of the target: four rows further, times one.
  batch.put({0x41 << 22 | 2u << 29 | depth << 19 | 20,
             xeHpTiling(to) << 30 | (pitchField(to) - 1),
             corner(5, 6),
             corner(5 + width, 6 + height),
             low(target.address),
             0,
             0,
             corner(9, 3),
             xeHpTiling(from) << 30 | (pitchField(from) - 1),
             low(source.address),
             0,
             0,
             0,
             0,
             0,
             0,
             0,
             1 << 4,
             1 << 21,
             0,
             0,
             0});
  batch.end();
  runAll();
  expectCopied(to, 5 * bytes, 10, from, 9 * bytes, 3, width * bytes, height, bytes);
}

INSTANTIATE_TEST_SUITE_P(Layouts, BlockCopyXeHp,
                         testing::ValuesIn(casesOf({Layout::Linear, Layout::TileX, Layout::Tile4},
                                                   blockSizes)));

class FastCopy : public Blits, public testing::WithParamInterface<std::tuple<Generation, CopyCase>> {};

TEST_P(FastCopy, Moves) {
  const auto& [generation, given] = GetParam();
  make(generation);
  const Layout tile = generation >= Generation::XeHpg ? Layout::Tile4 : Layout::TileY;
  const uint32_t isNew = tile == Layout::Tile4;
  const auto actual = [&](Layout layout) { return layout == Layout::TileY ? tile : layout; };
  const auto method = [](Layout layout) {
    return layout == Layout::Linear ? 0u : layout == Layout::TileX ? 1u : 2u;
  };
  const uint32_t toNew = given.to == Layout::TileY && isNew, fromNew = given.from == Layout::TileY && isNew;
  batch.put({0x42 << 22 | 2u << 29 | method(given.from) << 20 | method(given.to) << 13 | 8,
             fromNew << 31 | toNew << 30 | given.depth << 24 | pitchField(given.to), corner(5, 6),
             corner(5 + width, 6 + height), low(target.address), 0, corner(9, 3), pitchField(given.from),
             low(source.address), 0});
  batch.end();
  runAll();
  const uint32_t bytes = given.elementBytes;
  expectCopied(actual(given.to), 5 * bytes, 6, actual(given.from), 9 * bytes, 3, width * bytes, height,
               bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, FastCopy,
    testing::Combine(testing::Values(Generation::Gen12, Generation::XeHpg),
                     testing::ValuesIn(casesOf({Layout::Linear, Layout::TileX, Layout::TileY}, fastSizes))));

class SourceCopy : public Blits, public testing::WithParamInterface<CopyCase> {};

TEST_P(SourceCopy, Moves) {
  const auto& [to, from, bytes, depth] = GetParam();
  batch.loadRegister(0x22200, (from == Layout::TileY ? 1u : 0) | (to == Layout::TileY ? 2u : 0));
  batch.put({0x53 << 22 | 2u << 29 | (from != Layout::Linear) << 15 | (to != Layout::Linear) << 11 | 8,
             depth << 24 | 0xcc << 16 | pitchField(to), corner(5, 6), corner(5 + width, 6 + height),
             low(target.address), 0, corner(9, 3), pitchField(from), low(source.address), 0});
  batch.end();
  runAll();
  expectCopied(to, 5 * bytes, 6, from, 9 * bytes, 3, width * bytes, height, bytes);
}

INSTANTIATE_TEST_SUITE_P(Layouts, SourceCopy,
                         testing::ValuesIn(casesOf({Layout::Linear, Layout::TileX, Layout::TileY},
                                                   legacySizes)));

struct FillCase {
  Generation generation;
  Layout layout;
  uint32_t bytes, depth;
};

class FastColor : public Blits, public testing::WithParamInterface<FillCase> {};

TEST_P(FastColor, Fills) {
  const auto& [generation, layout, bytes, depth] = GetParam();
  make(generation);
  const bool isXeHp = generation >= Generation::XeHpg;
  const uint32_t tiling = isXeHp ? xeHpTiling(layout) : layout == Layout::TileY;
  const uint32_t colors[4] = {0x04030201, 0x08070605, 0x0c0b0a09, 0x100f0e0d};
  batch.put({0x44 << 22 | 2u << 29 | depth << 19 | (isXeHp ? 14u : 9u),
             tiling << 30 | (pitchField(layout) - 1), corner(5, 6), corner(5 + width, 6 + height),
             low(target.address), 0, 0, colors[0], colors[1], colors[2], colors[3]});
  batch.put({0});
  if (isXeHp) batch.put({0, 0, 0, 0});
  batch.end();
  runAll();
  EXPECT_THAT(violationText(), IsEmpty());
  std::vector<uint8_t> wanted(target.object->size(), 0);
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width * bytes; ++x) {
      wanted[layoutOf(layout, bytes).offset(5 * bytes + x, 6 + y)] = static_cast<uint8_t>(x % bytes + 1);
    }
  }
  EXPECT_EQ(std::memcmp(wanted.data(), target.object->data(), wanted.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Layouts, FastColor,
                         testing::Values(FillCase{Generation::Gen12, Layout::Linear, 1, 0},
                                         FillCase{Generation::Gen12, Layout::Linear, 16, 5},
                                         FillCase{Generation::Gen12, Layout::Linear, 12, 4},
                                         FillCase{Generation::Gen12, Layout::TileY, 4, 2},
                                         FillCase{Generation::XeHpg, Layout::Linear, 8, 3},
                                         FillCase{Generation::XeHpg, Layout::TileX, 2, 1},
                                         FillCase{Generation::XeHpg, Layout::Tile4, 4, 2},
                                         FillCase{Generation::Xe2, Layout::Tile4, 16, 5}));

TEST_F(Blits, ColorFillsARectangle) {
  batch.put({0x50 << 22 | 2u << 29 | 5, 3 << 24 | 0xf0 << 16 | pitch, corner(2, 3), corner(4, 5),
             low(target.address), 0, 0x01020304});
  batch.end();
  runAll();
  EXPECT_THAT(violationText(), IsEmpty());
  EXPECT_EQ(target.get(3 * pitch + 8), 0x01020304u);
  EXPECT_EQ(target.get(4 * pitch + 12), 0x01020304u);
  EXPECT_EQ(target.get(3 * pitch + 16), 0u);
  EXPECT_EQ(target.get(5 * pitch + 8), 0u);
}

TEST_F(Blits, EmptyRectangleCopiesNothing) {
  batch.put({0x53 << 22 | 2u << 29 | 8, 3 << 24 | 0xcc << 16 | pitch, corner(5, 6), corner(5, 9),
             low(target.address), 0, 0, pitch, low(source.address), 0});
  batch.end();
  runAll();
  EXPECT_THAT(violationText(), IsEmpty());
  EXPECT_EQ(engines->counts().blitBytes, 0u);
}

TEST_F(Blits, CopyGoesOnOverTheBorderOfTwoObjects) {
  make(Generation::Xe2);
  Memory more{target.address + target.object->size()};
  const uint64_t to = more.address - 16;
  batch.put({0x5A << 22 | 2u << 29 | 8, 31, 0, 0, 0, low(source.address), 0, low(to), 0, 0}).end();
  EXPECT_EQ(run(batch, space({&batch, &source, &target, &more}), EngineClass::Copy), Outcome::Done);
  EXPECT_THAT(violationText(), IsEmpty());
  EXPECT_EQ(std::memcmp(more.object->data(), source.object->data() + 16, 16), 0);
}

}  // namespace
}  // namespace fake_gpu
