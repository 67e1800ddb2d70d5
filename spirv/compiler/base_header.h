// The header every OpenCL C program sees first: types, constants and macros of the language, generated per
// device.
#pragma once

#include <string>

#include "spirv/compiler/arguments.h"

namespace clze::clc {

std::string baseHeader(const Language& language);

}  // namespace clze::clc
