// One fake GPU: its profile, its engines, and the clock both show.
#pragma once
#include <memory>
#include <string>

#include "tests/intel/fake_gpu/engine/engine.h"
#include "tests/intel/fake_gpu/kernel/ioctl.h"
#include "tests/intel/fake_gpu/profile/profile.h"

namespace fake_gpu {

class Device {
 public:
  Device(size_t index, const DeviceProfile& profile);

  size_t index() const { return index_; }
  const DeviceProfile& profile() const { return profile_; }
  Engines& engines() { return *engines_; }
  const IoctlTable& ioctls() const { return ioctls_; }
  uint64_t timestamp() const { return gpuTimestamp(profile_.timestampHz); }
  std::string name() const;  // "TGL", or "TGL#1" when it is not the first device

 private:
  const size_t index_;
  const DeviceProfile& profile_;
  IoctlTable ioctls_;
  std::unique_ptr<Engines> engines_;
};

// A mistake of the program, or something the fake cannot judge: kept for the report, and an exit code in
// strict mode.
void reportViolation(const std::string& what, const std::string& where, const std::string& trail = {});

}  // namespace fake_gpu
