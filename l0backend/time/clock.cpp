// Device time on the host's clock. Reading both clocks is slow on hardware, so one pair serves for seconds.
#include "l0backend/time/clock.h"

#include <time.h>

#include <mutex>

#include "l0backend/loader/api.h"
#include "l0backend/time/ticks.h"

namespace clze::l0 {

uint64_t hostNanoseconds() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return static_cast<uint64_t>(now.tv_sec) * kNsPerSecond + static_cast<uint64_t>(now.tv_nsec);
}

namespace {

// Old enough that drift could show, young enough that calls stay rare.
constexpr uint64_t kAnchorLifeNs = 10 * kNsPerSecond;

// The driver's own host time may be any clock; ours, read before and after, is the one events are told in.
Result<ClockAnchor> readClocks(const Device& device) {
  uint64_t driverHost = 0;
  ClockAnchor anchor;
  const uint64_t before = hostNanoseconds();
  CLZE_ZE_TRY(zeDeviceGetGlobalTimestamps, device.handle, &driverHost, &anchor.ticks);
  const uint64_t after = hostNanoseconds();
  anchor.ticks &= tickMask(device.properties.timestampValidBits);
  anchor.hostNs = before + (after - before) / 2;
  return anchor;
}

Result<ClockAnchor> currentAnchor(const Device& device, uint64_t nowNs) {
  DeviceLazy& lazy = *device.lazy;
  const std::lock_guard<std::mutex> lock(lazy.anchorMutex);
  if (lazy.anchorHostNs == 0 || nowNs - lazy.anchorHostNs > kAnchorLifeNs) {
    CLZE_TRY_ASSIGN(const ClockAnchor fresh, readClocks(device));
    lazy.anchorTicks = fresh.ticks;
    lazy.anchorHostNs = fresh.hostNs;
  }
  return ClockAnchor{lazy.anchorTicks, lazy.anchorHostNs};
}

}  // namespace

Result<CommandTimes> commandTimes(const Device& device, const Event& event) {
  ze_kernel_timestamp_result_t stamp = {};
  CLZE_ZE_TRY(zeEventQueryKernelTimestamp, event.get(), &stamp);
  // Kernel timestamps may have fewer bits than the device's clock; what both have is comparable.
  const uint64_t kernelMask = tickMask(device.properties.kernelTimestampValidBits);
  const uint64_t commonMask = kernelMask & tickMask(device.properties.timestampValidBits);
  const uint32_t bits = device.properties.kernelTimestampValidBits == 0 || commonMask != kernelMask
                            ? device.properties.timestampValidBits
                            : device.properties.kernelTimestampValidBits;
  const TickRate rate = TickRate::of(device.properties);
  CLZE_TRY_ASSIGN(const ClockAnchor anchor, currentAnchor(device, hostNanoseconds()));
  const uint64_t end = stamp.global.kernelEnd & commonMask;
  const uint64_t duration = rate.toNs((stamp.global.kernelEnd - stamp.global.kernelStart) & commonMask);
  CommandTimes times;
  times.endNs = hostTimeOf(end, bits, anchor, rate, hostNanoseconds());
  times.startNs = times.endNs - std::min(duration, times.endNs);
  return times;
}

Result<TimePair> timePair(const Device& device) {
  CLZE_TRY_ASSIGN(const ClockAnchor now, readClocks(device));
  CLZE_TRY_ASSIGN(const ClockAnchor anchor, currentAnchor(device, now.hostNs));
  TimePair pair;
  pair.hostNs = now.hostNs;
  pair.deviceNs = hostTimeOf(now.ticks, device.properties.timestampValidBits, anchor,
                             TickRate::of(device.properties), now.hostNs);
  return pair;
}

}  // namespace clze::l0
