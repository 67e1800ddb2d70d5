// What was made, by whom, what is gone, and what commands that have not run yet still use.
#include "softgpu/ze/driver/strict.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "softgpu/ze/driver/call.h"
#include "softgpu/ze/driver/fault.h"
#include "softgpu/ze/driver/handle.h"
#include "softgpu/ze/driver/last_error.h"
#include "softgpu/ze/driver/wait_word.h"

namespace softgpu::driver::strict {
namespace {

using Access = CallSite::Access;

struct Origin {
  const char* call;
  const void* base;  // memory only
  uint64_t size;
  std::vector<uint64_t> parents;  // what it was made from, and must be destroyed before
};
struct Holder {
  std::thread::id thread;
  Access access;
  const char* call;
};

constexpr size_t kRemembered = 1 << 17;  // destroyed objects

// Never destroyed, since applications call in from their own exit handlers.
struct State {
  std::mutex mutex;
  std::unordered_map<uint64_t, Origin> live;
  std::unordered_map<uint64_t, const char*> gone;  // the call that destroyed it
  std::deque<uint64_t> goneOrder;
  std::unordered_map<const void*, const char*> freed;  // last allocation at this address
  std::unordered_map<uint64_t, uint32_t> inFlight;     // commands
  std::unordered_map<uint64_t, uint32_t> children;     // live objects made from it
  std::unordered_multimap<uint64_t, Holder> held;

