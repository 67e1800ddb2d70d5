// Accesses go piece by piece, as far as one binding reaches; a few bindings are remembered since batches stay
// in few.
#include "tests/intel/fake_gpu/engine/gpu_memory.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>

namespace fake_gpu {
namespace {

constexpr uint64_t pageBytes = 4096;

template <class Value>
void copyWhole(std::byte* to, const void* from) {
  Value value;
  std::memcpy(&value, from, sizeof value);
  std::atomic_ref<Value>(*reinterpret_cast<Value*>(to)).store(value, std::memory_order_seq_cst);
}

template <class Value>
void readWhole(void* to, std::byte* from) {
  const Value value = std::atomic_ref<Value>(*reinterpret_cast<Value*>(from)).load(std::memory_order_seq_cst);
  std::memcpy(to, &value, sizeof value);
}

bool aligned(const std::byte* at, uint64_t bytes) { return reinterpret_cast<uintptr_t>(at) % bytes == 0; }

template <class Value>
uint64_t exchange(std::byte* at, const std::function<uint64_t(uint64_t)>& change) {
  std::atomic_ref<Value> cell(*reinterpret_cast<Value*>(at));
  Value before = cell.load();
  while (!cell.compare_exchange_weak(before, static_cast<Value>(change(before)))) {
  }
  return before;
}

}  // namespace

GpuMemory::GpuMemory(std::shared_ptr<const AddressSpace> space,
                     std::function<void(const std::string&)> report)
    : space_(std::move(space)), report_(std::move(report)) {}

void GpuMemory::forget() {
  recent_ = {};
  mappedPages_ = {};
}

const Binding* GpuMemory::bindingOf(uint64_t address) {
  for (const Binding& binding : recent_) {
    if (address - binding.address < binding.bytes) return &binding;
  }
  std::optional<Binding> found = space_->find(address);
  if (!found) return nullptr;
  usedUnlisted_ |= !found->isListed;
  Binding& place = recent_[nextRecent_];
  nextRecent_ = (nextRecent_ + 1) % recent_.size();
  place = std::move(*found);
  return &place;
}

bool GpuMemory::userPagesMapped(const Binding& binding, uint64_t offset, uint64_t bytes) {
  const uint64_t data = reinterpret_cast<uintptr_t>(binding.object->data());
  for (uint64_t page = (data + offset) & ~(pageBytes - 1); page < data + offset + bytes; page += pageBytes) {
    if (std::find(mappedPages_.begin(), mappedPages_.end(), page + 1) != mappedPages_.end()) continue;
    if (!binding.object->isMapped(page - data, 1)) return false;
    mappedPages_[nextMapped_] = page + 1;
    nextMapped_ = (nextMapped_ + 1) % mappedPages_.size();
  }
  return true;
}

GpuMemory::Reach GpuMemory::reach(uint64_t address) {
  address &= addressMask;
  const Binding* binding = bindingOf(address);
  if (!binding) return {};
  const uint64_t inside = address - binding->address;
  const uint64_t offset = binding->offset + inside;
  std::byte* data = binding->object->data();
  if (!data || offset >= binding->object->size()) return {};
  uint64_t bytes = std::min(binding->bytes - inside, binding->object->size() - offset);
  if (binding->object->isUserMemory()) {
    // Page by page: what lies behind may be unmapped though never touched.
    bytes = std::min(bytes, pageBytes - (reinterpret_cast<uintptr_t>(data) + offset) % pageBytes);
    if (!userPagesMapped(*binding, offset, bytes)) return {};
  }
  return {data + offset, bytes};
}

std::byte* GpuMemory::whole(uint64_t address, uint64_t count) {
  const Reach piece = reach(address);
  return piece.bytes >= count ? piece.data : nullptr;
}

bool GpuMemory::read(uint64_t address, void* bytes, uint64_t count, const char* what) {
  std::byte* at = whole(address, count);
  if (at && count == 4 && aligned(at, 4)) {
    readWhole<uint32_t>(bytes, at);
    return true;
  }
  if (at && count == 8 && aligned(at, 8)) {
    readWhole<uint64_t>(bytes, at);
    return true;
  }
  auto* to = static_cast<std::byte*>(bytes);
  for (uint64_t done = 0; done < count;) {
    const Reach piece = reach(address + done);
    if (piece.bytes == 0) {
      report_(std::string(what) + " " + reasonFor(address, count));
      return false;
    }
    const uint64_t step = std::min(piece.bytes, count - done);
    std::memcpy(to + done, piece.data, step);
    done += step;
  }
  return true;
}

bool GpuMemory::write(uint64_t address, const void* bytes, uint64_t count, const char* what) {
  std::byte* at = whole(address, count);
  if (at && count == 4 && aligned(at, 4)) {
    copyWhole<uint32_t>(at, bytes);
    return true;
  }
  if (at && count == 8 && aligned(at, 8)) {
    copyWhole<uint64_t>(at, bytes);
    return true;
  }
  const auto* from = static_cast<const std::byte*>(bytes);
  for (uint64_t done = 0; done < count;) {
    const Reach piece = reach(address + done);
    if (piece.bytes == 0) {
      report_(std::string(what) + " " + reasonFor(address, count));
      return false;
    }
    const uint64_t step = std::min(piece.bytes, count - done);
    std::memcpy(piece.data, from + done, step);
    done += step;
  }
  return true;
}

bool GpuMemory::move(uint64_t to, uint64_t from, uint64_t count) {
  for (uint64_t done = 0; done < count;) {
    const Reach source = reach(from + done);
    if (source.bytes == 0) {
      report_("copy reads " + reasonFor(from, count));
      return false;
    }
    const Reach target = reach(to + done);
    if (target.bytes == 0) {
      report_("copy writes " + reasonFor(to, count));
      return false;
    }
    const uint64_t step = std::min({source.bytes, target.bytes, count - done});
    std::memmove(target.data, source.data, step);
    done += step;
  }
  return true;
}

bool GpuMemory::update(uint64_t address, uint32_t bytes, const std::function<uint64_t(uint64_t)>& change,
                       uint64_t* before, const char* what) {
  std::byte* at = whole(address, bytes);
  if (!at || !aligned(at, bytes)) {
    report_(std::string(what) + " " +
            (at ? std::to_string(bytes) + " bytes that are not aligned" : reasonFor(address, bytes)));
    return false;
  }
  *before = bytes == 4 ? exchange<uint32_t>(at, change) : exchange<uint64_t>(at, change);
  return true;
}

bool GpuMemory::isResident(uint64_t address, uint64_t count) {
  for (uint64_t done = 0; done < count;) {
    const Reach piece = reach(address + done);
    if (piece.bytes == 0) return false;
    done += piece.bytes;
  }
  return true;
}

std::string GpuMemory::reasonFor(uint64_t address, uint64_t count) {
  char text[256];
  const auto begin = static_cast<unsigned long long>(address & addressMask);
  const auto bytes = static_cast<unsigned long long>(count);
  uint64_t hole = 0;
  while (hole < count) {
    const Reach piece = reach(address + hole);
    if (piece.bytes == 0) break;
    hole += piece.bytes;
  }
  const uint64_t at = (address + hole) & addressMask;
  const char* why = "nothing is bound there";
  if ((address & addressMask) == 0) {
    why = "a null address";
  } else if (const std::optional<Binding> binding = space_->find(at)) {
    why = binding->object->isUserMemory() ? "the program has unmapped that memory"
                                          : "it lies past the object's end";
  } else if (space_->wasBound(at)) {
    why = "it is no longer bound (unbound or freed before this job was done?)";
  } else if (hole > 0) {
    why = "it runs past the end of what is bound";
  }
  std::snprintf(text, sizeof text, "%llu bytes at 0x%llx: %s", bytes, begin, why);
  return text;
}

}  // namespace fake_gpu
