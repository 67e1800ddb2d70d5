// The interval map behind USM queries and free.
#include "softgpu/ze/driver/usm.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <iterator>
#include <mutex>

#include "softgpu/ze/driver/call.h"
#include "softgpu/ze/driver/stream.h"
#include "softgpu/ze/driver/virtual_memory.h"

namespace softgpu::driver {
namespace {
// Addresses, not memory: the pages are given back at once. A mapping each, of which a process has 65530.
constexpr uint64_t kFreedBytes = uint64_t{16} << 30;
constexpr size_t kFreedCount = 8192;

bool countsAgainstDevice(const Allocation& allocation) {
  return allocation.type != ZE_MEMORY_TYPE_HOST && !allocation.imported;
}

const char* typeName(ze_memory_type_t type) {
  return type == ZE_MEMORY_TYPE_HOST ? "host" : type == ZE_MEMORY_TYPE_DEVICE ? "device" : "shared";
}

const char* callName() { return Call::current() != nullptr ? Call::current()->site().name() : "the driver"; }

// Where `address` is in relation to the memory; nothing when it is far from it.
std::optional<std::string> describe(const Allocation& allocation, const void* address, const char* freedBy) {
  if (!allocation.mapping->near(address)) return std::nullopt;
  const auto at = reinterpret_cast<uintptr_t>(address), base = reinterpret_cast<uintptr_t>(allocation.base());
  const std::string whole =
      fmt::format("{} memory at {} of {} bytes, made by {}{}{}", typeName(allocation.type),
                  static_cast<const void*>(allocation.base()), allocation.size(), allocation.madeBy,
                  freedBy != nullptr ? " and freed by " : "", freedBy != nullptr ? freedBy : "");
  if (at < base) return fmt::format("{} bytes before the start of {}", base - at, whole);
  const size_t offset = at - base;
  if (offset < allocation.size()) return fmt::format("at offset {} of {}", offset, whole);
  return fmt::format("{} bytes past the end of {}", offset - allocation.size(), whole);
}

// Asks the kernel, which unlike a load does not end the process. Where asking is forbidden everything passes.
bool readable(const void* address) {
  std::byte byte{};
  const iovec here{&byte, 1};
  const iovec there{const_cast<void*>(address), 1};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1 || errno != EFAULT;
}

// The ends stand for what is between.
bool readable(const void* address, size_t size) {
  return size == 0 || (readable(address) && readable(static_cast<const std::byte*>(address) + size - 1));
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
  allocation.madeBy = callName();
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

void UsmTable::setAtomics(const void* address, size_t size, uint32_t atomics) {
  const auto at = reinterpret_cast<uintptr_t>(address);
  const std::unique_lock lock(mutex_);
  auto after = byBase_.upper_bound(at);
  if (after != byBase_.begin() && at - std::prev(after)->first < std::prev(after)->second.size()) {
    std::prev(after)->second.atomics = atomics;
  } else {
    systemAtomics_[at] = {size, atomics};
  }
}

uint32_t UsmTable::atomics(const void* address) const {
  if (const auto allocation = find(address)) return allocation->atomics;
  const auto at = reinterpret_cast<uintptr_t>(address);
  const std::shared_lock lock(mutex_);
  const auto after = systemAtomics_.upper_bound(at);
  if (after == systemAtomics_.begin()) return 0;
  const auto& [first, range] = *std::prev(after);
  return at - first < range.size ? range.atomics : 0;
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
  if (!deferred) retire(allocation, callName());
  return allocation;
}

void UsmTable::retire(Allocation allocation, const char* freedBy) {
  const auto& mapping = allocation.mapping;
  if (!mapping->guarded()) return;
  if (const auto at = mapping->damage()) {
    strict::misuse(freedBy, fmt::format("memory was written outside its bounds: {}",
                                        *describe(allocation, allocation.base() + *at, nullptr)));
  }
  mapping->revoke();
  freedBytes_ += allocation.size();
  allocation.context.reset();
  freed_.push_back({std::move(allocation), freedBy});
  while (freedBytes_ > kFreedBytes || freed_.size() > kFreedCount) {
    freedBytes_ -= freed_.front().allocation.size();
    freed_.pop_front();
  }
}

std::optional<std::string> UsmTable::explain(const void* address) const {
  const std::shared_lock lock(mutex_);
  return describeNear(address);
}

std::optional<std::string> UsmTable::describeNear(const void* address) const {
  const auto after = byBase_.upper_bound(reinterpret_cast<uintptr_t>(address));
  if (after != byBase_.begin()) {
    if (auto text = describe(std::prev(after)->second, address, nullptr)) return text;
  }
  if (after != byBase_.end()) {
    if (auto text = describe(after->second, address, nullptr)) return text;
  }
  // The latest that was there.
  for (auto freed = freed_.rbegin(); freed != freed_.rend(); ++freed) {
    if (auto text = describe(freed->allocation, address, freed->freedBy)) return text;
  }
  return std::nullopt;
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
    for (const Allocation& allocation : done) retire(allocation, callName());
  }
}

size_t UsmTable::count() const {
  const std::shared_lock lock(mutex_);
  return byBase_.size();
}

bool UsmTable::covers(const void* address) const {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  const std::shared_lock lock(mutex_);
  auto after = byBase_.upper_bound(wanted);
  if (after == byBase_.begin()) return false;
  const auto& [base, allocation] = *--after;
  return wanted - base < allocation.size();
}

bool UsmTable::fits(const void* address, size_t size) const {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  const std::shared_lock lock(mutex_);
  auto after = byBase_.upper_bound(wanted);
  const bool outside =
      after == byBase_.begin() || wanted - std::prev(after)->first >= std::prev(after)->second.size();
  if (outside && strict::on() && size > 0 && describeNear(address)) return false;
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
  if (usable) {
    // A copy of an application's wild pointer would end the process on a thread it knows nothing of.
    if (UsmTable::instance().covers(address) || VirtualSpace::instance().find(address) ||
        readable(address, size)) {
      return ZE_RESULT_SUCCESS;
    }
    return strict::refuse(ZE_RESULT_ERROR_INVALID_ARGUMENT,
                          fmt::format("{} bytes from {} are no memory of this process", size, address));
  }
  if (!strict::on()) return ZE_RESULT_ERROR_INVALID_ARGUMENT;
  const auto known = UsmTable::instance().explain(address);
  return strict::refuse(ZE_RESULT_ERROR_INVALID_ARGUMENT,
                        fmt::format("{} bytes from {} end outside the allocation or are not mapped{}{}", size,
                                    address, known ? ": they begin " : "", known.value_or("")));
}

}  // namespace softgpu::driver
