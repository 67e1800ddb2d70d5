// Memory that kernels reach by pointer: allocations of our own, and dma-bufs imported as memory.
#pragma once

#include <cstddef>
#include <memory>

#include "base/unique_fd.h"
#include "l0backend/context.h"

namespace clze::l0 {

// Frees its memory; the device must be done with it. Movable, not copyable.
class Allocation {
 public:
  Allocation() = default;
  Allocation(const Context& context, void* data, size_t size, bool hostAccess)
      : context_(&context), data_(data), size_(size), hostAccess_(hostAccess) {}
  Allocation(Allocation&& other) noexcept;
  Allocation& operator=(Allocation&& other) noexcept;
  ~Allocation();

  std::byte* data() const { return static_cast<std::byte*>(data_); }
  size_t size() const { return size_; }
  bool hostAccess() const { return hostAccess_; }  // the host may read and write through data()
  explicit operator bool() const { return data_ != nullptr; }

 private:
  const Context* context_ = nullptr;
  void* data_ = nullptr;
  size_t size_ = 0;
  bool hostAccess_ = false;
};

enum class Placement {
  Default,  // host memory on integrated devices (mapping costs nothing), device memory on discrete ones
  Host,     // host memory all devices of the context reach: staging
  Device,
};
// CL_MEM_OBJECT_ALLOCATION_FAILURE or CL_OUT_OF_HOST_MEMORY when there is none. alignment: power of two,
// bytes.
Result<Allocation> allocate(const Context& context, const Device& device, size_t size, size_t alignment,
                            Placement placement);

// Imports a dma-buf (or memfd standing in for one) of `size` bytes as device memory. Takes the fd in every
// case.
Result<Allocation> importDmaBuf(const Context& context, const Device& device, UniqueFd fd, size_t size);

}  // namespace clze::l0
