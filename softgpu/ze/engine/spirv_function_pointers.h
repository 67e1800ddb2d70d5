// Pointers to functions (SPV_INTEL_function_pointers), of which Debian 12's validator knows little: it
// refuses the types, and calls and constants it does not look at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace softgpu::engine {

// The module declares the capability. The lengths of its instructions have been checked.
bool declaresFunctionPointers(std::span<const uint32_t> words);

// Pointers to code become private ones: Debian's translator does not know the storage class, and both are
// plain addresses here. There may be equal types of pointers then, which are repaired.
void dissolveCodeSections(std::vector<uint32_t>& words);

// A module that is valid just where `words` is, for what the validator looks at: pointers to functions are
// those to structures without members, and a call copies its operands to the types they must have. False, and
// a line in `log`, for what it does not look at.
bool withoutFunctionPointers(std::span<const uint32_t> words, std::vector<uint32_t>& result,
                             std::string& log);

}  // namespace softgpu::engine
