// Specialization: other values for the constants that a module leaves open.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "spirv/spirv.h"

namespace clze::spirv {

struct SpecValue {
  uint32_t id;                   // SpecId
  std::vector<std::byte> bytes;  // as the host has the value; a bool is one byte
};

// The module with `values` as its defaults, so that what is made of it later (a link, a binary for another
// driver) has them too. CL_INVALID_BINARY when it is no module; ids it does not declare are left alone.
Result<Words> specialize(Words module, std::span<const SpecValue> values);

}  // namespace clze::spirv
