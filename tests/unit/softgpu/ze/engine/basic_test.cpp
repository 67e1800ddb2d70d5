// Kernels without barriers: ids, arguments, variables, functions.
#include <array>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

TEST(EngineBasic, AddsVectors) {
  const auto program = compile("basic");
  ASSERT_TRUE(program);
  std::vector<int> a(1000), b(1000), out(1000);
  for (int i = 0; i < 1000; ++i) {
    a[i] = i;
    b[i] = 3 * i;
  }
  run(*program, "add", geometry({50, 1, 1}, {20, 1, 1}),
      Arguments().pointer(a.data()).pointer(b.data()).pointer(out.data()));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(out[i], 4 * i);
  }
}

TEST(EngineBasic, RunsOnlyTheGroupsAskedFor) {
  const auto program = compile("basic");
  ASSERT_TRUE(program);
  std::vector<int> a(40, 1), out(40, -1);
  Arguments arguments;
  arguments.pointer(a.data()).pointer(a.data()).pointer(out.data());
  program->run(kernelIndex(*program, "add"), geometry({10, 1, 1}, {4, 1, 1}), arguments.values(), 1, 3);
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(out[i], i >= 10 && i < 30 ? 2 : -1) << i;
  }
}

TEST(EngineBasic, TellsIdsInThreeDimensionsWithOffset) {
  for (const char* flags : {"", "-ze-opt-disable"}) {
    const auto program = compile("basic", flags);
    ASSERT_TRUE(program);
    const std::array<uint64_t, 3> size = {4, 3, 2}, count = {3, 2, 2}, offset = {100, 50, 7};
    std::vector<uint64_t> out(size_t{12} * 6 * 4 * 20, ~uint64_t{0});
    run(*program, "ids", geometry(size, count, offset, 3), Arguments().pointer(out.data()));
    size_t linear = 0;
    for (uint64_t z = 0; z < 4; ++z) {
      for (uint64_t y = 0; y < 6; ++y) {
        for (uint64_t x = 0; x < 12; ++x, ++linear) {
          const std::array<uint64_t, 3> at = {x, y, z};
          const uint64_t* own = &out[linear * 20];
          for (size_t d = 0; d < 3; ++d) {
            ASSERT_EQ(own[d], at[d] + offset[d]);
            ASSERT_EQ(own[3 + d], at[d] % size[d]);
            ASSERT_EQ(own[6 + d], at[d] / size[d]);
            ASSERT_EQ(own[9 + d], size[d]);
            ASSERT_EQ(own[12 + d], count[d]);
          }
          ASSERT_EQ(own[15], linear);
          ASSERT_EQ(own[16], (z % 2 * 3 + y % 3) * 4 + x % 4);
          ASSERT_EQ(own[17], 3);
          ASSERT_EQ(own[18], 4);
          ASSERT_EQ(own[19], linear);
        }
      }
    }
  }
}

TEST(EngineBasic, DescribesArguments) {
  const auto program = compile("basic");
  ASSERT_TRUE(program);
  const KernelInfo& info = program->kernels()[kernelIndex(*program, "byValue")];
  ASSERT_EQ(info.args.size(), 5);
  EXPECT_EQ(info.args[0].kind, ArgKind::Value);
  EXPECT_EQ(info.args[0].size, 48);
  EXPECT_EQ(info.args[0].alignment, 16);
  EXPECT_EQ(info.args[0].name, "parameters");
  EXPECT_EQ(info.args[1].size, 16);
  EXPECT_EQ(info.args[1].typeName, "float3");
  EXPECT_EQ(info.args[2].kind, ArgKind::Global);
  EXPECT_EQ(info.args[2].size, 8);
  EXPECT_EQ(info.args[3].size, 2);
  EXPECT_EQ(info.args[4].size, 1);
  EXPECT_FALSE(info.barriers);
  EXPECT_EQ(program->kernels()[kernelIndex(*program, "functions")].requiredGroupSize,
            (std::array<uint32_t, 3>{4, 2, 1}));
}

