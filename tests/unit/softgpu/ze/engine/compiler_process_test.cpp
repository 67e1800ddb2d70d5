// softgpu-compiler: the same programs as in this process, and whatever SPIR-V does to it, this process lives
// and has a log.
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <thread>

#include "tests/unit/softgpu/ze/engine/engine_test.h"
#include "tests/unit/softgpu/ze/engine/hostile.h"

namespace softgpu::engine::test {
namespace {

class EngineCompiler : public testing::Test {
 protected:
  void SetUp() override { setCompiler(SOFTGPU_COMPILER, 60); }
  void TearDown() override { setCompiler("", 1); }

  static size_t descriptors() {
    size_t count = 0;
    DIR* directory = ::opendir("/proc/self/fd");
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count;
  }
};

TEST_F(EngineCompiler, MakesTheSamePrograms) {
  for (const char* name : {"basic", "specialize", "print"}) {
    const auto apart = compile(name);
    setCompiler("", 1);
    const auto here = compile(name);
    EXPECT_EQ(apart->native(), here->native()) << name;
    setCompiler(SOFTGPU_COMPILER, 60);
  }
}

TEST_F(EngineCompiler, LinksAndCompilesFunctions) {
  std::vector<std::shared_ptr<const Program>> linked;
  std::string log;
  const std::vector<std::shared_ptr<const Program>> programs = {
      Program::compile(readSpirv("link_user"), {}, "", log),
      Program::compile(readSpirv("link_provider"), {}, "", log),
      Program::compile(readSpirv("link_third"), {}, "", log)};
  ASSERT_TRUE(programs[0] && programs[1] && programs[2]) << log;
  EXPECT_TRUE(Program::link(programs, linked, log)) << log;
  const auto leaf = compile("link_leaf");
  EXPECT_NE(leaf->functionPointer("leaf"), nullptr);
}

TEST_F(EngineCompiler, TellsWhatIsWrong) {
  std::string log;
  std::vector<uint32_t> words = readSpirv("basic");
  words[0] = 1;
  EXPECT_EQ(Program::compile(words, {}, "", log), nullptr);
  EXPECT_EQ(log, "SPIR-V is malformed: magic number 0x1\n");
}

// Time of this thread's: what else the machine does makes no difference.
TEST_F(EngineCompiler, AModuleMadeAgainIsNotCompiledAgain) {
  setCompiler("", 1);
  const auto spent = [](const char* name, std::string_view flags) {
    timespec before{}, after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    EXPECT_TRUE(compile(name, flags));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    return (after.tv_sec - before.tv_sec) * 1'000'000'000 + after.tv_nsec - before.tv_nsec;
  };
  const auto first = spent("image", "");
  EXPECT_LT(spent("image", "") * 4, first);
  EXPECT_GT(spent("image", "-ze-opt-level=1") * 4, first) << "another program";
  // Each has variables of its own.
  const auto one = compile("basic"), two = compile("basic");
  EXPECT_NE(one->globalPointer("counter", nullptr), two->globalPointer("counter", nullptr));
  std::string log, again;
  EXPECT_TRUE(Program::compile(readSpirv("link_user"), {}, "", log));
  EXPECT_TRUE(Program::compile(readSpirv("link_user"), {}, "", again));
  EXPECT_NE(log, "");
  EXPECT_EQ(log, again);
}

// No time at all: as if the module hung the compiler.
TEST_F(EngineCompiler, KeepsItsTime) {
  setCompiler(SOFTGPU_COMPILER, 1);
  std::string log;
  EXPECT_EQ(Program::compile(deepBlocks(200'000), {}, "", log), nullptr);
  EXPECT_NE(log, "");
  // And goes on.
  setCompiler(SOFTGPU_COMPILER, 60);
  compile("basic");
}

TEST_F(EngineCompiler, LeavesNothingBehind) {
  compile("basic");
  const size_t before = descriptors();
  for (const char* name : {"specialize", "bits", "memory"}) compile(name);
  std::string log;
  EXPECT_EQ(Program::compile(nestedArrays(60), {}, "", log), nullptr);
  EXPECT_EQ(descriptors(), before);
  // No child that somebody would have to wait for.
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(EngineCompiler, SeveralThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([] { compile("specialize"); });
  for (auto& thread : threads) thread.join();
}

TEST_F(EngineCompiler, WithoutItTheEngineCompilesHereAndSaysSo) {
  setCompiler("/nonexistent/softgpu-compiler", 60);
  std::string log;
  EXPECT_NE(Program::compile(readSpirv("basic"), {}, "", log), nullptr);
  EXPECT_NE(log.find("compiled in the application's process: /nonexistent/softgpu-compiler cannot be run"),
            std::string::npos)
      << log;
}

TEST_F(EngineCompiler, AProgramThatIsNoCompiler) {
  setCompiler("/bin/true", 60);
  std::string log;
  EXPECT_NE(Program::compile(readSpirv("basic"), {}, "", log), nullptr);
  EXPECT_NE(log.find("/bin/true does not answer"), std::string::npos) << log;
}

class EngineHostile : public EngineCompiler {
 protected:
  // A program, or a refusal with a log.
  static void survives(const Words& words, const char* name, std::string& log) {
    const auto program = Program::compile(words, {}, "", log);
    EXPECT_TRUE(program || !log.empty()) << name;
  }
};

TEST_F(EngineHostile, Few) {
  for (const Hostile& hostile : hostileModules()) {
    std::string log;
    survives(hostile.make(hostile.few), hostile.name, log);
  }
}

TEST_F(EngineHostile, Many) {
  // Most take longer than this: what counts is that nothing else than time is used up.
  setCompiler(SOFTGPU_COMPILER, 1);
  for (const Hostile& hostile : hostileModules()) {
    std::string log;
    survives(hostile.make(hostile.many), hostile.name, log);
  }
}

// Sizes that wrap at 64 bits.
TEST_F(EngineHostile, SizesDoNotWrap) {
  std::string log;
  EXPECT_EQ(Program::compile(nestedArrays(64), {}, "", log), nullptr);
  EXPECT_NE(log.find("function k has 18446744073709551615 bytes of private variables"), std::string::npos)
      << log;
  log.clear();
  EXPECT_EQ(Program::compile(doubledStructs(63), {}, "", log), nullptr);
  EXPECT_NE(log.find("bytes of private variables"), std::string::npos) << log;
  log.clear();
  EXPECT_EQ(Program::compile(manyVariables(20), {}, "", log), nullptr);
  EXPECT_NE(log, "");
}

}  // namespace
}  // namespace softgpu::engine::test
