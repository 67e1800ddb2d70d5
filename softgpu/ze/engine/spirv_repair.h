// Repairs of modules that producers in use write, compilers of devices take, and the validator refuses. Each
// is tried only after the validator said so, and its result is validated again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace softgpu::engine {

// Changes words whose instructions' lengths have been checked, when `error` is what the validator says of
// something that can be repaired. False if there is nothing to change.
bool repairSpirv(std::vector<uint32_t>& words, const std::string& error);

}  // namespace softgpu::engine
