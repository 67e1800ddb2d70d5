// clze-run: what it refuses and how, the environment it makes, and the /dev its programs see.
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace clze::tools {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int status = -1;
  std::string output;
  std::string errors;
};

// Runs argv after `prepare` in the child.
Outcome runProcess(const std::vector<std::string>& arguments, const std::function<bool()>& prepare) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  Outcome outcome;
  if (::pipe(out.data()) != 0 || ::pipe(err.data()) != 0) return outcome;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    for (const int fd : {out[0], out[1], err[0], err[1]}) ::close(fd);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    if (prepare && !prepare()) ::_exit(99);
    ::execv(argv[0], argv.data());
    ::_exit(98);
  }
  ::close(out[1]);
  ::close(err[1]);
  std::array<pollfd, 2> polls{pollfd{out[0], POLLIN, 0}, pollfd{err[0], POLLIN, 0}};
  for (int open = 2; open > 0;) {
    ::poll(polls.data(), 2, -1);
    for (pollfd& p : polls) {
      if (p.fd < 0 || p.revents == 0) continue;
      std::array<char, 4096> part{};
      const ssize_t got = ::read(p.fd, part.data(), part.size());
      if (got > 0) {
        (p.fd == out[0] ? outcome.output : outcome.errors).append(part.data(), static_cast<std::size_t>(got));
      } else {
        p.fd = -1;
        --open;
      }
    }
  }
  ::close(out[0]);
  ::close(err[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) outcome.status = WEXITSTATUS(status);
  return outcome;
}

// From here on unshare() is forbidden, as in many containers.
bool forbidUnshare() {
  std::array<sock_filter, 4> filter{{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
                                     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                                     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
  sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

constexpr uid_t kNobody = 65534;

bool becomeNobody() {
  return ::setgroups(0, nullptr) == 0 && ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0;
}

class ClzeRunTest : public ::testing::Test {
 protected:
  // A copy in a folder that every user may read; the tree's shape is what clze-run goes by.
  void SetUp() override {
    const char* program = std::getenv("CLZE_RUN");
    ASSERT_NE(program, nullptr);
    std::string name = "/tmp/clze-run-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    ASSERT_EQ(::chmod(name.c_str(), 0755), 0);
    std::filesystem::create_directories(root_ / "bin");
    std::filesystem::copy_file(program, root_ / "bin/clze-run");
    program_ = (root_ / "bin/clze-run").string();
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  Outcome run(std::vector<std::string> arguments, const std::function<bool()>& prepare = {}) const {
    arguments.insert(arguments.begin(), program_);
    return runProcess(arguments, prepare);
  }
  Outcome shell(const std::string& script, const std::function<bool()>& prepare = {}) const {
    return run({"--software", "sh", "-c", script}, prepare);
  }

  static bool namespacesPermitted() {
    const pid_t child = ::fork();
    if (child == 0)
      ::_exit(::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status == 0;
  }

  void expectOneSentence(const Outcome& outcome) const {
    EXPECT_THAT(outcome.errors, ::testing::StartsWith("clze-run: "));
    EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1);
    EXPECT_TRUE(outcome.errors.ends_with(".\n")) << outcome.errors;
  }

  std::filesystem::path root_;
  std::string program_;
};

TEST_F(ClzeRunTest, RefusesInOneSentence) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"--software"}, {"--"}, {"--hardware", "true"}, {"-x"}}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 1);
    expectOneSentence(outcome);
    EXPECT_EQ(outcome.output, "");
  }
}

TEST_F(ClzeRunTest, TellsWhatCannotBeRun) {
  const Outcome missing = run({"no-such-program-here"});
  EXPECT_EQ(missing.status, 127);
  expectOneSentence(missing);
  const Outcome folder = run({"/etc"});
  EXPECT_EQ(folder.status, 126);
  expectOneSentence(folder);
}

TEST_F(ClzeRunTest, WithoutNamespacesSoftwareIsOneSentence) {
  const Outcome outcome = run({"--software", "echo", "ran"}, forbidUnshare);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.output, "");
  expectOneSentence(outcome);
  EXPECT_THAT(outcome.errors, HasSubstr("Operation not permitted"));
}

