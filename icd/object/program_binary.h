// The form of CL_PROGRAM_BINARIES: SPIR-V with, for executables, the driver's native code; checked by a hash.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "icd/object/program.h"

namespace clze::icd {

std::vector<std::byte> writeProgramBinary(const DeviceBuild& build, const l0::Device& device);
// CL_INVALID_BINARY when it is not one of ours, is damaged, or comes from an incompatible version. Native
// code is kept only if it was made for this very device and driver; else the SPIR-V will be compiled again.
Result<DeviceBuild> readProgramBinary(std::span<const std::byte> data, const l0::Device& device);

}  // namespace clze::icd
