// OpReadClockKHR, which Debian 12's translator does not read, as calls of the builtin library's
// clock_read_device.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace softgpu::engine {

// `words` has a header and instructions of checked lengths; nothing else of it need be valid. All scopes read
// one clock. False, and a line in the log, when a clock is read as anything but a ulong or a uint2.
bool replaceClockReads(std::vector<uint32_t>& words, std::string& log);

}  // namespace softgpu::engine
