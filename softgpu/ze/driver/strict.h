// SOFTGPU_STRICT: reports on stderr what real drivers let pass or crash on. Calls do nothing else for it;
// memory lies between guards then (guard.h). Threads: all functions from any thread.
#pragma once

#include <level_zero/ze_api.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace softgpu::driver {
enum class Kind : uint8_t;
}

namespace softgpu::driver::strict {

// Exit code of a process at SOFTGPU_STRICT=fail that would have ended with 0.
inline constexpr int kExitCode = 86;

enum class Level : uint8_t { Off, Report, Fail };
extern Level level;
inline bool on() { return level != Level::Off; }

// A misuse, of the current call or of `call`.
void misuse(std::string_view what);
void misuse(std::string_view call, std::string_view what);
// From a signal handler.
void misuseInHandler(std::string_view what);
bool exempt(std::string_view call);  // by SOFTGPU_STRICT_EXCEPT
// For what the driver says beside misuse: not counted.
void note(std::string_view call, std::string_view what);

// Why the current call is about to be refused; the first reason given stays. Returns `result`.
ze_result_t refuse(ze_result_t result, std::string_view reason);
// The same where the caller could have known, though the result is one of those that say what the driver
// lacks.
ze_result_t refuseMistake(ze_result_t result, std::string_view reason);

// Objects are known by their handles, memory by the id of the allocation. Kind 0 marks memory.
inline uint64_t memoryKey(uint64_t id) { return id << 8; }
std::string describe(uint64_t key);

void made(uint64_t handle);
void madeMemory(uint64_t id, const void* base, uint64_t size);
// It lives as long as the process, and is no leak.
void keep(uint64_t handle);
// Reports when unfinished commands use it, or objects made from it are still there.
void gone(uint64_t handle);
void goneMemory(uint64_t id, const void* base, bool deferred);
// The current call was given this live object. Reports two threads at work on it where they may not be.
void given(uint64_t handle);
void givenMemory(uint64_t id);
// The current call was given this object, but what it appends does not need it to live.
void notUsed(uint64_t handle);
// It was given this, which is no live handle of the kind.
void notLive(uint64_t handle, Kind wanted);
void notLiveMemory(const void* address);
// The end of a call that announced itself in given().
void release(const std::vector<uint64_t>& heldObjects);

// What a command was given when it was appended: call and objects.
struct Uses {
  const char* call = "";
  std::vector<uint64_t> objects;
};
// Of the current call, without the context, the device and the like.
Uses currentUses();
// From submission until the command has run, before anybody learns of it. begin() reports objects that are
// gone already.
void begin(const Uses& uses);
void end(const Uses& uses);

void checkTypes(uint32_t type, uint32_t expected, const void* pNext);

// Waits without end: true when no command has moved for SOFTGPU_STRICT_WAIT_MS and none is running.
class Stuck {
 public:
  bool now();

 private:
  uint64_t since_ = 0;     // timestampNow()
  uint64_t progress_ = 0;  // commands begun and ended
};
void commandRuns();
void commandRan();

// At unload: what was never destroyed, and the sum.
void summary();

}  // namespace softgpu::driver::strict
