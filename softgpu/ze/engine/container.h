// The native form of a program: the object code, what is needed to run it, and the SPIR-V it came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "softgpu/ze/engine/compiler.h"

namespace softgpu::engine {

// Raised with every change of abi.h, of the manifest or of the meaning of generated code.
inline constexpr uint32_t kFormatVersion = 7;

struct Container {
  std::string cpu;
  std::vector<Input> inputs;
  Options options;
  Manifest manifest;
  std::vector<std::byte> object;  // empty while there are imports
};

std::vector<std::byte> writeContainer(const Container& container);
// Bounds-checked; false with a log line when the bytes are not a whole container of this version.
bool readContainer(std::span<const std::byte> binary, Container& container, std::string& log);

}  // namespace softgpu::engine