TEST(EngineBasic, PassesStructsAndVectorsByValue) {
  const auto program = compile("basic");
  ASSERT_TRUE(program);
  struct alignas(16) Parameters {
    int scale;
    alignas(16) float bias[4];
    char tag;
  };
  static_assert(sizeof(Parameters) == 48);
  const Parameters parameters{5, {0, 2.5F, 0, 0}, 3};
  const std::array<float, 4> v = {1, 2, 4, 99};
  alignas(16) std::array<float, 32> out{};
  run(*program, "byValue", geometry({8, 1, 1}),
      Arguments().value(parameters).value(v).pointer(out.data()).value(int16_t{-4}).value(uint8_t{200}));
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(out[4 * i], 5.0F + static_cast<float>(i));
    EXPECT_EQ(out[4 * i + 1], 6.5F);
    EXPECT_EQ(out[4 * i + 2], 203.0F);
    EXPECT_EQ(out[4 * i + 3], -3.0F);
  }
}

TEST(EngineBasic, KeepsProgramVariables) {
  const auto program = compile("basic");
  ASSERT_TRUE(program);
  size_t size = 0;
  auto* counter = static_cast<int*>(program->globalPointer("counter", &size));
  ASSERT_NE(counter, nullptr);
  EXPECT_EQ(size, 4);
  EXPECT_EQ(*counter, 7);
  *counter = 100;
  std::array<int, 4> out{};
  run(*program, "variables", geometry({4, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (std::array{110, 120, 130, 140}));
  auto* untouched = static_cast<int*>(program->globalPointer("untouched", &size));
  ASSERT_NE(untouched, nullptr);
  EXPECT_EQ(size, 12);
  EXPECT_EQ(untouched[0], 0);
  EXPECT_EQ(untouched[2], 5);
  EXPECT_EQ(program->globalPointer("none", &size), nullptr);
}

TEST(EngineBasic, CallsFunctions) {
  const auto program = compile("basic");
  ASSERT_TRUE(program);
  std::array<int, 8> out{};
  run(*program, "functions", geometry({4, 2, 1}, {1, 1, 1}, {0, 0, 0}, 2), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (std::array{2, 3, 5, 8, 2, 3, 5, 8}));
}

TEST(EngineBasic, DoesWithoutUsableMerges) {
  const auto program = compile("merge");
  ASSERT_TRUE(program);
  int out = 0;
  run(*program, "count", geometry({1, 1, 1}), Arguments().pointer(&out));
  EXPECT_EQ(out, 12);
}

TEST(EngineBasic, KeepsPrivateArraysApart) {
  for (const char* flags : {"", "-ze-opt-disable", "-ze-opt-level=3"}) {
    const auto program = compile("basic", flags);
    ASSERT_TRUE(program);
    std::array<int, 32> out{};
    run(*program, "privateArray", geometry({32, 1, 1}), Arguments().pointer(out.data()).value(9));
    int sum = 0;
    for (int k = 0; k < 9; ++k) {
      sum += k * 7 & 63;
    }
    for (int i = 0; i < 32; ++i) {
      EXPECT_EQ(out[i], sum * i);
    }
  }
}

TEST(EngineBasic, ComputesInFloatingPointAsWritten) {
  const auto program = compile("basic");
  ASSERT_TRUE(program);
  std::vector<float> x(100), y(100, 1.0F), expected(100, 1.0F);
  for (int i = 0; i < 100; ++i) {
    x[i] = 1.0F / static_cast<float>(i + 3);
    volatile float product = 0.3F * x[i];
    expected[i] = i < 77 ? product + 1.0F : 1.0F;
  }
  run(*program, "saxpy", geometry({25, 1, 1}, {4, 1, 1}),
      Arguments().pointer(x.data()).pointer(y.data()).value(0.3F).value(77));
  EXPECT_EQ(y, expected);
  std::array<double, 3> d = {1.0, 5e-324, 1e300};
  run(*program, "doubles", geometry({3, 1, 1}), Arguments().pointer(d.data()));
  EXPECT_EQ(d, (std::array{1.0 / 3.0, 5e-324 / 3.0, 1e300 / 3.0}));
}

}  // namespace
}  // namespace softgpu::engine::test
