// A program as a whole: specialization, flags, the native form, many threads.
#include <algorithm>
#include <array>
#include <bit>
#include <thread>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

using Results = std::array<uint64_t, 7>;

Results specialized(const std::vector<SpecConstant>& constants) {
  std::string log;
  const auto program = Program::compile(readSpirv("specialize"), constants, "", log);
  EXPECT_NE(program, nullptr) << log;
  Results results{};
  if (program) {
    run(*program, "specialized", geometry({1, 1, 1}), Arguments().pointer(results.data()));
  }
  return results;
}

TEST(EngineProgram, SpecializesConstants) {
  constexpr uint64_t kLong = 100000000000;
  EXPECT_EQ(specialized({}), (Results{42, 3, kLong, std::bit_cast<uint64_t>(1.5), 1, kLong << 41, 1}));
  const uint32_t number = 9;
  const uint16_t small = 0xffff;
  const uint64_t large = 1;
  const double real = -0.25;
  const uint8_t no = 0, yes = 1;
  EXPECT_EQ(specialized({{7, &number}, {8, &small}, {9, &large}, {10, &real}, {11, &no}, {12, &yes}}),
            (Results{10, 0xffff, 1, std::bit_cast<uint64_t>(-0.25), 2, 512, 0x7fff}));
}

TEST(EngineProgram, RefusesUnknownSpecializationConstant) {
  std::string log;
  const uint32_t value = 1;
  const std::vector<SpecConstant> constants = {{3, &value}};
  EXPECT_EQ(Program::compile(readSpirv("specialize"), constants, "", log), nullptr);
  EXPECT_EQ(log, "the module has no specialization constant 3\n");
}

TEST(EngineProgram, NamesUnknownFlags) {
  std::string log;
  EXPECT_NE(Program::compile(readSpirv("specialize"), {},
                             "-cl-mad-enable -funny  -ze-opt-level=O1 -ze-opt-level=9", log),
            nullptr);
  EXPECT_EQ(log,
            "flag -funny is not known and ignored\n"
            "flag -ze-opt-level=9 is ignored: levels are 0 to 3\n");
}

