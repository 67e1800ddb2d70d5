// Where in a program a call of the driver comes from. Threads: from any thread.
#pragma once

#include <cstdint>
#include <string>

namespace softgpu::driver {

struct Caller {
  uint32_t key = 0;    // of the object's name and the offsets; the same in every run of one build
  std::string object;  // that called: its path, or "program" for the program itself
  // Offsets in it, of the call and of what led to it within the object; as addr2line takes them.
  std::string offsets;
};

// Of the call this thread is in.
Caller currentCaller();

}  // namespace softgpu::driver
