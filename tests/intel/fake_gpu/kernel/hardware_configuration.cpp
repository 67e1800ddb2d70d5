// Only the keys that Intel's drivers look at; found by what they read, and by what they do without them.
#include "tests/intel/fake_gpu/kernel/hardware_configuration.h"

#include <utility>

namespace fake_gpu {

std::vector<uint32_t> hardwareConfiguration(const DeviceProfile& profile) {
  const Topology& topology = profile.topology;
  const std::pair<uint32_t, uint32_t> pairs[] = {
      {1, topology.slices},
      {2, topology.subslices},  // of the device, not of a slice
      {3, topology.unitsPerSubslice},
      {10, 8},  // memory channels
      {11, 9},  // kind of memory: LPDDR5
      {15, 8},  // threads of a unit
      {23, profile.engines.render},
      {24, profile.engines.compute},
      {62, 20},
      {64, 512},
      {65, 128},
      {70, topology.subslices},
      {71, topology.unitsPerSubslice},
      {73, 128},  // KiB of shared local memory
      {83, 1},
      {84, 4},
      {85, 4},
  };
  std::vector<uint32_t> words;
  for (const auto& [key, value] : pairs) words.insert(words.end(), {key, 1, value});
  return words;
}

}  // namespace fake_gpu
