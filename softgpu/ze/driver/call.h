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
  // How the call uses a list or a kernel it is given: alone (it changes it), or beside others that only read.
  enum class Access : uint8_t { None, Read, Write };
  Access listAccess() const { return list_; }
  Access kernelAccess() const { return kernel_; }
  bool releases() const { return releases_; }  // destroys or frees
  uint64_t countOne() { return calls_.fetch_add(1, std::memory_order_relaxed) + 1; }
  uint64_t calls() const { return calls_.load(std::memory_order_relaxed); }

 private:
  const char* const name_;
  Access list_ = Access::None, kernel_ = Access::None;
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
  std::vector<uint64_t> objects;      // live handles it was given, and memory by strict::memoryKey
  std::vector<uint64_t> heldObjects;  // lists and kernels it has announced to be at work on

 private:
  CallSite& site_;
  Call* const outer_;
};

}  // namespace softgpu::driver
