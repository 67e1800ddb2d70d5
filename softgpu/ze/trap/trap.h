// Faults of device code (an address that is not there, a division by zero) as values instead of the end of
// the process. Threads: from any thread; each catches its own.
#pragma once

#include <csetjmp>
#include <optional>

namespace softgpu::trap {

struct Trap {
  int signal = 0;
  const void* address = nullptr;  // that was touched; null when the CPU does not tell (not canonical)
};

// From now on run() catches. Signals that no run() of their thread expects go to the handlers that were there
// before; a handler that is set later takes our place.
void install();
bool installed();

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
  detail::leave(frame);
  return Trap{frame.signal, frame.address};
}

}  // namespace softgpu::trap
