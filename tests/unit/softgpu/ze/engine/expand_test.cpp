// Valid instructions that Debian's translator does not read, which the engine says in other words.
#include <bit>
#include <cmath>
#include <cstdint>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

using Ints = std::vector<uint32_t>;

struct alignas(16) Vectors {
  uint32_t values[12] = {};
  std::vector<uint32_t> first(size_t count) const { return {values, values + count}; }
};

class EngineExpand : public testing::Test {
 protected:
  std::shared_ptr<Program> program = compile("expand");
  std::shared_ptr<Program> newer = compile("expand_1_4");
  void SetUp() override {
    ASSERT_TRUE(program);
    ASSERT_TRUE(newer);
  }
};

TEST_F(EngineExpand, CompositesOfWhatIsNotConstant) {
  const Vectors in{{7, 8, 9, 10}};
  Vectors out;
  run(*program, "construct", geometry({1, 1, 1}), Arguments().pointer(&in).pointer(&out));
  EXPECT_EQ(out.first(8), (Ints{3, 8, 7, 8, 5, 7, 8, 5 + 7}));
}

TEST_F(EngineExpand, ShufflesOfVectorsOfTwoLengths) {
  const Vectors in{{7, 8, 9, 10}};
  Vectors out;
  run(*program, "shuffle", geometry({1, 1, 1}), Arguments().pointer(&in).pointer(&out));
  // Of (10 9) and of (9 10 10) with the vector behind it.
  EXPECT_EQ(out.first(8), (Ints{10, 9, 10, 8, 10, 8, 8, 10}));
}

TEST_F(EngineExpand, CopiesOfMemory) {
  const Ints in{1, 2, 3, 4, 5, 6, 7, 8};
  Ints out(8);
  run(*program, "copy", geometry({1, 1, 1}), Arguments().pointer(in.data()).pointer(out.data()));
  EXPECT_EQ(out, (Ints{1, 2, 3, 4, 8, 0, 0, 0}));
}

TEST_F(EngineExpand, CarriesBorrowsAndWholeProducts) {
  for (const auto& [a, b] : {std::pair{1U, 2U},
                             {0xffffffffU, 1U},
                             {0U, 1U},
                             {0x80000000U, 0x80000000U},
                             {0xfffffffbU, 3U},
                             {0xffffffffU, 0xffffffffU}}) {
    const Ints in{a, b};
    Ints out(8);
    run(*program, "carry", geometry({1, 1, 1}), Arguments().pointer(in.data()).pointer(out.data()));
    const uint64_t sum = uint64_t{a} + b, product = uint64_t{a} * b;
    const auto exact = static_cast<uint64_t>(int64_t{static_cast<int32_t>(a)} * static_cast<int32_t>(b));
    EXPECT_EQ(out, (Ints{static_cast<uint32_t>(sum), static_cast<uint32_t>(sum >> 32), a - b, a < b ? 1U : 0U,
                         static_cast<uint32_t>(product), static_cast<uint32_t>(product >> 32),
                         static_cast<uint32_t>(exact), static_cast<uint32_t>(exact >> 32)}))
        << a << ", " << b;
  }
  const Vectors in{{0xffffffff, 1, 0x80000000, 5, 1, 2, 0x80000000, 0xfffffffd}};
  Vectors out;
  run(*program, "carry4", geometry({1, 1, 1}), Arguments().pointer(&in).pointer(&out));
  EXPECT_EQ(out.first(12), (Ints{0, 3, 0, 2, 1, 0, 1, 1, 0xffffffff, 0, 0x40000000, 0xffffffff}));
}

TEST_F(EngineExpand, ShiftsByNarrowerIntegers) {
  const int64_t in = -0x123456789abcdef;
  int64_t out[2] = {};
  run(*program, "shift", geometry({1, 1, 1}), Arguments().pointer(&in).value(uint32_t{36}).pointer(out));
  EXPECT_EQ(out[0], static_cast<int64_t>(static_cast<uint64_t>(in) << 36));
  EXPECT_EQ(out[1], in >> 36);
}

TEST_F(EngineExpand, QuantizesToHalves) {
  const float tiny = 0x1.8p-15F;  // no normal half
  const std::vector<float> in{1.0009F, -2049, 70000, tiny, -tiny, 0x1p-14F, -INFINITY};
  alignas(16) float four[4] = {0.1F, -tiny, NAN, 65504};
  std::vector<float> out(7);
  run(*program, "quantize", geometry({1, 1, 1}),
      Arguments().pointer(in.data()).pointer(out.data()).pointer(four));
  EXPECT_EQ(out, (std::vector<float>{1.0009765625F, -2048, INFINITY, 0, 0, 0x1p-14F, -INFINITY}));
  EXPECT_FALSE(std::signbit(out[3]));
  EXPECT_TRUE(std::signbit(out[4]));
  EXPECT_EQ(four[0], 0.0999755859375F);
  EXPECT_EQ(std::bit_cast<uint32_t>(four[1]), 0x80000000U);
  EXPECT_TRUE(std::isnan(four[2]));
  EXPECT_EQ(four[3], 65504);
}

TEST_F(EngineExpand, PointersAreComparedAndSubtracted) {
  const Vectors memory;
  for (const int distance : {0, 2}) {
    int64_t out[4] = {};
    run(*newer, "pointers", geometry({1, 1, 1}),
        Arguments().pointer(&memory).pointer(memory.values + 4 * distance).pointer(out));
    EXPECT_EQ(out[0], distance == 0 ? 1 : 0);
    EXPECT_EQ(out[1], distance == 0 ? 0 : 1);
    EXPECT_EQ(out[2], distance);
    EXPECT_EQ(out[3], -distance);
  }
}

TEST_F(EngineExpand, SizesOfWhatPointersPointTo) {
  Ints out(2);
  run(*newer, "sizes", geometry({1, 1, 1}), Arguments().pointer(out.data()).pointer(out.data()));
  EXPECT_EQ(out, (Ints{16, 32}));
}

TEST_F(EngineExpand, LogicalCopies) {
  const Ints in{1, 2, 3, 4, 5, 6, 7};
  Ints out(7);
  run(*newer, "logical", geometry({1, 1, 1}), Arguments().pointer(in.data()).pointer(out.data()));
  EXPECT_EQ(out, in);
}

TEST_F(EngineExpand, VectorsChosenByOneBool) {
  const Vectors in{{1, 2, 3, 4, 5, 6, 7, 8}};
  for (const uint32_t which : {0U, 1U}) {
    Vectors out;
    run(*newer, "choose", geometry({1, 1, 1}), Arguments().pointer(&in).value(which).pointer(&out));
    EXPECT_EQ(out.first(4), which == 0 ? (Ints{1, 2, 3, 4}) : (Ints{5, 6, 7, 8}));
  }
}

}  // namespace
}  // namespace softgpu::engine::test
