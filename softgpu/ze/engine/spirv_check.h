// Decides if a SPIR-V module may be handed to the translator, which ends the process on what it does not
// know.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "softgpu/ze/engine/compiler.h"

namespace softgpu::engine {

// True when the module is valid and uses nothing beyond what this engine runs; else the log tells why not. A
// known defect of a widespread producer is repaired in place.
bool checkSpirv(std::vector<uint32_t>& words, std::string& log);

// The part that is cheap enough to come before anything is copied.
bool checkHeader(std::span<const uint32_t> words, std::string& log);

// The values of `constants` at the widths that the module declares; it need not be checked yet. An id the
// module lacks is an error.
bool readSpecConstants(std::span<const uint32_t> words, std::span<const SpecConstant> constants,
                       std::vector<SpecValue>& values, std::string& log);

}  // namespace softgpu::engine
