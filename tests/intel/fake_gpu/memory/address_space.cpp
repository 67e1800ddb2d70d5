// Lookups and splits of bindings in a map ordered by address.
#include "tests/intel/fake_gpu/memory/address_space.h"

#include <mutex>

namespace fake_gpu {
namespace {
constexpr size_t pastBindings = 256;
}

AddressSpace::AddressSpace(std::vector<Binding> bindings, std::shared_ptr<AddressSpace> earlier)
    : earlier_(std::move(earlier)) {
  for (Binding& binding : bindings) {
    if (earlier_) earlier_->bind(binding);
    bind(std::move(binding));
  }
}

void AddressSpace::bind(Binding binding) {
  binding.address &= addressMask;
  if (!binding.object || binding.bytes == 0) return;
  std::unique_lock lock(mutex_);
  if (const auto same = byAddress_.find(binding.address);
      same != byAddress_.end() && same->second.object == binding.object &&
      same->second.bytes == binding.bytes && same->second.offset == binding.offset) {
    return;
  }
  unbindLocked(binding.address, binding.bytes);
  const uint64_t address = binding.address;
  byAddress_[address] = std::move(binding);
}

void AddressSpace::unbind(uint64_t address, uint64_t bytes) {
  std::unique_lock lock(mutex_);
  unbindLocked(address & addressMask, bytes);
}

void AddressSpace::clear() {
  std::unique_lock lock(mutex_);
  byAddress_.clear();
}

void AddressSpace::forget(const Object& object) {
  std::unique_lock lock(mutex_);
  for (auto it = byAddress_.begin(); it != byAddress_.end();) {
    if (it->second.object.get() != &object) {
      ++it;
      continue;
    }
    addPast(it->second);
    it = byAddress_.erase(it);
  }
}

void AddressSpace::addPast(const Binding& binding) {
  if (past_.size() == pastBindings) past_.erase(past_.begin());
  past_.emplace_back(binding.address, binding.bytes);
}

void AddressSpace::unbindLocked(uint64_t address, uint64_t bytes) {
  const uint64_t end = address + bytes;
  auto it = byAddress_.upper_bound(address);
  if (it != byAddress_.begin()) --it;
  while (it != byAddress_.end() && it->first < end) {
    const Binding old = it->second;
    const uint64_t oldEnd = old.address + old.bytes;
    if (oldEnd <= address) {
      ++it;
      continue;
    }
    it = byAddress_.erase(it);
    addPast(old);
    if (old.address < address) {
      byAddress_[old.address] = Binding{old.address, address - old.address, old.object, old.offset};
    }
    if (oldEnd > end) {
      it =
          byAddress_
              .insert_or_assign(end, Binding{end, oldEnd - end, old.object, old.offset + (end - old.address)})
              .first;
      ++it;
    }
  }
}

std::optional<Binding> AddressSpace::find(uint64_t address) const {
  address &= addressMask;
  std::shared_lock lock(mutex_);
  auto it = byAddress_.upper_bound(address);
  if (it != byAddress_.begin() && address - std::prev(it)->first < std::prev(it)->second.bytes) {
    return std::prev(it)->second;
  }
  if (!earlier_) return std::nullopt;
  std::optional<Binding> found = earlier_->find(address);
  if (found) found->isListed = false;
  return found;
}

std::byte* AddressSpace::at(uint64_t address, uint64_t bytes) const {
  address &= addressMask;
  const std::optional<Binding> binding = find(address);
  if (!binding) return nullptr;
  const uint64_t inside = address - binding->address;
  if (bytes > binding->bytes - inside || binding->offset + inside + bytes > binding->object->size())
    return nullptr;
  std::byte* data = binding->object->data();
  return data ? data + binding->offset + inside : nullptr;
}

std::vector<Binding> AddressSpace::bindings() const {
  std::shared_lock lock(mutex_);
  std::vector<Binding> all;
  all.reserve(byAddress_.size());
  for (const auto& [address, binding] : byAddress_) all.push_back(binding);
  return all;
}

bool AddressSpace::wasBound(uint64_t address) const {
  address &= addressMask;
  std::shared_lock lock(mutex_);
  for (const auto& [begin, bytes] : past_) {
    if (address - begin < bytes) return true;
  }
  return earlier_ && earlier_->wasBound(address);
}

}  // namespace fake_gpu
