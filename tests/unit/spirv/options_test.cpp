// Build and link options: what is refused, then what is taken and how words are split.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "spirv/spirv.h"

namespace clze::spirv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RefusedBuildOption : public ::testing::TestWithParam<const char*> {};

TEST_P(RefusedBuildOption, IsInvalidAndNamedInTheLog) {
  std::string log;
  EXPECT_EQ(parseBuildOptions(GetParam(), log).code(), CL_INVALID_BUILD_OPTIONS) << GetParam();
  EXPECT_THAT(log, HasSubstr("error: ")) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Options, RefusedBuildOption,
    ::testing::Values("-foo", "word", "-", "--", "-cl-fast", "-cl-fast-relaxed-math2", "-CL-MAD-ENABLE",
                      // Words that clang knows and a program must not reach.
                      "-o x", "-ox", "-load plugin.so", "-Xclang -load", "-emit-obj", "-include /etc/passwd",
                      "-triple spir", "-fplugin=x", "-mllvm -debug", "@file", "-E", "-S", "-c", "-v", "-U X",
                      "-UX", "-isystem /", "-fsyntax-only", "-x cl", "-cl-ext=-all", "-cl-ext=+cl_khr_fp64",
                      // Other drivers' options.
                      "-cl-nv-verbose", "-cl-nv-maxrregcount=32", "-cl-intel-", "-fno-bin-llvmir",
                      "-ze-opt-disable",
                      // Macros that are none.
                      "-D", "-D ''", "-D 1x", "-D =1", "-D a-b", "-D\"a b\"", "-D -w", "-I", "-I ''", "-w -D",
                      "-cl-mad-enable -I",
                      // Language versions.
                      "-cl-std", "-cl-std=", "-cl-std=CL", "-cl-std=CL4.0", "-cl-std=cl1.2", "-cl-std=CLC++",
                      "-cl-std= CL1.2", "-cl-std=CL1.2x",
                      // The linker's.
                      "-create-library", "-enable-link-options",
                      // Quotation.
                      "\"", "'", "-D\"x=1", "-D'x=1", "-w \\", "-Dx=\\\"a b\\\"",
                      // Levels.
                      "-O", "-O4", "-Os", "-w1", "-Wall", "-Wno-error", "-Werror=all", "-gline"));

struct Taken {
  const char* text;
  std::vector<std::string> words;
};

class TakenBuildOption : public ::testing::TestWithParam<Taken> {};