TEST(EngineProgram, LoadsItsNativeForm) {
  std::vector<std::byte> binary;
  {
    const auto program = compile("barrier");
    ASSERT_TRUE(program);
    binary = program->native();
  }
  std::string log;
  const auto program = Program::load(binary, log);
  ASSERT_TRUE(program) << log;
  EXPECT_EQ(log, "");
  std::array<int, 6> data = {1, 2, 3, 4, 5, 6};
  run(*program, "reverse", geometry({3, 1, 1}, {2, 1, 1}), Arguments().pointer(data.data()).local(12));
  EXPECT_EQ(data, (std::array{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(program->native(), binary);
}

TEST(EngineProgram, LoadsProgramVariables) {
  const auto original = compile("basic");
  ASSERT_TRUE(original);
  *static_cast<int*>(original->globalPointer("counter", nullptr)) = 1;
  std::string log;
  const auto program = Program::load(original->native(), log);
  ASSERT_TRUE(program) << log;
  EXPECT_EQ(*static_cast<int*>(program->globalPointer("counter", nullptr)), 7);
  EXPECT_EQ(program->kernels().size(), original->kernels().size());
  EXPECT_EQ(program->kernels()[0].args[0].typeName, original->kernels()[0].args[0].typeName);
}

TEST(EngineProgram, KeepsWhatIsKnownOfKernels) {
  const auto original = compile("basic");
  ASSERT_TRUE(original);
  std::string log;
  const auto loaded = Program::load(original->native(), log);
  ASSERT_TRUE(loaded) << log;
  for (const Program* program : {original.get(), loaded.get()}) {
    const KernelInfo& functions = program->kernels()[kernelIndex(*program, "functions")];
    EXPECT_EQ(functions.attributes, "reqd_work_group_size(4,2,1)");
    const KernelInfo& hinted = program->kernels()[kernelIndex(*program, "hinted")];
    EXPECT_EQ(hinted.attributes,
              "work_group_size_hint(8,1,1) vec_type_hint(float4) intel_reqd_sub_group_size(16)");
    EXPECT_EQ(hinted.spillBytes, 0U) << "it has no variable";
  }
}

// Beside the variables; those of a module that was optimised are in registers, as far as there are so many.
TEST(EngineProgram, TellsWhatKernelsSpill) {
  const auto program = compile("image");
  ASSERT_TRUE(program);
  uint64_t most = 0;
  for (const KernelInfo& kernel : program->kernels()) most = std::max(most, kernel.spillBytes);
  EXPECT_GT(most, 0U);
  EXPECT_LT(most, 1U << 16);
}

TEST(EngineProgram, NativeFormsTellHowTheyWereOptimised) {
  for (const char level : {'0', '1', '2', '3'}) {
    const auto program = compile("barrier", std::string("-ze-opt-level=") + level);
    ASSERT_TRUE(program);
    const std::vector<std::byte> binary = program->native();
    const std::string_view text(reinterpret_cast<const char*>(binary.data()), binary.size());
    EXPECT_NE(text.find(std::string("-ze-opt-level=O") + level), text.npos) << level;
  }
}

TEST(EngineProgram, RefusesDamagedNativeForms) {
  const auto program = compile("specialize");
  ASSERT_TRUE(program);
  const std::vector<std::byte> binary = program->native();
  std::string log;
  for (size_t size = 0; size < binary.size(); size += 97) {
    log.clear();
    ASSERT_EQ(Program::load(std::span(binary).first(size), log), nullptr) << size;
    ASSERT_NE(log, "");
  }
  for (size_t at = 0; at < binary.size(); at += at < 64 ? 1 : 3) {
    std::vector<std::byte> damaged = binary;
    damaged[at] ^= std::byte{1} << (at % 8);
    log.clear();
    ASSERT_EQ(Program::load(damaged, log), nullptr) << at;
    ASSERT_NE(log, "");
  }
}

TEST(EngineProgram, CompilesAndRunsOnManyThreads) {
  std::vector<std::jthread> threads;
  threads.reserve(8);
  std::array<int, 8> wrong{};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([t, &wrong] {
      for (int round = 0; round < 3; ++round) {
        std::string log;
        const auto program = Program::compile(readSpirv(t % 2 == 0 ? "barrier" : "basic"), {}, "", log);
        if (!program || !log.empty()) {
          ++wrong[t];
          continue;
        }
        std::vector<int> in(64), out(64);
        for (int i = 0; i < 64; ++i) {
          in[i] = i * (t + 1);
        }
        if (t % 2 == 0) {
          run(*program, "sum", geometry({64, 1, 1}),
              Arguments().pointer(in.data()).pointer(out.data()).value(1));
        } else {
          run(*program, "add", geometry({64, 1, 1}),
              Arguments().pointer(in.data()).pointer(in.data()).pointer(out.data()));
        }
        for (int i = 0; i < 64; ++i) {
          wrong[t] += out[i] != (t % 2 == 0 ? 64 * 63 / 2 * (t + 1) : 2 * in[i]);
        }
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, (std::array<int, 8>{}));
}

TEST(EngineProgram, RunsOneProgramOnManyThreads) {
  const auto program = compile("barrier");
  ASSERT_TRUE(program);
  constexpr uint64_t kGroups = 400;
  std::vector<int> in(kGroups * 32, 1), out(kGroups * 32);
  const Geometry shape = geometry({32, 1, 1}, {kGroups, 1, 1});
  Arguments arguments;
  arguments.pointer(in.data()).pointer(out.data()).value(1);
  const size_t index = kernelIndex(*program, "sum");
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (uint64_t t = 0; t < 8; ++t) {
    threads.emplace_back(
        [&, t] { program->run(index, shape, arguments.values(), kGroups * t / 8, kGroups * (t + 1) / 8); });
  }
  threads.clear();
  EXPECT_EQ(out, std::vector<int>(kGroups * 32, 32));
}

}  // namespace
}  // namespace softgpu::engine::test
