// Integer dot products and bit fields as SPIR-V has them: instructions of extensions, and functions.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

template <typename A, typename B>
int64_t dot(const std::array<uint8_t, 4>& a, const std::array<uint8_t, 4>& b) {
  int64_t sum = 0;
  for (size_t i = 0; i < 4; ++i) {
    sum += int64_t{static_cast<A>(a[i])} * static_cast<B>(b[i]);
  }
  return sum;
}

template <typename T>
int saturated(int64_t value) {
  return static_cast<int>(static_cast<T>(
      std::clamp<int64_t>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max())));
}

TEST(EngineBits, MultipliesAndAdds) {
  const auto program = compile("bits");
  ASSERT_TRUE(program);
  const std::vector<std::array<uint8_t, 4>> a = {{1, 2, 3, 4}, {255, 128, 127, 0}, {255, 255, 255, 255}};
  const std::vector<std::array<uint8_t, 4>> b = {{5, 6, 7, 8}, {128, 128, 255, 9}, {255, 127, 128, 200}};
  std::vector<int> out(3 * 16);
  run(*program, "dots", geometry({3, 1, 1}),
      Arguments().pointer(out.data()).pointer(a.data()).pointer(b.data()));
  for (size_t i = 0; i < 3; ++i) {
    const int64_t ss = dot<int8_t, int8_t>(a[i], b[i]), uu = dot<uint8_t, uint8_t>(a[i], b[i]);
    const int64_t su = dot<int8_t, uint8_t>(a[i], b[i]), us = dot<uint8_t, int8_t>(a[i], b[i]);
    const std::vector<int> plain = {static_cast<int>(ss), static_cast<int>(uu), static_cast<int>(su),
                                    static_cast<int>(us)};
    const std::vector<int> sums = {saturated<int>(ss + 0x7fffffff), saturated<uint32_t>(uu + 0xfffffff0),
                                   saturated<int>(su - 0x7fffffff), saturated<int>(us + 5)};
    std::vector<int> expected;
    for (const auto& part : {plain, sums, plain, sums}) {
      expected.insert(expected.end(), part.begin(), part.end());
    }
    EXPECT_EQ(std::vector<int>(out.begin() + i * 16, out.begin() + (i + 1) * 16), expected) << i;
  }
}

// As instructions, on words: the functions above are calls.
TEST(EngineBits, MultipliesPackedWords) {
  const auto program = compile("words");
  ASSERT_TRUE(program);
  const std::vector<std::array<uint8_t, 4>> a = {{1, 2, 3, 4}, {255, 128, 127, 0}, {255, 255, 255, 255}};
  const std::vector<std::array<uint8_t, 4>> b = {{5, 6, 7, 8}, {128, 128, 255, 9}, {255, 127, 128, 200}};
  for (size_t i = 0; i < a.size(); ++i) {
    uint32_t x = 0, y = 0;
    std::memcpy(&x, a[i].data(), sizeof(x));
    std::memcpy(&y, b[i].data(), sizeof(y));
    const int64_t ss = dot<int8_t, int8_t>(a[i], b[i]), uu = dot<uint8_t, uint8_t>(a[i], b[i]);
    const int64_t su = dot<int8_t, uint8_t>(a[i], b[i]);
    for (const uint32_t sum : {0U, 5U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
      std::array<int, 6> out{};
      run(*program, "packed", geometry({1, 1, 1}),
          Arguments().pointer(out.data()).value(x).value(y).value(sum));
      const auto asSigned = static_cast<int32_t>(sum);
      EXPECT_EQ(out, (std::array<int, 6>{static_cast<int>(ss), static_cast<int>(uu), static_cast<int>(su),
                                         saturated<int>(ss + asSigned), saturated<uint32_t>(uu + sum),
                                         saturated<int>(su + asSigned)}))
          << i << ' ' << sum;
    }
  }
}

TEST(EngineBits, MultipliesVectorsOfOtherWidths) {
  const auto program = compile("words");
  ASSERT_TRUE(program);
  const std::array<int16_t, 4> shorts = {-32768, 1000, -32768, -7};
  alignas(16) const std::array<uint32_t, 8> ints = {0xffffffff, 2, 3, 0, 0x80000000, 5, 6, 0};
  const std::array<uint8_t, 16> bytes = {255, 128, 3, 4, 5, 6, 7, 8, 255, 128, 1, 2, 3, 4, 5, 6};
  std::array<uint64_t, 6> out{};
  run(*program, "wide", geometry({1, 1, 1}),
      Arguments().pointer(out.data()).pointer(shorts.data()).pointer(ints.data()).pointer(bytes.data()));
  const int64_t ss = int64_t{32768} * 32768 - 7000;
  const uint64_t uu = 0xffffffffULL * 0x80000000ULL + 10 + 18;
  const int64_t si = int64_t{0x80000000} + 10 + 18;
  const int64_t su = -255 - 128 * 128 + 3 + 8 + 15 + 24 + 35 + 48;
  EXPECT_EQ(
      out, (std::array<uint64_t, 6>{static_cast<uint64_t>(ss), uu, static_cast<uint64_t>(si),
                                    static_cast<uint64_t>(su), 0x7fffffffffffffff, 0x7fffffffffffff00 + uu}));
}

TEST(EngineBits, HintsChangeNothing) {
  const auto program = compile("words");
  ASSERT_TRUE(program);
  for (const uint32_t value : {7U, 8U, 0xffffffffU}) {
    uint32_t out = 99;
    run(*program, "hints", geometry({1, 1, 1}), Arguments().pointer(&out).value(value));
    EXPECT_EQ(out, value + 1);
  }
}

TEST(EngineBits, InsertsExtractsAndReverses) {
  const auto program = compile("bits");
  ASSERT_TRUE(program);
  const std::array<uint32_t, 2> in = {0x12345f87, 0xcafebabe};
  const std::array<uint32_t, 2> bytes = {0xff1c7f00, 0x02050300};
  std::array<uint32_t, 9> out{};
  std::array<uint64_t, 2> wide = {0x1111222233334444, 0xfedcba9876543210};
  run(*program, "fields", geometry({1, 1, 1}),
      Arguments().pointer(out.data()).pointer(in.data()).pointer(bytes.data()).pointer(wide.data()));
  EXPECT_EQ(out, (std::array<uint32_t, 9>{0x12345be7, 0xfffffff8, 0xf8, 0xe1fa2c48, 0xeb146f00, 0xffffff00,
                                          0xff38fe00, 0xcafebabe, 0x12345f87}));
  EXPECT_EQ(wide[0], 0x1987654321034444ULL);
  EXPECT_EQ(wide[1], 0x084c2a6e195d3b7fULL);
}

TEST(EngineBits, ComparesVectorsOfHalves) {
  const auto program = compile("bits");
  ASSERT_TRUE(program);
  std::array<_Float16, 8> pairs = {1, -2, -3, 4};
  alignas(16) std::array<_Float16, 32> rows{};
  for (int i = 0; i < 8; ++i) {
    rows[i] = static_cast<_Float16>(i);
    rows[8 + i] = static_cast<_Float16>(7 - i);
  }
  run(*program, "leastAndMost", geometry({1, 1, 1}), Arguments().pointer(pairs.data()).pointer(rows.data()));
  EXPECT_TRUE(pairs[4] == 1 && pairs[5] == 4 && pairs[6] == -3 && pairs[7] == -2);
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(rows[16 + i] == std::max(i, 7 - i) && rows[24 + i] == std::min(i, 7 - i)) << i;
  }
}

}  // namespace
}  // namespace softgpu::engine::test
