// Faults of device code (an address that is not there, a division by zero) as values instead of the end of
// the process, and faults that are not to be seen. Threads: from any thread; each catches its own.
#pragma once

#include <pthread.h>

#include <csetjmp>
#include <optional>

namespace softgpu::trap {

struct Trap {
  int signal = 0;                 // 0: end() ended it
  const void* address = nullptr;  // that was touched; null when the CPU does not tell (not canonical)
};

// From now on run() catches. Signals that no run() of their thread expects go to the handlers that were there
// before; a handler that is set later takes our place.
void install();
bool installed();

// Asked of every SIGSEGV that tells its address, before run() gets it, on the thread that it happened on.
enum class Answer : unsigned char {
  NotMine,  // run() may have it
  Again,    // the access is repeated, and will do
  HandOn,   // to the handler that was there before
};
using Asked = Answer (*)(const void* address, bool writes);
// One for the process. Independent of install().
void ask(Asked asked);
// Whether such faults of this thread still come here: a handler was set later, or they are blocked.
bool comes();

// Ends the run() of another thread of the process, when that is in code that is Endable and was not blocked
// by a handler of the application: whoever wants it to end calls this until it has. Nothing happens to a
// thread that is in no run().
void end(pthread_t thread);

namespace detail {
// Of this thread. The handler reads it: no allocation may be behind it.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local volatile bool endable;
template <bool value>
class Mark {
 public:
  Mark() : before_(endable) { endable = value; }
  ~Mark() { endable = before_; }
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;

 private:
  const bool before_;
};
}  // namespace detail
// While they live: code that owns nothing and holds no lock at any point; code that it calls and that does.
using Endable = detail::Mark<true>;
using NotEndable = detail::Mark<false>;

namespace detail {
struct Frame {
  sigjmp_buf back;
  Frame* outer;
  volatile int signal;
  const void* volatile address;
};
void enter(Frame& frame);
void leave(Frame& frame);
}  // namespace detail

// Runs `body`. A fault in it ends it where it is: no destructor of what it called runs, hence it must own
// nothing and hold no lock where it can fault.
template <class Body>
std::optional<Trap> run(const Body& body) {
  if (!installed()) {
    body();
    return std::nullopt;
  }
  detail::Frame frame;
  detail::enter(frame);
  // Without the signal mask, which would cost a system call each time: the handler blocks nothing.
  if (sigsetjmp(frame.back, 0) == 0) {
    body();
    detail::leave(frame);
    return std::nullopt;
  }
  detail::endable = false;
  detail::leave(frame);
  return Trap{frame.signal, frame.address};
}

}  // namespace softgpu::trap
