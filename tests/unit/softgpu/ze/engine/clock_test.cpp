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

}  // namespace
}  // namespace softgpu::engine::test
