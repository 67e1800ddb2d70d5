// Starts clze-clc without disturbing the application: no SIGCHLD that matters, no inherited descriptors, no
// zombie.
#include "spirv/client/helper.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "spirv/client/helper_path.h"
#include "spirv/wire.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace clze::spirv {
namespace {

class SpawnSettings {
 public:
  SpawnSettings()
      : good_(::posix_spawnattr_init(&attributes_) == 0 && ::posix_spawn_file_actions_init(&files_) == 0) {}
  ~SpawnSettings() {
    if (!good_) return;
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&files_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  // Own process group: a Ctrl-C at the terminal is the application's alone. Signals as a fresh program
  // expects them.
  bool prepare(int control) {
    if (!good_) return false;
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    return ::posix_spawnattr_setflags(
               &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0 &&
           // First, since the socket may be descriptor 0 of an application that closed its own.
           ::posix_spawn_file_actions_adddup2(&files_, control, wire::kControlFd) == 0 &&
           ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
           ::posix_spawn_file_actions_addclosefrom_np(&files_, wire::kControlFd + 1) == 0;
  }

  int spawn(const std::string& path, pid_t& pid) {
    std::array<char*, 2> arguments = {const_cast<char*>(path.c_str()), nullptr};
    return ::posix_spawn(&pid, path.c_str(), &files_, &attributes_, arguments.data(), environ);
  }

 private:
  posix_spawnattr_t attributes_ = {};
  posix_spawn_file_actions_t files_ = {};
  bool good_;
};

void reap(pid_t pid) {
  // ECHILD when the application ignores SIGCHLD or was faster.
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Helper& Helper::instance() {
  static Helper helper;
  return helper;
}

Helper::Helper() {
  // Whoever forks while another thread starts the helper must not leave the child with a locked mutex.
  ::pthread_atfork([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); },
                   [] {
                     instance().leaveToParent();
                     instance().mutex_.unlock();
                   });
}

void Helper::leaveToParent() {
  control_.reset();
  process_.reset();
  pid_ = 0;
}

void Helper::drop(bool kill) {
  if (kill && process_) ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
  // Only where this process adopts orphans (pid 1 of a container) is there anything to wait for.
  if (process_) {
    siginfo_t info = {};
    ::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(process_.get()), &info,
             WEXITED | (kill ? 0 : WNOHANG));
  }
  leaveToParent();
}

bool Helper::greet(const std::string& path, std::string& error) {
  wire::Hello hello = {};
  const ssize_t got = wire::receive(control_.get(), &hello, sizeof hello, {&process_, 1});
  if (got == sizeof hello && hello.magic == wire::kMagic) {
    pid_ = hello.pid;
    owner_ = ::getpid();
    ++generation_;
    CLZE_LOG_INFO("spirv", "started {} as process {}", path, pid_);
    return true;
  }
  error = got <= 0 ? "the compiler " + path + " ended while it started"
                   : "the compiler " + path + " is of another version of clze";
  leaveToParent();
  return false;
}

bool Helper::start(std::string& error) {
  const std::string path = helperPath();
  if (::access(path.c_str(), X_OK) != 0) {
    error = "the compiler " + (path.empty() ? std::string("clze-clc") : path) +
            " cannot be run: " + std::strerror(errno) + "; set CLZE_CLC to where clze-clc is";
    return false;
  }
  std::array<int, 2> ends = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    error = std::string("no socket for the compiler: ") + std::strerror(errno);
    return false;
  }
  control_.reset(ends[0]);
  UniqueFd theirs(ends[1]);
  SpawnSettings settings;
  pid_t pid = 0;
  const int failure = settings.prepare(theirs.get()) ? settings.spawn(path, pid) : ENOMEM;
  theirs.reset();
  if (failure != 0) {
    error = "the compiler " + path + " cannot be run: " + std::strerror(failure);
    leaveToParent();
    return false;
  }
  // The spawned process leaves a child of its own behind and ends.
  reap(pid);
  return greet(path, error);
}

bool Helper::submit(uint32_t seconds, std::span<const int> fds, uint64_t& generation, std::string& error) {
  const std::lock_guard lock(mutex_);
  if (control_ && owner_ != ::getpid()) leaveToParent();
  const wire::Job job = {wire::kMagic, seconds};
  if (control_ && wire::send(control_.get(), &job, sizeof job, fds)) {
    generation = generation_;
    return true;
  }
  if (control_) drop(false);
  if (!start(error)) return false;
  generation = generation_;
  if (wire::send(control_.get(), &job, sizeof job, fds)) return true;
  error = std::string("the compiler cannot be reached: ") + std::strerror(errno);
  drop(true);
  return false;
}

void Helper::discard(uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (control_ && owner_ == ::getpid() && generation_ == generation) drop(true);
}

pid_t Helper::pid() {
  const std::lock_guard lock(mutex_);
  return control_ && owner_ == ::getpid() ? pid_ : 0;
}

}  // namespace clze::spirv
