// reflect() on damaged modules: every truncation and many random changes, with fixed seeds. It must return,
// whatever it returns; under the sanitizers it must also have read nothing outside.
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "tests/unit/spirv/build.h"

namespace clze::spirv {
namespace {

const Words& richModule() {
  static const Words module = mustBuild(
      "typedef struct { char a; float3 b; struct { int c[3]; half2 d; } e; } S;\n"
      "constant int table[] = {1, 2, 3};\n"
      "kernel __attribute__((reqd_work_group_size(8, 4, 2))) void first(global const float4* restrict in, "
      "constant int* c,\n"
      "    local volatile float* l, read_only image2d_t i, write_only image3d_t w, sampler_t s, S st, uint3 "
      "v) {\n"
      "  l[get_local_id(0)] = in[get_global_id(0)].x + c[0] + st.b.y + read_imagef(i, s, (float2)(0)).x + "
      "v.z + table[v.x];\n"
      "}\n"
      "kernel __attribute__((vec_type_hint(float4))) void second(global int* a) { a[0] += 1; printf(\"%d\", "
      "a[0]); }");
  return module;
}

// A copy of exactly that size on the heap, so that the first word past the end is not ours.
Result<ModuleInfo> reflectExactly(const Words& words, size_t size) {
  const auto copy = std::make_unique<uint32_t[]>(size);
  std::copy_n(words.begin(), size, copy.get());
  return reflect({copy.get(), size});
}

TEST(ReflectFuzz, TakesEveryTruncation) {
  const Words& module = richModule();
  ASSERT_GT(module.size(), 100U);
  size_t refused = 0;
  for (size_t size = 0; size < module.size(); ++size) {
    if (!reflectExactly(module, size).ok()) ++refused;
  }
  // Nearly all cuts fall inside an instruction or before a kernel's function.
  EXPECT_GT(refused, module.size() / 2);
  EXPECT_TRUE(reflectExactly(module, module.size()).ok());
}

TEST(ReflectFuzz, TakesRandomWordsInPlaceOfOthers) {
  const Words& module = richModule();
  ASSERT_FALSE(module.empty());
  std::mt19937 random(20240607);
  size_t taken = 0;
  constexpr int kRounds = 20000;
  for (int round = 0; round < kRounds; ++round) {
    Words mutated = module;
    const int changes = 1 + static_cast<int>(random() % 6);
    for (int i = 0; i < changes; ++i) {
      uint32_t& word = mutated[random() % mutated.size()];
      switch (random() % 4) {
        case 0:
          word = random();
          break;
        case 1:
          word ^= 1U << (random() % 32);
          break;
        case 2:
          word = random() % 400;  // likely an id
          break;
        default:
          word = module[random() % module.size()];
      }
    }
    if (const auto info = reflectExactly(mutated, mutated.size()); info.ok()) ++taken;
  }
  // Changes inside function bodies do not matter, those of lengths do: both must occur, or nothing was
  // tested.
  EXPECT_GT(taken, 0U);
  EXPECT_LT(taken, size_t{kRounds});
}

TEST(ReflectFuzz, TakesInstructionsRemovedDoubledAndMoved) {
  const Words& module = richModule();
  std::vector<Words> instructions;
  for (size_t at = 5; at < module.size(); at += module[at] >> 16) {
    instructions.emplace_back(module.begin() + static_cast<ptrdiff_t>(at),
                              module.begin() + static_cast<ptrdiff_t>(at + (module[at] >> 16)));
  }
  ASSERT_GT(instructions.size(), 50U);
  std::mt19937 random(99);
  size_t refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<Words> list = instructions;
    for (int i = 0; i < 4; ++i) {
      const size_t from = random() % list.size();
      const size_t to = random() % list.size();
      if (random() % 3 == 0) {
        list.erase(list.begin() + static_cast<ptrdiff_t>(from));
      } else {
        list.insert(list.begin() + static_cast<ptrdiff_t>(to), Words(list[from]));
      }
    }
    Words mutated(module.begin(), module.begin() + 5);
    for (const Words& instruction : list)
      mutated.insert(mutated.end(), instruction.begin(), instruction.end());
    if (!reflectExactly(mutated, mutated.size()).ok()) ++refused;
  }
  EXPECT_GT(refused, 0U);
  EXPECT_LT(refused, 3000U);
}

TEST(ReflectFuzz, TakesNoise) {
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    Words words = {0x07230203, 0x00010000, 0, 100, 0};
    const size_t count = random() % 64;
    for (size_t i = 0; i < count; ++i) {
      // Plausible instruction heads, so that the walk goes on.
      words.push_back(random() % 2 == 0 ? ((random() % 6) << 16) | (random() % 80) : random() % 40);
    }
    const auto info = reflectExactly(words, words.size());
    if (info.ok()) {
      EXPECT_LE(info->kernels.size(), count);
    }
  }
}

}  // namespace
}  // namespace clze::spirv
