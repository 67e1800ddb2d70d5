// OpenCL builtins applied to arrays, compiled ahead of time for this machine; values.py writes the functions.
#pragma once

#include <cstddef>

struct Call {
  const char* name;    // of the builtin, without vector width: convert_uchar_sat
  const char* scalar;  // OpenCL's name of the argument's element type
  int width;
  // `second` is what pointer arguments receive; count is in elements.
  void (*run)(void* result, void* second, const void* a, const void* b, const void* c, int count);
};
extern const Call kCalls[];
extern const size_t kCallCount;
