// Sub-group functions beyond the uniform ones: ballots, functions that only some work-items reach, clusters,
// shuffles in every type, block reads and writes; arithmetic of work-groups.
#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <numeric>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

class EngineSubgroup : public testing::TestWithParam<const char*> {
 protected:
  std::shared_ptr<Program> program = compile("subgroup", GetParam());
};

template <typename T>
std::vector<T> rowOf(const std::vector<T>& all, size_t row, size_t size) {
  return {all.begin() + static_cast<ptrdiff_t>(row * size),
          all.begin() + static_cast<ptrdiff_t>((row + 1) * size)};
}

TEST_P(EngineSubgroup, CountsBallots) {
  std::vector<uint32_t> out(32 * 12);
  run(*program, "masks", geometry({32, 1, 1}), Arguments().pointer(out.data()));
  constexpr uint32_t kBallot = 0x9249;  // every third of 16
  for (uint32_t i = 0; i < 32; ++i) {
    const uint32_t bit = 1U << i % 16, below = bit - 1;
    EXPECT_EQ(rowOf(out, i, 12),
              (std::vector<uint32_t>{kBallot, kBallot / bit & 1, 1, 6,
                                     static_cast<uint32_t>(std::popcount(kBallot & (below | bit))),
                                     static_cast<uint32_t>(std::popcount(kBallot & below)), 3, 15,
                                     bit + (0xffff & ~below), 0xffff & ~below & ~bit, below | bit, below}))
        << i;
  }
}

TEST_P(EngineSubgroup, LeavesOutThoseThatDoNotReachTheCall) {
  std::vector<int> out(16 * 12);
  run(*program, "nonUniform", geometry({16, 1, 1}), Arguments().pointer(out.data()));
  for (int i = 0; i < 16; ++i) {
    const int id = i % 8;
    std::vector<int> expected(12, -1);
    if (id % 2 == 1) {
      expected[0] = id == 1;
      expected[1] = 1 + 3 + 5 + 7;
      expected[2] = 10;
      expected[3] = 0xaa;
      expected[4] = 1;
    } else {
      constexpr std::array kProducts = {1, 1, 3, 15};
      expected[5] = kProducts[id / 2];
      expected[6] = 1;
      expected[7] = 4;
    }
    expected[8] = 7;
    expected[9] = 0;
    for (int round = 0; round <= id; ++round) {
      for (int other = round; other < 8; ++other) {
        expected[9] += 1 + ((round + id) % 2 == 1 && (round + other) % 2 == 1 ? 100 : 0);
      }
    }
    expected[10] = 8;
    expected[11] = id < 3 ? 3 : id < 6 ? 12 : 13;
    EXPECT_EQ(rowOf(out, i, 12), expected) << i;
  }
}

// Small numbers, which every type has exactly; products wrap as the type does.
template <typename Stored, typename Number, typename ToStored>
void checkOperations(const Program& program, const char* kernel, Number least, ToStored stored) {
  constexpr std::array kNumbers = {3, 1, 4, 1, 5, 2, 6, 5, 2, 7, 1, 8, 2, 8, 1, 8};
  std::vector<Stored> in(16), out(16 * 8);
  std::ranges::transform(kNumbers, in.begin(), [&](int n) { return stored(static_cast<Number>(n)); });
  run(program, kernel, geometry({16, 1, 1}), Arguments().pointer(out.data()).pointer(in.data()));
  for (size_t i = 0; i < 16; ++i) {
    const size_t first = i / 8 * 8, id = i % 8;
    const auto at = [&](size_t k) { return kNumbers[first + k]; };
    int sum = 0, cluster = 0, smallest = 100;
    Number product = 1, largest = least;
    for (size_t k = 0; k < 8; ++k) {
      sum += at(k);
      product = static_cast<Number>(product * static_cast<Number>(at(k)));
      cluster += k / 4 == id / 4 ? at(k) : 0;
      smallest = k <= id ? std::min(smallest, at(k)) : smallest;
      largest = k < id ? std::max(largest, static_cast<Number>(at(k))) : largest;
    }
    std::vector<Stored> expected;
    for (const Number n : {static_cast<Number>(sum), product, static_cast<Number>(smallest), largest,
                           static_cast<Number>(cluster), static_cast<Number>(at(7 - id)),
                           static_cast<Number>(at(id == 0 ? 0 : id - 1)), static_cast<Number>(at(2))}) {
      expected.push_back(stored(n));
    }
    std::vector<Stored> own = rowOf(out, i, 8);
    own[6] = id == 0 ? expected[6] : own[6];  // undefined
    EXPECT_EQ(own, expected) << kernel << ' ' << i;
  }
}

TEST_P(EngineSubgroup, ComputesInEveryType) {
  constexpr auto kSame = [](auto value) { return value; };
  checkOperations<int8_t>(*program, "operations_char", int8_t{-128}, kSame);
  checkOperations<uint16_t>(*program, "operations_ushort", uint16_t{0}, kSame);
  checkOperations<int64_t>(*program, "operations_long", std::numeric_limits<int64_t>::lowest(), kSame);
  checkOperations<double>(*program, "operations_double", -std::numeric_limits<double>::infinity(), kSame);
  checkOperations<uint16_t>(
      *program, "operations_half", -std::numeric_limits<float>::infinity(),
      [](float value) { return std::bit_cast<uint16_t>(static_cast<_Float16>(value)); });
}

