// Kernels with barriers in uniform control flow, which are split there, and those that must not be.
#include <algorithm>
#include <array>
#include <numeric>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

class EngineFission : public testing::TestWithParam<const char*> {
 protected:
  std::shared_ptr<Program> program = compile("fission", GetParam());
};

TEST_P(EngineFission, EndsThoughSomeReturnBeforeABarrier) {
  std::vector<int> out(9, -1);
  run(*program, "early", geometry({9, 1, 1}, {1, 1, 1}),
      Arguments().pointer(out.data()).local(9 * sizeof(int)).value(5));
  EXPECT_EQ(out, (std::vector<int>{5, 4, 3, 2, 1, -1, -1, -1, -1}));
}

TEST_P(EngineFission, LeavesBarriersTogetherWhoseNumberIsInMemory) {
  int left = 3;
  std::vector<int> out(6, -1);
  run(*program, "counted", geometry({6, 1, 1}, {1, 1, 1}), Arguments().pointer(&left).pointer(out.data()));
  EXPECT_EQ(left, 0);
  EXPECT_EQ(out, std::vector<int>(6, 3));
}

TEST_P(EngineFission, KeepsValuesInNestedLoops) {
  for (const auto& size : {std::array<uint64_t, 3>{1, 1, 1}, {7, 1, 1}, {4, 3, 1}, {2, 3, 5}}) {
    for (const int turns : {0, 1, 3}) {
      const int count = static_cast<int>(size[0] * size[1] * size[2]);
      const int steps = 4;
      std::vector<int> out(count * 4, -1);
      run(*program, "nested", geometry(size, {2, 1, 2}),
          Arguments().pointer(out.data()).local(count * sizeof(int)).value(turns).value(steps));
      for (int i = 0; i < count * 4; ++i) {
        const int at = i % count;
        int value = at;
        std::array<int, 5> kept{};
        for (int k = 0; k < 5; ++k) {
          kept[k] = at * 10 + k;
        }
        for (int turn = 0; turn < turns; ++turn) {
          value = (value + steps * (steps - 1) / 2) % count;
          kept[(at + turn) % 5] += value;
        }
        const int sum =
            std::accumulate(kept.begin(), kept.end(), value, [](int total, int k) { return total * 3 + k; });
        ASSERT_EQ(out[i], sum) << "item " << i << " of " << count << ", turns " << turns;
      }
    }
  }
}

TEST_P(EngineFission, TakesUniformConditions) {
  constexpr int kSize = 12;
  for (const int way : {0, 1, 2}) {
    std::vector<int> out(2 * kSize);
    run(*program, "conditional", geometry({kSize, 1, 1}, {2, 1, 1}),
        Arguments().pointer(out.data()).local(kSize * sizeof(int)).value(way));
    for (int i = 0; i < 2 * kSize; ++i) {
      const int at = i % kSize;
      const int added = way == 1 ? kSize - at : way == 2 ? (at % 2 == 1 ? 101 : 201) : 0;
      ASSERT_EQ(out[i], at + 1 + added) << "item " << i << ", way " << way;
    }
  }
}

TEST_P(EngineFission, KeepsWhatALoopOfAnotherLengthLeft) {
  constexpr int kSize = 30;
  std::vector<int> out(kSize);
  run(*program, "uneven", geometry({kSize, 1, 1}, {1, 1, 1}),
      Arguments().pointer(out.data()).local(kSize * sizeof(int)));
  const auto root = [](int x) {
    int n = 0;
    while (n * n < x) {
      ++n;
    }
    return n;
  };
  for (int i = 0; i < kSize; ++i) {
    ASSERT_EQ(out[i], root(i) * 1000 + root(kSize - 1 - i));
  }
}

TEST_P(EngineFission, GivesEachItemItsStructures) {
  struct Pair {
    int first;
    double second;
  };
  std::vector<double> out(10);
  run(*program, "by_value", geometry({10, 1, 1}, {1, 1, 1}),
      Arguments().value(Pair{5, 0.5}).pointer(out.data()).local(10 * sizeof(double)));
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(out[i], 0.5 * (9 - i) + 5 + i);
  }
}

TEST_P(EngineFission, CountsInWorkGroupMemory) {
  std::vector<uint32_t> out(5);
  run(*program, "atomics", geometry({50, 1, 1}, {1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (std::vector<uint32_t>{17, 17, 16, 0, 39}));
}

// Loops over work-items are vectorised, and what is uniform taken out of them: at the limit of sizes, and
// where narrow ids go round.
TEST_P(EngineFission, ReducesWithNarrowIds) {
  for (const size_t size : {size_t{1}, size_t{8}, size_t{64}, size_t{512}, size_t{kMaxGroupItems}}) {
    for (const int largest : {0, 1}) {
      std::vector<int> in(2 * size), out(2 * size, -1);
      for (size_t i = 0; i < in.size(); ++i) {
        in[i] = static_cast<int>(i * 2654435761u % 10007) - 5000;
      }
      run(*program, "narrow_ids", geometry({size, 1, 1}, {2, 1, 1}),
          Arguments().pointer(in.data()).pointer(out.data()).local(size * sizeof(int)).value(largest));
      for (size_t i = 0; i < out.size(); ++i) {
        int expected = largest ? INT32_MIN : 0;
        for (size_t k = 0; k < size; ++k) {
          const int value = in[i / size * size + k] + static_cast<uint8_t>(k);
          expected = largest ? std::max(expected, value) : expected + value;
        }
        ASSERT_EQ(out[i], expected + static_cast<uint8_t>(i % size)) << size << ", item " << i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, EngineFission, testing::Values("", "-ze-opt-disable"),
                         [](const auto& info) { return info.index == 0 ? "Optimised" : "Plain"; });

}  // namespace
}  // namespace softgpu::engine::test
