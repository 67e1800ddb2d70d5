// SOFTGPU_FAULT: entry points that fail on demand, and a device that is lost. Threads: from any thread.
#pragma once

#include <level_zero/ze_api.h>

#include <atomic>
#include <optional>

namespace softgpu::driver {
class CallSite;
}

namespace softgpu::driver::fault {

extern std::atomic<bool> deviceLost;
// Reads the setting; true when calls must be looked at.
bool configure(const char* setting);
// What the `number`-th call of a function must answer.
std::optional<ze_result_t> wanted(const CallSite& site, uint64_t number);
// For SOFTGPU_FAULT=count and =places, at exit.
void printCounts();

}  // namespace softgpu::driver::fault
