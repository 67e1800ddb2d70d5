// Every entry point that was called while calls were watched.
#pragma once

#include <vector>

#include "softgpu/ze/driver/call.h"

namespace softgpu::driver {
std::vector<const CallSite*> allSites();
}
