// Valid instructions that Debian 12's translator crashes on, refuses or takes for others, said with those
// that it reads.
#pragma once

#include <cstdint>
#include <vector>

namespace softgpu::engine {

// `words` is a valid module, and is one afterwards. False when there was nothing to do.
bool expandInstructions(std::vector<uint32_t>& words);

}  // namespace softgpu::engine
