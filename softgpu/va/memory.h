// Memory behind a surface: a dma-buf or memfd and its mapping, allocated here or imported from another
// driver.
#pragma once

#include <va/va.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace softgpu::va {

class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  ~OwnedFd();

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

class Memory {
 public:
  // Zeroed pages: a udmabuf where the kernel has them, else a memfd that cannot shrink. Null when there is no
  // memory or fd left. The object has the name for everyone to see.
  static std::shared_ptr<Memory> allocate(std::size_t size, const char* name = "softgpu-surface");
  // Keeps a duplicate; the caller's fd stays his. `claimedSize` 0 means unknown; more than the object has is
  // refused.
  static VAStatus import(int fd, std::size_t claimedSize, std::shared_ptr<Memory>* memory);

  Memory(OwnedFd fd, std::uint8_t* data, std::size_t size) : fd_(std::move(fd)), data_(data), size_(size) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory();

  std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  // False when the owner of imported memory has cut it short: touching it would be fatal.
  bool intact() const;
  // A new close-on-exec descriptor of the same object, which the caller owns; empty when no descriptor is
  // left.
  OwnedFd duplicate() const;

 private:
  OwnedFd fd_;
  std::uint8_t* data_;
  std::size_t size_;
};

}  // namespace softgpu::va
