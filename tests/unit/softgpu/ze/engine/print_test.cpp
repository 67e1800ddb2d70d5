// printf of kernels, to the byte.
#include <algorithm>
#include <mutex>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

std::mutex mutex;
std::vector<std::string> printed;

class EnginePrint : public testing::Test {
 protected:
  EnginePrint() {
    printed.clear();
    setPrintfSink([](std::string_view text) {
      const std::lock_guard lock(mutex);
      printed.emplace_back(text);
    });
  }
  ~EnginePrint() override { setPrintfSink(nullptr); }
  std::shared_ptr<Program> program = compile("print");
};

TEST_F(EnginePrint, FormatsAllConversions) {
  ASSERT_TRUE(program);
  run(*program, "print", geometry({1, 1, 1}), Arguments().value(42).value(3.14159F).pointer(nullptr));
  const std::vector<std::string> expected = {
      "plain % text\n",
      "42|   42|42   |00042|+42|-42\n",
      "4294967295|2a|2A|052|18446744073709551615|-5\n",
      "3.141590|3.14|3.141590e+00|3.14159|     3.142|0x1p+0\n",
      "abc|       abc|abc       |ab|x\n",
      "from a table\n",
      "1,-2,3,-4|0.500000,1.500000|1,2,fe,ff|-1,2,-3\n",
      "1.000000,2.000000,3.000000,4.000000|-1,1|  1.00,  2.00\n",
      "-1|-1|(nil)\n",
      " %q\n",
  };
  EXPECT_EQ(printed, expected);
}

TEST_F(EnginePrint, PrintsOnceAWorkItem) {
  ASSERT_TRUE(program);
  run(*program, "many", geometry({4, 1, 1}, {2, 1, 1}), Arguments().pointer(nullptr));
  EXPECT_EQ(printed, (std::vector<std::string>{"<0>", "<1>", "<2>", "<3>", "<4>", "<5>", "<6>", "<7>"}));
}

}  // namespace
}  // namespace softgpu::engine::test
