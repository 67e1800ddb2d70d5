// Memory of a discrete GPU, which the host cannot touch: its pages are closed while no device code runs.
// Device code that touches one opens it, by the fault that it makes, until no device code runs any more; any
// other code gets the fault. Hence a host access is missed only while a command that has touched the same
// allocation runs. Where such faults do not come to the driver (the application took SIGSEGV for itself, or
// blocks it) all pages are open while device code runs. Threads: all functions from any thread.
#pragma once

#include <cstddef>

#include "softgpu/pose/pose.h"

namespace softgpu::driver::device_only {

inline bool on() { return pose().discrete; }

// Closes pages that are mapped with `protection`. `base`, `size` and `call` are what the application knows of
// them; `call` lives as long as the process.
struct Known {
  const void* base;
  size_t size;
  const char* call;
};
void hide(void* pages, size_t size, int protection, const Known& known);
// Before hidden pages are unmapped, or to have them open for good. Nothing happens to others.
void show(void* pages);
// The same when they are mapped anew, with the protection that they shall have.
void forget(void* pages);
// For system calls on them, which do not fault: inside an Access.
void open(void* pages);

// While it lives this thread runs device code.
class Access {
 public:
  Access();
  ~Access();
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;
};
// The same for a thread that helps while another has an Access.
class Helper {
 public:
  Helper();
  ~Helper();
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
};
// Code of the application that a command calls.
class HostCode {
 public:
  HostCode();
  ~HostCode();
  HostCode(const HostCode&) = delete;
  HostCode& operator=(const HostCode&) = delete;

 private:
  unsigned depth_;
};
// At the start of a thread of the driver's: it may have inherited that SIGSEGV is blocked.
void prepareThread();

}  // namespace softgpu::driver::device_only
