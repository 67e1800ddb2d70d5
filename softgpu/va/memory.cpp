// Allocation as udmabuf or memfd, and import with a check of the object's true size.
#include "softgpu/va/memory.h"

#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace softgpu::va {
namespace {

std::uint8_t* mapShared(int fd, std::size_t size) {
  void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return data == MAP_FAILED ? nullptr : static_cast<std::uint8_t*>(data);
}

// The same pages as a dma-buf; empty where the kernel has no udmabuf or denies it.
OwnedFd makeUdmabuf(int memfd, std::size_t size) {
  const OwnedFd device(::open("/dev/udmabuf", O_RDWR | O_CLOEXEC));
  if (!device) return OwnedFd();
  udmabuf_create create{};
  create.memfd = static_cast<__u32>(memfd);
  create.flags = UDMABUF_FLAGS_CLOEXEC;
  create.size = size;
  return OwnedFd(::ioctl(device.get(), UDMABUF_CREATE, &create));
}

// 0 when the size cannot be told.
std::size_t objectSize(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return 0;
  if (S_ISREG(info.st_mode)) return static_cast<std::size_t>(info.st_size);
  // A dma-buf tells its size by seeking, and has no file position that this would disturb.
  const off_t end = ::lseek(fd, 0, SEEK_END);
  if (end <= 0) return 0;
  ::lseek(fd, 0, SEEK_SET);
  return static_cast<std::size_t>(end);
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

std::shared_ptr<Memory> Memory::allocate(std::size_t size, const char* name) {
  OwnedFd memfd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memfd || ::ftruncate(memfd.get(), static_cast<off_t>(size)) != 0) return nullptr;
  // Sealed, so that no importer can pull pages from under another's mapping; udmabuf asks for this seal too.
  if (::fcntl(memfd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) return nullptr;
  std::uint8_t* data = mapShared(memfd.get(), size);
  if (data == nullptr) return nullptr;
  OwnedFd udmabuf = makeUdmabuf(memfd.get(), size);
  // Kernels before 5.3 have no names of dma-bufs; there is nothing else to be told by.
  if (udmabuf) ::ioctl(udmabuf.get(), DMA_BUF_SET_NAME_B, reinterpret_cast<std::uintptr_t>(name));
  return std::make_shared<Memory>(udmabuf ? std::move(udmabuf) : std::move(memfd), data, size);
}

VAStatus Memory::import(int fd, std::size_t claimedSize, std::shared_ptr<Memory>* memory) {
  const std::size_t size = fd < 0 ? 0 : objectSize(fd);
  if (size == 0 || claimedSize > size) return VA_STATUS_ERROR_INVALID_PARAMETER;
  OwnedFd own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!own) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  std::uint8_t* data = mapShared(own.get(), size);
  if (data == nullptr) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  *memory = std::make_shared<Memory>(std::move(own), data, size);
  return VA_STATUS_SUCCESS;
}

Memory::~Memory() { ::munmap(data_, size_); }

bool Memory::intact() const {
  struct stat info {};
  // Only files shrink; a dma-buf's size is for life.
  return ::fstat(fd_.get(), &info) == 0 &&
         (!S_ISREG(info.st_mode) || static_cast<std::size_t>(info.st_size) >= size_);
}

OwnedFd Memory::duplicate() const { return OwnedFd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0)); }

}  // namespace softgpu::va
