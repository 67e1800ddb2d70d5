// The walk: every instruction is checked to lie within the words before an operand of it is read.
#include "spirv/reflect/module.h"

#include <algorithm>
#include <cstring>
#include <spirv/unified1/spirv.hpp>

namespace clze::spirv {
namespace {

constexpr size_t kHeaderWords = 5;

// Word counts that the reading below relies on, the first word of the instruction included.
size_t leastWords(uint32_t op) {
  switch (op) {
    case spv::OpCapability:
    case spv::OpExtension:
      return 2;
    case spv::OpMemoryModel:
    case spv::OpString:
    case spv::OpName:
    case spv::OpExecutionMode:
    case spv::OpExecutionModeId:
    case spv::OpDecorate:
    case spv::OpDecorateId:
    case spv::OpTypeInt:
    case spv::OpTypeFloat:
    case spv::OpFunctionParameter:
    case spv::OpConstantTrue:
    case spv::OpConstantFalse:
    case spv::OpSpecConstantTrue:
    case spv::OpSpecConstantFalse:
      return 3;
    case spv::OpEntryPoint:
    case spv::OpTypeVector:
    case spv::OpTypeArray:
    case spv::OpTypePointer:
    case spv::OpConstant:
    case spv::OpSpecConstant:
      return 4;
    case spv::OpFunction:
      return 5;
    case spv::OpTypeImage:
      return 9;
    default:
      return 1;
  }
}

class Reader {
 public:
  ModuleTables take() { return std::move(tables_); }

  void instruction(uint32_t op, Operands words) {
    switch (op) {
      case spv::OpCapability:
        tables_.capabilities.push_back(words[0]);
        break;
      case spv::OpExtension:
        tables_.extensions.push_back(literalString(words));
        break;
      case spv::OpMemoryModel:
        tables_.addressBits = words[0] == spv::AddressingModelPhysical32 ? 32 : 64;
        break;
      case spv::OpEntryPoint:
        if (words[0] == spv::ExecutionModelKernel) {
          tables_.entryPoints.push_back({words[1], literalString(words.subspan(2))});
        }
        break;
      case spv::OpExecutionMode:
      case spv::OpExecutionModeId:
        tables_.modes.push_back({words[0], words[1], words.subspan(2)});
        break;
      case spv::OpString:
        tables_.strings.push_back(literalString(words.subspan(1)));
        break;
      case spv::OpName:
        tables_.names[words[0]] = literalString(words.subspan(1));
        break;
      case spv::OpDecorate:
      case spv::OpDecorateId:
        decorate(words);
        break;
      case spv::OpConstant:
      case spv::OpConstantTrue:
      case spv::OpConstantFalse:
      case spv::OpSpecConstant:
      case spv::OpSpecConstantTrue:
      case spv::OpSpecConstantFalse:
        tables_.constants[words[1]] = {op, words[0], words.subspan(2)};
        break;
      case spv::OpFunction:
        function_ = words[1];
        tables_.functions[function_].clear();
        break;
      case spv::OpFunctionParameter:
        tables_.functions[function_].push_back({words[0], words[1]});
        break;
      default:
        if (op >= spv::OpTypeVoid && op <= spv::OpTypePipe && !words.empty()) {
          tables_.types[words[0]] = {op, words.subspan(1)};
        }
    }
  }

 private:
  void decorate(Operands words) {
    tables_.decorations[words[0]].push_back({words[1], words.subspan(2)});
    if (words[1] == spv::DecorationSpecId && words.size() > 2)
      tables_.specIds.emplace_back(words[2], words[0]);
  }

  ModuleTables tables_;
  uint32_t function_ = 0;
};

}  // namespace

std::string literalString(Operands operands) {
  const char* text = reinterpret_cast<const char*>(operands.data());
  const size_t length = operands.empty() ? 0 : ::strnlen(text, operands.size_bytes());
  return length == operands.size_bytes() ? std::string() : std::string(text, length);
}

Result<ModuleTables> readModule(std::span<const uint32_t> words) {
  if (words.size() < kHeaderWords || words[0] != spv::MagicNumber) return Failure{CL_INVALID_BINARY};
  Reader reader;
  size_t at = kHeaderWords;
  while (at < words.size()) {
    const uint32_t op = words[at] & spv::OpCodeMask;
    const size_t count = words[at] >> spv::WordCountShift;
    if (count < std::max<size_t>(1, leastWords(op)) || count > words.size() - at)
      return Failure{CL_INVALID_BINARY};
    reader.instruction(op, words.subspan(at + 1, count - 1));
    at += count;
  }
  return reader.take();
}

}  // namespace clze::spirv
