// A read and a call of a function without arguments are equally long: reads are changed in place. What is
// inserted are an imported function for each type that a clock is read as, its type, and its name.
#include "softgpu/ze/engine/spirv_clock.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <span>
#include <spirv/unified1/spirv.hpp11>
#include <string_view>

namespace softgpu::engine {
namespace {

constexpr std::string_view kExtension = "SPV_KHR_shader_clock";

void append(std::vector<uint32_t>& words, spv::Op op, std::initializer_list<uint32_t> operands) {
  words.push_back(static_cast<uint32_t>(operands.size() + 1) << 16 | static_cast<uint32_t>(op));
  words.insert(words.end(), operands);
}

void appendImport(std::vector<uint32_t>& words, uint32_t function, std::string_view name) {
  std::vector<uint32_t> text(name.size() / sizeof(uint32_t) + 1);
  std::memcpy(text.data(), name.data(), name.size());
  words.push_back(static_cast<uint32_t>(text.size() + 4) << 16 | static_cast<uint32_t>(spv::Op::OpDecorate));
  words.push_back(function);
  words.push_back(static_cast<uint32_t>(spv::Decoration::LinkageAttributes));
  words.insert(words.end(), text.begin(), text.end());
  words.push_back(static_cast<uint32_t>(spv::LinkageType::Import));
}

bool isType(spv::Op op) { return op >= spv::Op::OpTypeVoid && op <= spv::Op::OpTypeForwardPointer; }

bool isClockWish(spv::Op op, std::span<const uint32_t> operands) {
  if (op == spv::Op::OpCapability) {
    return !operands.empty() && operands[0] == static_cast<uint32_t>(spv::Capability::ShaderClockKHR);
  }
  const std::string_view text(reinterpret_cast<const char*>(operands.data()), operands.size_bytes());
  return op == spv::Op::OpExtension && text.starts_with(kExtension) &&
         text.find_first_not_of('\0', kExtension.size()) == std::string_view::npos;
}

}  // namespace

bool replaceClockReads(std::vector<uint32_t>& words, std::string& log) {
  std::set<uint32_t> longs, uints, pairs;  // ids of types
  std::map<uint32_t, uint32_t> functions;  // by the type they return
  uint32_t& bound = words[3];
  for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
    const auto instruction = std::span(words).subspan(at, words[at] >> 16);
    const auto op = static_cast<spv::Op>(instruction[0] & 0xffff);
    if (op == spv::Op::OpTypeInt && instruction.size() == 4) {
      if (instruction[2] == 64) longs.insert(instruction[1]);
      if (instruction[2] == 32) uints.insert(instruction[1]);
    } else if (op == spv::Op::OpTypeVector && instruction.size() == 4 && uints.contains(instruction[2]) &&
               instruction[3] == 2) {
      pairs.insert(instruction[1]);
    } else if (op == spv::Op::OpReadClockKHR) {
      if (instruction.size() != 4 || !(longs.contains(instruction[1]) || pairs.contains(instruction[1]))) {
        log += "SPIR-V is malformed: a clock is neither a 64-bit integer nor a pair of 32-bit ones\n";
        return false;
      }
      const auto [function, isNew] = functions.try_emplace(instruction[1], bound);
      if (isNew) bound += 2;
      instruction[0] = 4U << 16 | static_cast<uint32_t>(spv::Op::OpFunctionCall);
      instruction[3] = function->second;
    }
  }
  std::vector<uint32_t> result(words.begin(), words.begin() + 5);
  bool named = functions.empty(), declared = functions.empty();
  if (!functions.empty())
    append(result, spv::Op::OpCapability, {static_cast<uint32_t>(spv::Capability::Linkage)});
  for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
    const auto instruction = std::span<const uint32_t>(words).subspan(at, words[at] >> 16);
    const auto op = static_cast<spv::Op>(instruction[0] & 0xffff);
    if (isClockWish(op, instruction.subspan(1))) continue;
    if (!named && isType(op)) {
      for (const auto& [type, function] : functions) {
        appendImport(result, function,
                     longs.contains(type) ? "_Z17clock_read_devicev" : "_Z22clock_read_hilo_devicev");
      }
      named = true;
    }
    if (!declared && op == spv::Op::OpFunction) {
      for (const auto& [type, function] : functions) {
        append(result, spv::Op::OpTypeFunction, {function + 1, type});
      }
      for (const auto& [type, function] : functions) {
        append(result, spv::Op::OpFunction, {type, function, 0, function + 1});
        append(result, spv::Op::OpFunctionEnd, {});
      }
      declared = true;
    }
    result.insert(result.end(), instruction.begin(), instruction.end());
  }
  words = std::move(result);
  return true;
}

}  // namespace softgpu::engine