TEST_P(EngineSubgroup, MeetsInTheSameRoundsOfDeepLoops) {
  const auto rounds = [](int id) {
    return std::array{id & 1, id >> 1 & 1, id >> 2 & 1, id % 3, id > 5 ? 1 : 0, id % 2, id / 3};
  };
  std::vector<uint32_t> out(8);
  run(*program, "deep", geometry({8, 1, 1}), Arguments().pointer(out.data()));
  for (int id = 0; id < 8; ++id) {
    uint32_t hash = 1;
    const auto last = rounds(id);
    std::array<int, 7> at{};
    for (bool more = true; more;) {
      uint32_t present = 0;
      for (int other = 0; other < 8; ++other) {
        const auto ends = rounds(other);
        present |= static_cast<uint32_t>(std::equal(at.begin(), at.end(), ends.begin(), std::less_equal<>()))
                   << other;
      }
      hash = hash * 31 + present;
      more = false;
      for (size_t level = at.size(); level-- > 0 && !more;) {
        more = at[level] < last[level];
        at[level] = more ? at[level] + 1 : 0;
      }
    }
    EXPECT_EQ(out[id], hash) << id;
  }
}

TEST_P(EngineSubgroup, ComputesBitsClustersAndRotations) {
  std::vector<int> out(16 * 10);
  run(*program, "bits", geometry({16, 1, 1}), Arguments().pointer(out.data()));
  for (int id = 0; id < 16; ++id) {
    const int cluster = id / 4 * 4;
    int largest = 0;
    for (int k = cluster; k < cluster + 4; ++k) {
      largest = std::max(largest, k * 5 % 7);
    }
    std::vector<int> own = rowOf(out, id, 10);
    own[7] = id == 15 ? 16 : own[7];  // undefined
    EXPECT_EQ(own, (std::vector{0x40, (2 << id) - 1, 0xffff, 2 + 4, largest, 3 << id / 2 * 2, id ^ 3, id + 1,
                                (id + 5) % 16, cluster + (id + 1) % 4}))
        << id;
  }
}

TEST_P(EngineSubgroup, ComputesInWorkGroups) {
  std::vector<int> out(10 * 3);
  std::vector<float> floats(10);
  run(*program, "groupArithmetic", geometry({10, 1, 1}),
      Arguments().pointer(out.data()).pointer(floats.data()));
  for (int id = 0; id < 10; ++id) {
    EXPECT_EQ(rowOf(out, id, 3),
              (std::vector{3628800, id > 2 ? 1 : 0, 0 ^ 3 ^ 6 ^ 9 ^ 12 ^ 15 ^ 18 ^ 21 ^ 24 ^ 27}));
    EXPECT_EQ(floats[id], 0.5F * static_cast<float>(1 << id));
  }
}

TEST_P(EngineSubgroup, ReadsAndWritesBlocks) {
  std::vector<uint32_t> words(128);
  std::vector<uint16_t> shorts(128);
  std::vector<uint8_t> bytes(512, 0xee);
  std::vector<uint64_t> longs(32);
  std::iota(words.begin(), words.end(), 0);
  std::iota(shorts.begin(), shorts.end(), 0);
  std::iota(bytes.begin(), bytes.begin() + 256, 0);
  std::iota(longs.begin(), longs.end(), uint64_t{1} << 40);
  run(*program, "blocks", geometry({16, 1, 1}, {1, 1, 1}),
      Arguments().pointer(words.data()).pointer(shorts.data()).pointer(bytes.data()).pointer(longs.data()));
  for (uint32_t i = 0; i < 128; ++i) {
    EXPECT_EQ(words[i], i < 64 ? (3 - i / 16) * 16 + i % 16 + i % 16 : i);
    EXPECT_EQ(shorts[i], (7 - i / 16) * 16 + i % 16);
  }
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + 256, bytes.begin() + 256));
  for (uint32_t i = 0; i < 32; ++i) {
    EXPECT_EQ(longs[i], (uint64_t{1} << 40) + (i + 16) % 32);
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, EngineSubgroup, testing::Values("", "-ze-opt-disable"),
                         [](const auto& info) { return "Level" + std::to_string(info.index); });

TEST(EngineSubgroupImage, ReadsAndWritesBlocks) {
  const auto program = compile("subgroup_image");
  ASSERT_TRUE(program);
  // Four rows of 24 bytes, six texels of four bytes.
  std::array<uint8_t, 4 * 32> in{}, out{};
  std::iota(in.begin(), in.end(), uint8_t{0});
  out.fill(0xee);
  const auto image = [](auto& bytes) {
    return ImageDescriptor{reinterpret_cast<std::byte*>(bytes.data()),
                           32,
                           128,
                           6,
                           4,
                           1,
                           0,
                           ChannelLayout::RGBA,
                           ChannelType::Uint8,
                           4,
                           1};
  };
  const ImageDescriptor source = image(in), target = image(out);
  std::array<uint32_t, 8> read{};
  run(*program, "blocks", geometry({8, 1, 1}),
      Arguments().pointer(&source).pointer(&target).pointer(read.data()));
  for (uint32_t i = 0; i < 8; ++i) {
    const uint32_t first = 3 * 32 + std::min(4 + 4 * i, 20U);  // the last row, up to the last texel
    EXPECT_EQ(read[i], first * 0x01010101 + 0x03020100) << i;
  }
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 32; ++x) {
      int expected = y < 2 && x >= 2 && x < 10 ? (y + 1) * 32 + x - 2 : 0xee;
      expected = y == 3 && x >= 20 && x < 24 ? static_cast<int>(read[0] >> 8 * (x - 20) & 0xff) : expected;
      EXPECT_EQ(out[static_cast<size_t>(y * 32 + x)], expected) << x << ' ' << y;
    }
  }
}

}  // namespace
}  // namespace softgpu::engine::test
