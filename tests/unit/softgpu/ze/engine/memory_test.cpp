// Atomics of both generations, generic pointers, constant tables, and a sample of the linked builtins.
#include <array>
#include <bit>
#include <climits>
#include <set>
#include <thread>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

// Runs the groups of a launch on four threads at once.
void runThreaded(const Program& program, std::string_view kernel, const Geometry& geometry,
                 const Arguments& arguments) {
  const uint64_t count = geometry.groupCount[0];
  const size_t index = kernelIndex(program, kernel);
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back(
        [&, t] { program.run(index, geometry, arguments.values(), count * t / 4, count * (t + 1) / 4); });
  }
}

TEST(EngineMemory, AtomicsOfOpenCl1) {
  const auto program = compile("memory");
  ASSERT_TRUE(program);
  std::array<int, 11> a{};
  a[6] = -1;
  a[9] = 5;
  a[10] = -7;
  std::array<uint32_t, 2> u = {0xffffffff, 3};
  float f = 0;
  std::vector<int> olds(401, -100);
  runThreaded(*program, "atomics1", geometry({20, 1, 1}, {20, 1, 1}),
              Arguments().pointer(a.data()).pointer(u.data()).pointer(&f).pointer(olds.data()));
  int exclusive = 0;
  for (int i = 0; i < 400; ++i) {
    exclusive ^= i;
  }
  EXPECT_EQ(a[0], 400 * 399 / 2);
  EXPECT_EQ(a[1], -400 * 399 / 2);
  EXPECT_EQ(a[2], 400);
  EXPECT_EQ(a[3], -400);
  EXPECT_EQ(a[4], -399);
  EXPECT_EQ(a[5], 399);
  EXPECT_EQ(a[6], 0);
  EXPECT_EQ(a[7], -1);
  EXPECT_EQ(a[8], exclusive);
  EXPECT_EQ(a[9], 6);
  EXPECT_EQ(u[0], 0xf0000000);
  EXPECT_EQ(u[1], 0xf0000000 + 399);
  EXPECT_GE(olds[0], 0);
  EXPECT_EQ(f, 2.5F);
  // Every value was handed over once: the olds and the last are the first and all ids.
  std::multiset<int> seen(olds.begin() + 1, olds.end());
  seen.insert(a[10]);
  std::multiset<int> expected = {-7};
  for (int i = 0; i < 400; ++i) {
    expected.insert(i);
  }
  EXPECT_EQ(seen, expected);
}

TEST(EngineMemory, AtomicsOf64Bits) {
  const auto program = compile("memory");
  ASSERT_TRUE(program);
  std::array<int64_t, 3> a{};
  std::array<uint64_t, 3> u{};
  runThreaded(*program, "atomics64", geometry({8, 1, 1}, {8, 1, 1}),
              Arguments().pointer(a.data()).pointer(u.data()));
  EXPECT_EQ(a, (std::array<int64_t, 3>{int64_t{64 * 63 / 2} << 33, -(int64_t{63} << 33), 77}));
  EXPECT_EQ(u, (std::array<uint64_t, 3>{0xf000000000000000 + 63, 64, ~uint64_t{0}}));
}

TEST(EngineMemory, AtomicsOfOpenCl2) {
  const auto program = compile("memory");
  ASSERT_TRUE(program);
  std::array<int, 7> a{};
  std::array<uint32_t, 2> u = {0xffffffff, 3};
  int64_t l = 0;
  int flag = 0;
  float f = 0;
  std::vector<int> out(4 + 40, -1);
  runThreaded(*program, "atomics2", geometry({10, 1, 1}, {4, 1, 1}),
              Arguments()
                  .pointer(a.data())
                  .pointer(u.data())
                  .pointer(&l)
                  .pointer(&flag)
                  .pointer(out.data())
                  .pointer(&f));
  EXPECT_EQ(a[0], 40 * 39 / 2);
  EXPECT_EQ(a[1], -40 * 39 / 2);
  EXPECT_EQ(a[2], -39);
  EXPECT_EQ(a[3], -1);  // x -> 2x + 1, forty times
  EXPECT_EQ(a[4], 0);
  EXPECT_EQ(a[5], 31);
  EXPECT_EQ(a[6], 32);
  EXPECT_EQ(u[0], 0xf0000000);
  EXPECT_EQ(u[1], 0xf0000000 + 39);
  EXPECT_EQ(l, ((int64_t{1} << 40) - 1) << 10);
  EXPECT_NE(flag, 0);
  EXPECT_GE(out[0], 0);
  EXPECT_EQ(out[1], 0);
  EXPECT_EQ(out[2], 0);
  EXPECT_EQ(f, 1.25F);
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(out[4 + i], 110);
  }
}

