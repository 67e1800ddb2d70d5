// How the replaced functions reach the kernel and libc. They run in every process that is given the library,
// before its main() and after its destructors too.
#pragma once
#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>

// Exported, while everything else in the library is hidden.
#define FAKE_GPU_HOOK extern "C" __attribute__((visibility("default")))

namespace fake_gpu {

// libc's function of that name. Looked up once for each use.
template <class Function>
Function libc(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace fake_gpu
