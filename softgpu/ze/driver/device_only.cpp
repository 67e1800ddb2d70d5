// mprotect, and what the fault handler does about hidden pages. The handler takes the lock: whoever holds it
// touches none of these pages.
#include "softgpu/ze/driver/device_only.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "softgpu/ze/driver/strict.h"
#include "softgpu/ze/trap/trap.h"

namespace softgpu::driver::device_only {
namespace {

struct Pages {
  void* at;
  size_t size;
  int protection;
  Known known;
  bool open = false;
  Pages* nextOpen = nullptr;  // while it is: a list, since the handler must not allocate
};

// Never destroyed: threads of the driver may run while the process exits.
struct State {
  std::mutex mutex;
  std::map<uintptr_t, Pages> pages;  // by their start
  Pages* open = nullptr;
  unsigned accesses = 0;
  bool allOpen = false;  // until there is no access

  static State& instance() {
    static State& state = *std::make_unique<State>().release();
    return state;
  }
  Pages* find(const void* address) {
    const auto at = reinterpret_cast<uintptr_t>(address);
    const auto after = pages.upper_bound(at);
    if (after == pages.begin()) return nullptr;
    auto& [start, found] = *std::prev(after);
    return at - start < found.size ? &found : nullptr;
  }
  bool show(Pages& some) {
    if (some.open) return true;
    if (mprotect(some.at, some.size, some.protection) != 0) return false;
    some.open = true;
    some.nextOpen = std::exchange(open, &some);
    return true;
  }
  void closeAll() {
    while (open != nullptr) {
      Pages& some = *std::exchange(open, open->nextOpen);
      some.open = false;
      mprotect(some.at, some.size, PROT_NONE);
    }
  }
  void forget(std::map<uintptr_t, Pages>::iterator some) {
    for (Pages** link = &open; *link != nullptr; link = &(*link)->nextOpen) {
      if (*link != &some->second) continue;
      *link = some->second.nextOpen;
      break;
    }
    pages.erase(some);
  }
};

// The handler reads it on any thread: no allocation may be behind it.
[[gnu::tls_model("initial-exec")]] constinit thread_local unsigned depth = 0;

void tell(const void* address, const Known& known) {
  const auto offset = reinterpret_cast<intptr_t>(address) - reinterpret_cast<intptr_t>(known.base);
  char text[400];
  const auto written =
      fmt::format_to_n(text, sizeof(text),
                       "the host touches {}, at offset {} of device memory at {} of {} bytes, made by {}: a "
                       "discrete GPU's memory is not the host's",
                       address, offset, known.base, known.size, known.call);
  strict::misuseInHandler({text, std::min(written.size, sizeof(text))});
}

trap::Answer faulted(const void* address, bool writes) {
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  Pages* some = state.find(address);
  if (some == nullptr) return trap::Answer::NotMine;
  if (depth == 0) {
    // Opened since for a thread of the device: as if the host had been a little later.
    if (some->open) return trap::Answer::Again;
    if (strict::on()) tell(address, some->known);
    return trap::Answer::HandOn;
  }
  // Another thread was quicker; what may not be written faults when it is open, too.
  if (some->open) {
    const bool permitted = (some->protection & (writes ? PROT_WRITE : PROT_READ)) != 0;
    return permitted ? trap::Answer::Again : trap::Answer::NotMine;
  }
  return state.show(*some) ? trap::Answer::Again : trap::Answer::NotMine;
}

}  // namespace

void hide(void* pages, size_t size, int protection, const Known& known) {
  if (!on() || protection == PROT_NONE) return;
  trap::ask(faulted);
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  const auto [place, added] =
      state.pages.try_emplace(reinterpret_cast<uintptr_t>(pages), Pages{pages, size, protection, known});
  if (!added) return;
  if (state.allOpen) {
    place->second.open = true;
    place->second.nextOpen = std::exchange(state.open, &place->second);
  } else {
    mprotect(pages, size, PROT_NONE);
  }
}

void show(void* pages) {
  if (!on()) return;
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  const auto found = state.pages.find(reinterpret_cast<uintptr_t>(pages));
  if (found == state.pages.end()) return;
  state.show(found->second);
  state.forget(found);
}

void forget(void* pages) {
  if (!on()) return;
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  if (const auto found = state.pages.find(reinterpret_cast<uintptr_t>(pages)); found != state.pages.end())
    state.forget(found);
}

void open(void* pages) {
  if (!on()) return;
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  if (Pages* some = state.find(pages)) state.show(*some);
}

Access::Access() {
  if (!on()) return;
  const bool mine = trap::comes();
  State& state = State::instance();
  {
    const std::lock_guard lock(state.mutex);
    ++state.accesses;
    if (!mine) state.allOpen = true;
    if (state.allOpen) {
      for (auto& [start, some] : state.pages) state.show(some);
    }
  }
  ++depth;
}

Access::~Access() {
  if (!on()) return;
  --depth;
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  if (--state.accesses > 0) return;
  state.closeAll();
  state.allOpen = false;
}

Helper::Helper() {
  prepareThread();
  ++depth;
}
Helper::~Helper() { --depth; }

HostCode::HostCode() : depth_(std::exchange(depth, 0)) {}
HostCode::~HostCode() { depth = depth_; }

void prepareThread() {
  if (!on()) return;
  sigset_t faults;
  sigemptyset(&faults);
  sigaddset(&faults, SIGSEGV);
  pthread_sigmask(SIG_UNBLOCK, &faults, nullptr);
}

}  // namespace softgpu::driver::device_only
