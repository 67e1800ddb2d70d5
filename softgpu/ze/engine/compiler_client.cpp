// compileJob(): starts softgpu-compiler without disturbing the application (no SIGCHLD that matters, no
// inherited descriptors, no zombie), and gives it jobs.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>

#include "base/unique_fd.h"
#include "softgpu/ze/engine/compiled.h"
#include "softgpu/ze/engine/compiler_wire.h"
#include "softgpu/ze/engine/job.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace softgpu::engine {
namespace {

using clze::UniqueFd;
using Clock = std::chrono::steady_clock;

class SpawnSettings {
 public:
  SpawnSettings()
      : good_(::posix_spawnattr_init(&attributes_) == 0 && ::posix_spawn_file_actions_init(&files_) == 0) {}
  ~SpawnSettings() {
    if (good_) {
      ::posix_spawnattr_destroy(&attributes_);
      ::posix_spawn_file_actions_destroy(&files_);
    }
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  // A process group of its own: a Ctrl-C at the terminal is the application's alone. Nothing that a library
  // prints reaches the application's terminal or keeps its pipes open.
  int spawn(const std::string& path, int control, pid_t& pid) {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    constexpr short kFlags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    // The socket first, since it may be one of 0 to 2 of an application that closed its own.
    const bool prepared =
        good_ && ::posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
        ::posix_spawnattr_setsigdefault(&attributes_, &all) == 0 &&
        ::posix_spawnattr_setpgroup(&attributes_, 0) == 0 &&
        ::posix_spawnattr_setflags(&attributes_, kFlags) == 0 &&
        ::posix_spawn_file_actions_adddup2(&files_, control, wire::kControlFd) == 0 &&
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        ::posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        ::posix_spawn_file_actions_addclosefrom_np(&files_, wire::kControlFd + 1) == 0;
    std::array<char*, 2> arguments = {const_cast<char*>(path.c_str()), nullptr};
    return prepared ? ::posix_spawn(&pid, path.c_str(), &files_, &attributes_, arguments.data(), environ)
                    : ENOMEM;
  }

 private:
  posix_spawnattr_t attributes_ = {};
  posix_spawn_file_actions_t files_ = {};
  bool good_;
};

class CompilerProcess {
 public:
  // Never destroyed: the process ends when its socket does.
  static CompilerProcess& instance() {
    static CompilerProcess& process = *std::make_unique<CompilerProcess>().release();
    return process;
  }

  void set(const std::string& path, unsigned seconds) {
    const std::lock_guard lock(mutex_);
    path_ = path;
    seconds_ = std::max(1U, seconds);
    control_.reset();
  }
  bool wanted() {
    const std::lock_guard lock(mutex_);
    return !path_.empty();
  }

  // `seconds` gets the limit. False, with the reason, when no compiler can be started.
  bool submit(std::array<int, 2> fds, unsigned& seconds, std::string& reason) {
    const std::lock_guard lock(mutex_);
    seconds = seconds_;
    const wire::Request request = {wire::kMagic, seconds_};
    // After a fork both processes may go on with one compiler: a job has its own socket.
    if (control_ && wire::send(control_.get(), wire::bytesOf(request), fds)) {
      return true;
    }
    if (!start(reason)) {
      return false;
    }
    if (wire::send(control_.get(), wire::bytesOf(request), fds)) {
      return true;
    }
    reason = fmt::format("{} cannot be reached: {}", path_, std::strerror(errno));
    return false;
  }

 private:
  bool start(std::string& reason) {
    control_.reset();
    std::array<int, 2> ends = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      reason = fmt::format("no socket: {}", std::strerror(errno));
      return false;
    }
    UniqueFd ours(ends[0]), theirs(ends[1]);
    pid_t pid = 0;
    const int failure = SpawnSettings().spawn(path_, theirs.get(), pid);
    theirs.reset();
    if (failure != 0) {
      reason = fmt::format("{} cannot be run: {}", path_, std::strerror(failure));
      return false;
    }
    // It leaves a child of its own behind and ends. ECHILD when the application ignores SIGCHLD or was
    // faster.
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    wire::Hello hello = {};
    if (wire::receive(ours.get(), wire::writableBytesOf(hello), {}) != sizeof(hello) ||
        hello.magic != wire::kMagic) {
      reason = path_ + " does not answer, or is of another version";
      return false;
    }
    control_ = std::move(ours);
    return true;
  }

