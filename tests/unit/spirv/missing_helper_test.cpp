// Without the compiler process a build fails with a sentence; what needs no compiler works. CLZE_CLC names no
// file here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/spirv/build.h"

namespace clze::spirv {
namespace {

TEST(MissingHelper, IsOneClearSentenceEveryTime) {
  for (int i = 0; i < 3; ++i) {
    const CompileOutcome outcome = build("kernel void k() {}");
    EXPECT_FALSE(outcome.ok);
    EXPECT_TRUE(outcome.module.empty());
    EXPECT_EQ(
        outcome.log,
        "error: the compiler /nonexistent/clze-clc cannot be run: No such file or directory; set CLZE_CLC to "
        "where clze-clc is\n");
  }
}

TEST(MissingHelper, LeavesReflectionAndLinkingAlone) {
  const Words empty = {0x07230203, 0x00010000, 0, 1, 0};
  EXPECT_TRUE(reflect(empty).ok());
  std::string log;
  EXPECT_FALSE(link(std::vector<Words>{}, false, log).ok());
}

}  // namespace
}  // namespace clze::spirv
