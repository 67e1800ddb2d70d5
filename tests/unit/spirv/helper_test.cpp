// The compiler process and the application: crashes, kills, threads, forks, descriptors, children.
#include "spirv/client/helper.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "base/guarded.h"
#include "tests/unit/spirv/build.h"

namespace clze::spirv {
namespace {

using ::testing::HasSubstr;

constexpr const char* kTrivial = "kernel void k(global int* a) { a[0] = 1; }";

// Keeps clang busy far longer than a test needs, at little memory.
std::string slowSource() {
  std::string text = "#define M0 +x\n";
  std::string below = "M0";
  for (int i = 1; i < 32; ++i) {
    const std::string name = "M" + std::to_string(i);
    for (const char* part : {"#define ", name.c_str(), " ", below.c_str(), " ", below.c_str(), "\n"})
      text += part;
    below = name;
  }
  return text + "#if M31\n#endif\n";
}

std::vector<pid_t> childrenOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

// Waits for a compile that another thread began.
std::vector<pid_t> busyChildren(pid_t helper) {
  for (int i = 0; i < 2000; ++i) {
    std::vector<pid_t> children = childrenOf(helper);
    if (!children.empty()) return children;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

UniqueFd openPid(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

bool ends(const UniqueFd& process) {
  pollfd polled = {process.get(), POLLIN, 0};
  return ::poll(&polled, 1, 30000) == 1;
}

size_t openDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

// What a forked child reports with its exit code: 0 for a compile that worked.
int exitCodeOf(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Helper, KilledWhileItCompilesIsAFailedBuildAndTheNextOneWorks) {
  ASSERT_TRUE(build(kTrivial).ok);
  const pid_t helper = Helper::instance().pid();
  ASSERT_GT(helper, 0);
  auto slow = std::async(std::launch::async, [] { return build(slowSource()); });
  const std::vector<pid_t> jobs = busyChildren(helper);
  ASSERT_FALSE(jobs.empty());
  const UniqueFd job = openPid(jobs[0]);
  // The helper takes one request after the other: now it has told the first that it runs, and it will not be
  // retried.
  ASSERT_TRUE(build(kTrivial).ok);
  ASSERT_EQ(::kill(helper, SIGKILL), 0);
  const CompileOutcome outcome = slow.get();
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.log, "error: the compiler process was ended while it compiled\n");
  EXPECT_TRUE(ends(job));
  EXPECT_TRUE(build(kTrivial).ok);
  EXPECT_NE(Helper::instance().pid(), helper);
}

TEST(Helper, CompileThatCrashesNamesTheSignal) {
  ASSERT_TRUE(build(kTrivial).ok);
  const pid_t helper = Helper::instance().pid();
  auto slow = std::async(std::launch::async, [] { return build(slowSource()); });
  const std::vector<pid_t> jobs = busyChildren(helper);
  ASSERT_FALSE(jobs.empty());
  ::kill(jobs[0], SIGSEGV);
  const CompileOutcome outcome = slow.get();
  EXPECT_FALSE(outcome.ok);
  EXPECT_THAT(outcome.log, HasSubstr("error: compiler crashed (signal 11: Segmentation fault)"));
  EXPECT_EQ(Helper::instance().pid(), helper);
  EXPECT_TRUE(build(kTrivial).ok);
}

TEST(Helper, KilledBetweenCompilesIsNotNoticed) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(build(kTrivial).ok);
    const pid_t helper = Helper::instance().pid();
    const UniqueFd process = openPid(helper);
    ::kill(helper, SIGKILL);
    EXPECT_TRUE(ends(process));
    const CompileOutcome outcome = build(kTrivial);
    EXPECT_TRUE(outcome.ok) << outcome.log;
  }
}

TEST(Helper, KilledUnderManyThreadsFailsNoCompileThatHadNotBegun) {
  std::atomic<bool> stop = false;
  Guarded<std::vector<std::string>> odd;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        const CompileOutcome outcome = build(kTrivial);
        if (!outcome.ok && outcome.log.find("ended while it compiled") == std::string::npos) {
          odd.lock()->push_back(outcome.log);
        }
      }
    });
  }
  // Fewer than the attempts of one compile: all of these may hit helpers that are still starting.
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (const pid_t helper = Helper::instance().pid(); helper > 0) ::kill(helper, SIGKILL);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(*odd.lock(), ::testing::IsEmpty());
  EXPECT_TRUE(build(kTrivial).ok);
}

TEST(Helper, CompilesForManyThreadsAtOnceWithEqualResults) {
  const auto sourceOf = [](int i) {
    return "kernel void k" + std::to_string(i) + "(global float4* a) { a[0] = sin(a[" + std::to_string(i) +
           "]); }";
  };
  constexpr int kThreads = 8;
  std::vector<Words> expected;
  expected.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) expected.push_back(mustBuild(sourceOf(i)));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        const int which = (i + round) % kThreads;
        if (build(sourceOf(which)).module != expected[static_cast<size_t>(which)]) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Helper, CompilesShortProgramsWhileALongOneRuns) {
  ASSERT_TRUE(build(kTrivial).ok);
  const pid_t helper = Helper::instance().pid();
  auto slow = std::async(std::launch::async, [] { return build(slowSource()); });
  const std::vector<pid_t> jobs = busyChildren(helper);
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_TRUE(build(kTrivial).ok);
  EXPECT_EQ(childrenOf(helper), jobs);
  ::kill(jobs[0], SIGKILL);
  EXPECT_FALSE(slow.get().ok);
}

