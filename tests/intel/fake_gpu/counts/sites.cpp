// Addresses are turned into names only when somebody asks.
#include "tests/intel/fake_gpu/counts/sites.h"

#include <dlfcn.h>
#include <unwind.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include "base/guarded.h"

namespace fake_gpu {
namespace {

using Calls = std::map<std::pair<unsigned, const void*>, uint64_t>;

clze::Guarded<Calls>& calls() {
  static auto& kept = *new clze::Guarded<Calls>;
  return kept;
}

const char* fileName(const char* path) {
  const char* slash = path ? std::strrchr(path, '/') : nullptr;
  return slash ? slash + 1 : path ? path : "";
}

struct Search {
  const char* wanted;
  const void* found;
};

_Unwind_Reason_Code look(_Unwind_Context* frame, void* argument) {
  auto& search = *static_cast<Search*>(argument);
  auto* address = reinterpret_cast<const void*>(_Unwind_GetIP(frame));
  Dl_info info{};
  if (address && dladdr(address, &info) != 0 && std::strstr(fileName(info.dli_fname), search.wanted)) {
    search.found = address;
    return _URC_END_OF_STACK;
  }
  return _URC_NO_REASON;
}

// Walking the stack takes microseconds, so only when a name was given.
const void* innermostIn(const char* wanted, const void* caller) {
  Search search{wanted, nullptr};
  _Unwind_Backtrace(look, &search);
  return search.found ? search.found : caller;
}

}  // namespace

void countCall(unsigned number, const void* caller) {
  static const char* wanted = std::getenv("FAKE_GPU_SITES");
  if (wanted && *wanted) caller = innermostIn(wanted, caller);
  (*calls().lock())[{number, caller}]++;
}

void resetCalls() { calls().lock()->clear(); }

std::vector<Site> sites() {
  const Calls counted = *calls().lock();
  std::vector<Site> all;
  for (const auto& [key, number] : counted) {
    Site site{key.first, key.second, number, {}, {}, 0};
    Dl_info info{};
    if (dladdr(site.address, &info) != 0) {
      site.object = fileName(info.dli_fname);
      if (info.dli_sname) site.symbol = info.dli_sname;
      const void* from = info.dli_sname ? info.dli_saddr : info.dli_fbase;
      site.offset =
          static_cast<uint64_t>(static_cast<const char*>(site.address) - static_cast<const char*>(from));
    }
    all.push_back(std::move(site));
  }
  std::stable_sort(all.begin(), all.end(), [](const Site& a, const Site& b) { return a.calls > b.calls; });
  return all;
}

}  // namespace fake_gpu
