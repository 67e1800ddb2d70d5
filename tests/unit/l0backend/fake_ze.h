// A Level Zero made of counters: every function of the table, recorded; lists whose commands complete when
// the test says, in any order the specification allows; and a watch for misuse of events and for leaks.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "l0backend/caps/device.h"
#include "l0backend/loader/api.h"

namespace clze::l0::test {

enum class Fn {
#define ZE_REQUIRED(function) function,
#define ZE_OPTIONAL(function) function,
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
};
const char* nameOf(Fn fn);

struct Call {
  Fn fn;
  ze_command_list_handle_t list = nullptr;
  ze_event_handle_t signal = nullptr;
  std::array<ze_event_handle_t, 8> waits = {};
  uint32_t waitCount = 0;
  std::array<uint64_t, 6> numbers = {};  // arguments worth looking at, by function
};

class Fake {
 public:
  Fake();
  ~Fake();
  Fake(const Fake&) = delete;
  Fake& operator=(const Fake&) = delete;

  // What is done, in order. Recording allocates nothing for the first calls.
  std::vector<Call> calls;
  size_t count(Fn fn) const;
  std::vector<std::string> names() const;

  // The nth call from now (0: the next) returns `code` and does nothing.
  void failCall(uint64_t nth, ze_result_t code);
  void failAlways(Fn fn, ze_result_t code) { always[fn] = code; }

  // Completes what can complete, in random order; false when something is left that nothing will complete.
  bool runAll();
  // Completes one command; false if none is ready.
  bool step();
  size_t pendingCommands() const { return pending_.size(); }
  bool isSignalled(ze_event_handle_t event) const { return signalled_.contains(event); }
  void signal(ze_event_handle_t event) { signalled_.insert(event); }

  size_t liveObjects() const { return live_.size(); }
  // Events, fences and lists reset or destroyed while commands need them, lists appended to while closed or
  // executed while open, objects destroyed twice.
  std::vector<std::string> misuse;

  // Completed commands by the order in which they were appended.
  std::vector<size_t> completionOrder;

  Driver driver;
  Device device;
  bool closesImportedFd = false;  // and has the number reused by another thread: reusedFd
  int reusedFd = -1;
  bool holdAll = false;  // nothing completes: for checks between appends
  uint64_t deviceTicks = 0;
  ze_kernel_timestamp_result_t stamp = {};
  std::map<Fn, ze_result_t> always;
  Api api;
  std::mt19937 random{7};

  // For the functions of the table.
  struct Pending {
    size_t number = 0;
    ze_command_list_handle_t list = nullptr;
    bool barrier = false;
    ze_event_handle_t signal = nullptr;
    std::vector<ze_event_handle_t> waits = {};
    // Of commands in regular lists; `list` is then the queue, within which they are ordered.
    ze_command_list_handle_t origin = nullptr;
    uint64_t execution = 0;
    ze_fence_handle_t fence = nullptr;  // not a command, but the end of its execution
  };
  struct RegularList {
    bool closed = false;
    std::vector<Pending> commands;
  };
  std::map<ze_command_list_handle_t, RegularList> regularLists;
  ze_result_t execute(ze_command_queue_handle_t queue, ze_command_list_handle_t list,
                      ze_fence_handle_t fence);
  bool busy(ze_command_list_handle_t list) const;
  bool busy(ze_fence_handle_t fence) const;
  std::set<ze_fence_handle_t> signalledFences;
  ze_result_t enter(Fn fn);
  uint64_t create(const char* kind);
  ze_result_t destroy(uint64_t handle, const char* kind);
  ze_result_t append(Fn fn, ze_command_list_handle_t list, ze_event_handle_t signal, uint32_t waitCount,
                     ze_event_handle_t* waits, std::array<uint64_t, 6> numbers = {});
  bool mentioned(ze_event_handle_t event) const;
  ze_result_t reset(ze_event_handle_t event);
  bool ready(const Pending& command) const;
  std::map<ze_command_list_handle_t, bool> inOrderLists;

 private:
  uint64_t next_ = 0x1000;
  uint64_t failIn_ = UINT64_MAX;
  ze_result_t failCode_ = ZE_RESULT_SUCCESS;
  size_t appended_ = 0;
  uint64_t executions_ = 0;
  std::map<uint64_t, std::string> live_;
  std::set<ze_event_handle_t> signalled_;
  std::vector<Pending> pending_;
};

}  // namespace clze::l0::test
