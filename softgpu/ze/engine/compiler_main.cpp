// softgpu-compiler: loads LLVM once, then forks a process with limits for each job of the application that
// started it, and ends with that. One thread on purpose: a job is forked from it.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "softgpu/ze/engine/compiler_wire.h"
#include "softgpu/ze/engine/job.h"

namespace softgpu::engine {
namespace {

using clze::UniqueFd;

constexpr int kIdle = 60'000;  // ms; then the memory goes back, and the next module starts another compiler
constexpr int kSettle =
    200;  // ms without a job before the warm-up, which programs of one module need not pay
constexpr rlim_t kAddressSpace = rlim_t{4} << 30;
constexpr size_t kStack = size_t{256} << 20;  // the translator and LLVM recurse over what modules nest
constexpr int kGaveUp = 70;                   // EX_SOFTWARE

int statusSocket = -1;  // of the job in this process

void tell(wire::Event event, int signal = 0) {
  const wire::Status status = {event, signal};
  // An application that went away is told nothing.
  [[maybe_unused]] const bool sent = wire::send(statusSocket, wire::bytesOf(status), {});
}

void endBySignal(int signal) {
  tell(wire::Event::Signalled, signal);
  _exit(kGaveUp);
}

void limit(__rlimit_resource resource, rlim_t value) {
  rlimit current = {};
  if (::getrlimit(resource, &current) == 0) {
    current.rlim_cur = current.rlim_max = std::min(value, current.rlim_max);
    ::setrlimit(resource, &current);
  }
}

// Faults are told from a stack that is not used up.
void catchSignals() {
  static std::array<std::byte, size_t{64} << 10> stack;
  const stack_t other = {stack.data(), 0, stack.size()};
  ::sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_handler = endBySignal;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGALRM, SIGXCPU}) {
    ::sigaction(signal, &action, nullptr);
  }
}

void* runJob(void* argument) {
  catchSignals();
  const int file = *static_cast<const int*>(argument);
  Job job;
  const auto bytes = wire::readFile(file);
  if (!bytes || !readJob(*bytes, job)) {
    _exit(kGaveUp);
  }
  Product product;
  std::string log;
  const bool done = compileHere(std::move(job), product, log);
  if (!wire::writeFile(file, writeOutcome(done, done ? product : Product{}, log))) {
    _exit(kGaveUp);
  }
  tell(wire::Event::Done);
  // Destructors have nothing to save.
  _exit(0);
}

[[noreturn]] void work(UniqueFd file, UniqueFd status, unsigned seconds, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    _exit(kGaveUp);
  }
  statusSocket = status.get();
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, seconds + 1);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, kAddressSpace);
#endif
  ::alarm(seconds);
  tell(wire::Event::Started);
  int fd = file.get();
  pthread_attr_t attributes;
  pthread_t thread = {};
  if (::pthread_attr_init(&attributes) == 0 && ::pthread_attr_setstacksize(&attributes, kStack) == 0 &&
      ::pthread_create(&thread, &attributes, runJob, &fd) == 0) {
    ::pthread_join(thread, nullptr);
  }
  _exit(kGaveUp);
}

// An empty kernel: after it the libraries' symbols are bound and their tables made, for all that is forked
// later.
void warmUp() {
  Job job;
  job.places.emplace_back().inputs.push_back(
      {{0x07230203, 0x00010000, 0,          5, 0, 0x00020011, 4,          0x00020011, 6,          0x0003000e,
        2,          2,          0x0004000f, 6, 1, 0x00000077, 0x00020013, 2,          0x00030021, 3,
        2,          0x00050036, 2,          1, 0, 3,          0x000200f8, 4,          0x000100fd, 0x00010038},
       {}});
  Product product;
  std::string log;
  compileHere(std::move(job), product, log);
}

// False when the application has ended its side.
bool accept(const UniqueFd& control, const UniqueFd& application) {
  wire::Request request = {};
  std::array<int, 2> fds = {-1, -1};
  const ssize_t got = wire::receive(control.get(), wire::writableBytesOf(request), fds);
  UniqueFd file(fds[0]), status(fds[1]);
  if (got <= 0) {
    return false;
  }
  if (got != sizeof(request) || request.magic != wire::kMagic || !file || !status) {
    return true;
  }
  const pid_t self = ::getpid();
  if (::fork() == 0) {
    ::close(control.get());
    ::close(application.get());
    work(std::move(file), std::move(status), request.seconds, self);
  }
  return true;
}

bool jobsRun() { return ::waitpid(-1, nullptr, WNOHANG) == 0; }

void serve(const UniqueFd& control, const UniqueFd& application) {
  bool warm = false;
  for (;;) {
    std::array<pollfd, 2> polled = {pollfd{control.get(), POLLIN, 0}, pollfd{application.get(), POLLIN, 0}};
    const int ready = ::poll(polled.data(), polled.size(), warm ? kIdle : kSettle);
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    if (ready < 0 || polled[1].revents != 0 || (polled[0].revents != 0 && !accept(control, application))) {
      return;
    }
    if (ready != 0 || jobsRun()) {
      continue;
    }
    if (warm) {
      return;
    }
    warm = true;
    warmUp();
  }
}

int start() {
  UniqueFd control(wire::kControlFd);
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(control.get(), SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_SEQPACKET) {
    constexpr std::string_view kUsage = "softgpu-compiler is started by libze_softgpu.so, not by hand.\n";
    [[maybe_unused]] const ssize_t put = ::write(STDERR_FILENO, kUsage.data(), kUsage.size());
    return 2;
  }
  ::fcntl(control.get(), F_SETFD, FD_CLOEXEC);
  const UniqueFd application(static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0)));
  // The application's child ends at once: it has none of ours to wait for, and no SIGCHLD when we end later.
  const pid_t pid = ::fork();
  if (pid != 0) {
    return pid < 0 ? 1 : 0;
  }
  // Keeps no file system of the application's busy.
  if (::chdir("/") != 0) {
    return 1;
  }
  ::prctl(PR_SET_NAME, "softgpu-compile");
  ::signal(SIGCHLD, SIG_IGN);  // jobs tell for themselves how they end
  const wire::Hello hello = {wire::kMagic};
  if (!application || !wire::send(control.get(), wire::bytesOf(hello), {})) {
    return 1;
  }
  serve(control, application);
  return 0;
}

}  // namespace
}  // namespace softgpu::engine

int main() { _exit(softgpu::engine::start()); }