TEST(Helper, LeavesNoDescriptorsAndNoChildren) {
  ASSERT_TRUE(build(kTrivial).ok);
  const size_t before = openDescriptors();
  for (int i = 0; i < 30; ++i) {
    EXPECT_TRUE(build(kTrivial).ok);
    EXPECT_FALSE(build("nonsense").ok);
  }
  EXPECT_EQ(openDescriptors(), before);
  const UniqueFd process = openPid(Helper::instance().pid());
  ::kill(Helper::instance().pid(), SIGKILL);
  EXPECT_TRUE(ends(process));
  EXPECT_TRUE(build(kTrivial).ok);
  EXPECT_EQ(openDescriptors(), before + 1);  // `process`
  errno = 0;
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Helper, HoldsNoDescriptorOfTheApplication) {
  // Deliberately inheritable, as those of many applications are.
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  if (const pid_t old = Helper::instance().pid(); old > 0) {
    const UniqueFd process = openPid(old);
    ::kill(old, SIGKILL);
    EXPECT_TRUE(spirv::ends(process));
  }
  ASSERT_TRUE(build(kTrivial).ok);
  writer.reset();
  char byte = 0;
  EXPECT_EQ(::read(reader.get(), &byte, 1), 0);
}

TEST(Helper, IsNotSharedWithAForkedChildAndEndsWithIt) {
  ASSERT_TRUE(build(kTrivial).ok);
  const pid_t parents = Helper::instance().pid();
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  int go[2] = {-1, -1};
  ASSERT_EQ(::pipe2(go, O_CLOEXEC), 0);
  const UniqueFd goReader(go[0]);
  const UniqueFd goWriter(go[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    const bool before = Helper::instance().pid() == 0;
    const bool ok = build(kTrivial).ok && build(kTrivial).ok;
    const pid_t own = Helper::instance().pid();
    char byte = 0;
    if (::write(writer.get(), &own, sizeof own) != sizeof own || ::read(goReader.get(), &byte, 1) != 1)
      ::_exit(3);
    ::_exit(before && ok ? 0 : 1);
  }
  pid_t childs = 0;
  ASSERT_EQ(::read(reader.get(), &childs, sizeof childs), static_cast<ssize_t>(sizeof childs));
  EXPECT_NE(childs, parents);
  const UniqueFd process = openPid(childs);
  ASSERT_TRUE(process);
  EXPECT_TRUE(build(kTrivial).ok);
  EXPECT_EQ(Helper::instance().pid(), parents);
  ASSERT_EQ(::write(goWriter.get(), "x", 1), 1);
  EXPECT_EQ(exitCodeOf(child), 0);
  EXPECT_TRUE(spirv::ends(process));
  EXPECT_TRUE(build(kTrivial).ok);
  EXPECT_EQ(Helper::instance().pid(), parents);
}

TEST(Helper, EndsWithTheApplicationEvenWhenAForkedChildLivesOn) {
  int pipes[2] = {-1, -1};
  ASSERT_EQ(::pipe2(pipes, O_CLOEXEC), 0);
  const UniqueFd reader(pipes[0]);
  UniqueFd writer(pipes[1]);
  int hold[2] = {-1, -1};
  ASSERT_EQ(::pipe2(hold, O_CLOEXEC), 0);
  UniqueFd holdReader(hold[0]);
  UniqueFd holdWriter(hold[1]);
  const pid_t application = ::fork();
  if (application == 0) {
    holdWriter.reset();
    const bool ok = build(kTrivial).ok;
    const pid_t helper = Helper::instance().pid();
    if (::fork() == 0) {
      // Lives until the test ends, and never compiles.
      char byte = 0;
      [[maybe_unused]] const ssize_t got = ::read(holdReader.get(), &byte, 1);
      ::_exit(0);
    }
    if (::write(writer.get(), &helper, sizeof helper) != sizeof helper) ::_exit(3);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ::_exit(ok ? 0 : 1);
  }
  pid_t helper = 0;
  ASSERT_EQ(::read(reader.get(), &helper, sizeof helper), static_cast<ssize_t>(sizeof helper));
  const UniqueFd process = openPid(helper);
  ASSERT_TRUE(process);
  EXPECT_EQ(exitCodeOf(application), 0);
  EXPECT_TRUE(ends(process));
}

TEST(Helper, WorksForAnApplicationThatIgnoresItsChildren) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGCHLD, SIG_IGN);
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    ::_exit(build(kTrivial).ok && build(kTrivial).ok ? 0 : 1);
  }
  EXPECT_EQ(exitCodeOf(child), 0);
}

TEST(Helper, WorksForAnApplicationWithoutStandardDescriptors) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (int fd = 0; fd < 20; ++fd) ::close(fd);
    ::_exit(build(kTrivial).ok && !build("nonsense").ok && build(kTrivial).ok ? 0 : 1);
  }
  EXPECT_EQ(exitCodeOf(child), 0);
}

TEST(Helper, IsASentenceWhenDescriptorsRunOut) {
  const pid_t child = ::fork();
  if (child == 0) {
    while (::dup(STDERR_FILENO) >= 0) {
    }
    const CompileOutcome outcome = build(kTrivial);
    ::_exit(!outcome.ok && outcome.log.starts_with("error: ") ? 0 : 1);
  }
  EXPECT_EQ(exitCodeOf(child), 0);
}

TEST(Helper, RunsInAProcessGroupOfItsOwn) {
  ASSERT_TRUE(build(kTrivial).ok);
  EXPECT_NE(::getpgid(Helper::instance().pid()), ::getpgid(0));
}

}  // namespace
}  // namespace clze::spirv
