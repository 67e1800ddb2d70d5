// What strict mode does about kernels and copies that touch what they must not: guards around memory and
// freed memory that stays away make such an access a fault, which is reported; then the device is lost.
#pragma once

#include "softgpu/ze/trap/trap.h"

namespace softgpu::driver::guard {

// Before the first command runs in strict mode.
void install();
// A command of this call faulted.
void commandTrapped(const char* call, const trap::Trap& trap);

}  // namespace softgpu::driver::guard
