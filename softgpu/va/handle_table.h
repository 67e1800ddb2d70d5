// Objects by the 32-bit ids that VA gives to applications. An id names its kind and its generation,
// so that a stale id, or an id of another kind, is refused and never reaches an object.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace softgpu::va {

enum class Kind : std::uint32_t { Config = 1, Surface = 2, Context = 3, Buffer = 4, Image = 5 };

// Thread safe. An object lives on while anyone holds the pointer that find() gave.
template <class T, Kind kind>
class HandleTable {
 public:
  // VA_INVALID_ID when the table is full.
  VAGenericID add(std::shared_ptr<T> object) {
    const std::lock_guard lock(mutex_);
    std::uint32_t index = 0;
    if (!free_.empty() && (free_.size() >= kReuseDistance || slots_.size() > kIndexMask)) {
      index = free_.front();
      free_.pop_front();
    } else if (slots_.size() <= kIndexMask) {
      index = static_cast<std::uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      return VA_INVALID_ID;
    }
    slots_[index].object = std::move(object);
    return idOf(index);
  }

  std::shared_ptr<T> find(VAGenericID id) const {
    const std::lock_guard lock(mutex_);
    return contains(id) ? slots_[id & kIndexMask].object : nullptr;
  }

  // Takes the object out of the table: null when the id is not a living one.
  std::shared_ptr<T> remove(VAGenericID id) {
    const std::lock_guard lock(mutex_);
    if (!contains(id)) return nullptr;
    const std::uint32_t index = id & kIndexMask;
    slots_[index].generation = (slots_[index].generation + 1) & kGenerationMask;
    free_.push_back(index);
    return std::move(slots_[index].object);
  }

  std::vector<std::shared_ptr<T>> removeAll() {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<T>> all;
    for (Slot& slot : slots_) {
      if (slot.object) all.push_back(std::move(slot.object));
    }
    slots_.clear();
    free_.clear();
    return all;
  }

 private:
  struct Slot {
    std::shared_ptr<T> object;
    std::uint32_t generation = 0;
  };

  // kind: 4 bits, generation: 12 bits, index: 16 bits.
  static constexpr std::uint32_t kIndexMask = 0xffff;
  static constexpr std::uint32_t kGenerationMask = 0xfff;
  // So many other objects come and go before a slot is used again: an id stays stale for a long time.
  static constexpr std::size_t kReuseDistance = 64;

  VAGenericID idOf(std::uint32_t index) const {
    return (static_cast<std::uint32_t>(kind) << 28) | (slots_[index].generation << 16) | index;
  }
  bool contains(VAGenericID id) const {
    const std::uint32_t index = id & kIndexMask;
    return index < slots_.size() && slots_[index].object != nullptr && id == idOf(index);
  }

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  std::deque<std::uint32_t> free_;
};

}  // namespace softgpu::va
