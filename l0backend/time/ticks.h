// The arithmetic of device clocks: counters of some bits that wrap, and their place on the host's clock.
#pragma once

#include <algorithm>
#include <cstdint>

#include "l0backend/caps/device.h"

namespace clze::l0 {

inline constexpr uint64_t kNsPerSecond = 1'000'000'000;

// All ones up to `bits`; 0 and 64 or more mean the whole word.
constexpr uint64_t tickMask(uint32_t bits) { return bits == 0 || bits >= 64 ? ~0ull : (1ull << bits) - 1; }

// How long a tick is: either a whole number of nanoseconds (properties of version 1.0) or a part of a second.
struct TickRate {
  uint64_t nsPerTick = 0;  // 0: see perSecond
  uint64_t perSecond = 1;

  static TickRate of(const ze_device_properties_t& properties) {
    const uint64_t resolution = std::max<uint64_t>(properties.timerResolution, 1);
    if (properties.stype == ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES_1_2) return {0, resolution};
    return {resolution, 1};
  }
  // Exact below 18 GHz.
  constexpr uint64_t toNs(uint64_t ticks) const {
    if (nsPerTick != 0) return ticks * nsPerTick;
    return ticks / perSecond * kNsPerSecond + ticks % perSecond * kNsPerSecond / perSecond;
  }
  constexpr uint64_t fromNs(uint64_t ns) const {
    if (nsPerTick != 0) return ns / nsPerTick;
    return ns / kNsPerSecond * perSecond + ns % kNsPerSecond * perSecond / kNsPerSecond;
  }
};

// Device and host clock at one moment.
struct ClockAnchor {
  uint64_t ticks = 0;
  uint64_t hostNs = 0;
};

// Host time of a counter value of `bits` bits that was read less than one wrap before `nowNs`. The anchor may
// be older than a wrap. Clocks drift apart a little: a value that seems up to a quarter of a second in the
// future is now. `nowNs` only tells how often the counter has wrapped: with one anchor a value has one time,
// however long a tick is and whenever it is asked.
constexpr uint64_t hostTimeOf(uint64_t ticks, uint32_t bits, const ClockAnchor& anchor, TickRate rate,
                              uint64_t nowNs) {
  const uint64_t mask = tickMask(bits);
  const uint64_t elapsed = nowNs > anchor.hostNs ? nowNs - anchor.hostNs : 0;
  const uint64_t nowTicks = anchor.ticks + rate.fromNs(elapsed);
  const uint64_t age = (nowTicks - ticks) & mask;
  const uint64_t slack = std::min(rate.fromNs(kNsPerSecond / 4), mask / 4);
  if (age > mask - slack) return nowNs;
  const auto fromAnchor = static_cast<int64_t>(nowTicks - age - anchor.ticks);
  if (fromAnchor < 0) {
    return anchor.hostNs - std::min(rate.toNs(static_cast<uint64_t>(-fromAnchor)), anchor.hostNs);
  }
  return std::min(anchor.hostNs + rate.toNs(static_cast<uint64_t>(fromAnchor)), nowNs);
}

}  // namespace clze::l0