  static State& instance() {
    static State& state = *std::make_unique<State>().release();
    return state;
  }
};

std::atomic<uint64_t> misuses{0}, progress{0};
std::atomic<uint32_t> running{0};
int applicationStatus = 0;

Kind kindOf(uint64_t key) { return static_cast<Kind>(key & 0xff); }
bool isMemory(uint64_t key) { return (key & 0xff) == 0; }
// Always there, and none of an application's to destroy.
bool permanent(uint64_t key) {
  return !isMemory(key) &&
         (kindOf(key) == Kind::Driver || kindOf(key) == Kind::Device || kindOf(key) == Kind::FabricVertex);
}

const char* callName() {
  const Call* call = Call::current();
  return call != nullptr ? call->site().name() : "a command";
}

// Kinds whose objects others are made from. Those made in a context die with it on real drivers.
bool isParent(uint64_t key) {
  if (isMemory(key)) return false;
  const Kind kind = kindOf(key);
  return kind == Kind::Context || kind == Kind::Queue || kind == Kind::EventPool || kind == Kind::Module;
}

void leave(State& state, uint64_t key) {
  if (const auto found = state.live.find(key); found != state.live.end()) {
    for (const uint64_t parent : found->second.parents) {
      const auto counted = state.children.find(parent);
      if (counted != state.children.end() && --counted->second == 0) state.children.erase(counted);
    }
    state.live.erase(found);
  }
  state.gone[key] = callName();
  state.goneOrder.push_back(key);
  if (state.goneOrder.size() > kRemembered) {
    state.gone.erase(state.goneOrder.front());
    state.goneOrder.pop_front();
  }
}

uint32_t countOf(const std::unordered_map<uint64_t, uint32_t>& counts, uint64_t key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

// Nothing of a lost device can be waited for: what it was given may be taken away from it.
uint32_t commandsUsing(State& state, uint64_t key) {
  return fault::deviceLost ? 0 : countOf(state.inFlight, key);
}

Access accessOf(const CallSite& site, uint64_t key) {
  switch (kindOf(key)) {
    case Kind::List:
      return site.listAccess();
    case Kind::Kernel:
      return site.kernelAccess();
    case Kind::EventPool:
      return site.poolAccess();
    default:
      return Access::Look;
  }
}

bool exclude(Access one, Access other) {
  if (one == Access::End || other == Access::End) return true;
  if (one == Access::Look || other == Access::Look) return false;
  return one == Access::Write || other == Access::Write;
}

void announce(Call& call, uint64_t key, Access access) {
  State& state = State::instance();
  std::string other;
  {
    const std::lock_guard lock(state.mutex);
    const auto me = std::this_thread::get_id();
    const auto [first, last] = state.held.equal_range(key);
    for (auto it = first; it != last; ++it) {
      if (it->second.thread != me && exclude(access, it->second.access)) other = it->second.call;
    }
    state.held.emplace(key, Holder{me, access, call.site().name()});
  }
  call.heldObjects.push_back(key);
  if (!other.empty()) misuse(fmt::format("{} is in use by another thread in {}", describe(key), other));
}

void addOnce(std::vector<uint64_t>& keys, uint64_t key) {
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
}

[[gnu::constructor]] void rememberExitStatus() {
  on_exit([](int status, void*) { applicationStatus = status; }, nullptr);
}

}  // namespace

constinit Level level = Level::Off;

bool exempt(std::string_view call) {
  static const std::string list = [] {
    const char* value = std::getenv("SOFTGPU_STRICT_EXCEPT");
    return "," + std::string(value != nullptr ? value : "") + ",";
  }();
  return list.find(fmt::format(",{},", call)) != std::string::npos;
}

void misuse(std::string_view call, std::string_view what) {
  if (exempt(call)) return;
  misuses.fetch_add(1, std::memory_order_relaxed);
  fmt::print(stderr, "softgpu: misuse: {}: {}\n", call, what);
}

void misuse(std::string_view what) { misuse(callName(), what); }

void note(std::string_view call, std::string_view what) {
  if (!exempt(call)) fmt::print(stderr, "softgpu: note: {}: {}\n", call, what);
}

ze_result_t refuse(ze_result_t result, std::string_view reason) {
  if (result < ZE_RESULT_ERROR_DEVICE_LOST) return result;  // an answer, and asked for again and again
  Call* call = on() ? Call::current() : nullptr;
  if (call != nullptr && call->reason.empty()) call->reason = reason;
  last_error::give(call != nullptr ? std::string_view(call->reason) : reason);
  return result;
}

ze_result_t refuseMistake(ze_result_t result, std::string_view reason) {
  if (Call* call = on() ? Call::current() : nullptr; call != nullptr) call->mistake = true;
  return refuse(result, reason);
}

std::string describe(uint64_t key) {
  if (isMemory(key)) return fmt::format("memory allocation {}", key >> 8);
  return fmt::format("{} {:#x}", kindName(kindOf(key)), key);
}

void made(uint64_t handle) {
  if (permanent(handle)) return;
  Origin origin{callName(), nullptr, 0, {}};
  if (const Call* call = Call::current()) {
    std::copy_if(call->objects.begin(), call->objects.end(), std::back_inserter(origin.parents), isParent);
  }
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  for (const uint64_t parent : origin.parents) ++state.children[parent];
  state.live.emplace(handle, std::move(origin));
}

void madeMemory(uint64_t id, const void* base, uint64_t size) {
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  state.live.emplace(memoryKey(id), Origin{callName(), base, size, {}});
  state.freed.erase(base);
}

void keep(uint64_t handle) {
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  state.live.erase(handle);
}

void gone(uint64_t handle) {
  State& state = State::instance();
  uint32_t commands, children;
  {
    const std::lock_guard lock(state.mutex);
    commands = commandsUsing(state, handle);
    children = countOf(state.children, handle);
    state.children.erase(handle);
    leave(state, handle);
  }
  if (Call* call = Call::current()) announce(*call, handle, Access::End);
  if (commands > 0) {
    misuse(fmt::format("{} is destroyed while {} unfinished command(s) use it", describe(handle), commands));
  }
  if (children > 0) {
    misuse(fmt::format("{} is destroyed before {} object(s) made from it", describe(handle), children));
  }
}

void goneMemory(uint64_t id, const void* base, bool deferred) {
  State& state = State::instance();
  uint32_t commands;
  {
    const std::lock_guard lock(state.mutex);
    commands = commandsUsing(state, memoryKey(id));
    leave(state, memoryKey(id));
    if (state.freed.size() > kRemembered) state.freed.clear();
    state.freed[base] = callName();
  }
  if (commands > 0 && !deferred) {
    misuse(fmt::format("memory at {} is freed while {} unfinished command(s) use it", base, commands));
  }
}

void given(uint64_t handle) {
  Call* call = Call::current();
  if (call == nullptr || permanent(handle)) return;
  addOnce(call->objects, handle);
  if (std::find(call->heldObjects.begin(), call->heldObjects.end(), handle) == call->heldObjects.end()) {
    announce(*call, handle, accessOf(call->site(), handle));
  }
  const std::string_view name = call->site().name();
  const bool update = name.starts_with("zeCommandListUpdateMutable") && kindOf(handle) == Kind::List;
  if (name != "zeCommandListReset" && !update) return;
  State& state = State::instance();
  std::unique_lock lock(state.mutex);
  if (commandsUsing(state, handle) == 0) return;
  lock.unlock();
  misuse(fmt::format("{} is {} while it is executing", describe(handle), update ? "changed" : "reset"));
}

void givenMemory(uint64_t id) {
  if (Call* call = Call::current()) addOnce(call->objects, memoryKey(id));
}

void notUsed(uint64_t handle) {
  if (Call* call = Call::current()) std::erase(call->objects, handle);
}

void notLive(uint64_t handle, Kind wanted) {
  Call* call = Call::current();
  if (call == nullptr || !call->reason.empty()) return;
  if (handle == 0) {
    call->reason = fmt::format("the {} is null", kindName(wanted));
    return;
  }
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  if (const auto found = state.gone.find(handle); found != state.gone.end()) {
    call->reason = fmt::format("{} was destroyed by {}", describe(handle), found->second);
    if (kindOf(handle) != wanted) call->reason += fmt::format("; and a {} is wanted", kindName(wanted));
  } else if (state.live.contains(handle) || permanent(handle)) {
    call->reason = fmt::format("{} is given where a {} is wanted", describe(handle), kindName(wanted));
  } else {
    call->reason = fmt::format("{:#x} is no handle of this driver; a {} is wanted", handle, kindName(wanted));
  }
}

void notLiveMemory(const void* address) {
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  const auto found = state.freed.find(address);
  Call* call = Call::current();
  if (call == nullptr || !call->reason.empty()) return;
  call->reason = found != state.freed.end()
                     ? fmt::format("memory at {} was freed before by {}", address, found->second)
                     : fmt::format("{} is not the start of an allocation", address);
}

void release(const std::vector<uint64_t>& heldObjects) {
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  const auto me = std::this_thread::get_id();
  for (const uint64_t key : heldObjects) {
    const auto [first, last] = state.held.equal_range(key);
    const auto mine = std::find_if(first, last, [&](const auto& entry) { return entry.second.thread == me; });
    if (mine != last) state.held.erase(mine);
  }
}

Uses currentUses() {
  Uses uses;
  if (const Call* call = Call::current()) {
    uses.call = call->site().name();
    for (const uint64_t key : call->objects) {
      if (isMemory(key) || kindOf(key) != Kind::Context) uses.objects.push_back(key);
    }
  }
  return uses;
}

void begin(const Uses& uses) {
  State& state = State::instance();
  std::vector<std::string> stale;
  {
    const std::lock_guard lock(state.mutex);
    for (const uint64_t key : uses.objects) {
      ++state.inFlight[key];
      if (const auto found = state.gone.find(key); found != state.gone.end()) {
        stale.push_back(fmt::format("submits a command of {} that uses {}, destroyed by {}", uses.call,
                                    describe(key), found->second));
      }
    }
  }
  for (const auto& text : stale) misuse(text);
}

void end(const Uses& uses) {
  State& state = State::instance();
  const std::lock_guard lock(state.mutex);
  for (const uint64_t key : uses.objects) {
    const auto found = state.inFlight.find(key);
    if (found != state.inFlight.end() && --found->second == 0) state.inFlight.erase(found);
  }
}

void checkTypes(uint32_t type, uint32_t expected, const void* pNext) {
  // Types of the API's three ranges, with room for those of versions after 1.4.
  const auto known = [](uint32_t value) {
    const uint32_t range = value >> 16, number = value & 0xffff;
    return range <= 3 && number > 0 && number < 0x100;
  };
  if (expected != 0 && type != expected) {
    misuse(fmt::format("the structure says it is of type {:#x}, and {:#x} is wanted", type, expected));
  } else if (!known(type)) {
    misuse(fmt::format("the structure says it is of type {:#x}, which there is not", type));
  }
  int links = 0;
  for (const auto* next = static_cast<const ze_base_desc_t*>(pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    if (!known(next->stype)) {
      return misuse(fmt::format("type {:#x} in the pNext chain is not known", uint32_t{next->stype}));
    }
    if (++links > 64) return misuse("the pNext chain does not end");
  }
}

bool Stuck::now() {
  static const uint64_t limit = [] {
    const char* value = std::getenv("SOFTGPU_STRICT_WAIT_MS");
    const uint64_t ms = value != nullptr ? std::strtoull(value, nullptr, 10) : 0;
    return (ms != 0 ? ms : 10'000) * 1'000'000;
  }();
  const uint64_t moved = progress.load();
  const uint64_t time = timestampNow();
  if (since_ == 0 || moved != progress_ || running.load() > 0) {
    progress_ = moved;
    since_ = time;
    return false;
  }
  return time - since_ >= limit;
}

void commandRuns() {
  running.fetch_add(1);
  progress.fetch_add(1);
}

void commandRan() {
  progress.fetch_add(1);
  running.fetch_sub(1);
}

void summary() {
  fault::printCounts();
  if (!on()) return;
  State& state = State::instance();
  struct Sum {
    uint64_t count = 0, bytes = 0;
  };
  std::map<std::pair<uint8_t, std::string_view>, Sum> leaks;
  {
    const std::lock_guard lock(state.mutex);
    for (const auto& [key, origin] : state.live) {
      Sum& sum = leaks[{static_cast<uint8_t>(key), origin.call}];
      ++sum.count;
      sum.bytes += origin.size;
    }
  }
  uint64_t leaked = 0;
  for (const auto& [what, sum] : leaks) {
    leaked += sum.count;
    if (what.first == 0) continue;
    fmt::print(stderr, "softgpu: leak: {} {}(s) never destroyed, made by {}\n", sum.count,
               kindName(static_cast<Kind>(what.first)), what.second);
  }
  for (const auto& [what, sum] : leaks) {
    if (what.first != 0) continue;
    fmt::print(stderr, "softgpu: leak: {} memory allocation(s) of {} bytes never freed, made by {}\n",
               sum.count, sum.bytes, what.second);
  }
  if (misuses + leaked == 0) return;
  fmt::print(stderr, "softgpu: strict: {} misuse(s), {} leak(s)\n", misuses.load(), leaked);
  // At its very end: the application has run as it would have without.
  const bool failed = misuses > 0 || (leaked > 0 && !exempt("leaks"));
  if (level == Level::Fail && failed && applicationStatus == 0) {
    std::fflush(nullptr);
    _exit(kExitCode);
  }
}

namespace {
[[gnu::destructor]] void atUnload() { summary(); }
}  // namespace

}  // namespace softgpu::driver::strict
