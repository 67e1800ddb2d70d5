// The interval map behind USM queries and free.
#include "softgpu/ze/driver/usm.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <atomic>
#include <mutex>

#include "softgpu/ze/driver/stream.h"
#include "softgpu/ze/driver/virtual_memory.h"

namespace softgpu::driver {
namespace {
bool countsAgainstDevice(const Allocation& allocation) {
  return allocation.type != ZE_MEMORY_TYPE_HOST && !allocation.imported;
}
}  // namespace

uint64_t nextMemoryId() {
  static std::atomic<uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

UsmTable& UsmTable::instance() {
  static UsmTable& table = *std::make_unique<UsmTable>().release();
  return table;
}

bool UsmTable::add(Allocation allocation) {
  allocation.id = nextMemoryId();
  const std::unique_lock lock(mutex_);
  if (countsAgainstDevice(allocation)) {
    if (used_ + allocation.size() > deviceMemorySize()) return false;
    used_ += allocation.size();
  }
  const auto base = reinterpret_cast<uintptr_t>(allocation.base());
  if (strict::on()) strict::madeMemory(allocation.id, allocation.base(), allocation.size());
  byBase_.emplace(base, std::move(allocation));
  return true;
}

std::optional<Allocation> UsmTable::find(const void* address) const {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  const std::shared_lock lock(mutex_);
  auto after = byBase_.upper_bound(wanted);
  if (after == byBase_.begin()) return std::nullopt;
  const auto& [base, allocation] = *--after;
  if (wanted - base >= allocation.size()) return std::nullopt;
  return allocation;
}

std::optional<Allocation> UsmTable::findFile(uint64_t device, uint64_t inode) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [base, allocation] : byBase_) {
    struct stat status {};
    const int fd = allocation.mapping->fd();
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode)
      return allocation;
  }
  return std::nullopt;
}

void UsmTable::setAtomics(const void* address, uint32_t atomics) {
  const std::unique_lock lock(mutex_);
  auto after = byBase_.upper_bound(reinterpret_cast<uintptr_t>(address));
  if (after != byBase_.begin()) std::prev(after)->second.atomics = atomics;
}

std::optional<Allocation> UsmTable::remove(const void* base, bool deferred) {
  const std::unique_lock lock(mutex_);
  const auto found = byBase_.find(reinterpret_cast<uintptr_t>(base));
  if (found == byBase_.end()) {
    if (strict::on()) strict::notLiveMemory(base);
    return std::nullopt;
  }
  if (strict::on()) strict::goneMemory(found->second.id, base, deferred);
  Allocation allocation = std::move(found->second);
  byBase_.erase(found);
  if (countsAgainstDevice(allocation)) used_ -= allocation.size();
  return allocation;
}

void UsmTable::removeDeferred(const void* base) {
  if (auto allocation = remove(base, true)) {
    const std::unique_lock lock(mutex_);
    deferred_.push_back(std::move(*allocation));
  }
  reap();
}

void UsmTable::reap() {
  std::vector<Allocation> done;
  {
    const std::unique_lock lock(mutex_);
    if (deferred_.empty()) return;
    if (allStreamsIdle()) done.swap(deferred_);
  }
}

size_t UsmTable::count() const {
  const std::shared_lock lock(mutex_);
  return byBase_.size();
}

bool UsmTable::fits(const void* address, size_t size) const {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  const std::shared_lock lock(mutex_);
  auto after = byBase_.upper_bound(wanted);
  if (after == byBase_.begin()) return true;
  const auto& [base, allocation] = *--after;
  const size_t offset = wanted - base;
  if (strict::on() && offset < allocation.size()) strict::givenMemory(allocation.id);
  return offset >= allocation.size() || size <= allocation.size() - offset;
}

bool UsmTable::charge(uint64_t size) {
  const std::unique_lock lock(mutex_);
  if (size > deviceMemorySize() - used_) return false;
  used_ += size;
  return true;
}

void UsmTable::refund(uint64_t size) {
  const std::unique_lock lock(mutex_);
  used_ -= size;
}

ze_result_t checkRange(const void* address, size_t size, Use use) {
  const bool usable =
      VirtualSpace::instance().permits(address, size, use) && UsmTable::instance().fits(address, size);
  if (usable) return ZE_RESULT_SUCCESS;
  return strict::refuse(
      ZE_RESULT_ERROR_INVALID_ARGUMENT,
      fmt::format("{} bytes from {} end outside the allocation or are not mapped", size, address));
}

}  // namespace softgpu::driver
