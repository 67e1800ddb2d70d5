// Reserved address ranges and the physical memory mapped into them, page by page.
// Threads: all functions from any thread.
#pragma once

#include <level_zero/ze_api.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/driver/usm.h"

namespace softgpu::driver {

// Of device memory; host memory has the host's page.
inline constexpr size_t kVirtualPage = kDevicePage;

// A memfd; mappings of it share its pages.
class PhysicalMemory : public Object {
 public:
  using Handle = ze_physical_mem_handle_t;
  static constexpr Kind kKind = Kind::PhysicalMemory;
  // Takes the fd, and a charge of `size` against the device unless it is host memory or imported.
  PhysicalMemory(std::shared_ptr<Context> context, int fd, size_t size, bool host, bool imported);
  ~PhysicalMemory() override;

  const std::shared_ptr<Context>& context() const { return context_; }
  int fd() const { return fd_; }
  size_t size() const { return size_; }
  bool host() const { return host_; }
  uint64_t id() const { return id_; }
  size_t page() const { return host_ ? pageSize() : kVirtualPage; }
  std::atomic<size_t> mappings{0};
  ze_external_memory_type_flags_t exportTypes = 0;

 private:
  std::shared_ptr<Context> context_;
  const int fd_;
  const size_t size_;
  const bool host_, imported_;
  const uint64_t id_;
};

class VirtualSpace {
 public:
  static VirtualSpace& instance();

  // What a mapped address belongs to.
  struct Mapped {
    void* base;
    size_t size;
    std::shared_ptr<PhysicalMemory> memory;
    size_t offset;  // of base in it
  };

  ze_result_t reserve(std::shared_ptr<Context> context, const void* wanted, size_t size, void** out);
  // Only a whole reservation; what is mapped in it is unmapped.
  ze_result_t release(const std::shared_ptr<Context>& context, const void* base, size_t size);
  // All of the range must be reserved by one reservation of the context and free of other mappings.
  ze_result_t map(const std::shared_ptr<Context>& context, const void* at, size_t size,
                  const std::shared_ptr<PhysicalMemory>& memory, size_t offset,
                  ze_memory_access_attribute_t access);
  // All of the range must be reserved by one reservation of the context; a mapping may be cut in pieces. What
  // is not mapped stays so.
  ze_result_t unmap(const std::shared_ptr<Context>& context, const void* at, size_t size);
  ze_result_t setAccess(const std::shared_ptr<Context>& context, const void* at, size_t size,
                        ze_memory_access_attribute_t access);
  ze_result_t getAccess(const std::shared_ptr<Context>& context, const void* at, size_t size,
                        ze_memory_access_attribute_t* access, size_t* outSize) const;

  // False when some of the range is reserved and the device may not use it so.
  bool permits(const void* address, size_t size, Use use) const;
  std::optional<Mapped> find(const void* address) const;
  // Mapped memory in this file, as fstat() names it.
  std::shared_ptr<PhysicalMemory> findFile(uint64_t device, uint64_t inode) const;
  size_t count() const { return count_.load(std::memory_order_acquire); }

 private:
  struct Piece {
    size_t size;
    std::shared_ptr<PhysicalMemory> memory;
    size_t offset;
    ze_memory_access_attribute_t access;
  };
  struct Reservation {
    size_t size;
    std::shared_ptr<Context> context;
    std::map<uintptr_t, Piece> pieces;  // mapped ones, by address
  };
  // The reservation that holds the whole range; null when none does.
  Reservation* holder(const std::shared_ptr<Context>& context, uintptr_t at, size_t size);
  static bool covered(const Reservation& reservation, uintptr_t at, size_t size);
  static void cut(Reservation& reservation, uintptr_t at);

  mutable std::shared_mutex mutex_;
  std::map<uintptr_t, Reservation> reservations_;
  std::atomic<size_t> count_{0};  // of reservations: programs without any pay one load a check
};

}  // namespace softgpu::driver
