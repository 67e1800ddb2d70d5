// Programs that need each other: imports, shared variables, functions by pointer.
#include <array>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

using Programs = std::vector<std::shared_ptr<const Program>>;

std::shared_ptr<const Program> made(const std::string& name) {
  std::string log;
  auto program = Program::compile(readSpirv(name), {}, "", log);
  EXPECT_TRUE(program) << log;
  return program;
}

Programs linked(const Programs& programs) {
  Programs results;
  std::string log;
  EXPECT_TRUE(Program::link(programs, results, log)) << log;
  EXPECT_EQ(log, "");
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) results[i] = programs[i];
  }
  return results;
}

std::string linkError(const Programs& programs) {
  Programs results;
  std::string log;
  EXPECT_FALSE(Program::link(programs, results, log));
  return log;
}

int* variable(const Program& program, const char* name) {
  size_t size = 0;
  void* pointer = program.globalPointer(name, &size);
  EXPECT_TRUE(pointer) << name;
  EXPECT_EQ(size, 4U);
  return static_cast<int*>(pointer);
}

TEST(EngineLink, WhatIsMissingHasAName) {
  const auto user = made("link_user");
  EXPECT_FALSE(user->linked());
  EXPECT_EQ(user->kernels().size(), 3U);
  EXPECT_EQ(linkError({user}),
            "unresolved variable counter\nunresolved function provided\nunresolved function usesItem\n");
  EXPECT_EQ(linkError({user, made("link_provider")}), "unresolved function third\n");
}

TEST(EngineLink, AmbiguousAndMistypedImportsAreErrors) {
  const auto branch = made("link_branch"), leaf = made("link_leaf");
  EXPECT_EQ(linkError({branch, leaf, made("link_leaf")}),
            "variable leafCount is exported by more than one module\n"
            "function leaf is exported by more than one module\n"
            "function visit is exported by more than one module\n");
  EXPECT_NE(linkError({made("link_other_types"), leaf}).find("imported with other types"), std::string::npos);
}

TEST(EngineLink, CirclesOfModules) {
  const auto programs = linked({made("link_user"), made("link_third"), made("link_provider")});
  const Program& user = *programs[0];
  const Program& provider = *programs[2];
  ASSERT_TRUE(user.linked());
  std::array<int, 4> out{};
  run(user, "use", geometry({4, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (std::array{1100, 1102, 1104, 1106}));
  // An imported function may ask for the work-item and stop at a barrier.
  run(user, "useItem", geometry({4, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (std::array{1, 11, 21, 31}));
  *variable(user, "shared") = 0;
  run(user, "use", geometry({2, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out[1], 1002);
  // One variable for both.
  EXPECT_EQ(variable(user, "counter"), variable(provider, "counter"));
  run(user, "bump", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out[0], 8);
  run(provider, "own", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out[0], 8);
  EXPECT_EQ(provider.globalPointer("hidden", nullptr), nullptr);
}

TEST(EngineLink, VariablesOfACompiledExporterStayWhereTheyAre) {
  const auto leaf = made("link_leaf");
  ASSERT_TRUE(leaf->linked());
  int* count = variable(*leaf, "leafCount");
  std::array<int, 3> out{};
  run(*leaf, "ownVisit", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out[0], 1);
  *count = 50;
  const auto branch = linked({leaf, made("link_branch")})[1];
  EXPECT_EQ(variable(*branch, "leafCount"), count);
  run(*branch, "viaLeaf", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (std::array{56, 2, 50}));
  EXPECT_EQ(*count, 51);
  run(*leaf, "ownVisit", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out[0], 3);
}

TEST(EngineLink, NativeFormsLinkToo) {
  std::string log;
  const std::shared_ptr<const Program> leaf = Program::load(made("link_leaf")->native(), log);
  const std::shared_ptr<const Program> branch = Program::load(made("link_branch")->native(), log);
  ASSERT_TRUE(leaf && branch) << log;
  EXPECT_FALSE(branch->linked());
  std::array<int, 3> out{};
  run(*linked({branch, leaf})[0], "viaLeaf", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (std::array{11, 1, 5}));
}

TEST(EngineLink, SeveralInputsMakeOneProgram) {
  const auto leaf = readSpirv("link_leaf"), branch = readSpirv("link_branch");
  std::string log;
  const auto program =
      Program::compile(std::vector<Source>{{branch, {}, "-funny"}, {leaf, {}, "-ze-opt-disable"}}, log);
  ASSERT_TRUE(program) << log;
  EXPECT_EQ(log, "flag -funny is not known and ignored\n");
  EXPECT_TRUE(program->linked());
  EXPECT_EQ(program->kernels().size(), 2U);
  std::array<int, 3> out{};
  run(*program, "viaLeaf", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (std::array{11, 1, 5}));
  run(*program, "ownVisit", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out[0], 2);
  EXPECT_EQ(*variable(*program, "leafCount"), 6);
  const auto again = Program::load(program->native(), log);
  ASSERT_TRUE(again) << log;
  EXPECT_EQ(again->kernels().size(), 2U);
  // The same twice.
  EXPECT_EQ(Program::compile(std::vector<Source>{{leaf, {}, ""}, {leaf, {}, ""}}, log), nullptr);
  EXPECT_NE(log.find("multiply defined"), std::string::npos) << log;
}

TEST(EngineLink, FunctionsByPointer) {
  const auto leaf = made("link_leaf");
  const auto branch = linked({leaf, made("link_branch")})[1];
  EXPECT_EQ(leaf->functionPointer("absent"), nullptr);
  EXPECT_EQ(leaf->functionPointer("ownVisit"), nullptr) << "a kernel";
  EXPECT_EQ(leaf->functionPointer("whereAmI"), nullptr) << "needs its work-item";
  EXPECT_EQ(branch->functionPointer("leaf"), nullptr) << "imported";
  EXPECT_EQ(made("link_branch")->functionPointer("branch"), nullptr) << "not linked";
  const auto function = reinterpret_cast<int (*)(int)>(branch->functionPointer("branch"));
  ASSERT_TRUE(function);
  EXPECT_EQ(function(7), 27);
  *variable(*leaf, "leafCount") = 0;
  EXPECT_EQ(function(7), 22);
  EXPECT_EQ(branch->functionPointer("branch"), reinterpret_cast<void*>(function));
}

}  // namespace
}  // namespace softgpu::engine::test
