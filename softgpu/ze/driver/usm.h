// Unified shared memory: every live allocation, found by any address inside it.
// Threads: all functions from any thread.
#pragma once

#include <level_zero/ze_api.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/driver/mapping.h"

namespace softgpu::driver {

struct Allocation {
  std::shared_ptr<Mapping> mapping;
  ze_memory_type_t type = ZE_MEMORY_TYPE_UNKNOWN;
  std::shared_ptr<Context> context;
  ze_device_handle_t device = nullptr;  // whose memory; null: any
  uint64_t id = 0;
  ze_external_memory_type_flags_t exportTypes = 0;
  bool imported = false;  // counts against its exporter, not against the device
  bool ipc = false;       // from zeMemOpenIpcHandle
  const char* madeBy = "";
  uint32_t atomics = 0;  // by zeMemSetAtomicAccessAttributeExp

  std::byte* base() const { return mapping->base(); }
  size_t size() const { return mapping->size(); }
};

class UsmTable {
 public:
  static UsmTable& instance();

  // Takes the allocation's id from a running number. False when device memory would be exceeded.
  bool add(Allocation allocation);
  std::optional<Allocation> find(const void* address) const;
  bool covers(const void* address) const;
  // The one in this file, as fstat() names it.
  std::optional<Allocation> findFile(uint64_t device, uint64_t inode) const;
  // Of the allocation that the address is in; of memory of the system, of the range.
  void setAtomics(const void* address, size_t size, uint32_t atomics);
  uint32_t atomics(const void* address) const;
  // False when [address, address + size) begins inside an allocation and ends outside.
  bool fits(const void* address, size_t size) const;
  // Only by its base.
  // `deferred`: commands that use it may still run.
  std::optional<Allocation> remove(const void* base, bool deferred = false);
  // Unmaps once every stream has been idle; later calls of reap() do it.
  void removeDeferred(const void* base);
  void reap();
  size_t count() const;
  // Strict mode: which memory, live or freed, the address is in or near to, in words.
  std::optional<std::string> explain(const void* address) const;
  // Bytes of device memory that are no allocation. False when there are not so many left.
  bool charge(uint64_t size);
  void refund(uint64_t size);

 private:
  // Freed guarded memory, whose addresses fault until they are needed for newer.
  struct Freed {
    Allocation allocation;
    const char* freedBy;
  };
  // No command uses it any more.
  void retire(Allocation allocation, const char* freedBy);
  std::optional<std::string> describeNear(const void* address) const;

  mutable std::shared_mutex mutex_;
  std::map<uintptr_t, Allocation> byBase_;
  struct SystemRange {
    size_t size;
    uint32_t atomics;
  };
  std::map<uintptr_t, SystemRange> systemAtomics_;  // by their first addresses
  std::vector<Allocation> deferred_;
  std::deque<Freed> freed_;
  uint64_t freedBytes_ = 0;
  uint64_t used_ = 0;  // bytes of device and shared memory
};

uint64_t nextMemoryId();

enum class Use { Read, Write };

// InvalidArgument if [address, address + size) begins inside an allocation and ends outside, touches a
// reserved address that is not mapped for this use, or is no memory of the process at all; host memory
// passes.
ze_result_t checkRange(const void* address, size_t size, Use use = Use::Read);

}  // namespace softgpu::driver
