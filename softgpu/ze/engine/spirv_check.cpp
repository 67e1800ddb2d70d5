// The gate before the translator: header, capabilities, extensions, sizes, then SPIRV-Tools' validator.
// Everything here is bounds-checked by hand, since the words may come from anyone.
#include "softgpu/ze/engine/spirv_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <spirv-tools/libspirv.hpp>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "softgpu/ze/engine/spirv_clock.h"
#include "softgpu/ze/engine/spirv_expand.h"
#include "softgpu/ze/engine/spirv_function_pointers.h"
#include "softgpu/ze/engine/spirv_ids.h"
#include "softgpu/ze/engine/spirv_repair.h"
#include "softgpu/ze/engine/spirv_supported.h"

namespace softgpu::engine {
namespace {

constexpr uint32_t kMaxVersion = 0x00010400;  // of the translator
constexpr uint32_t kMaxBound = 0x3fffff;      // the specification's universal limit
constexpr size_t kMaxWords = size_t{64} << 20;
constexpr uint32_t kMaxAlignment = 4096;

// Calls `visit` for each instruction until it returns false. False if a word count is wrong or visit() said
// so.
template <typename Visit>
bool forEachInstruction(std::span<const uint32_t> words, std::string& log, Visit visit) {
  for (size_t at = 5; at < words.size();) {
    const size_t count = words[at] >> 16;
    if (count == 0 || count > words.size() - at) {
      log += fmt::format("SPIR-V is malformed: the instruction at word {} has a length of {} words\n", at,
                         count);
      return false;
    }
    if (!visit(Instruction{static_cast<spv::Op>(words[at] & 0xffff), words.subspan(at + 1, count - 1)})) {
      return false;
    }
    at += count;
  }
  return true;
}

std::string_view literalString(std::span<const uint32_t> operands) {
  const char* text = reinterpret_cast<const char*>(operands.data());
  const size_t limit = operands.size_bytes();
  const void* end = std::memchr(text, 0, limit);
  return {text, end ? static_cast<size_t>(static_cast<const char*>(end) - text) : limit};
}

// Index of the literal string among the operands; the translator insists on zeros behind its end.
std::optional<size_t> stringOperand(const Instruction& instruction) {
  switch (instruction.op) {
    case spv::Op::OpExtension:
    case spv::Op::OpSourceExtension:
    case spv::Op::OpModuleProcessed:
      return 0;
    case spv::Op::OpName:
    case spv::Op::OpString:
    case spv::Op::OpExtInstImport:
      return 1;
    case spv::Op::OpMemberName:
    case spv::Op::OpEntryPoint:
      return 2;
    case spv::Op::OpSource:
      return 3;
    case spv::Op::OpDecorate:
      if (instruction.operands.size() > 2 &&
          (instruction.operands[1] == static_cast<uint32_t>(spv::Decoration::LinkageAttributes) ||
           instruction.operands[1] == static_cast<uint32_t>(spv::Decoration::UserSemantic))) {
        return 2;
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

bool endsInZeros(std::span<const uint32_t> operands) {
  const size_t length = literalString(operands).size();
  const auto bytes = std::as_bytes(operands);
  const size_t end = std::min((length / sizeof(uint32_t) + 1) * sizeof(uint32_t), bytes.size());
  return length < end && std::ranges::all_of(bytes.subspan(length, end - length),
                                             [](std::byte b) { return b == std::byte{0}; });
}

// The alignment that an instruction tells, 1 if none.
uint32_t alignmentOf(const Instruction& instruction) {
  const auto& operands = instruction.operands;
  const auto memoryAccess = [&](size_t at) {
    constexpr auto kAligned = static_cast<uint32_t>(spv::MemoryAccessMask::Aligned);
    return operands.size() > at + 1 && (operands[at] & kAligned) != 0 ? operands[at + 1] : 1;
  };
  switch (instruction.op) {
    case spv::Op::OpDecorate:
      return operands.size() > 2 && operands[1] == static_cast<uint32_t>(spv::Decoration::Alignment)
                 ? operands[2]
                 : 1;
    case spv::Op::OpMemberDecorate:
      return operands.size() > 3 && operands[2] == static_cast<uint32_t>(spv::Decoration::Alignment)
                 ? operands[3]
                 : 1;
    case spv::Op::OpStore:
    case spv::Op::OpCopyMemory:
      return memoryAccess(2);
    case spv::Op::OpLoad:
    case spv::Op::OpCopyMemorySized:
      return memoryAccess(3);
    default:
      return 1;
  }
}

// The translator asserts on built-in variables that it has no name for: kernels have those of the work-item,
// the sub-group, and the masks of ballots.
bool isKernelBuiltIn(uint32_t value) {
  const auto within = [value](spv::BuiltIn first, spv::BuiltIn last) {
    return value >= static_cast<uint32_t>(first) && value <= static_cast<uint32_t>(last);
  };
  return within(spv::BuiltIn::NumWorkgroups, spv::BuiltIn::GlobalLinearId) ||
         within(spv::BuiltIn::SubgroupSize, spv::BuiltIn::SubgroupLocalInvocationId) ||
         within(spv::BuiltIn::SubgroupEqMask, spv::BuiltIn::SubgroupLtMask);
}

std::optional<uint32_t> decoratedBuiltIn(const Instruction& instruction) {
  const size_t at = instruction.op == spv::Op::OpDecorate         ? 1
                    : instruction.op == spv::Op::OpMemberDecorate ? 2
                                                                  : 0;
  const auto& operands = instruction.operands;
  if (at == 0 || operands.size() <= at + 1 ||
      operands[at] != static_cast<uint32_t>(spv::Decoration::BuiltIn)) {
    return std::nullopt;
  }
  return operands[at + 1];
}

bool checkInstruction(const Instruction& instruction, std::string& log) {
  if (const auto builtIn = decoratedBuiltIn(instruction); builtIn && !isKernelBuiltIn(*builtIn)) {
    log += fmt::format("SPIR-V is not supported: built-in variable {}\n", *builtIn);
    return false;
  }
  // Depth, arrayed, multisampled, sampled and format: the translator asserts on what kernels cannot use.
  if (instruction.op == spv::Op::OpTypeImage && instruction.operands.size() >= 8) {
    const auto image = instruction.operands.subspan(3, 5);
    if (image[0] > 1 || image[1] > 1 || image[2] > 1 || image[3] != 0 || image[4] != 0) {
      log += "SPIR-V is not supported: an image type that OpenCL does not have\n";
      return false;
    }
  }
  if (instruction.op == spv::Op::OpDecorate && instruction.operands.size() > 2 &&
      instruction.operands[1] == static_cast<uint32_t>(spv::Decoration::FuncParamAttr) &&
      instruction.operands[2] > static_cast<uint32_t>(spv::FunctionParameterAttribute::NoWrite)) {
    log += fmt::format("SPIR-V is not supported: parameter attribute {}\n", instruction.operands[2]);
    return false;
  }
  if (const auto string = stringOperand(instruction); string && *string < instruction.operands.size() &&
                                                      !endsInZeros(instruction.operands.subspan(*string))) {
    log += "SPIR-V is malformed: a string does not end in zeros\n";
    return false;
  }
  if (const uint32_t alignment = alignmentOf(instruction);
      !std::has_single_bit(alignment) || alignment > kMaxAlignment) {
    log += fmt::format("SPIR-V is malformed: an alignment of {}\n", alignment);
    return false;
  }

  const auto& operands = instruction.operands;
  switch (instruction.op) {
    case spv::Op::OpCapability:
      if (!operands.empty() && std::ranges::find(kCapabilities, static_cast<spv::Capability>(operands[0])) ==
                                   kCapabilities.end()) {
        log += fmt::format("SPIR-V capability {}{} is not supported\n", operands[0],
                           capabilityName(operands[0]));
        return false;
      }
      return true;
    case spv::Op::OpExtension:
      if (std::ranges::find(kExtensions, literalString(operands)) == kExtensions.end()) {
        log += fmt::format("SPIR-V extension {} is not supported\n", literalString(operands));
        return false;
      }
      return true;
    case spv::Op::OpExtInstImport: {
      const std::string_view set = operands.empty() ? std::string_view() : literalString(operands.subspan(1));
      if (std::ranges::find(kInstructionSets, set) == kInstructionSets.end()) {
        log += fmt::format("SPIR-V extended instruction set {} is not supported\n", set);
        return false;
      }
      return true;
    }
    case spv::Op::OpMemoryModel:
      if (operands.size() < 2 || operands[0] != static_cast<uint32_t>(spv::AddressingModel::Physical64) ||
          operands[1] != static_cast<uint32_t>(spv::MemoryModel::OpenCL)) {
        log += "SPIR-V memory model is not supported: Physical64 OpenCL is\n";
        return false;
      }
      return true;
    case spv::Op::OpEntryPoint:
      if (operands.empty() || operands[0] != static_cast<uint32_t>(spv::ExecutionModel::Kernel)) {
        log += "SPIR-V execution model is not supported: Kernel is\n";
        return false;
      }
      return true;
    default:
      return true;
  }
}

constexpr spv_target_env kEnvironment = SPV_ENV_UNIVERSAL_1_4;

bool validateKnown(const std::vector<uint32_t>& words, std::string& error) {
  spvtools::SpirvTools tools(kEnvironment);
  tools.SetMessageConsumer(
      [&](spv_message_level_t level, const char*, const spv_position_t& position, const char* message) {
        if (level <= SPV_MSG_ERROR) {
          error += fmt::format("SPIR-V is invalid at word {}: {}\n", position.index, message);
        }
      });
  return tools.Validate(words.data(), words.size(), spvtools::ValidatorOptions());
}

bool validate(const std::vector<uint32_t>& words, std::string& error) {
  if (!declaresFunctionPointers(words)) {
    return validateKnown(words, error);
  }
  std::vector<uint32_t> without;
  return withoutFunctionPointers(words, without, error) && validateKnown(without, error);
}

// Removes the instructions that `isUnwanted` says; word counts have been checked before.
template <typename Predicate>
void removeInstructions(std::vector<uint32_t>& words, Predicate isUnwanted) {
  std::vector<uint32_t> kept(words.begin(), words.begin() + 5);
  for (size_t at = 5; at < words.size();) {
    const std::span<const uint32_t> instruction =
        std::span<const uint32_t>(words).subspan(at, words[at] >> 16);
    if (!isUnwanted(Instruction{static_cast<spv::Op>(words[at] & 0xffff), instruction.subspan(1)})) {
      kept.insert(kept.end(), instruction.begin(), instruction.end());
    }
    at += instruction.size();
  }
  words = std::move(kept);
}

// The translator to SPIR-V lets nested loops share a merge block. Merges are no more than hints for kernels.
bool isMerge(const Instruction& instruction) {
  return instruction.op == spv::Op::OpLoopMerge || instruction.op == spv::Op::OpSelectionMerge;
}

// The reader asserts on sizes that do not suit the pointer's type; they are hints, too.
bool isSizedLifetime(const Instruction& instruction) {
  return (instruction.op == spv::Op::OpLifetimeStart || instruction.op == spv::Op::OpLifetimeStop) &&
         instruction.operands.size() == 2 && instruction.operands[1] != 0;
}

bool isUnnamedExtension(const Instruction& instruction) {
  return instruction.op == spv::Op::OpExtension && literalString(instruction.operands) == kUnnamedExtension;
}

// Names say nothing, but the translator takes the function that has one for the function that is exported
// under it, whatever its type.
void removeClashingNames(std::vector<uint32_t>& words) {
  std::unordered_set<uint32_t> globals;
  std::unordered_map<std::string_view, uint32_t> owners;  // of the names under which modules find each other
  std::string none;
  forEachInstruction(words, none, [&](const Instruction& instruction) {
    const auto& operands = instruction.operands;
    if ((instruction.op == spv::Op::OpFunction || instruction.op == spv::Op::OpVariable) &&
        operands.size() > 1) {
      globals.insert(operands[1]);
    } else if (instruction.op == spv::Op::OpDecorate && operands.size() > 3 &&
               operands[1] == static_cast<uint32_t>(spv::Decoration::LinkageAttributes)) {
      owners.emplace(literalString(operands.subspan(2)), operands[0]);
    }
    return true;
  });
  std::vector<uint32_t> kept = words;  // the names above point into `words`
  removeInstructions(kept, [&](const Instruction& instruction) {
    if (instruction.op != spv::Op::OpName || instruction.operands.size() < 2 ||
        !globals.contains(instruction.operands[0])) {
      return false;
    }
    const auto owner = owners.find(literalString(instruction.operands.subspan(1)));
    return owner != owners.end() && owner->second != instruction.operands[0];
  });
  words = std::move(kept);
}

bool isPrecisionCapability(const Instruction& instruction) {
  return instruction.op == spv::Op::OpCapability && !instruction.operands.empty() &&
         instruction.operands[0] == static_cast<uint32_t>(spv::Capability::ArbitraryPrecisionIntegersINTEL);
}

bool validateOrRepair(std::vector<uint32_t>& words, std::string& error) {
  if (validate(words, error)) {
    return true;
  }
  if (error.find("merge block") != std::string::npos) {
    removeInstructions(words, isMerge);
    error.clear();
    if (validate(words, error)) {
      return true;
    }
  }
  // One thing at a time is told; each repair can be made once.
  for (int tries = 0; tries < 3 && repairSpirv(words, error); ++tries) {
    error.clear();
    if (validate(words, error)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool checkHeader(std::span<const uint32_t> words, std::string& log) {
  if (words.size() < 5) {
    log += "SPIR-V is malformed: shorter than its header\n";
    return false;
  }
  if (words.size() > kMaxWords) {
    log += "SPIR-V is refused: larger than 256 MiB\n";
    return false;
  }
  if (words[0] != spv::MagicNumber) {
    log += fmt::format("SPIR-V is malformed: magic number {:#x}\n", words[0]);
    return false;
  }
  if (words[1] < 0x00010000 || words[1] > kMaxVersion || (words[1] & 0xff0000ff) != 0) {
    log += fmt::format("SPIR-V version word {:#x} is not supported: 1.0 to 1.4 are\n", words[1]);
    return false;
  }
  if (words[3] == 0 || words[3] > kMaxBound) {
    log += fmt::format("SPIR-V is malformed: id bound {}\n", words[3]);
    return false;
  }
  return true;
}

bool checkSpirv(std::vector<uint32_t>& words, std::string& log) {
  if (!checkHeader(words, log)) {
    return false;
  }
  IdCheck ids;
  bool memoryModel = false;
  const bool known = forEachInstruction(words, log, [&](const Instruction& instruction) {
    memoryModel = memoryModel || instruction.op == spv::Op::OpMemoryModel;
    return checkInstruction(instruction, log) && ids.visit(instruction, log);
  });
  if (known && !memoryModel) {
    log += "SPIR-V is malformed: no memory model\n";
    return false;
  }
  if (!known) {
    return false;
  }
  if (!replaceClockReads(words, log)) {
    return false;
  }
  // Without it the validator refuses all widths that there are not; producers declare it for those there are.
  removeInstructions(words, isPrecisionCapability);
  if (declaresFunctionPointers(words)) {
    dissolveCodeSections(words);
  }
  std::string error;
  if (validateOrRepair(words, error)) {
    removeInstructions(words, isSizedLifetime);
    removeInstructions(words, isUnnamedExtension);
    removeClashingNames(words);
    // Nothing is translated that the validator has not seen.
    if (!expandInstructions(words) || validate(words, error)) {
      return true;
    }
  }
  log += error;
  return false;
}

bool readSpecConstants(std::span<const uint32_t> words, std::span<const SpecConstant> constants,
                       std::vector<SpecValue>& values, std::string& log) {
  if (constants.empty()) {
    return true;
  }
  std::unordered_map<uint32_t, uint32_t> widths;     // of types, in bits, by id
  std::unordered_map<uint32_t, uint32_t> decorated;  // result id -> SpecId
  std::unordered_map<uint32_t, uint32_t> sizes;      // SpecId -> bytes
  forEachInstruction(words, log, [&](const Instruction& instruction) {
    const auto& operands = instruction.operands;
    switch (instruction.op) {
      case spv::Op::OpTypeInt:
      case spv::Op::OpTypeFloat:
        if (operands.size() >= 2) {
          widths[operands[0]] = operands[1];
        }
        break;
      case spv::Op::OpTypeBool:
        if (!operands.empty()) {
          widths[operands[0]] = 8;
        }
        break;
      case spv::Op::OpDecorate:
        if (operands.size() >= 3 && operands[1] == static_cast<uint32_t>(spv::Decoration::SpecId)) {
          decorated[operands[0]] = operands[2];
        }
        break;
      case spv::Op::OpSpecConstant:
      case spv::Op::OpSpecConstantTrue:
      case spv::Op::OpSpecConstantFalse:
        if (operands.size() >= 2 && decorated.contains(operands[1])) {
          sizes[decorated[operands[1]]] = widths[operands[0]] / 8;
        }
        break;
      default:
        break;
    }
    return true;
  });
  for (const SpecConstant& constant : constants) {
    const auto size = sizes.find(constant.id);
    if (size == sizes.end() || size->second == 0 || size->second > 8 || !constant.value) {
      log += fmt::format("the module has no specialization constant {}\n", constant.id);
      return false;
    }
    SpecValue value{constant.id, size->second, 0};
    std::memcpy(&value.value, constant.value, value.size);
    values.push_back(value);
  }
  return true;
}

}  // namespace softgpu::engine
