// What a fake device is: the facts its kernel driver tells. Constant data, one row a part in profiles.def.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "tests/intel/fake_gpu/engine/engine.h"

namespace fake_gpu {

enum class Driver { I915, Xe };

struct Ip {
  unsigned major, minor, stepping;
};
struct Topology {
  unsigned slices, subslices, unitsPerSubslice;  // subslices of the whole device
};
struct EngineNumbers {
  unsigned render, copy, video, videoEnhance, compute;
};

struct DeviceProfile {
  std::string_view name, description;
  uint16_t pciId;
  uint8_t revision;
  Driver driver;
  Generation generation;
  Ip ip;
  Topology topology;
  EngineNumbers engines;
  uint64_t systemBytes, localBytes;
  unsigned megahertz;
  uint64_t timestampHz = 19200000;

  bool isDiscrete() const { return localBytes != 0; }
  bool isTigerLake() const { return pciId == 0x9A49; }
  // Fence registers need the mappable aperture, which discrete parts and Meteor Lake's successors lack; i915
  // then refuses SET_TILING and GET_TILING with EOPNOTSUPP (i915_gem_tiling.c, i915_ggtt_has_aperture).
  bool hasFenceRegisters() const {
    return driver == Driver::I915 && !isDiscrete() && (ip.major < 12 || ip.minor < 70);
  }
  // The old CPU map ioctl, pread and pwrite: refused by i915 on discrete parts; the map from 12.10 on
  // (i915_gem_mman.c).
  bool hasLegacyMap() const { return !isDiscrete() && (ip.major < 12 || ip.minor == 0); }
  // Addresses by relocation: i915 allows them up to Tiger Lake (i915_gem_execbuffer.c).
  bool hasRelocations() const { return ip.major < 12 || isTigerLake(); }
  // The GuC firmware's table of the hardware: from XeHPG on (intel_hwconfig.c: also Alder Lake P, whose table
  // is not known here).
  bool hasHardwareConfiguration() const { return ip.major > 12 || ip.minor >= 50; }
  // One last level cache with the CPU.
  bool hasLlc() const { return !isDiscrete() && (ip.major < 12 || ip.minor < 70); }
};

// All of profiles.def.
std::span<const DeviceProfile> profiles();
// By name, without regard to case and '-'; null when there is none.
const DeviceProfile* findProfile(std::string_view name);

}  // namespace fake_gpu
