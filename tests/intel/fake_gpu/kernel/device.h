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

}  // namespace fake_gpu
