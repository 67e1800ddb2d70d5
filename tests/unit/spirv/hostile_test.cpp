// Sources that overflow the compiler's stack, memory or time, and constructs on which libraries end the
// process. Each must be a build failure with a sentence, within the limit (CLZE_COMPILE_SECONDS=3 here), and
// leave the next build alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/spirv/build.h"

namespace clze::spirv {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

std::string repeat(const std::string& text, int count) {
  std::string all;
  all.reserve(text.size() * static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string inKernel(const std::string& statements) {
  return "kernel void k(global int* a) { int x = a[0]; " + statements + " a[1] = x; }";
}

struct Hostile {
  const char* name;
  std::function<std::string()> source;
};

std::ostream& operator<<(std::ostream& stream, const Hostile& hostile) { return stream << hostile.name; }

class HostileSource : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileSource, FailsWithASentenceAndHarmsNobody) {
  const CompileOutcome outcome = build(GetParam().source());
  EXPECT_FALSE(outcome.ok);
  EXPECT_TRUE(outcome.module.empty());
  EXPECT_THAT(outcome.log,
              AnyOf(HasSubstr("error: compiler crashed (signal "), HasSubstr("error: compiler stopped: "),
                    HasSubstr("error: the compiler gave up (exit code "), HasSubstr("program.cl:"),
                    HasSubstr("x.h:")));
  EXPECT_THAT(outcome.log, ::testing::EndsWith("\n"));
  EXPECT_TRUE(build("kernel void k(global int* a) { a[0] = 1; }").ok);
}

INSTANTIATE_TEST_SUITE_P(
    Hostile, HostileSource,
    ::testing::Values(
        Hostile{"Parentheses",
                [] { return inKernel("x = " + repeat("(", 20000) + "x" + repeat(")", 20000) + ";"); }},
        Hostile{"UnaryMinus", [] { return inKernel("x = " + repeat("- ", 1000000) + "x;"); }},
        Hostile{"NestedIf", [] { return inKernel(repeat("if (x) { ", 50000) + repeat("}", 50000)); }},
        Hostile{"NestedIfBare", [] { return inKernel(repeat("if (x) ", 400000) + "x = 1;"); }},
        Hostile{"Pointers", [] { return "kernel void k(global int " + repeat("*", 1000000) + " p) {}"; }},
        Hostile{"DoublingMacro",
                [] {
                  std::string text = "#define M0 x + x\n";
                  for (int i = 1; i < 26; ++i) {
                    text += "#define M" + std::to_string(i) + " M" + std::to_string(i - 1) + " + M" +
                            std::to_string(i - 1) + "\n";
                  }
                  return text + inKernel("x = M25;");
                }},
        Hostile{
            "HugeArray",
            [] { return std::string("constant int t[] = {[1000000000] = 1};\n") + inKernel("x = t[x];"); }},
        Hostile{"IncludesItself", [] { return std::string("#include __FILE__\n#include \"x.h\"\n"); }},
        Hostile{"Noise",
                [] {
                  std::string text;
                  for (int i = 1; i < 20000; ++i) text += static_cast<char>(1 + i * 7919 % 255);
                  return text;
                }},
        Hostile{"LongDouble", [] { return inKernel("long double d = x; x = (int)(d * d);"); }},
        Hostile{"UnknownBuiltin", [] { return inKernel("x = (int)__builtin_readcyclecounter();"); }},
        Hostile{"Prefetch", [] { return inKernel("__builtin_prefetch(a);"); }},
        Hostile{"Trap", [] { return inKernel("__builtin_debugtrap();"); }},
        Hostile{"VariableArray", [] { return inKernel("int v[x]; x = v[0];"); }},
        Hostile{"FunctionPointer", [] { return "void f() {}\n" + inKernel("void (*p)() = f; p();"); }},
        Hostile{"Block", [] { return inKernel("int (^b)(void) = ^{ return 1; }; x = b();"); }},
        Hostile{"Int128", [] { return inKernel("__int128 v = x; x = (int)v;"); }}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(HostileHeader, ThatIncludesItselfIsAnError) {
  CompileRequest request = requestOf("#include \"x.h\"\n");
  request.headers = {{"x.h", "#include \"x.h\"\n"}};
  const CompileOutcome outcome = compile(request);
  EXPECT_FALSE(outcome.ok);
  EXPECT_THAT(outcome.log, HasSubstr("error: #include nested too deeply"));
}

TEST(HostileHeader, CannotReplaceOurs) {
  CompileRequest request = requestOf("kernel void k(global uint* a) { a[0] = UINT_MAX; }");
  request.headers = {{"../builtin/clze_base.h", "#error replaced\n"},
                     {"/clze/builtin/clze_base.h", "#error replaced\n"}};
  const CompileOutcome outcome = compile(request);
  EXPECT_TRUE(outcome.ok) << outcome.log;
}

}  // namespace
}  // namespace clze::spirv