  std::mutex mutex_;
  std::string path_;
  unsigned seconds_ = 1;
  UniqueFd control_;
};

enum class Ending { Done, NeverSeen, Failed };

// What a person reads when the compiler did not end well.
std::string complaint(const std::optional<wire::Status>& status, bool late, unsigned seconds) {
  const bool timed = late || (status && (status->signal == SIGALRM || status->signal == SIGXCPU));
  if (timed) {
    return fmt::format("the module is refused: it did not compile within {} s (SOFTGPU_COMPILE_SECONDS)\n",
                       seconds);
  }
  if (status) {
    return fmt::format("the module is refused: the compiler crashed on it (signal {}: {})\n", status->signal,
                       ::strsignal(status->signal));
  }
  return "the module is refused: the compiler gave up on it\n";
}

Ending await(int socket, unsigned seconds, std::string& log) {
  constexpr unsigned kGrace = 10;  // seconds; the compiler itself keeps the limit
  const auto deadline = Clock::now() + std::chrono::seconds(seconds + kGrace);
  bool seen = false;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd polled = {socket, POLLIN, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(std::clamp<int64_t>(left, 0, INT_MAX)));
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    wire::Status status = {};
    const bool late = ready <= 0;
    if (late || wire::receive(socket, wire::writableBytesOf(status), {}) != sizeof(status)) {
      if (!late && !seen) {
        return Ending::NeverSeen;
      }
      log += complaint(std::nullopt, late, seconds);
      return Ending::Failed;
    }
    if (status.event == wire::Event::Done) {
      return Ending::Done;
    }
    if (status.event == wire::Event::Signalled) {
      log += complaint(status, false, seconds);
      return Ending::Failed;
    }
    seen = true;
  }
}

// Nothing: no compiler could be had.
std::optional<bool> compileApart(const Job& job, Product& product, std::string& log, std::string& reason) {
  const auto bytes = writeJob(job);
  // A compiler that was idle for long ends, maybe between two jobs, and never sees the first attempt.
  constexpr int kAttempts = 4;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const UniqueFd data(::memfd_create("softgpu-job", MFD_CLOEXEC));
    std::array<int, 2> ends = {-1, -1};
    if (!data || !wire::writeFile(data.get(), bytes) ||
        ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      reason = fmt::format("no file or socket for a job: {}", std::strerror(errno));
      return std::nullopt;
    }
    const UniqueFd ours(ends[0]);
    UniqueFd theirs(ends[1]);
    unsigned seconds = 0;
    if (!CompilerProcess::instance().submit({data.get(), theirs.get()}, seconds, reason)) {
      return std::nullopt;
    }
    theirs.reset();
    switch (await(ours.get(), seconds, log)) {
      case Ending::NeverSeen:
        continue;
      case Ending::Failed:
        return false;
      case Ending::Done:
        break;
    }
    bool done = false;
    std::string told;
    const auto outcome = wire::readFile(data.get());
    if (!outcome || !readOutcome(*outcome, done, product, told)) {
      log += complaint(std::nullopt, false, seconds);
      return false;
    }
    log += told;
    return done;
  }
  reason = "the compiler ends before it compiles";
  return std::nullopt;
}

}  // namespace

void setCompiler(const std::string& path, unsigned seconds) {
  CompilerProcess::instance().set(path, seconds);
  forgetCompiled();
}

bool compileJob(Job job, Product& product, std::string& log) {
  if (CompilerProcess::instance().wanted()) {
    std::string reason;
    if (const auto done = compileApart(job, product, log, reason)) {
      return *done;
    }
    log += "compiled in the application's process: " + reason + '\n';
  }
  return compileHere(std::move(job), product, log);
}

}  // namespace softgpu::engine
