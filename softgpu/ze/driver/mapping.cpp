// mmap, memfd and dma-buf details.
#include "softgpu/ze/driver/mapping.h"

#include <fcntl.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace softgpu::driver {
namespace {

// Kernels that stream through memory spend their time in page tables otherwise. Small allocations would waste
// most of a huge page.
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kLarge = 2 * kHugePage;

// Maps at an aligned address; null on failure.
std::byte* mapAligned(size_t size, size_t alignment, int fd) {
  const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  if (alignment <= pageSize()) {
    void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, 0);
    return base == MAP_FAILED ? nullptr : static_cast<std::byte*>(base);
  }
  // Reserve enough to find an aligned place inside, then give the rest back.
  void* area = mmap(nullptr, size + alignment, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (area == MAP_FAILED) return nullptr;
  const auto start = reinterpret_cast<uintptr_t>(area);
  const uintptr_t aligned = roundUp(start, alignment);
  void* base = mmap(reinterpret_cast<void*>(aligned), size, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);
  if (base == MAP_FAILED) {
    munmap(area, size + alignment);
    return nullptr;
  }
  if (aligned > start) munmap(area, aligned - start);
  if (const size_t tail = start + alignment - aligned; tail > 0) {
    munmap(reinterpret_cast<void*>(aligned + size), tail);
  }
  return static_cast<std::byte*>(base);
}

int makeMemfd(size_t size) {
  const int fd = memfd_create("softgpu", MFD_CLOEXEC);
  if (fd < 0) return -1;
  if (ftruncate(fd, static_cast<off_t>(size)) == 0) return fd;
  close(fd);
  return -1;
}

// dma-bufs of older kernels tell their size only to lseek.
size_t objectSize(int fd) {
  struct stat status {};
  if (fstat(fd, &status) == 0 && status.st_size > 0) return static_cast<size_t>(status.st_size);
  const off_t end = lseek(fd, 0, SEEK_END);
  lseek(fd, 0, SEEK_SET);
  return end > 0 ? static_cast<size_t>(end) : 0;
}

bool syncDmaBuf(int fd, uint64_t flags) {
  dma_buf_sync sync{.flags = flags | DMA_BUF_SYNC_RW};
  return ioctl(fd, DMA_BUF_IOCTL_SYNC, &sync) == 0;
}

}  // namespace

size_t pageSize() {
  static const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

std::shared_ptr<Mapping> Mapping::anonymous(size_t size, size_t alignment) {
  const size_t reserved = roundUp(size, pageSize());
  const bool large = reserved >= kLarge;
  std::byte* base = mapAligned(reserved, large ? std::max(alignment, kHugePage) : alignment, -1);
  if (base != nullptr && large) madvise(base, reserved, MADV_HUGEPAGE);
  return base == nullptr ? nullptr : std::make_shared<Mapping>(base, size, reserved, -1, false);
}

std::shared_ptr<Mapping> Mapping::exportable(size_t size, size_t alignment) {
  const size_t reserved = roundUp(size, pageSize());
  const int fd = makeMemfd(reserved);
  if (fd < 0) return nullptr;
  std::byte* base = mapAligned(reserved, alignment, fd);
  if (base != nullptr) return std::make_shared<Mapping>(base, size, reserved, fd, false);
  close(fd);
  return nullptr;
}

std::shared_ptr<Mapping> Mapping::import(int fd, size_t minimumSize) {
  const size_t size = objectSize(fd);
  if (size == 0 || size < minimumSize) return nullptr;
  void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (base == MAP_FAILED) {
    // A device writes to what it can reach, whatever the mode of the fd: a read-only memfd can be opened
    // again.
    const int writable = open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDWR | O_CLOEXEC);
    if (writable >= 0) {
      base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, writable, 0);
      close(writable);
    }
    if (base == MAP_FAILED) base = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED) return nullptr;
  }
  // Best effort: CPU access to a real dma-buf stays open as long as the import lives.
  const bool dmaBuf = syncDmaBuf(fd, DMA_BUF_SYNC_START);
  const int kept = dmaBuf ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
  close(fd);
  return std::make_shared<Mapping>(static_cast<std::byte*>(base), size, roundUp(size, pageSize()), kept,
                                   dmaBuf);
}

Mapping::~Mapping() {
  if (dmaBuf_ && fd_ >= 0) syncDmaBuf(fd_, DMA_BUF_SYNC_END);
  munmap(base_, reserved_);
  if (fd_ >= 0) close(fd_);
}

int Mapping::exportFd() const { return fd_ < 0 ? -1 : fcntl(fd_, F_DUPFD_CLOEXEC, 0); }

bool Mapping::makeExportable() {
  if (fd_ >= 0) return true;
  const int fd = makeMemfd(reserved_);
  if (fd < 0) return false;
  size_t done = 0;
  while (done < reserved_) {
    const ssize_t written = pwrite(fd, base_ + done, reserved_ - done, static_cast<off_t>(done));
    if (written <= 0) break;
    done += static_cast<size_t>(written);
  }
  if (done == reserved_ &&
      mmap(base_, reserved_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED) {
    fd_ = fd;
    return true;
  }
  close(fd);
  return false;
}

bool isNamed(int fd, std::string_view name) {
  // "/memfd:NAME (deleted)" and "/dmabuf:NAME".
  char link[128];
  const ssize_t length = readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), link, sizeof(link));
  if (length <= 0) return false;
  std::string_view rest(link, static_cast<size_t>(length));
  if (!rest.starts_with("/memfd:") && !rest.starts_with("/dmabuf:")) return false;
  rest.remove_prefix(rest.find(':') + 1);
  return rest.substr(0, rest.find(' ')) == name;
}

}  // namespace softgpu::driver