TEST_P(TakenBuildOption, GoesToTheCompilerAsWords) {
  std::string log;
  const auto options = parseBuildOptions(GetParam().text, log);
  ASSERT_TRUE(options.ok()) << log;
  EXPECT_EQ(options->compiler, GetParam().words) << GetParam().text;
  EXPECT_THAT(log, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Options, TakenBuildOption,
    ::testing::Values(
        Taken{"", {}}, Taken{" \t\n ", {}}, Taken{"-w", {"-w"}}, Taken{"  -w\t-Werror \n", {"-w", "-Werror"}},
        Taken{"-D A", {"-DA"}}, Taken{"-DA", {"-DA"}}, Taken{"-D A=1 -DB=2", {"-DA=1", "-DB=2"}},
        Taken{"-D A=", {"-DA="}}, Taken{"-D_a1=x=y", {"-D_a1=x=y"}},
        Taken{"-D'F(x)=x + 1'", {"-DF(x)=x + 1"}}, Taken{"-D \"x=a b\"", {"-Dx=a b"}},
        Taken{"-D\"x=a b\"", {"-Dx=a b"}}, Taken{"-Dx=\"a b\"c", {"-Dx=a bc"}},
        Taken{"-Dx=\\\"a\\\"", {"-Dx=\"a\""}}, Taken{"-Dx=\"\\\"a b\\\"\"", {"-Dx=\"a b\""}},
        Taken{"-Dx='\"a b\"'", {"-Dx=\"a b\""}}, Taken{"-Dx=a\\ b", {"-Dx=a b"}},
        Taken{"-Dx=\"a\\n\"", {"-Dx=a\\n"}}, Taken{"'-Dx=1\n2'", {"-Dx=1"}}, Taken{"-D x=\"\"", {"-Dx="}},
        Taken{"-I dir", {"-Idir"}}, Taken{"-Idir -I.", {"-Idir", "-I."}},
        Taken{"-I \"my dir\" -I'an other'", {"-Imy dir", "-Ian other"}}, Taken{"-I /a\\ b", {"-I/a b"}},
        Taken{"-cl-std=CL1.2", {"-cl-std=CL1.2"}},
        Taken{"-cl-std=CL3.0 -cl-mad-enable", {"-cl-std=CL3.0", "-cl-mad-enable"}},
        Taken{"-cl-single-precision-constant -cl-no-signed-zeros",
              {"-cl-single-precision-constant", "-cl-no-signed-zeros"}},
        Taken{"-cl-unsafe-math-optimizations -cl-finite-math-only -cl-fast-relaxed-math",
              {"-cl-unsafe-math-optimizations", "-cl-finite-math-only", "-cl-fast-relaxed-math"}},
        Taken{"-cl-fp32-correctly-rounded-divide-sqrt -cl-uniform-work-group-size",
              {"-cl-fp32-correctly-rounded-divide-sqrt", "-cl-uniform-work-group-size"}},
        // Permissions that are not used.
        Taken{"-cl-denorms-are-zero -cl-no-subgroup-ifp -cl-strict-aliasing -g -O1 -O2 -O3", {}}));

TEST(BuildOptions, MapsWhatTheDeviceMustKnow) {
  std::string log;
  EXPECT_EQ(parseBuildOptions("", log)->device, "");
  EXPECT_EQ(parseBuildOptions("-cl-opt-disable", log)->device, "-ze-opt-disable");
  EXPECT_EQ(parseBuildOptions("-O0 -cl-opt-disable", log)->device, "-ze-opt-disable");
  EXPECT_EQ(parseBuildOptions("-cl-intel-greater-than-4GB-buffer-required -O0", log)->device,
            "-ze-opt-greater-than-4GB-buffer-required -ze-opt-disable");
  EXPECT_THAT(log, IsEmpty());
}

TEST(BuildOptions, RemembersWhetherArgumentInformationIsAskedFor) {
  std::string log;
  EXPECT_FALSE(parseBuildOptions("-w", log)->kernelArgInfo);
  EXPECT_TRUE(parseBuildOptions("-w -cl-kernel-arg-info", log)->kernelArgInfo);
}

TEST(BuildOptions, SaysThatAHintOfIntelsIsIgnored) {
  std::string log;
  const auto options = parseBuildOptions("-cl-intel-no-prera-scheduling -w", log);
  ASSERT_TRUE(options.ok());
  EXPECT_THAT(options->compiler, ElementsAre("-w"));
  EXPECT_EQ(log, "note: -cl-intel-no-prera-scheduling is ignored\n");
}

class RefusedLinkOption : public ::testing::TestWithParam<const char*> {};

TEST_P(RefusedLinkOption, IsInvalidAndNamedInTheLog) {
  std::string log;
  EXPECT_EQ(parseLinkOptions(GetParam(), log).code(), CL_INVALID_LINKER_OPTIONS) << GetParam();
  EXPECT_THAT(log, HasSubstr("error: ")) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Options, RefusedLinkOption,
                         ::testing::Values("-foo", "x", "-D X", "-I.", "-cl-std=CL1.2", "-w",
                                           "-cl-mad-enable", "-create-library2", "--create-library",
                                           "-enable-link-options", "'"));

TEST(LinkOptions, TakesLibrariesAndTheMathOptions) {
  std::string log;
  EXPECT_FALSE(parseLinkOptions("", log)->createLibrary);
  EXPECT_TRUE(parseLinkOptions("-create-library", log)->createLibrary);
  const auto both = parseLinkOptions(" -enable-link-options -create-library", log);
  ASSERT_TRUE(both.ok()) << log;
  EXPECT_TRUE(both->createLibrary);
  EXPECT_TRUE(both->enableLinkOptions);
  EXPECT_TRUE(parseLinkOptions("-cl-denorms-are-zero -cl-no-signed-zeros -cl-unsafe-math-optimizations "
                               "-cl-finite-math-only -cl-fast-relaxed-math -cl-no-subgroup-ifp",
                               log)
                  .ok());
  EXPECT_THAT(log, IsEmpty());
}

}  // namespace
}  // namespace clze::spirv
