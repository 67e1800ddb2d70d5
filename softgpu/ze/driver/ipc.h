// What an IPC handle holds: a file descriptor of the process that made it, and what tells whether a
// descriptor found under that number is the right one.
#pragma once

#include <cstdint>
#include <cstring>

namespace softgpu::driver {

// The descriptor is first, as applications that pass it over a socket put theirs there.
struct IpcFile {
  int32_t fd;
  int32_t pid;
  uint64_t inode;
  uint64_t size;    // bytes the application may use
  uint32_t type;    // of memory: ze_memory_type_t; of an event pool: kIpcEventPool
  uint32_t offset;  // of these bytes in the file
};
inline constexpr uint32_t kIpcEventPool = 0x100, kIpcCounter = 0x101;

// Describes a descriptor that stays open as long as the handle shall be opened.
IpcFile describeIpc(int fd, uint64_t size, uint32_t type, uint32_t offset = 0);
// A descriptor of the same file, owned by the caller; -1 when it is gone or may not be looked at.
int openIpc(const IpcFile& file);

template <class Handle>
Handle packIpc(const IpcFile& file) {
  static_assert(sizeof(IpcFile) <= sizeof(Handle));
  Handle handle{};
  std::memcpy(handle.data, &file, sizeof(file));
  return handle;
}
template <class Handle>
IpcFile unpackIpc(const Handle& handle) {
  IpcFile file{};
  std::memcpy(&file, handle.data, sizeof(file));
  return file;
}

}  // namespace softgpu::driver
