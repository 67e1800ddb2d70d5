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
#include <utility>

namespace softgpu::driver {
namespace {

// Kernels that stream through memory spend their time in page tables otherwise. Small allocations would waste
// most of a huge page.
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kLarge = 2 * kHugePage;
constexpr int kReserve = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
constexpr size_t kGuardSize = size_t{64} << 10;
constexpr auto kPattern = std::byte{0xa5};
constexpr size_t kTypeAlignment = 128;  // of double16

// Maps at an aligned address, with `guard` bytes of nothing before and behind; null on failure.
std::byte* mapAligned(size_t size, size_t alignment, int fd, size_t guard) {
  const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  if (alignment <= pageSize() && guard == 0) {
    void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, 0);
    return base == MAP_FAILED ? nullptr : static_cast<std::byte*>(base);
  }
  // Reserve enough to find an aligned place inside, then give the rest back.
  const size_t spare = alignment <= pageSize() ? 0 : alignment;
  const size_t wanted = size + 2 * guard + spare;
  void* area = mmap(nullptr, wanted, PROT_NONE, kReserve, -1, 0);
  if (area == MAP_FAILED) return nullptr;
  const auto start = reinterpret_cast<uintptr_t>(area), end = start + wanted;
  const uintptr_t aligned = roundUp(start + guard, std::max(alignment, pageSize()));
  void* base = mmap(reinterpret_cast<void*>(aligned), size, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);
  if (base == MAP_FAILED) {
    munmap(area, wanted);
    return nullptr;
  }
  const uintptr_t first = aligned - guard, last = aligned + size + guard;
  if (first > start) munmap(area, first - start);
  if (last < end) munmap(reinterpret_cast<void*>(last), end - last);
  return static_cast<std::byte*>(base);
}

int makeMemfd(size_t size) {
  const int fd = memfd_create("softgpu", MFD_CLOEXEC);
  if (fd < 0) return -1;
  if (ftruncate(fd, static_cast<off_t>(roundUp(size, kDevicePage))) == 0) return fd;
  close(fd);
  return -1;
}

bool syncDmaBuf(int fd, uint64_t flags) {
  dma_buf_sync sync{.flags = flags | DMA_BUF_SYNC_RW};
  return ioctl(fd, DMA_BUF_IOCTL_SYNC, &sync) == 0;
}

}  // namespace

// dma-bufs of older kernels tell their size only to lseek.
size_t objectSize(int fd) {
  struct stat status {};
  if (fstat(fd, &status) == 0 && status.st_size > 0) return static_cast<size_t>(status.st_size);
  const off_t end = lseek(fd, 0, SEEK_END);
  lseek(fd, 0, SEEK_SET);
  return end > 0 ? static_cast<size_t>(end) : 0;
}

size_t pageSize() {
  static const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

std::shared_ptr<Mapping> Mapping::anonymous(size_t size, size_t alignment, Guards guards) {
  const size_t guard = guards == Guards::Yes ? kGuardSize : 0;
  // Without guards, what runs a little past the end goes unseen as on hardware.
  const size_t reserved = roundUp(size, guard != 0 ? pageSize() : kDevicePage);
  const bool large = guard == 0 && reserved >= kLarge;
  std::byte* pages = mapAligned(reserved, large ? std::max(alignment, kHugePage) : alignment, -1, guard);
  if (pages == nullptr) return nullptr;
  if (large) madvise(pages, reserved, MADV_HUGEPAGE);
  auto mapping = std::make_shared<Mapping>(pages, size, reserved, -1, false);
  mapping->guard_ = guard;
  if (guard != 0) mapping->settle(alignment == 0 ? kTypeAlignment : alignment);
  return mapping;
}

std::shared_ptr<Mapping> Mapping::exportable(size_t size, size_t alignment, Guards guards) {
  const size_t reserved = roundUp(size, pageSize());
  const int fd = makeMemfd(reserved);
  if (fd < 0) return nullptr;
  const size_t guard = guards == Guards::Yes ? kGuardSize : 0;
  std::byte* pages = mapAligned(reserved, alignment, fd, guard);
  if (pages == nullptr) {
    close(fd);
    return nullptr;
  }
  auto mapping = std::make_shared<Mapping>(pages, size, reserved, fd, false);
  mapping->guard_ = guard;
  // Importers of the fd look for the memory at its start.
  if (guard != 0) mapping->settle(pageSize());
  return mapping;
}

void Mapping::settle(size_t alignment) {
  // Pages begin at a multiple of a larger alignment: there is no room to move.
  const size_t taken = alignment >= pageSize() ? reserved_ : roundUp(size_, alignment);
  base_ = pages_ + (reserved_ - taken);
  std::fill(pages_, base_, kPattern);
  std::fill(base_ + size_, pages_ + reserved_, kPattern);
}

bool Mapping::narrow(size_t offset, size_t size) {
  if (offset > size_ || size > size_ - offset) return false;
  base_ = pages_ + offset;
  size_ = size;
  return true;
}

bool Mapping::near(const void* address) const {
  const auto at = reinterpret_cast<uintptr_t>(address);
  const auto pages = reinterpret_cast<uintptr_t>(pages_);
  return at >= pages - guard_ && at < pages + reserved_ + guard_;
}

std::optional<ptrdiff_t> Mapping::damage() const {
  if (guard_ == 0) return std::nullopt;
  const auto differs = [](std::byte value) { return value != kPattern; };
  // Behind its end first: that is the more common mistake.
  std::byte* const end = pages_ + reserved_;
  if (const auto* at = std::find_if(base_ + size_, end, differs); at != end) return at - base_;
  if (const auto* at = std::find_if(pages_, base_, differs); at != base_) return at - base_;
  return std::nullopt;
}

void Mapping::revoke() {
  mmap(pages_, reserved_, PROT_NONE, kReserve | MAP_FIXED, -1, 0);
  if (fd_ >= 0) close(std::exchange(fd_, -1));
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
  munmap(pages_ - guard_, reserved_ + 2 * guard_);
  if (fd_ >= 0) close(fd_);
}

int Mapping::exportFd() {
  const int fd = fd_ < 0 ? -1 : fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (fd >= 0) exported_ = fd;
  return fd;
}

int Mapping::knownFd() const {
  const int given = exported_;
  struct stat mine {
  }, theirs{};
  const bool same = given >= 0 && fd_ >= 0 && fstat(fd_, &mine) == 0 && fstat(given, &theirs) == 0 &&
                    mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino;
  return same ? given : fd_;
}

bool Mapping::makeExportable() {
  if (fd_ >= 0) return true;
  const int fd = makeMemfd(reserved_);
  if (fd < 0) return false;
  size_t done = 0;
  while (done < reserved_) {
    const ssize_t written = pwrite(fd, pages_ + done, reserved_ - done, static_cast<off_t>(done));
    if (written <= 0) break;
    done += static_cast<size_t>(written);
  }
  if (done == reserved_ &&
      mmap(pages_, reserved_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED) {
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
