// A ring under a lock.
#include "tests/intel/fake_gpu/engine/store_log.h"

#include <cstdio>

namespace fake_gpu {

void StoreHistory::add(const std::string& place, const char* command, uint64_t address, uint64_t value,
                       uint32_t bytes) {
  std::lock_guard lock(mutex_);
  Store& store = stores_[count_++ % kept];
  store.place = place;
  store.command = command;
  store.address = address;
  store.value = value;
  store.bytes = bytes;
}

std::string StoreHistory::text() const {
  std::lock_guard lock(mutex_);
  std::string text;
  for (uint64_t back = 0; back < kept && back < count_; ++back) {
    const Store& store = stores_[(count_ - 1 - back) % kept];
    char line[192];
    std::snprintf(line, sizeof line, "  0x%012llx := 0x%llx (%u bytes) by %s, %s\n",
                  static_cast<unsigned long long>(store.address),
                  static_cast<unsigned long long>(store.value), store.bytes, store.command,
                  store.place.c_str());
    text += line;
  }
  return text;
}

}  // namespace fake_gpu
