// compile(): programs that build, and logs of those that do not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spirv/spirv.h"

namespace clze::spirv {
namespace {

using ::testing::HasSubstr;

CompileRequest request(const std::string& source, std::string_view options = "") {
  std::string log;
  CompileRequest made;
  made.source = source;
  made.options = *parseBuildOptions(options, log);
  return made;
}

TEST(Compile, SaysWhereTheErrorIs) {
  const CompileOutcome outcome = compile(request("kernel void k(global int* a) {\n  a[0] = missing;\n}\n"));
  EXPECT_FALSE(outcome.ok);
  EXPECT_TRUE(outcome.module.empty());
  EXPECT_THAT(outcome.log, HasSubstr("program.cl:2:10: error: use of undeclared identifier 'missing'"));
}

TEST(Compile, MakesAValidModuleWithItsKernel) {
  const CompileOutcome outcome =
      compile(request("kernel void k(global int* a, int b) { a[get_global_id(0)] = b; }"));
  ASSERT_TRUE(outcome.ok) << outcome.log;
  EXPECT_EQ(outcome.log, "");
  std::string log;
  EXPECT_TRUE(validate(outcome.module, log).ok()) << log;
  const auto info = reflect(outcome.module);
  ASSERT_TRUE(info.ok());
  ASSERT_EQ(info->kernels.size(), 1U);
  EXPECT_EQ(info->kernels[0].name, "k");
  ASSERT_EQ(info->kernels[0].args.size(), 2U);
  EXPECT_EQ(info->kernels[0].args[0].typeName, "int*");
  EXPECT_EQ(info->kernels[0].args[1].size, 4U);
}

}  // namespace
}  // namespace clze::spirv
