#include "softgpu/ze/engine/spirv_function_pointers.h"

#include <fmt/format.h>

#include <initializer_list>
#include <spirv/unified1/spirv.hpp11>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "softgpu/ze/engine/spirv_parse.h"

namespace softgpu::engine {
namespace {

using spv::Op;
using Words = std::span<const uint32_t>;

constexpr size_t kHeaderWords = 5;
constexpr size_t kBound = 3;  // in the header

// What may be done with a pointer to a function beside calling it.
bool takesFunctionPointers(Op op) {
  switch (op) {
    case Op::OpName:
    case Op::OpDecorate:
    case Op::OpDecorateId:
    case Op::OpGroupDecorate:
    case Op::OpConstantComposite:
    case Op::OpSpecConstantComposite:
    case Op::OpVariable:
    case Op::OpStore:
    case Op::OpFunctionCall:
    case Op::OpFunctionPointerCallINTEL:
    case Op::OpReturnValue:
    case Op::OpCompositeConstruct:
    case Op::OpCompositeInsert:
    case Op::OpCopyObject:
    case Op::OpPtrCastToGeneric:
    case Op::OpGenericCastToPtr:
    case Op::OpBitcast:
    case Op::OpConvertPtrToU:
    case Op::OpPhi:
    case Op::OpSelect:
    case Op::OpPtrEqual:
    case Op::OpPtrNotEqual:
      return true;
    default:
      return false;
  }
}

bool isId(spv_operand_type_t type) {
  return type == SPV_OPERAND_TYPE_ID || type == SPV_OPERAND_TYPE_TYPE_ID ||
         type == SPV_OPERAND_TYPE_RESULT_ID || type == SPV_OPERAND_TYPE_MEMORY_SEMANTICS_ID ||
         type == SPV_OPERAND_TYPE_SCOPE_ID;
}

class StandIn {
 public:
  StandIn(Words words, std::string& log) : words_(words), log_(log), bound_(words[kBound]) {}

  bool make(std::vector<uint32_t>& result) {
    result_.assign(words_.begin(), words_.begin() + kHeaderWords);
    const bool made =
        parseSpirv(words_, log_, [this](const auto& instruction) { return note(instruction); }) &&
        parseSpirv(words_, log_, [this](const auto& instruction) { return rewrite(instruction); });
    if (!made) return false;
    result_[kBound] = bound_;
    result = std::move(result_);
    return true;
  }

 private:
  template <typename... Args>
  bool refuse(fmt::format_string<Args...> text, Args&&... args) {
    log_ += fmt::format(text, std::forward<Args>(args)...) + '\n';
    return false;
  }

  bool note(const spv_parsed_instruction_t& instruction) {
    const Words words(instruction.words, instruction.num_words);
    for (uint16_t i = 0; i < instruction.num_operands; ++i) {
      const spv_parsed_operand_t& operand = instruction.operands[i];
      if (isId(operand.type) && words[operand.offset] >= words_[kBound]) {
        return refuse("SPIR-V is invalid: id {} is not below the bound", words[operand.offset]);
      }
    }
    if (instruction.type_id != 0) typeOf_[instruction.result_id] = instruction.type_id;
    switch (static_cast<Op>(instruction.opcode)) {
      case Op::OpTypeVoid:
        void_ = words[1];
        break;
      case Op::OpTypeFunction:
        functionTypes_[words[1]] = words.subspan(2);
        break;
      case Op::OpTypePointer:
        if (functionTypes_.contains(words[3])) pointees_[words[1]] = words[3];
        break;
      case Op::OpEntryPoint:
        kernels_.insert(words[2]);
        break;
      case Op::OpFunction:
        functions_[words[2]] = words[4];
        break;
      case Op::OpFunctionPointerCallINTEL:
        if (words[1] == void_) voidCalls_.insert(words[2]);
        break;
      default:
        break;
    }
    return true;
  }

  bool rewrite(const spv_parsed_instruction_t& instruction) {
    const Words words(instruction.words, instruction.num_words);
    const auto op = static_cast<Op>(instruction.opcode);
    const bool takes = takesFunctionPointers(op == Op::OpSpecConstantOp ? static_cast<Op>(words[3]) : op);
    for (uint16_t i = 0; i < instruction.num_operands && !takes; ++i) {
      const spv_parsed_operand_t& operand = instruction.operands[i];
      if (operand.type == SPV_OPERAND_TYPE_ID && pointeeOf(words[operand.offset]) != 0) {
        return refuse("SPIR-V is invalid: instruction {} of a pointer to a function", instruction.opcode);
      }
    }
    switch (op) {
      case Op::OpTypePointer:
        return pointerType(words);
      case Op::OpConstantFunctionPointerINTEL:
        return constant(words);
      case Op::OpFunctionPointerCallINTEL:
        return call(words);
      case Op::OpName:
      case Op::OpDecorate:
        if (voidCalls_.contains(words[1])) return true;
        break;
      default:
        break;
    }
    result_.insert(result_.end(), words.begin(), words.end());
    return true;
  }

