// The registers a batch can read and write on one engine: general purpose, timestamps, predicates and media
// status. Kept by context and engine, as hardware contexts do. Used by the engine's thread only.
#pragma once
#include <cstdint>
#include <unordered_map>

#include "tests/intel/fake_gpu/engine/engine.h"

namespace fake_gpu {

// Offsets from the engine's own base; the render engine's base is 0x2000.
namespace reg {
constexpr uint32_t timestampLow = 0x358;
constexpr uint32_t timestampHigh = 0x35c;
constexpr uint32_t contextTimestampLow = 0x3a8;  // GPU ticks this context ran; here the same clock
constexpr uint32_t contextTimestampHigh = 0x3ac;
constexpr uint32_t predicateResult2 = 0x3bc;
constexpr uint32_t predicateSource0 = 0x400;
constexpr uint32_t predicateSource1 = 0x408;
constexpr uint32_t predicateResult = 0x418;
constexpr uint32_t predicateResult1 = 0x41c;
constexpr uint32_t general0 = 0x600;  // 16 of 64 bits
constexpr uint32_t generalEnd = 0x680;
}  // namespace reg

class Registers {
 public:
  Registers(EngineClass engine, uint32_t instance, uint64_t timestampHz);

  // Addresses as commands carry them. `relative`: the command asks to add the engine's base.
  // Offsets of the render engine mean this engine's own registers (remapping, which drivers turn on
  // elsewhere).
  uint32_t read(uint32_t address, bool relative) const;
  void write(uint32_t address, bool relative, uint32_t value);

  uint64_t read64(uint32_t engineOffset) const;
  void write64(uint32_t engineOffset, uint64_t value);
  uint64_t general(uint32_t index) const { return read64(reg::general0 + 8 * index); }
  void setGeneral(uint32_t index, uint64_t value) { write64(reg::general0 + 8 * index, value); }
  uint64_t timestamp() const;

 private:
  uint32_t canonical(uint32_t address, bool relative) const;  // engine's own registers: offset from 0x2000

  const uint32_t base_;
  const uint64_t timestampHz_;
  std::unordered_map<uint32_t, uint32_t> values_;
};

}  // namespace fake_gpu
