// Objects as memfds. Raw system calls: the functions of libc are replaced by the fake kernel in the same
// library.
#include "tests/intel/fake_gpu/memory/object.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace fake_gpu {
namespace {

constexpr uint64_t pageBytes = 4096;

uint64_t nextId() {
  static std::atomic<uint64_t> next{1};
  return next.fetch_add(1);
}

uint64_t roundedToPages(uint64_t bytes) { return (bytes + pageBytes - 1) & ~(pageBytes - 1); }

void* mapShared(int fd, uint64_t bytes) {
  const long at = syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return at == -1 ? nullptr : reinterpret_cast<void*>(at);
}

}  // namespace

Object::Object(Private, int fd, void* memory, uint64_t bytes)
    : id_(nextId()), fd_(fd), bytes_(bytes), user_(static_cast<std::byte*>(memory)) {}

Object::~Object() {
  if (mapped_) syscall(SYS_munmap, mapped_, bytes_);
  if (fd_ >= 0) syscall(SYS_close, fd_);
}

std::shared_ptr<Object> Object::create(uint64_t bytes) {
  if (bytes == 0 || bytes > UINT64_MAX - pageBytes) return nullptr;
  const uint64_t size = roundedToPages(bytes);
  const long fd = syscall(SYS_memfd_create, "fake-gpu-object", MFD_CLOEXEC);
  if (fd < 0) return nullptr;
  if (syscall(SYS_ftruncate, fd, size) != 0) {
    syscall(SYS_close, fd);
    return nullptr;
  }
  return std::make_shared<Object>(Private{}, static_cast<int>(fd), nullptr, size);
}

std::shared_ptr<Object> Object::ofUserMemory(void* memory, uint64_t bytes) {
  if (!memory || bytes == 0 || ((reinterpret_cast<uintptr_t>(memory) | bytes) & (pageBytes - 1)))
    return nullptr;
  return std::make_shared<Object>(Private{}, -1, memory, bytes);
}

std::shared_ptr<Object> Object::ofFile(int ownedFd, uint64_t bytes) {
  if (ownedFd < 0) return nullptr;
  auto object = std::make_shared<Object>(Private{}, ownedFd, nullptr, roundedToPages(bytes));
  if (bytes == 0 || !object->data()) return nullptr;
  return object;
}

std::byte* Object::data() {
  if (user_) return user_;
  std::call_once(mapOnce_, [this] { mapped_ = static_cast<std::byte*>(mapShared(fd_, bytes_)); });
  return mapped_;
}

bool Object::isMapped(uint64_t offset, uint64_t bytes) {
  if (!user_) return data() != nullptr;
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(user_) + offset) & ~(pageBytes - 1);
  const uintptr_t end = reinterpret_cast<uintptr_t>(user_) + offset + bytes;
  // mincore() says ENOMEM for a range with a hole. One byte a page is written, so long ranges go in pieces.
  unsigned char pages[256];
  for (uintptr_t at = begin; at < end; at += sizeof(pages) * pageBytes) {
    const uint64_t length = end - at < sizeof(pages) * pageBytes ? end - at : sizeof(pages) * pageBytes;
    if (syscall(SYS_mincore, at, length, pages) != 0 && errno == ENOMEM) return false;
  }
  return true;
}

}  // namespace fake_gpu
