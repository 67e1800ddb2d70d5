// link() and validate(): errors first, then programs of several modules and libraries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/spirv/build.h"

namespace clze::spirv {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kUser = "int twice(int x);\nkernel void k(global int* a) { a[0] = twice(a[1]); }";
constexpr const char* kProvider = "int twice(int x) { return 2 * x; }";

Result<Words> linked(const std::vector<Words>& modules, bool library, std::string& log) {
  return link(modules, library, log);
}

TEST(Link, RefusesUnresolvedAndDuplicateSymbols) {
  std::string log;
  EXPECT_EQ(linked({mustBuild(kUser)}, false, log).code(), CL_LINK_PROGRAM_FAILURE);
  EXPECT_THAT(log, HasSubstr("twice"));
  log.clear();
  EXPECT_FALSE(linked({mustBuild(kUser), mustBuild(kProvider), mustBuild(kProvider)}, false, log).ok());
  EXPECT_THAT(log, HasSubstr("twice"));
  log.clear();
  EXPECT_FALSE(linked({mustBuild("kernel void k() {}"), mustBuild("kernel void k() {}")}, false, log).ok());
  EXPECT_THAT(log, Not(::testing::IsEmpty()));
}

TEST(Link, RefusesOtherTypesOfOneSymbol) {
  std::string log;
  EXPECT_FALSE(linked({mustBuild(kUser), mustBuild("float twice(float x) { return x; }")}, false, log).ok());
  EXPECT_THAT(log, HasSubstr("twice"));
}

TEST(Link, RefusesNothingAndNoise) {
  std::string log;
  EXPECT_FALSE(linked({}, false, log).ok());
  EXPECT_FALSE(linked({{}}, false, log).ok());
  EXPECT_FALSE(linked({{1, 2, 3, 4, 5, 6}}, false, log).ok());
  Words cut = mustBuild(kUser);
  cut.resize(cut.size() - 3);
  EXPECT_FALSE(linked({cut, mustBuild(kProvider)}, false, log).ok());
}

TEST(Link, JoinsModulesAndKeepsReflection) {
  std::string log;
  const auto program = linked({mustBuild(kUser), mustBuild(kProvider)}, false, log);
  ASSERT_TRUE(program.ok()) << log;
  EXPECT_TRUE(validate(*program, log).ok()) << log;
  const auto info = reflect(*program);
  ASSERT_TRUE(info.ok());
  ASSERT_EQ(info->kernels.size(), 1U);
  EXPECT_EQ(info->kernels[0].args.at(0).typeName, "int*");
  EXPECT_EQ(info->kernels[0].args.at(0).name, "a");
}

TEST(Link, TakesOneModule) {
  std::string log;
  const auto program = linked({mustBuild("kernel void k(global int* a) { a[0] = 1; }")}, false, log);
  ASSERT_TRUE(program.ok()) << log;
  EXPECT_TRUE(validate(*program, log).ok()) << log;
  EXPECT_EQ(reflect(*program)->kernels.size(), 1U);
}

TEST(Link, MakesLibrariesThatResolveLater) {
  std::string log;
  const auto library =
      linked({mustBuild(kProvider), mustBuild("int thrice(int x) { return 3 * x; }")}, true, log);
  ASSERT_TRUE(library.ok()) << log;
  const auto program = linked({mustBuild(kUser), *library}, false, log);
  ASSERT_TRUE(program.ok()) << log;
  EXPECT_TRUE(validate(*program, log).ok()) << log;
}

TEST(Link, LetsALibraryWaitForSymbols) {
  std::string log;
  const auto library =
      linked({mustBuild("int half_of(int x);\nint twice(int x) { return 4 * half_of(x); }")}, true, log);
  ASSERT_TRUE(library.ok()) << log;
  EXPECT_FALSE(linked({mustBuild(kUser), *library}, false, log).ok());
  log.clear();
  EXPECT_TRUE(
      linked({mustBuild(kUser), *library, mustBuild("int half_of(int x) { return x / 2; }")}, false, log)
          .ok())
      << log;
}

TEST(Link, SharesConstantsAndImages) {
  std::string log;
  const auto program =
      linked({mustBuild("extern constant float weights[2];\nfloat4 at(read_only image2d_t i, int2 p);\n"
                        "kernel void k(read_only image2d_t i, global float4* o) { o[0] = at(i, (int2)(1)) * "
                        "weights[1]; }"),
              mustBuild("constant float weights[2] = {1.0f, 2.0f};\n"
                        "float4 at(read_only image2d_t i, int2 p) { return read_imagef(i, p); }")},
             false, log);
  ASSERT_TRUE(program.ok()) << log;
  EXPECT_TRUE(validate(*program, log).ok()) << log;
}

TEST(Validate, RefusesDamagedModules) {
  std::string log;
  EXPECT_EQ(validate({}, log).code(), CL_INVALID_BINARY);
  EXPECT_THAT(log, HasSubstr("error: "));
  Words module = mustBuild("kernel void k(global int* a) { a[0] = 1; }");
  ASSERT_FALSE(module.empty());
  module.pop_back();
  EXPECT_EQ(validate(module, log).code(), CL_INVALID_BINARY);
}

}  // namespace
}  // namespace clze::spirv
