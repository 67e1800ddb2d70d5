// The fake GPU's environment, read once. docs/fake_gpu.md describes each variable.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "tests/intel/fake_gpu/profile/profile.h"

namespace fake_gpu {

struct Settings {
  std::vector<const DeviceProfile*> devices;   // FAKE_GPU, in its order
  std::chrono::milliseconds hangLimit{10000};  // FAKE_GPU_LIMIT_MS
  std::string reportPath;                      // FAKE_GPU_REPORT: empty for none
  bool isStrict = false;                       // FAKE_GPU_STRICT
  // FAKE_GPU_IMAGE_ENDS=0: that images end inside an object is not checked. The driver of 22.43 gives views
  // of a chroma plane the size of the frame; a kernel that knows better never reads beyond the plane.
  bool imageEnds = true;
};

const Settings& settings();
// False in processes that were given the library but no FAKE_GPU: nothing is replaced there.
bool isEnabled();

}  // namespace fake_gpu
