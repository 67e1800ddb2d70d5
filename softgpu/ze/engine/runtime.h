// Host functions that generated code calls, by name, and the form in which printf's values come to them.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "softgpu/ze/engine/abi.h"

namespace softgpu::engine {

struct HostSymbol {
  const char* name;
  void* address;
};
// Everything generated code may call that is not in the builtin library's own table.
std::span<const HostSymbol> hostSymbols();

// One value of a printf call, as generated code lays it out: header, then the data padded to 8 bytes.
enum class PrintKind : uint8_t { Integer, Float, Pointer };
struct PrintHeader {
  PrintKind kind;
  uint8_t elementSize;  // bytes
  uint16_t count;       // elements of a vector, else 1
  uint32_t bytes;       // of the padded data that follows
};

// printf of OpenCL C 6.15.14 into one text. `values` is `count` values back to back.
std::string formatPrint(const char* format, const std::byte* values, uint32_t count);

}  // namespace softgpu::engine