TEST(EngineMemory, AtomicsOfFloats) {
  const auto program = compile("memory");
  ASSERT_TRUE(program);
  std::array<float, 4> f{};
  double d = 0;
  runThreaded(*program, "floatAtomics", geometry({16, 1, 1}, {16, 1, 1}),
              Arguments().pointer(f.data()).pointer(&d));
  EXPECT_EQ(f, (std::array<float, 4>{128, 255, -255, 8}));
  EXPECT_EQ(d, 64);
}

TEST(EngineMemory, AtomicsOfHalves) {
  const auto program = compile("halves");
  ASSERT_TRUE(program);
  const auto bits = [](int value) { return std::bit_cast<uint16_t>(static_cast<_Float16>(value)); };
  std::array<uint16_t, 4> all = {bits(0), bits(3), bits(-3), 0x5555};
  const uint16_t two = bits(2);
  runThreaded(*program, "halves", geometry({16, 1, 1}, {8, 1, 1}),
              Arguments().pointer(all.data()).pointer(&two));
  EXPECT_EQ(all, (std::array<uint16_t, 4>{bits(256), bits(2), bits(2), 0x5555}));
  run(*program, "localHalves", geometry({1, 1, 1}),
      Arguments().pointer(all.data()).pointer(&two).local(sizeof(uint16_t)));
  EXPECT_EQ(all, (std::array<uint16_t, 4>{bits(4), bits(2), bits(4), 0x5555}));
}

TEST(EngineMemory, GenericPointers) {
  for (const char* flags : {"", "-ze-opt-disable"}) {
    const auto program = compile("memory", flags);
    ASSERT_TRUE(program);
    std::array<int, 4> g = {1000, 0, 2000, 0};
    std::array<int, 32> out{};
    run(*program, "genericPointers", geometry({4, 1, 1}), Arguments().pointer(g.data()).pointer(out.data()));
    const std::array<int, 32> expected = {
        6, 6,    0, 0, 1, 54, 0, 1001,  // private
        5, 1001, 1, 0, 0, 54, 0, 10,    // global
        5, 21,   0, 1, 0, 54, 1, 2000,  // local
        5, 31,   0, 1, 0, 54, 1, 31,
    };
    EXPECT_EQ(out, expected);
  }
}

TEST(EngineMemory, ConstantTablesWithPointers) {
  const auto program = compile("memory");
  ASSERT_TRUE(program);
  const std::array<float, 6> in = {1, 2, 4, 8, 16, 32};
  const float factor = 4;
  std::array<float, 4> out{};
  run(*program, "constants", geometry({4, 1, 1}),
      Arguments().pointer(in.data()).pointer(&factor).pointer(out.data()));
  EXPECT_EQ(out, (std::array<float, 4>{9, 18, 36, 72}));
}

TEST(EngineMemory, LinksBuiltins) {
  const auto program = compile("memory");
  ASSERT_TRUE(program);
  alignas(16) std::array<float, 12> f = {0, 2, 4, 6, 2, 4, 6, 8, 2.5F, -1.5F, 1e20F, -1e20F};
  alignas(16) std::array<int, 16> n = {0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, -1, 1, -1, 1};
  std::array<uint16_t, 2> h = {0x3e00, 0};  // 1.5
  run(*program, "builtins", geometry({1, 1, 1}),
      Arguments().pointer(f.data()).pointer(n.data()).pointer(h.data()));
  EXPECT_EQ(f, (std::array<float, 12>{1, 3, 5, 7, 120, 1, 10, 4, 2.5F, -1.5F, 1e20F, -1e20F}));
  EXPECT_EQ(n, (std::array<int, 16>{2, -2, INT_MAX, INT_MIN, 5, 2, 7, 4, 8, 31, 7, 2, 2, 5, INT_MIN, 1}));
  EXPECT_EQ(h[1], 0x4200);  // 3.0
}

}  // namespace
}  // namespace softgpu::engine::test
