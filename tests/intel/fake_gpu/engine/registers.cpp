// Registers live under the render engine's addresses, whichever engine they belong to.
#include "tests/intel/fake_gpu/engine/registers.h"

#include <ctime>

namespace fake_gpu {
namespace {

constexpr uint32_t renderBase = 0x2000;
constexpr uint32_t engineRegisters = 0x1000;  // bytes of an engine's own block
constexpr uint32_t videoBase = 0x1C0000;
constexpr uint32_t videoEnd = 0x1E0000;
constexpr uint32_t videoBoxBytes = 0x4000;
// HuC's second status: bit 6 says that the firmware was loaded and verified; iHD ends batches early without
// it.
constexpr uint32_t hucStatus2 = 0x23b0;
constexpr uint32_t hucStatus2Gen9 = 0xd3b0;
constexpr uint32_t hucLoaded = 0x40;

uint32_t engineBase(EngineClass engine, uint32_t instance) {
  static constexpr uint32_t compute[] = {0x1A000, 0x1C000, 0x1E000, 0x26000};
  static constexpr uint32_t video[] = {0x1C0000, 0x1C4000, 0x1D0000, 0x1D4000,
                                       0x1E0000, 0x1E4000, 0x1F0000, 0x1F4000};
  static constexpr uint32_t enhance[] = {0x1C8000, 0x1D8000, 0x1E8000, 0x1F8000};
  switch (engine) {
    case EngineClass::Render:
      return renderBase;
    case EngineClass::Copy:
      return 0x22000;
    case EngineClass::Video:
      return video[instance % 8];
    case EngineClass::VideoEnhance:
      return enhance[instance % 4];
    case EngineClass::Compute:
      return compute[instance % 4];
  }
  return renderBase;
}

}  // namespace

uint64_t gpuTimestamp(uint64_t hz) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * hz + static_cast<uint64_t>(now.tv_nsec) * (hz / 1000) / 1000000;
}

Registers::Registers(EngineClass engine, uint32_t instance, uint64_t timestampHz)
    : base_(engineBase(engine, instance)), timestampHz_(timestampHz) {}

uint64_t Registers::timestamp() const { return gpuTimestamp(timestampHz_); }

uint32_t Registers::canonical(uint32_t address, bool relative) const {
  address &= 0x7ffffc;
  if (relative) return renderBase + address;
  if (address >= base_ && address - base_ < engineRegisters) return renderBase + (address - base_);
  return address;
}

uint32_t Registers::read(uint32_t address, bool relative) const {
  const uint32_t at = canonical(address, relative);
  switch (at) {
    case renderBase + reg::timestampLow:
    case renderBase + reg::contextTimestampLow:
      return static_cast<uint32_t>(timestamp());
    case renderBase + reg::timestampHigh:
    case renderBase + reg::contextTimestampHigh:
      return static_cast<uint32_t>(timestamp() >> 32);
    default:
      break;
  }
  const auto found = values_.find(at);
  if (found != values_.end()) return found->second;
  const bool isHuc =
      (at >= videoBase && at < videoEnd && at % videoBoxBytes == hucStatus2) || at == hucStatus2Gen9;
  return isHuc ? hucLoaded : 0;
}

void Registers::write(uint32_t address, bool relative, uint32_t value) {
  values_[canonical(address, relative)] = value;
}

uint64_t Registers::read64(uint32_t engineOffset) const {
  return read(engineOffset, true) | static_cast<uint64_t>(read(engineOffset + 4, true)) << 32;
}

void Registers::write64(uint32_t engineOffset, uint64_t value) {
  write(engineOffset, true, static_cast<uint32_t>(value));
  write(engineOffset + 4, true, static_cast<uint32_t>(value >> 32));
}

}  // namespace fake_gpu
