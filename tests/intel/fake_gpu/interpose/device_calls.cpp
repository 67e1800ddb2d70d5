// Functions that take a descriptor: requests and maps of nodes go to the fake kernel, all else to the real
// one.
#include <libdrm/drm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <cerrno>
#include <cstdarg>

#include "tests/intel/fake_gpu/counts/sites.h"
#include "tests/intel/fake_gpu/house.h"
#include "tests/intel/fake_gpu/interpose/call.h"
#include "tests/intel/fake_gpu/kernel/mappings.h"

namespace fake_gpu {
namespace {

constexpr unsigned dmaBufType = 'b';

// CPU access to a dma-buf begins when the jobs on it are done, as DMA_BUF_IOCTL_SYNC promises.
bool syncDmaBuf(int fd) {
  const std::shared_ptr<Gem> gem = DmaBufs::find(fd);
  if (!gem) return false;
  gem->waitIdle(std::chrono::nanoseconds(-1));
  return true;
}

void* mapAt(void* address, size_t bytes, int protection, int flags, int fd, off_t offset,
            const void* caller) {
  House* house = House::existing();
  // A map at a fixed address ends what was there.
  if (house && (flags & MAP_FIXED)) removeMappings(address, bytes);
  if (const std::shared_ptr<OpenFile> file = house && fd >= 0 ? house->fileOf(fd) : nullptr) {
    void* at = file->map(address, bytes, protection, flags, static_cast<uint64_t>(offset));
    countCall(mapCall, caller);
    if (at != MAP_FAILED) addMapping(at, bytes);
    return at;
  }
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, bytes, protection, flags, fd, offset));
}

}  // namespace
}  // namespace fake_gpu

using namespace fake_gpu;

FAKE_GPU_HOOK int ioctl(int fd, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (House* house = House::existing()) {
    if (_IOC_TYPE(request) == DRM_IOCTL_BASE) {
      if (const std::shared_ptr<OpenFile> file = house->fileOf(fd)) {
        countCall(_IOC_NR(request), __builtin_return_address(0));
        const int result = file->ioctl(request, argument);
        if (result >= 0) return result;
        errno = -result;
        return -1;
      }
    } else if (_IOC_TYPE(request) == dmaBufType && syncDmaBuf(fd)) {
      return 0;
    }
  }
  return static_cast<int>(syscall(SYS_ioctl, fd, request, argument));
}

FAKE_GPU_HOOK void* mmap(void* address, size_t bytes, int protection, int flags, int fd,
                         off_t offset) noexcept {
  return mapAt(address, bytes, protection, flags, fd, offset, __builtin_return_address(0));
}
FAKE_GPU_HOOK void* mmap64(void* address, size_t bytes, int protection, int flags, int fd,
                           off64_t offset) noexcept {
  return mapAt(address, bytes, protection, flags, fd, offset, __builtin_return_address(0));
}
FAKE_GPU_HOOK int munmap(void* address, size_t bytes) noexcept {
  if (House::existing()) removeMappings(address, bytes);
  return static_cast<int>(syscall(SYS_munmap, address, bytes));
}

FAKE_GPU_HOOK int close(int fd) {
  House* house = House::existing();
  const ino_t inode = house ? house->nodeInode(fd) : 0;
  const long result = syscall(SYS_close, fd);
  if (inode != 0) house->afterClose(inode);
  return static_cast<int>(result);
}
