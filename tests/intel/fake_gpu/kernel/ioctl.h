// How requests find their handlers: tables of (number, argument's size, handler), copied in and out as DRM's
// core does, so that programs built with a smaller or larger structure are served.
#pragma once
#include <sys/ioctl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fake_gpu {

class OpenFile;

struct Ioctl {
  unsigned bytes = 0;  // of the structure the handler knows; 0 with `call` null: not there
  const char* name = nullptr;
  int (*call)(OpenFile& file, void* argument) = nullptr;  // 0 or a negative errno
};

using IoctlTable = std::array<Ioctl, 256>;

template <class T, int (*handler)(OpenFile&, T&)>
void enter(IoctlTable& table, unsigned long request, const char* name) {
  table[_IOC_NR(request)] = {sizeof(T), name, [](OpenFile& file, void* argument) {
                               return handler(file, *static_cast<T*>(argument));
                             }};
}

// Largest structure of any handler.
constexpr size_t largestIoctl = 512;

void addCoreIoctls(IoctlTable& table);  // DRM's own, and syncobjs
void addI915Ioctls(IoctlTable& table);
void addXeIoctls(IoctlTable& table);

// User pointers arrive as 64-bit numbers. A bad one is not EFAULT here but ends the program, where it shows.
template <class T>
T* user(uint64_t pointer) {
  return reinterpret_cast<T*>(static_cast<uintptr_t>(pointer));
}

}  // namespace fake_gpu
