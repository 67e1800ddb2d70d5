// Asynchronous copies of every type and width, one after the other and strided both ways.
#include <algorithm>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

constexpr size_t kCount = 5, kRegion = 240, kGathered = 160;  // scalars, as in async.cl

struct alignas(128) Aligned {
  std::array<uint8_t, 128> bytes;
};

TEST(EngineAsync, CopiesEveryTypeAndWidth) {
  const auto program = compile("async");
  ASSERT_TRUE(program);
  struct Type {
    const char* name;
    size_t size;
  };
  constexpr Type kTypes[] = {{"char", 1}, {"uchar", 1}, {"short", 2}, {"ushort", 2},
                             {"int", 4},  {"uint", 4},  {"long", 8},  {"ulong", 8},
                             {"half", 2}, {"float", 4}, {"double", 8}};
  for (const Type& type : kTypes) {
    std::vector<Aligned> input(kRegion * type.size / 128 + 1), output(6 * kRegion * type.size / 128 + 1);
    auto* in = input.front().bytes.data();
    auto* out = output.front().bytes.data();
    const size_t outBytes = output.size() * sizeof(Aligned);
    for (size_t i = 0; i < input.size() * sizeof(Aligned); ++i) {
      in[i] = static_cast<uint8_t>(i * 7 + i / 256);
    }
    std::fill_n(out, outBytes, uint8_t{0xee});
    std::vector<uint8_t> expected(out, out + outBytes);
    for (size_t at = 0; at < 6; ++at) {
      constexpr size_t kElements[] = {1, 2, 4, 4, 8, 16};  // three take the place of four
      const size_t bytes = kElements[at] * type.size;
      for (size_t i = 0; i < kCount; ++i) {
        std::copy_n(in + i * bytes, bytes, expected.data() + at * kRegion * type.size + 2 * i * bytes);
        std::copy_n(in + 3 * i * bytes, bytes,
                    expected.data() + (at * kRegion + kGathered) * type.size + i * bytes);
      }
    }
    run(*program, std::string("copies_") + type.name, geometry({4, 1, 1}),
        Arguments().pointer(out).pointer(in).local(80 * type.size));
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), out)) << type.name;
  }
}

}  // namespace
}  // namespace softgpu::engine::test
