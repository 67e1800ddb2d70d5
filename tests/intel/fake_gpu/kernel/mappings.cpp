// Whole maps only: nobody here unmaps a part of one, and a part counts as the whole.
#include "tests/intel/fake_gpu/kernel/mappings.h"

#include <cstdint>
#include <map>
#include <mutex>

#include "tests/intel/fake_gpu/counts/tally.h"

namespace fake_gpu {
namespace {

struct Mappings {
  std::mutex mutex;
  std::map<uintptr_t, size_t> bytesAt;
};

Mappings& mappings() {
  static Mappings& kept = *new Mappings;
  return kept;
}

}  // namespace

void addMapping(const void* address, size_t bytes) {
  tally().mappings++;
  tally().mappingsAlive++;
  tally().mappedBytesAlive += bytes;
  std::lock_guard lock(mappings().mutex);
  mappings().bytesAt[reinterpret_cast<uintptr_t>(address)] = bytes;
}

void removeMappings(const void* address, size_t bytes) {
  if (tally().mappingsAlive == 0) return;
  const auto begin = reinterpret_cast<uintptr_t>(address);
  std::lock_guard lock(mappings().mutex);
  auto& all = mappings().bytesAt;
  for (auto each = all.lower_bound(begin); each != all.end() && each->first < begin + bytes;) {
    tally().mappingsAlive--;
    tally().mappedBytesAlive -= each->second;
    each = all.erase(each);
  }
}

}  // namespace fake_gpu
