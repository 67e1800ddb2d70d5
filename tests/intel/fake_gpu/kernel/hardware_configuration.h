// The table of a part's configuration that the GuC firmware holds: pairs of a key and its values, as both
// kernel drivers hand it out.
#pragma once
#include <cstdint>
#include <vector>

#include "tests/intel/fake_gpu/profile/profile.h"

namespace fake_gpu {

// Words: key, number of values, values.
std::vector<uint32_t> hardwareConfiguration(const DeviceProfile& profile);

}  // namespace fake_gpu
