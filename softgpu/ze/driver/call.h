// One call of an entry point as the strict and fault modes see it. Nothing here costs more than the test of
// `watched` while both modes are off. Threads: a Call belongs to the thread that makes the call.
#pragma once

#include <level_zero/ze_api.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace softgpu::driver {

// True when SOFTGPU_STRICT or SOFTGPU_FAULT ask for a look at every call.
extern bool watched;

// An entry point; lives as long as the process.
class CallSite {
 public:
  explicit CallSite(const char* name);
  const char* name() const { return name_; }
  // How a call uses an object it is given. Two threads may not at one time: end it and do anything else with
  // it; change it and read or change it, where the specification says so of lists, kernels and event pools.
  enum class Access : uint8_t { Look, Read, Write, End };
  Access listAccess() const { return list_; }
  Access kernelAccess() const { return kernel_; }
  Access poolAccess() const { return pool_; }
  bool releases() const { return releases_; }  // destroys or frees
  uint64_t countOne() { return calls_.fetch_add(1, std::memory_order_relaxed) + 1; }
  uint64_t calls() const { return calls_.load(std::memory_order_relaxed); }

 private:
  const char* const name_;
  Access list_ = Access::Look, kernel_ = Access::Look, pool_ = Access::Look;
  bool releases_;
  std::atomic<uint64_t> calls_{0};
};

class Call {
 public:
  explicit Call(CallSite& site);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  // The one this thread is in; null between calls and on the driver's own threads.
  static Call* current();

  // The result that SOFTGPU_FAULT wants in place of the call.
  std::optional<ze_result_t> fault();
  // Reports what is refused.
  void ended(ze_result_t result);
  const CallSite& site() const { return site_; }

  std::string reason;                 // why it was refused; the most specific that was given
  bool mistake = false;               // it is the caller's, whatever the result says
  std::vector<uint64_t> objects;      // live handles it was given, and memory by strict::memoryKey
  std::vector<uint64_t> heldObjects;  // handles it has announced to be at work on

 private:
  CallSite& site_;
  Call* const outer_;
};

}  // namespace softgpu::driver
