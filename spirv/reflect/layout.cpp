// Layout by the rules of the C ABI that clang uses for spir64; results are kept, so that shared types cost
// once.
#include "spirv/reflect/layout.h"

#include <algorithm>
#include <spirv/unified1/spirv.hpp>

namespace clze::spirv {
namespace {

constexpr int kDepth = 64;
constexpr uint64_t kLargest = uint64_t{1} << 40;
constexpr uint64_t kHandle = 8;

std::optional<Layout> scalar(uint32_t bits) {
  if (bits == 0 || bits > 64 || bits % 8 != 0) return std::nullopt;
  return Layout{bits / 8, bits / 8};
}

std::optional<Layout> times(std::optional<Layout> element, uint64_t count) {
  if (!element || (count != 0 && element->size > kLargest / count)) return std::nullopt;
  return Layout{element->size * count, element->alignment};
}

uint64_t roundUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

std::optional<uint64_t> Layouts::constant(uint32_t id) const {
  const auto found = module_.constants.find(id);
  if (found == module_.constants.end()) return std::nullopt;
  const Operands words = found->second.operands;
  if (words.empty()) return std::nullopt;
  return words.size() > 1 ? (uint64_t{words[1]} << 32) | words[0] : words[0];
}

std::optional<Layout> Layouts::of(uint32_t type, int depth) {
  if (depth > kDepth) return std::nullopt;
  const auto known = known_.find(type);
  if (known != known_.end()) return known->second;
  const auto entry = module_.types.find(type);
  if (entry == module_.types.end()) return std::nullopt;
  // A type that contains itself finds this.
  known_[type] = std::nullopt;
  const std::optional<Layout> layout = compute(entry->second, type, depth);
  known_[type] = layout;
  return layout;
}

std::optional<Layout> Layouts::compute(const TypeEntry& entry, uint32_t type, int depth) {
  switch (entry.op) {
    case spv::OpTypeBool:
      return Layout{1, 1};
    case spv::OpTypeInt:
    case spv::OpTypeFloat:
      return scalar(entry.operands[0]);
    case spv::OpTypeVector: {
      // Three elements take the room of four (6.3.5).
      const uint64_t count = entry.operands[1] == 3 ? 4 : entry.operands[1];
      std::optional<Layout> vector = times(of(entry.operands[0], depth + 1), count);
      if (vector) vector->alignment = std::max<uint64_t>(1, vector->size);
      return vector;
    }
    case spv::OpTypeArray: {
      const std::optional<uint64_t> count = constant(entry.operands[1]);
      if (!count) return std::nullopt;
      return times(of(entry.operands[0], depth + 1), *count);
    }
    case spv::OpTypeStruct:
      return ofStruct(entry, type, depth);
    case spv::OpTypePointer:
      return Layout{module_.addressBits / 8, module_.addressBits / 8};
    case spv::OpTypeImage:
    case spv::OpTypeSampler:
    case spv::OpTypeEvent:
    case spv::OpTypeDeviceEvent:
    case spv::OpTypeReserveId:
    case spv::OpTypeQueue:
    case spv::OpTypePipe:
      return Layout{kHandle, kHandle};
    default:
      return std::nullopt;
  }
}

std::optional<Layout> Layouts::ofStruct(const TypeEntry& entry, uint32_t type, int depth) {
  const auto decorations = module_.decorations.find(type);
  const bool packed = decorations != module_.decorations.end() &&
                      std::any_of(decorations->second.begin(), decorations->second.end(),
                                  [](const Decoration& d) { return d.kind == spv::DecorationCPacked; });
  Layout total;
  for (const uint32_t member : entry.operands) {
    const std::optional<Layout> layout = of(member, depth + 1);
    if (!layout) return std::nullopt;
    const uint64_t alignment = packed ? 1 : layout->alignment;
    total.size = roundUp(total.size, alignment) + layout->size;
    total.alignment = std::max(total.alignment, alignment);
    if (total.size > kLargest) return std::nullopt;
  }
  total.size = roundUp(total.size, total.alignment);
  return total;
}

}  // namespace clze::spirv
