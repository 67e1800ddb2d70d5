// Memory that came from mmap, anonymous or of a file descriptor, and what is known of a file descriptor.
#pragma once

#include <level_zero/ze_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace softgpu::driver {

class Mapping {
 public:
  // Zeroed memory; alignment is a power of two. Null when there is none left.
  static std::shared_ptr<Mapping> anonymous(size_t size, size_t alignment);
  // The same in a memfd, which exportFd() hands out copies of.
  static std::shared_ptr<Mapping> exportable(size_t size, size_t alignment);
  // The whole of an importable object, at least `minimumSize` bytes. Closes the fd on success, leaves it on
  // failure. Null when the fd is no mappable object or is too small.
  static std::shared_ptr<Mapping> import(int fd, size_t minimumSize);

  Mapping(std::byte* base, size_t size, size_t reserved, int fd, bool dmaBuf)
      : base_(base), size_(size), reserved_(reserved), fd_(fd), dmaBuf_(dmaBuf) {}
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::byte* base() const { return base_; }
  size_t size() const { return size_; }
  // A new fd for the same memory, owned by the caller; -1 when the memory has none.
  int exportFd() const;
  int fd() const { return fd_; }
  // Gives anonymous memory a memfd, contents and address kept. Nothing else may write meanwhile.
  bool makeExportable();

 private:
  std::byte* base_;
  size_t size_;      // bytes the application may use
  size_t reserved_;  // bytes mapped
  int fd_;           // memfd of exportable memory, or the dma-buf whose CPU access is open; -1
  bool dmaBuf_;
};

// Whether the object behind the fd is a memfd of that name, or a dma-buf that was given it.
bool isNamed(int fd, std::string_view name);

size_t pageSize();
constexpr size_t roundUp(size_t value, size_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace softgpu::driver
