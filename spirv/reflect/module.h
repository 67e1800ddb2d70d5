// What a SPIR-V module says of itself outside its function bodies, as tables; the words are only borrowed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace clze::spirv {

using Operands = std::span<const uint32_t>;

struct TypeEntry {
  uint32_t op;
  Operands operands;  // after the result id
};
struct ConstantEntry {
  uint32_t op;
  uint32_t type;
  Operands operands;
};
struct Decoration {
  uint32_t kind;
  Operands operands;
};
struct ExecutionMode {
  uint32_t function;
  uint32_t mode;
  Operands operands;
};
struct EntryPoint {
  uint32_t function;
  std::string name;
};
struct Parameter {
  uint32_t type;
  uint32_t id;
};

struct ModuleTables {
  uint32_t addressBits = 64;
  std::vector<uint32_t> capabilities;
  std::vector<std::string> extensions;
  std::vector<EntryPoint> entryPoints;  // kernels only
  std::vector<ExecutionMode> modes;
  std::vector<std::string> strings;
  std::unordered_map<uint32_t, std::string> names;
  std::unordered_map<uint32_t, std::vector<Decoration>> decorations;
  std::vector<std::pair<uint32_t, uint32_t>> specIds;  // SpecId, target
  std::unordered_map<uint32_t, TypeEntry> types;
  std::unordered_map<uint32_t, ConstantEntry> constants;
  std::unordered_map<uint32_t, std::vector<Parameter>> functions;
};

// CL_INVALID_BINARY on anything that is not a module: a bad header, an instruction that is too short or
// leaves the words.
Result<ModuleTables> readModule(std::span<const uint32_t> words);

// A literal string in an instruction's operands, empty when it is not terminated there.
std::string literalString(Operands operands);

}  // namespace clze::spirv
