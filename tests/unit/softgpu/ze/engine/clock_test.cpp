// The clocks that kernels read: they go on, for all work-items the same.
#include <algorithm>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

TEST(EngineClock, GoesOn) {
  const auto program = compile("clock");
  ASSERT_TRUE(program);
  constexpr size_t kItems = 16, kReads = 7;
  std::vector<uint64_t> out(kItems * kReads);
  run(*program, "clocks", geometry({kItems, 1, 1}), Arguments().pointer(out.data()));
  uint64_t latest = 0, earliest = ~uint64_t{0};
  for (size_t item = 0; item < kItems; ++item) {
    for (size_t read = 1; read < kReads; ++read) {
      ASSERT_GT(out[item * kReads + read], out[item * kReads + read - 1]) << item << ' ' << read;
    }
    latest = std::max(latest, out[item * kReads + kReads - 2]);
    earliest = std::min(earliest, out[item * kReads + kReads - 1]);
  }
  // Whatever is read behind the barrier is later than all before it.
  EXPECT_GT(earliest, latest);
  // A second launch is later than the first.
  std::vector<uint64_t> again(kItems * kReads);
  run(*program, "clocks", geometry({kItems, 1, 1}), Arguments().pointer(again.data()));
  EXPECT_GT(*std::ranges::min_element(again), *std::ranges::max_element(out));
}

TEST(EngineClock, IsReadByInstructions) {
  const auto program = compile("read_clock");
  ASSERT_TRUE(program);
  EXPECT_TRUE(program->linked());
  EXPECT_TRUE(program->linkage().imports.empty());
  std::array<uint64_t, 3> out{};
  run(*program, "clocks", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_GT(out[0], 0U);
  EXPECT_GT(out[1], out[0]);
  EXPECT_GT(out[2], out[1]);
}

TEST(EngineClock, IsNoOtherType) {
  std::vector<uint32_t> words = readSpirv("read_clock");
  constexpr uint32_t kReadClock = 4U << 16 | 5056, kTypeVoid = 2U << 16 | 19;
  uint32_t nothing = 0, read = 0;
  for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
    nothing = words[at] == kTypeVoid ? words[at + 1] : nothing;
    if (words[at] == kReadClock && read++ == 1) words[at + 1] = nothing;
  }
  ASSERT_EQ(read, 3U);
  std::string log;
  EXPECT_EQ(Program::compile(words, {}, "", log), nullptr);
  EXPECT_EQ(log, "SPIR-V is malformed: a clock is neither a 64-bit integer nor a pair of 32-bit ones\n");
}

}  // namespace
}  // namespace softgpu::engine::test
