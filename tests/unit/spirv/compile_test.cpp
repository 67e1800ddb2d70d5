// compile(): logs of programs that do not build, then macros, headers, directories and warnings of those that
// do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/spirv/build.h"

namespace clze::spirv {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A directory that is gone when the test ends.
class Directory {
 public:
  Directory() : path_(std::filesystem::temp_directory_path() / ("clze test " + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Compile, SaysWhereTheErrorIs) {
  const CompileOutcome outcome = build("kernel void k(global int* a) {\n  a[0] = missing;\n}\n");
  EXPECT_FALSE(outcome.ok);
  EXPECT_TRUE(outcome.module.empty());
  EXPECT_THAT(outcome.log, AllOf(HasSubstr("program.cl:2:10: error: use of undeclared identifier 'missing'"),
                                 HasSubstr("1 error generated."), Not(HasSubstr("/clze"))));
}

TEST(Compile, RefusesAnIncludeThatIsNotThere) {
  EXPECT_THAT(build("#include \"nowhere.h\"\n").log, HasSubstr("'nowhere.h' file not found"));
  EXPECT_FALSE(build("#include <stdio.h>\n").ok);
  EXPECT_FALSE(build("#include \"clze_base.h\"\n").ok);
}

TEST(Compile, MakesAnErrorOfAWarningWhenAsked) {
  const std::string source = "kernel void k(global int* a) { int x = a; a[0] = x; }";
  const CompileOutcome warned = build("kernel void k(global int* a) {\n#warning look here\n}");
  EXPECT_TRUE(warned.ok) << warned.log;
  EXPECT_THAT(warned.log,
              AllOf(HasSubstr("program.cl:2:2: warning: look here"), HasSubstr("1 warning generated.")));
  EXPECT_FALSE(build("#warning look here\n", "-Werror").ok);
  const CompileOutcome quiet = build("#warning look here\n", "-w");
  EXPECT_TRUE(quiet.ok);
  EXPECT_THAT(quiet.log, IsEmpty());
}

TEST(Compile, MakesAValidModuleWithItsKernelAndNoLog) {
  const CompileOutcome outcome = build("kernel void k(global int* a, int b) { a[get_global_id(0)] = b; }");
  ASSERT_TRUE(outcome.ok) << outcome.log;
  EXPECT_THAT(outcome.log, IsEmpty());
  std::string log;
  EXPECT_TRUE(validate(outcome.module, log).ok()) << log;
}

TEST(Compile, TakesAnEmptyProgramAndOneThatEndsInZeros) {
  mustBuild("");
  const auto info = reflect(mustBuild(std::string("kernel void k() {}\0\0", 20)));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->kernels.size(), 1U);
}

TEST(Compile, DefinesMacros) {
  const std::string source =
      "#if A != 1 || B != 7\n#error numbers\n#endif\n"
      "constant char text[] = S;\n"
      "_Static_assert(sizeof(text) == 4, \"a b and its end\");\n"
      "kernel void k(global char* o) { o[0] = text[F(0)]; }";
  mustBuild(source, "-DA -D B=7 -D\"S=\\\"a b\\\"\" -D'F(x)=x'", fullTarget());
  EXPECT_FALSE(build(source, "-DA=2 -DB=7").ok);
}

TEST(Compile, FindsEmbeddedHeadersBeforeFilesAndByBothKindsOfInclude) {
  const Directory directory;
  directory.write("a.h", "#error the file was found\n");
  CompileRequest request = requestOf(
      "#include \"a.h\"\n#include <sub/b.h>\nkernel void k(global int* o) { o[0] = VALUE_A + VALUE_B; }");
  request.headers = {
      {"a.h", "#define VALUE_A 1\n"}, {"sub/b.h", "#include \"c.h\"\n"}, {"sub/c.h", "#define VALUE_B 2\n"}};
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  const CompileOutcome outcome = compile(request);
  std::filesystem::current_path(before);
  EXPECT_TRUE(outcome.ok) << outcome.log;
}

TEST(Compile, FindsFilesInGivenDirectories) {
  const Directory directory;
  directory.write("v.h", "#define VALUE 3\n");
  const std::string source = "#include \"v.h\"\nkernel void k(global int* o) { o[0] = VALUE; }";
  EXPECT_FALSE(build(source).ok);
  mustBuild(source, "-I \"" + directory.path().string() + "\"");
  mustBuild(source, "-I'" + directory.path().string() + "'");
}

TEST(Compile, TakesRelativeDirectoriesFromWhereTheApplicationIsNow) {
  const Directory directory;
  std::filesystem::create_directories(directory.path() / "inc");
  directory.write("inc/v.h", "#define VALUE 3\n");
  const std::string source = "#include <v.h>\nkernel void k(global int* o) { o[0] = VALUE; }";
  mustBuild("kernel void k() {}");  // the compiler process runs before the directory changes
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  const CompileOutcome outcome = build(source, "-I inc");
  std::filesystem::current_path(before);
  EXPECT_TRUE(outcome.ok) << outcome.log;
}

TEST(Compile, GivesTheSameWordsForTheSameRequest) {
  const std::string source = "kernel void k(global float4* a) { a[0] = native_sin(a[1]) + dot(a[2], a[3]); }";
  EXPECT_EQ(mustBuild(source), mustBuild(source));
}

TEST(Compile, FusesMultiplyAndAddOnlyWhenAllowed) {
  const std::string source = "kernel void k(global float* a) { float x = a[0] * a[1]; a[2] = x + a[3]; }";
  const auto contractionOff = [](const Words& module) {
    constexpr uint32_t kExecutionMode = (3U << 16) | 16U;
    constexpr uint32_t kContractionOff = 31;
    for (size_t i = 0; i + 2 < module.size(); ++i) {
      if (module[i] == kExecutionMode && module[i + 2] == kContractionOff) return true;
    }
    return false;
  };
  EXPECT_TRUE(contractionOff(mustBuild(source)));
  EXPECT_FALSE(contractionOff(mustBuild(source, "-cl-mad-enable")));
  EXPECT_FALSE(contractionOff(mustBuild(source, "-cl-fast-relaxed-math")));
}

// What the validator refuses is not caught by compilers of devices, but by other readers of SPIR-V.
TEST(Compile, WritesValidSpirvOfVectorsChosenByABool) {
  mustBuild(
      "kernel void k(global float4* a, global int3* b, int c) {"
      "  a[0] = c ? (float4)(1, 2, 3, 4) : (float4)(5); b[0] = c > 1 ? (int3)(1) : (int3)(1, 2, 3); }");
}

TEST(Compile, TakesEveryMathOption) {
  mustBuild("kernel void k(global float* a) { a[0] = a[1] / sqrt(a[2]) + 1.0; }",
            "-cl-single-precision-constant -cl-denorms-are-zero -cl-fp32-correctly-rounded-divide-sqrt "
            "-cl-no-signed-zeros -cl-unsafe-math-optimizations -cl-finite-math-only -cl-opt-disable -O3 -g "
            "-cl-uniform-work-group-size -cl-no-subgroup-ifp -cl-kernel-arg-info -cl-strict-aliasing");
}

}  // namespace
}  // namespace clze::spirv
