// Memory that came from mmap, anonymous or of a file descriptor, and what is known of a file descriptor.
#pragma once

#include <level_zero/ze_api.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace softgpu::driver {

// Guarded memory lies between addresses where nothing is, with its end as near to them as the alignment lets
// it; what is left of its pages is filled with a pattern.
enum class Guards : bool { No, Yes };

class Mapping {
 public:
  // Zeroed memory; alignment is a power of two, or 0 for one that suits all types. Null when there is none
  // left.
  static std::shared_ptr<Mapping> anonymous(size_t size, size_t alignment, Guards guards = Guards::No);
  // The same in a memfd, which exportFd() hands out copies of; it begins where the file does.
  static std::shared_ptr<Mapping> exportable(size_t size, size_t alignment, Guards guards = Guards::No);
  // The whole of an importable object, at least `minimumSize` bytes. Closes the fd on success, leaves it on
  // failure. Null when the fd is no mappable object or is too small.
  static std::shared_ptr<Mapping> import(int fd, size_t minimumSize);

  Mapping(std::byte* pages, size_t size, size_t reserved, int fd, bool dmaBuf)
      : pages_(pages), reserved_(reserved), base_(pages), size_(size), fd_(fd), dmaBuf_(dmaBuf) {}
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::byte* base() const { return base_; }
  size_t size() const { return size_; }
  // A new fd for the same memory, owned by the caller; -1 when the memory has none.
  int exportFd();
  // The latest of them if it is still open, else the memory's own; -1 when the memory has none.
  int knownFd() const;
  int fd() const { return fd_; }
  // Gives anonymous memory a memfd, contents and address kept. Nothing else may write meanwhile.
  bool makeExportable();
  // Bytes of the fd's file before base().
  size_t offset() const { return static_cast<size_t>(base_ - pages_); }
  // Makes less of it the application's: `size` bytes from `offset` of the pages. False when there are not so
  // many.
  bool narrow(size_t offset, size_t size);

  bool guarded() const { return guard_ != 0; }
  // Whether the address is in the memory, in what is left of its pages, or in the guards.
  bool near(const void* address) const;
  // The first byte outside the memory that is not as the pattern has it: its offset from base().
  std::optional<ptrdiff_t> damage() const;
  // Takes pages and contents away and keeps the addresses, for accesses after the end of the memory's life.
  void revoke();

 private:
  // Of guarded memory: places it in its pages and fills the rest.
  void settle(size_t alignment);

  std::byte* pages_;
  size_t reserved_;   // bytes of the pages
  size_t guard_ = 0;  // bytes of each of the guards before and behind the pages
  std::byte* base_;
  size_t size_;                    // bytes the application may use
  int fd_;                         // memfd of exportable memory, or the dma-buf whose CPU access is open; -1
  std::atomic<int> exported_{-1};  // the caller's of exportFd(): may be closed, and be another file meanwhile
  bool dmaBuf_;
};

// Bytes of the object behind the fd, which may be a dma-buf; 0 when it has no size.
size_t objectSize(int fd);
// Whether the object behind the fd is a memfd of that name, or a dma-buf that was given it.
bool isNamed(int fd, std::string_view name);

size_t pageSize();
// Of device memory, in bytes: larger than the host's page, as on hardware. Files of memory are a multiple.
inline constexpr size_t kDevicePage = 64 * 1024;
constexpr size_t roundUp(size_t value, size_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace softgpu::driver