TEST_F(ClzeRunTest, HelpIsHelp) {
  const Outcome outcome = run({"--help"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.output, HasSubstr("--software"));
}

TEST_F(ClzeRunTest, SelectsTheOneVendorAndBecomesTheProgram) {
  const Outcome outcome =
      run({"--", "sh", "-c", "echo $OCL_ICD_VENDORS ${OCL_ICD_FILENAMES-none} $0 $1; exit 7", "a", "b"},
          [] { return ::setenv("OCL_ICD_FILENAMES", "other.so", 1) == 0; });
  EXPECT_EQ(outcome.output, (root_ / "etc/OpenCL/vendors").string() + " none a b\n");
  EXPECT_EQ(outcome.status, 7);
}

TEST_F(ClzeRunTest, IsFoundThroughALink) {
  std::filesystem::create_symlink(program_, root_ / "link");
  const Outcome outcome = runProcess({(root_ / "link").string(), "printenv", "OCL_ICD_VENDORS"}, {});
  EXPECT_EQ(outcome.output, (root_ / "etc/OpenCL/vendors").string() + "\n");
}

TEST_F(ClzeRunTest, WithoutSoftwareTheMachineStaysAsItIs) {
  const Outcome outcome =
      run({"sh", "-c",
           "echo ${ZE_ENABLE_ALT_DRIVERS-none} ${LIBVA_DRIVER_NAME-none}; ls -i /dev/null | cut -d' ' -f1"});
  EXPECT_THAT(outcome.output, ::testing::StartsWith("none none\n"));
}

struct User {
  const char* name;
  bool ordinary;
};

class SoftwareTest : public ClzeRunTest, public ::testing::WithParamInterface<User> {
 protected:
  void SetUp() override {
    ClzeRunTest::SetUp();
    if (!namespacesPermitted()) GTEST_SKIP() << "this system permits no namespaces";
    if (GetParam().ordinary && ::geteuid() == 0) prepare_ = becomeNobody;
  }
  std::function<bool()> prepare_;
};

TEST_P(SoftwareTest, SetsTheEnvironment) {
  const Outcome outcome =
      shell("echo $ZE_ENABLE_ALT_DRIVERS $LIBVA_DRIVERS_PATH $LIBVA_DRIVER_NAME", prepare_);
  const std::string lib = (root_ / "lib/clze").string();
  EXPECT_EQ(outcome.output, lib + "/libze_softgpu.so " + lib + "/dri softgpu\n") << outcome.errors;
}

TEST_P(SoftwareTest, GivesARenderNodeThatLibdrmBelieves) {
  const Outcome outcome = shell(
      "stat -c '%F' /dev/dri/renderD128; d=$(stat -c '%t:%T' /dev/dri/renderD128);"
      "test -d /sys/dev/char/$((0x${d%:*})):$((0x${d#*:}))/device/drm && echo drm; exec "
      "3<>/dev/dri/renderD128 && echo open",
      prepare_);
  EXPECT_EQ(outcome.output, "character special file\ndrm\nopen\n") << outcome.errors;
}

TEST_P(SoftwareTest, KeepsTheRestOfDev) {
  const Outcome outcome = shell(
      "echo x > /dev/null && echo null; head -c3 /dev/zero | wc -c; echo y > /dev/full || echo full; "
      "head -c5 /dev/urandom | wc -c; echo piped | cat /dev/stdin; echo e | cat /dev/fd/0; "
      "f=/dev/shm/clze-run-$$; echo s > $f && cat $f && rm $f; ls -d /dev/pts /dev/ptmx /dev/tty /dev/random",
      prepare_);
  EXPECT_EQ(outcome.output, "null\n3\nfull\n5\npiped\ne\ns\n/dev/ptmx\n/dev/pts\n/dev/random\n/dev/tty\n")
      << outcome.errors;
}

TEST_P(SoftwareTest, NoEntryOfDevIsLost) {
  const Outcome outside = run({"ls", "/dev"}, prepare_);
  const Outcome inside = run({"--software", "ls", "/dev"}, prepare_);
  const auto withDri = [](std::string list) {
    return ("\n" + list).find("\ndri\n") == std::string::npos ? list.insert(0, "dri\n") : list;
  };
  const auto sorted = [](const std::string& list) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < list.size();) {
      const std::size_t end = list.find('\n', at);
      lines.push_back(list.substr(at, end - at));
      at = end + 1;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  EXPECT_EQ(sorted(inside.output), sorted(withDri(outside.output))) << inside.errors;
}

TEST_P(SoftwareTest, TheUserStaysWhoHeIs) {
  const Outcome outside = run({"id", "-u"}, prepare_);
  const Outcome inside = run({"--software", "id", "-u"}, prepare_);
  EXPECT_EQ(inside.output, outside.output) << inside.errors;
}

TEST_P(SoftwareTest, ExitStatusAndNestingWork) {
  EXPECT_EQ(shell("exit 42", prepare_).status, 42);
  const Outcome nested = run({"--software", program_, "--software", "ls", "/dev/dri"}, prepare_);
  EXPECT_EQ(nested.output, "renderD128\n") << nested.errors;
}

TEST_P(SoftwareTest, NothingChangesOutside) {
  struct stat before {};
  const bool hadDri = ::stat("/dev/dri/renderD128", &before) == 0;
  EXPECT_EQ(shell("true", prepare_).status, 0);
  struct stat after {};
  EXPECT_EQ(::stat("/dev/dri/renderD128", &after) == 0, hadDri);
  EXPECT_NE(::stat("/sys/dev/char/1:3/device/drm", &after), 0);
}

INSTANTIATE_TEST_SUITE_P(Users, SoftwareTest,
                         ::testing::Values(User{"AsStarted", false}, User{"AsNobody", true}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace clze::tools
