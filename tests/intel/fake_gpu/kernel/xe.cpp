// The fake xe driver.
#include "tests/intel/fake_gpu/kernel/ioctl.h"

namespace fake_gpu {

void addXeIoctls(IoctlTable&) {}

}  // namespace fake_gpu
