// clze-clc: loads clang once, then forks a process per compile for the application that started it, and ends
// with it. Single-threaded on purpose: a job must be forked from a process with one thread.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "spirv/compiler/front_end.h"
#include "spirv/compiler/worker.h"
#include "spirv/wire.h"

namespace clze::clc {
namespace {

namespace wire = spirv::wire;
using Clock = std::chrono::steady_clock;

constexpr auto kIdle =
    std::chrono::seconds(60);  // then the memory goes back; the next build starts a new clze-clc

UniqueFd openPid(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

struct Running {
  pid_t pid;
  UniqueFd process;  // pidfd: readable when the job has ended
  UniqueFd status;
  Clock::time_point deadline;
  uint32_t seconds;
  bool timedOut = false;
};

void report(const UniqueFd& status, wire::StatusKind kind, int value) {
  const wire::Status message = {kind, value};
  // A client that went away is told nothing.
  [[maybe_unused]] const bool sent = wire::send(status.get(), &message, sizeof message, {});
}

class Server {
 public:
  Server(UniqueFd control, UniqueFd application)
      : control_(std::move(control)), application_(std::move(application)) {}

  void run() {
    while (step()) {
    }
    for (const Running& job : running_) ::kill(job.pid, SIGKILL);
  }

 private:
  // False when the application is gone, or nothing was asked for a while.
  bool step() {
    std::vector<pollfd> polled = {{control_.get(), POLLIN, 0}, {application_.get(), POLLIN, 0}};
    for (const Running& job : running_) {
      polled.push_back({job.process.get(), POLLIN, 0});
      polled.push_back({job.status.get(), POLLIN, 0});
    }
    const int ready = ::poll(polled.data(), polled.size(), waitMilliseconds());
    if (ready < 0) return errno == EINTR;
    if (polled[1].revents != 0) return false;
    if (ready == 0 && running_.empty()) return false;
    for (size_t i = 0; i < running_.size(); ++i) watch(running_[i], polled[3 + 2 * i].revents != 0);
    // Ended jobs leave in a second pass: the indices above belong to the polled list.
    for (size_t i = running_.size(); i-- > 0;) {
      if (polled[2 + 2 * i].revents != 0) finish(i);
    }
    return polled[0].revents == 0 || accept();
  }

  int waitMilliseconds() const {
    auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(kIdle);
    for (const Running& job : running_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(job.deadline - Clock::now());
      wait = std::clamp(left, std::chrono::milliseconds(0), wait);
    }
    return static_cast<int>(wait.count());
  }

  static void watch(Running& job, bool clientGone) {
    const bool late = !job.timedOut && Clock::now() >= job.deadline;
    if (!late && !clientGone) return;
    job.timedOut = true;
    // Not zero: until the kill arrives this job is looked at again, but not in a busy loop.
    job.deadline = Clock::now() + std::chrono::seconds(1);
    ::kill(job.pid, SIGKILL);
  }

  void finish(size_t index) {
    Running job = std::move(running_[index]);
    running_.erase(running_.begin() + static_cast<ptrdiff_t>(index));
    int status = 0;
    pid_t ended = 0;
    do {
      ended = ::waitpid(job.pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (job.timedOut) return report(job.status, wire::StatusKind::TimedOut, static_cast<int>(job.seconds));
    if (WIFSIGNALED(status)) {
      if (WTERMSIG(status) == SIGXCPU) {
        return report(job.status, wire::StatusKind::TimedOut, static_cast<int>(job.seconds));
      }
      return report(job.status, wire::StatusKind::Signalled, WTERMSIG(status));
    }
    report(job.status, wire::StatusKind::Exited, WEXITSTATUS(status));
  }

  bool accept() {
    wire::Job job = {};
    std::array<UniqueFd, wire::kJobFds> fds;
    const ssize_t got = wire::receive(control_.get(), &job, sizeof job, fds);
    if (got <= 0) return false;
    if (got != sizeof job || job.magic != wire::kMagic || !fds[wire::StatusFd]) return true;
    const pid_t self = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
      control_.reset();
      application_.reset();
      running_.clear();
      fds[wire::StatusFd].reset();
      runJob({std::move(fds[wire::DataFd]), std::move(fds[wire::TextFd])}, self);
    }
    if (pid < 0) {
      report(fds[wire::StatusFd], wire::StatusKind::NotStarted, errno);
      return true;
    }
    report(fds[wire::StatusFd], wire::StatusKind::Started, pid);
    running_.push_back({pid, openPid(pid), std::move(fds[wire::StatusFd]),
                        Clock::now() + std::chrono::seconds(job.seconds), job.seconds});
    return true;
  }

  UniqueFd control_;
  UniqueFd application_;
  std::vector<Running> running_;
};

// An application may run without descriptors 0 to 2; nothing else may be opened as one of them.
bool occupyStandardDescriptors() {
  int null = -1;
  do {
    null = ::open("/dev/null", O_RDWR);
  } while (null >= 0 && null <= STDERR_FILENO);
  if (null < 0) return false;
  ::close(null);
  return true;
}

// Nothing a library prints here may reach the application's terminal or keep its pipes open.
void detachOutput() {
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null.get(), standard);
}

int serve() {
  if (!occupyStandardDescriptors()) return 1;
  UniqueFd control(wire::kControlFd);
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(control.get(), SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_SEQPACKET) {
    constexpr std::string_view kUsage = "clze-clc is started by the clze OpenCL library, not by hand.\n";
    [[maybe_unused]] const ssize_t put = ::write(STDERR_FILENO, kUsage.data(), kUsage.size());
    return 2;
  }
  ::fcntl(control.get(), F_SETFD, FD_CLOEXEC);
  UniqueFd application = openPid(::getppid());
  // The application's child ends at once: it never has a child of ours to wait for, and no SIGCHLD when we
  // end later.
  const pid_t pid = ::fork();
  if (pid != 0) return pid < 0 ? 1 : 0;

  detachOutput();
  // Keeps no file system of the application's busy; a job goes to the directory of its request.
  if (::chdir("/") != 0) return 1;
  ::prctl(PR_SET_NAME, "clze-clc");
  const wire::Hello hello = {wire::kMagic, ::getpid()};
  const UniqueFd self = openPid(hello.pid);
  const int fd = self.get();
  if (!self || !wire::send(control.get(), &hello, sizeof hello, {&fd, 1})) return 1;
  warmUp();
  Server(std::move(control), std::move(application)).run();
  return 0;
}

}  // namespace
}  // namespace clze::clc

int main() {
  // Destructors of the loaded libraries have nothing to save.
  _exit(clze::clc::serve());
}
