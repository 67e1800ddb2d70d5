// The handler jumps back to the innermost run() of its thread. It runs on a stack of its own, since the fault
// may be that of a stack that is used up.
#include "softgpu/ze/trap/trap.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <array>
#include <atomic>
#include <mutex>

namespace softgpu::trap {
namespace {

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr size_t kStackSize = size_t{64} << 10;

std::atomic<bool> active{false};
std::atomic<Asked> asked{nullptr};
std::array<struct sigaction, kSignals.size()> previous;  // written before our handler can be called

// The handler reads it on any thread, also on those that never came here: no allocation may be behind it.
[[gnu::tls_model("initial-exec")]] constinit thread_local detail::Frame* innermost = nullptr;

// Of a thread that has none, as long as it lives.
class SignalStack {
 public:
  SignalStack() {
    stack_t old{};
    if (sigaltstack(nullptr, &old) != 0 || (old.ss_flags & SS_DISABLE) == 0) return;
    void* memory = mmap(nullptr, kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    const stack_t stack{memory, 0, kStackSize};
    if (sigaltstack(&stack, nullptr) == 0) {
      memory_ = memory;
    } else {
      munmap(memory, kStackSize);
    }
  }
  ~SignalStack() {
    if (memory_ == nullptr) return;
    const stack_t none{nullptr, SS_DISABLE, 0};
    sigaltstack(&none, nullptr);
    munmap(memory_, kStackSize);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;
  void use() const {}

 private:
  void* memory_ = nullptr;
};

void handOn(int signal, siginfo_t* info, void* context) {
  for (size_t i = 0; i < kSignals.size(); ++i) {
    if (kSignals[i] != signal) continue;
    const struct sigaction& old = previous[i];
    if ((old.sa_flags & SA_SIGINFO) != 0) return old.sa_sigaction(signal, info, context);
    if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) return old.sa_handler(signal);
    // The instruction faults again, and the process ends as it would have; one that was sent is sent again.
    ::signal(signal, SIG_DFL);
    if (info->si_code <= 0) raise(signal);
  }
}

// What end() sends is known by this address.
constexpr char kEnd = 0;

bool writes([[maybe_unused]] const void* context) {
#if defined(__x86_64__)
  constexpr greg_t kWrite = 2;  // of the page fault's error code
  return (static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_ERR] & kWrite) != 0;
#else
  return true;
#endif
}

void handle(int signal, siginfo_t* info, void* context) {
  detail::Frame* frame = innermost;
  if (info->si_code == SI_QUEUE && info->si_value.sival_ptr == &kEnd) {
    if (frame == nullptr || !detail::endable) return;
    frame->signal = 0;
    frame->address = nullptr;
    siglongjmp(frame->back, 1);
  }
  if (const Asked ask = asked; ask != nullptr && signal == SIGSEGV && info->si_code == SEGV_ACCERR) {
    switch (ask(info->si_addr, writes(context))) {
      case Answer::Again:
        return;
      case Answer::HandOn:
        return handOn(signal, info, context);
      case Answer::NotMine:
        break;
    }
  }
  // Those that a process sends (kill, raise) are no faults of what runs here.
  if (frame == nullptr || info->si_code <= 0) return handOn(signal, info, context);
  frame->signal = signal;
  const bool told = (signal == SIGSEGV || signal == SIGBUS) && info->si_code != SI_KERNEL;
  frame->address = told ? info->si_addr : nullptr;
  siglongjmp(frame->back, 1);
}

void hook() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (size_t i = 0; i < kSignals.size(); ++i) {
      sigaction(kSignals[i], nullptr, &previous[i]);
      sigaction(kSignals[i], &action, nullptr);
    }
  });
}

}  // namespace

namespace detail {

constinit thread_local volatile bool endable = false;

void enter(Frame& frame) {
  thread_local const SignalStack stack;
  stack.use();
  frame.outer = innermost;
  innermost = &frame;
}

void leave(Frame& frame) { innermost = frame.outer; }

}  // namespace detail

void install() {
  hook();
  active.store(true, std::memory_order_release);
}

bool installed() { return active.load(std::memory_order_relaxed); }

void ask(Asked who) {
  asked.store(who);
  hook();
}

void end(pthread_t thread) {
  if (!installed() || !comes()) return;
  sigval value{};
  value.sival_ptr = const_cast<char*>(&kEnd);
  pthread_sigqueue(thread, SIGSEGV, value);
}

bool comes() {
  struct sigaction now {};
  sigset_t blocked;
  return sigaction(SIGSEGV, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0 &&
         now.sa_sigaction == handle && pthread_sigmask(SIG_BLOCK, nullptr, &blocked) == 0 &&
         sigismember(&blocked, SIGSEGV) == 0;
}

}  // namespace softgpu::trap
