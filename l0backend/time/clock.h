// Device timestamps on the host's clock (CLOCK_MONOTONIC_RAW, nanoseconds): one anchor pair, then arithmetic.
#pragma once

#include <cstdint>

#include "l0backend/caps/device.h"
#include "l0backend/event/provider.h"

namespace clze::l0 {

uint64_t hostNanoseconds();

struct CommandTimes {
  uint64_t startNs = 0, endNs = 0;  // host clock
};
// Of a completed event borrowed with timestamps.
Result<CommandTimes> commandTimes(const Device& device, const Event& event);

// Device and host time taken together, for clGetDeviceAndHostTimer.
struct TimePair {
  uint64_t deviceNs = 0, hostNs = 0;
};
Result<TimePair> timePair(const Device& device);

}  // namespace clze::l0
