// OpenCL C to SPIR-V in this process: clang, then the LLVM to SPIR-V translator.
#pragma once

#include "spirv/wire.h"

namespace clze::clc {

// May end the process: clang overflows the stack on some sources, the translator exits on what it does not
// know.
spirv::wire::Outcome compile(const spirv::wire::Request& request);

// Compiles a small kernel, so that the jobs forked afterwards find tables built and pages loaded.
void warmUp();

}  // namespace clze::clc