  bool pointerType(Words words) {
    uint32_t pointee = words[3];
    if (functionTypes_.contains(pointee)) {
      const auto [structure, isNew] = structures_.try_emplace(pointee, bound_);
      if (isNew) emit(Op::OpTypeStruct, {bound_++});
      pointee = structure->second;
    }
    emit(Op::OpTypePointer, {words[1], words[2], pointee});
    return true;
  }

  bool constant(Words words) {
    const auto pointee = pointees_.find(words[1]);
    const auto function = functions_.find(words[3]);
    if (pointee == pointees_.end() || function == functions_.end() || pointee->second != function->second) {
      return refuse("SPIR-V is invalid: id {} is no pointer to function {}", words[2], words[3]);
    }
    if (kernels_.contains(words[3])) return refuse("SPIR-V is not supported: a pointer to a kernel");
    emit(Op::OpConstantNull, {words[1], words[2]});
    return true;
  }

  bool call(Words words) {
    const uint32_t pointee = pointeeOf(words[3]);
    if (pointee == 0) return refuse("SPIR-V is invalid: id {} is called and is no pointer", words[3]);
    const Words type = functionTypes_.at(pointee), arguments = words.subspan(4);
    if (type[0] != words[1] || type.size() != arguments.size() + 1) {
      return refuse("SPIR-V is invalid: id {} is called as another type of function than it points to",
                    words[3]);
    }
    emit(Op::OpCopyObject, {typeOf_.at(words[3]), bound_++, words[3]});
    for (size_t i = 0; i < arguments.size(); ++i) {
      emit(Op::OpCopyObject, {type[i + 1], bound_++, arguments[i]});
    }
    if (words[1] != void_) emit(Op::OpUndef, {words[1], words[2]});
    return true;
  }

  // The function's type, 0 for values that do not point to one.
  uint32_t pointeeOf(uint32_t value) const {
    const auto type = typeOf_.find(value);
    const auto pointee = type == typeOf_.end() ? pointees_.end() : pointees_.find(type->second);
    return pointee == pointees_.end() ? 0 : pointee->second;
  }

  void emit(Op op, std::initializer_list<uint32_t> operands) {
    result_.push_back(static_cast<uint32_t>(operands.size() + 1) << 16 | static_cast<uint32_t>(op));
    result_.insert(result_.end(), operands);
  }

  const Words words_;
  std::string& log_;
  std::vector<uint32_t> result_;
  uint32_t bound_;
  uint32_t void_ = 0;
  std::unordered_map<uint32_t, uint32_t> typeOf_;      // of results
  std::unordered_map<uint32_t, Words> functionTypes_;  // result and parameters
  std::unordered_map<uint32_t, uint32_t> pointees_;    // of types of pointers to functions
  std::unordered_map<uint32_t, uint32_t> functions_;   // their types
  std::unordered_map<uint32_t, uint32_t> structures_;  // in the place of types of functions
  std::unordered_set<uint32_t> kernels_, voidCalls_;
};

}  // namespace

bool declaresFunctionPointers(Words words) {
  for (size_t at = kHeaderWords; at < words.size(); at += words[at] >> 16) {
    if (static_cast<Op>(words[at] & 0xffff) != Op::OpCapability) return false;
    if (words.size() > at + 1 &&
        words[at + 1] == static_cast<uint32_t>(spv::Capability::FunctionPointersINTEL)) {
      return true;
    }
  }
  return false;
}

void dissolveCodeSections(std::vector<uint32_t>& words) {
  for (size_t at = kHeaderWords; at < words.size(); at += words[at] >> 16) {
    if (words[at] == (4U << 16 | static_cast<uint32_t>(Op::OpTypePointer)) &&
        words[at + 2] == static_cast<uint32_t>(spv::StorageClass::CodeSectionINTEL)) {
      words[at + 2] = static_cast<uint32_t>(spv::StorageClass::Function);
    }
  }
}

bool withoutFunctionPointers(Words words, std::vector<uint32_t>& result, std::string& log) {
  return StandIn(words, log).make(result);
}

}  // namespace softgpu::engine
