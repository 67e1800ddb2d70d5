// The bytes of a kernel argument: pointers, numbers and small structures in place, larger ones on the heap.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>

namespace clze::l0 {

class ArgBytes {
 public:
  ArgBytes() = default;
  ArgBytes(const ArgBytes& other) { assign(other.data(), other.size_); }
  ArgBytes& operator=(const ArgBytes& other) {
    if (this != &other) assign(other.data(), other.size_);
    return *this;
  }
  ArgBytes(ArgBytes&&) noexcept = default;
  ArgBytes& operator=(ArgBytes&&) noexcept = default;
  ~ArgBytes() = default;

  const std::byte* data() const { return size_ <= kInPlace ? small_.data() : large_.get(); }
  size_t size() const { return size_; }
  void assign(const void* bytes, size_t size) {
    if (size > kInPlace) large_ = std::make_unique<std::byte[]>(size);
    size_ = size;
    if (size == sizeof(void*)) {  // most are: no call for a copy of known size
      std::memcpy(small_.data(), bytes, sizeof(void*));
    } else if (size == sizeof(int)) {
      std::memcpy(small_.data(), bytes, sizeof(int));
    } else if (size != 0) {
      std::memcpy(size > kInPlace ? large_.get() : small_.data(), bytes, size);
    }
  }
  bool equals(const void* bytes, size_t size) const {
    if (size != size_) return false;
    if (size == sizeof(void*)) return std::memcmp(small_.data(), bytes, sizeof(void*)) == 0;
    if (size == sizeof(int)) return std::memcmp(small_.data(), bytes, sizeof(int)) == 0;
    return size == 0 || std::memcmp(data(), bytes, size) == 0;
  }
  bool operator==(const ArgBytes& other) const { return equals(other.data(), other.size_); }

 private:
  static constexpr size_t kInPlace = 16;

  size_t size_ = 0;
  alignas(void*) std::array<std::byte, kInPlace> small_ = {};
  std::unique_ptr<std::byte[]> large_;  // when size_ > kInPlace
};

}  // namespace clze::l0
