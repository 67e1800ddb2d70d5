// How a host function is defined: under the name it has in the bitcode, from which the table of all is
// generated. A function that the bitcode calls and nobody defines is thus an error of the linker.
#pragma once

#include "softgpu/ze/builtins/builtins.h"

// SOFTGPU_HOST(int, ilogbf, float x) { ... } defines `int __softgpu_ilogbf(float x)`.
#define SOFTGPU_HOST(result, name, ...) extern "C" result __softgpu_##name(__VA_ARGS__)
