// Answers of the clGet...Info functions: size checks and the size-only query in one place (OpenCL 3.0, 4.1).
#pragma once

#include <CL/cl.h>

#include <cstring>
#include <span>
#include <string_view>

#include "base/result.h"

namespace clze::icd {

// param_value_size, param_value, param_value_size_ret of one query.
class InfoWriter {
 public:
  InfoWriter(size_t size, void* value, size_t* sizeReturned)
      : size_(size), value_(value), sizeReturned_(sizeReturned) {}

  template <class T>
  Result<void> operator()(const T& value) const {
    return bytes(&value, sizeof(T));
  }
  template <class T>
  Result<void> array(std::span<const T> values) const {
    return bytes(values.data(), values.size_bytes());
  }
  // With the terminating zero.
  Result<void> string(std::string_view text) const {
    if (value_ != nullptr && size_ < text.size() + 1) return Failure{CL_INVALID_VALUE};
    if (value_ != nullptr) {
      std::memcpy(value_, text.data(), text.size());
      static_cast<char*>(value_)[text.size()] = '\0';
    }
    if (sizeReturned_ != nullptr) *sizeReturned_ = text.size() + 1;
    return {};
  }
  // A property the object has no value for: zero bytes, success.
  Result<void> empty() const { return bytes(nullptr, 0); }
  Result<void> bytes(const void* data, size_t size) const {
    if (value_ != nullptr && size_ < size) return Failure{CL_INVALID_VALUE};
    if (value_ != nullptr && size != 0) std::memcpy(value_, data, size);
    if (sizeReturned_ != nullptr) *sizeReturned_ = size;
    return {};
  }
  size_t size() const { return size_; }
  void* value() const { return value_; }
  size_t* sizeReturned() const { return sizeReturned_; }

 private:
  size_t size_;
  void* value_;
  size_t* sizeReturned_;
};

}  // namespace clze::icd
