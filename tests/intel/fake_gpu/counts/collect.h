// All numbers as counts.h shows them.
#pragma once
#include "tests/intel/fake_gpu/counts/counts.h"

namespace fake_gpu {

FakeGpuCounts collect();

}  // namespace fake_gpu
