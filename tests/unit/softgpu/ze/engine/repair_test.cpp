// Modules that producers in use write and that are not quite valid.
#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

TEST(EngineRepair, BlocksBehindThoseThatUseThem) {
  const auto program = compile("block_order");
  ASSERT_TRUE(program);
  uint32_t out = 0;
  run(*program, "sum", geometry({1, 1, 1}), Arguments().pointer(&out));
  EXPECT_EQ(out, 145U);
}

TEST(EngineRepair, PointersDeclaredTwiceAndACapabilityForNothing) {
  const auto program = compile("pointer_twice");
  ASSERT_TRUE(program);
  struct Node {
    uint32_t value;
    Node* next;
  };
  Node second{17, nullptr};
  Node first{3, &second};
  uint32_t out = 0;
  run(*program, "second", geometry({1, 1, 1}), Arguments().pointer(&first).pointer(&out));
  EXPECT_EQ(out, 17U);
}

TEST(EngineRepair, VectorsSelectedByOneBool) {
  const auto program = compile("select_by_bool");
  ASSERT_TRUE(program);
  uint32_t out = 0;
  run(*program, "pick", geometry({1, 1, 1}), Arguments().pointer(&out).value(uint32_t{1}));
  EXPECT_EQ(out, 1U + 20 + 10 * 1);
  run(*program, "pick", geometry({1, 1, 1}), Arguments().pointer(&out).value(uint32_t{0}));
  EXPECT_EQ(out, 2U + 10 + 20 * 2);
}

TEST(EngineRepair, NothingAtAll) {
  // Addresses, Kernel, Physical64 OpenCL.
  const std::vector<uint32_t> words = {0x07230203, 0x00010000, 0, 1,          0, 0x00020011,
                                       4,          0x00020011, 6, 0x0003000e, 2, 2};
  std::string log;
  const auto program = Program::compile(words, {}, "", log);
  ASSERT_TRUE(program) << log;
  EXPECT_TRUE(program->kernels().empty());
}

TEST(EngineRepair, IntegersOfOtherWidthsStayRefused) {
  // The same with ArbitraryPrecisionIntegersINTEL and an integer of 3 bits.
  const std::vector<uint32_t> words = {0x07230203, 0x00010000, 0,          2,          0,    0x00020011,
                                       4,          0x00020011, 6,          0x00020011, 5844, 0x0003000e,
                                       2,          2,          0x00040015, 1,          3,    0};
  std::string log;
  EXPECT_FALSE(Program::compile(words, {}, "", log));
  EXPECT_NE(log, "");
}

}  // namespace
}  // namespace softgpu::engine::test
