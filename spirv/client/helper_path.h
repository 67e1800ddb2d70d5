// Where the compiler helper lies.
#pragma once

#include <string>

namespace clze::spirv {

// CLZE_CLC, else libexec/clze/clze-clc beside the directory tree this library was loaded from. The path may
// not exist.
std::string helperPath();

}  // namespace clze::spirv
