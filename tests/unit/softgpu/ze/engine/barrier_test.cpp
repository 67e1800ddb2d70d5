// Kernels with barriers, local memory, collectives, sub-groups and asynchronous copies.
#include <algorithm>
#include <array>
#include <numeric>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

class EngineBarrier : public testing::TestWithParam<const char*> {
 protected:
  std::shared_ptr<Program> program = compile("barrier", GetParam());
};

TEST_P(EngineBarrier, SharesLocalArgument) {
  std::vector<int> data(60);
  std::iota(data.begin(), data.end(), 0);
  run(*program, "reverse", geometry({20, 1, 1}, {3, 1, 1}),
      Arguments().pointer(data.data()).local(20 * sizeof(int)));
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(data[i], i / 20 * 20 + 19 - i % 20);
  }
  EXPECT_TRUE(program->kernels()[kernelIndex(*program, "reverse")].barriers);
  EXPECT_EQ(program->kernels()[kernelIndex(*program, "reverse")].args[1].kind, ArgKind::Local);
}

TEST_P(EngineBarrier, ReducesInALoopOfBarriers) {
  for (const int size : {1, 2, 64, 256}) {
    std::vector<int> in(2 * size), out(6 * size);
    std::iota(in.begin(), in.end(), 5);
    run(*program, "sum", geometry({static_cast<uint64_t>(size), 1, 1}, {2, 1, 1}),
        Arguments().pointer(in.data()).pointer(out.data()).value(3));
    for (int i = 0; i < 2 * size; ++i) {
      const auto first = in.begin() + i / size * size;
      const int total = std::accumulate(first, first + size, 0);
      for (int r = 0; r < 3; ++r) {
        ASSERT_EQ(out[i * 3 + r], total + r * size);
      }
    }
  }
  EXPECT_GE(program->kernels()[kernelIndex(*program, "sum")].staticLocalBytes, 257 * sizeof(int));
}

// The kernel in C++, a step of all work-items between two barriers at a time.
std::vector<int> divergentGroup(int size, int n, int group) {
  std::vector<int> out(size, -1), counter(size, 0), mine(n);
  std::vector<std::array<int, 8>> kept(n);
  std::vector<char> looping(n, 1);
  for (int i = 0; i < n; ++i) {
    mine[i] = i;
    for (int k = 0; k < 8; ++k) {
      kept[i][k] = i * 100 + k;
    }
  }
  while (std::ranges::count(looping, 1) != 0) {
    for (int i = 0; i < n; ++i) {
      looping[i] = looping[i] && mine[i] < 10 * group + i ? 1 : 0;
      counter[i] += looping[i];
    }
    for (int i = 0; i < n; ++i) {
      if (looping[i]) {
        mine[i] += counter[(i + 1) % n];
        kept[i][mine[i] & 7] += counter[(i + 2) % n];
      }
    }
    for (int i = 0; i < n; ++i) {
      looping[i] = looping[i] && counter[0] != 4 ? 1 : 0;
    }
  }
  for (int i = 0; i < n; ++i) {
    out[i] = std::accumulate(kept[i].begin(), kept[i].end(), mine[i]);
  }
  return out;
}

TEST_P(EngineBarrier, FollowsDivergentLoops) {
  for (const int n : {1, 5, 24}) {
    std::vector<int> out(24 * 4);
    run(*program, "divergent", geometry({24, 1, 1}, {4, 1, 1}), Arguments().pointer(out.data()).value(n));
    for (int group = 0; group < 4; ++group) {
      const std::vector<int> expected = divergentGroup(24, n, group);
      ASSERT_EQ(std::vector<int>(out.begin() + group * 24, out.begin() + (group + 1) * 24), expected)
          << n << ' ' << group;
    }
  }
}

TEST_P(EngineBarrier, WorksInFunctionsAndAlignsLocalMemory) {
  std::array<int, 12> out{};
  run(*program, "inFunction", geometry({4, 3, 1}, {1, 1, 1}, {0, 0, 0}, 2),
      Arguments().pointer(out.data()).local(12 * sizeof(int)).local(2 * 128));
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(out[i], 11 - i + 1 + 5 + 6 * i);
  }
}

TEST_P(EngineBarrier, KeepsWidePrivateValues) {
  std::array<double, 64> out{};
  run(*program, "wideValues", geometry({32, 1, 1}), Arguments().pointer(out.data()).value(5));
  for (int i = 0; i < 32; ++i) {
    EXPECT_EQ(out[2 * i], 2 * (i + 5));
    EXPECT_EQ(out[2 * i + 1], 2 * i + 1);
  }
}

TEST_P(EngineBarrier, RunsGroupCollectives) {
  constexpr int kSize = 10;
  std::vector<int> out(size_t{2} * kSize * 8);
  std::vector<int64_t> wide(2 * kSize);
  std::vector<float> floats(2 * kSize);
  run(*program, "collectives", geometry({kSize, 1, 1}, {2, 1, 1}),
      Arguments().pointer(out.data()).pointer(wide.data()).pointer(floats.data()));
  for (int global = 0; global < 2 * kSize; ++global) {
    const int i = global % kSize;
    const std::vector<int> own(out.begin() + global * 8, out.begin() + global * 8 + 8);
    int largest = 0;
    for (int k = 0; k <= i; ++k) {
      largest = std::max(largest, k * 7 % 5);
    }
    EXPECT_EQ(own, (std::vector{45, i * (i + 1) / 2, largest, 33, 1, 2, 0, -1})) << global;
    EXPECT_EQ(wide[global], int64_t{45} << 40);
    EXPECT_EQ(floats[global], static_cast<float>(i * (i + 1)) / 4);
  }
}

TEST_P(EngineBarrier, RunsSubgroups) {
  constexpr int kSize = 20;
  std::vector<int> out(size_t{kSize} * 12);
  run(*program, "subgroups", geometry({kSize, 1, 1}), Arguments().pointer(out.data()));
  for (int i = 0; i < kSize; ++i) {
    const int id = i / 8;
    const int first = id * 8;
    const int last = std::min(first + 8, kSize) - 1;
    int sum = 0, scan = 0, total = 0;
    for (int k = first; k <= last; ++k) {
      sum += k;
      scan += k <= i ? k : 0;
    }
    for (int k = 0; k <= id; ++k) {
      total += last + k;
    }
    const std::vector<int> own(out.begin() + i * 12, out.begin() + i * 12 + 12);
    EXPECT_EQ(own, (std::vector{last - first + 1, 8, 3, id, i % 8, sum, first + 1, scan, total,
                                (id == 0 ? 1 : 0) + (id == 1 ? 2 : 0), i ^ 1, kSize - 1 - i}))
        << i;
  }
}

TEST_P(EngineBarrier, ShufflesInSubgroupsOfTheSizeAskedFor) {
  std::vector<int> out(32 * 5);
  alignas(16) std::array<std::array<float, 4>, 32> vectors{};
  run(*program, "shuffles", geometry({32, 1, 1}), Arguments().pointer(out.data()).pointer(vectors.data()));
  EXPECT_EQ(program->kernels()[kernelIndex(*program, "shuffles")].requiredSubgroupSize, 16);
  for (int i = 0; i < 32; ++i) {
    const int base = i / 16 * 16, id = i % 16;
    const std::vector<int> own(out.begin() + i * 5, out.begin() + i * 5 + 5);
    EXPECT_EQ(own, (std::vector{base + (id * 3 & 15), i ^ 5, id >= 3 ? i - 3 : 100 + i + 13,
                                id < 13 ? i + 3 : 100 + i - 13, 16}))
        << i;
    const auto mirrored = static_cast<float>(base + 15 - id);
    EXPECT_EQ(vectors[i], (std::array<float, 4>{mirrored, 2 * mirrored, 3 * mirrored, 4 * mirrored}));
  }
}

TEST_P(EngineBarrier, CopiesAsynchronously) {
  constexpr int kSize = 16;
  std::vector<int> in(2 * kSize), out(size_t{2} * kSize * 3, -1);
  std::iota(in.begin(), in.end(), 100);
  run(*program, "copies", geometry({kSize, 1, 1}, {2, 1, 1}),
      Arguments().pointer(in.data()).pointer(out.data()).local(size_t{2} * kSize * sizeof(int)));
  for (int i = 0; i < 2 * kSize; ++i) {
    EXPECT_EQ(out[i * 3], in[i] + in[2 * ((i + 1) % kSize)]) << i;
    EXPECT_EQ(out[i * 3 + 1], -1);
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, EngineBarrier, testing::Values("", "-ze-opt-disable", "-ze-opt-level=1"),
                         [](const auto& info) { return "Level" + std::to_string(info.index); });

}  // namespace
}  // namespace softgpu::engine::test
