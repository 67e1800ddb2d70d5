// What can be checked of SPIR-V by its ids before the validator sees it, mostly what the translator asserts
// and the validator lets pass. Included by spirv_check.cpp only.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#define SPV_ENABLE_UTILITY_CODE  // HasResultAndType
#include <spirv/unified1/spirv.hpp11>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace softgpu::engine {

inline constexpr uint64_t kMaxArrayLength = uint64_t{1} << 28;

struct Instruction {
  spv::Op op;
  std::span<const uint32_t> operands;  // without the first word
};

// What depends on earlier instructions: the constants that array lengths are, and the targets of annotations,
// which the translator wants to come later than these.
class IdCheck {
 public:
  bool visit(const Instruction& instruction, std::string& log) {
    const auto& operands = instruction.operands;
    if (!checkTypes(instruction, log) || !checkExecutionMode(instruction, log) ||
        !checkParameters(instruction, log) || !checkStorage(instruction, log) ||
        !checkEntryPoint(instruction, log) || !checkGroup(instruction, log) ||
        !checkPrint(instruction, log) || !checkIndices(instruction, log) || !checkAtomic(instruction, log)) {
      return false;
    }
    if ((instruction.op == spv::Op::OpConstant || instruction.op == spv::Op::OpSpecConstant) &&
        operands.size() >= 3) {
      const uint64_t high = operands.size() >= 4 ? operands[3] : 0;
      constants_[operands[1]] = operands[2] | high << 32;
    } else if (instruction.op == spv::Op::OpTypeArray && operands.size() == 3) {
      const auto length = constants_.find(operands[2]);
      if (length != constants_.end() && (length->second == 0 || length->second > kMaxArrayLength)) {
        log += fmt::format("SPIR-V is refused: an array of {} elements\n", length->second);
        return false;
      }
    } else if ((instruction.op == spv::Op::OpExtInstImport || instruction.op == spv::Op::OpString) &&
               !operands.empty()) {
      defined_.insert(operands[0]);
    } else if ((instruction.op == spv::Op::OpName || instruction.op == spv::Op::OpMemberName ||
                instruction.op == spv::Op::OpDecorate || instruction.op == spv::Op::OpMemberDecorate) &&
               !operands.empty() && defined_.contains(operands[0])) {
      log += fmt::format(
          "SPIR-V is malformed: id {} is a string or an instruction set and cannot be annotated\n",
          operands[0]);
      return false;
    }
    return true;
  }

 private:
  // The translator asserts that both operands have one type; SPIR-V lets shifts differ, which are expanded,
  // and the validator more.
  bool checkTypes(const Instruction& instruction, std::string& log) {
    const auto& operands = instruction.operands;
    if (instruction.op == spv::Op::OpTypeInt && !operands.empty()) {
      scalarIntegers_.insert(operands[0]);
    }
    bool hasResult = false, hasType = false;
    spv::HasResultAndType(instruction.op, &hasResult, &hasType);
    if (!hasResult || !hasType || operands.size() < 2) {
      return true;
    }
    types_[operands[1]] = operands[0];
    const bool special = instruction.op == spv::Op::OpSpecConstantOp && operands.size() > 2;
    const auto op = special ? static_cast<spv::Op>(operands[2]) : instruction.op;
    const auto values = operands.subspan(special ? 3 : 2);
    const bool dot = op >= spv::Op::OpSDot && op <= spv::Op::OpSUDotAccSat;
    if (dot && !scalarIntegers_.contains(operands[0])) {
      log += fmt::format("SPIR-V is malformed: the result of instruction {} is no integer\n",
                         static_cast<uint32_t>(op));
      return false;
    }
    const bool binary = dot || (op >= spv::Op::OpIAdd && op <= spv::Op::OpFMod) ||
                        (op >= (special ? spv::Op::OpShiftRightLogical : spv::Op::OpBitwiseOr) &&
                         op <= spv::Op::OpBitwiseAnd);
    if (binary && values.size() >= 2) {
      const auto left = types_.find(values[0]), right = types_.find(values[1]);
      const bool known = left != types_.end() && right != types_.end();
      const bool shift = known && op >= spv::Op::OpShiftRightLogical && op <= spv::Op::OpShiftLeftLogical &&
                         left->second == operands[0] && scalarIntegers_.contains(left->second) &&
                         scalarIntegers_.contains(right->second);
      if (known && !shift && left->second != right->second) {
        log += fmt::format("SPIR-V is not supported: operands of instruction {} differ in type\n",
                           static_cast<uint32_t>(op));
        return false;
      }
    }
    if (special && !isArithmeticOf(op, operands[0])) {
      log += fmt::format("SPIR-V is malformed: a constant made by instruction {} of another type\n",
                         static_cast<uint32_t>(op));
      return false;
    }
    return true;
  }

  bool checkEntryPoint(const Instruction& instruction, std::string& log) {
    if (instruction.op != spv::Op::OpEntryPoint || instruction.operands.size() < 2 ||
        entryPoints_.insert(instruction.operands[1]).second) {
      return true;
    }
    log += fmt::format("SPIR-V is not supported: function {} is a kernel by two names\n",
                       instruction.operands[1]);
    return false;
  }

  // The validator looks at neither the scope nor the value of most instructions of a group.
  bool checkGroup(const Instruction& instruction, std::string& log) {
    const auto& operands = instruction.operands;
    const uint32_t number = static_cast<uint32_t>(instruction.op);
    if (isOfGroup(instruction.op) && operands.size() >= 3) {
      const auto scope = constants_.find(operands[instruction.op == spv::Op::OpGroupWaitEvents ? 0 : 2]);
      if (scope == constants_.end() || (scope->second != static_cast<uint64_t>(spv::Scope::Workgroup) &&
                                        scope->second != static_cast<uint64_t>(spv::Scope::Subgroup))) {
        log += fmt::format("SPIR-V is not supported: instruction {} of another scope than a group\n", number);
        return false;
      }
    }
    const auto at = groupOperand(instruction.op);
    const auto value = at && operands.size() > *at ? types_.find(operands[*at]) : types_.end();
    if (value != types_.end() && value->second != operands[0]) {
      log += fmt::format("SPIR-V is malformed: instruction {} of a value of another type\n", number);
      return false;
    }
    return true;
  }

  static bool isOfGroup(spv::Op op) {
    const auto within = [op](spv::Op first, spv::Op last) { return op >= first && op <= last; };
    return within(spv::Op::OpGroupAsyncCopy, spv::Op::OpGroupSMax) ||
           within(spv::Op::OpGroupNonUniformElect, spv::Op::OpGroupNonUniformQuadSwap) ||
           within(spv::Op::OpGroupIMulKHR, spv::Op::OpGroupLogicalXorKHR) ||
           op == spv::Op::OpGroupNonUniformRotateKHR;
  }

  // Where they have the value that is of the result's type.
  static std::optional<size_t> groupOperand(spv::Op op) {
    switch (op) {
      case spv::Op::OpSubgroupShuffleINTEL:
      case spv::Op::OpSubgroupShuffleDownINTEL:
      case spv::Op::OpSubgroupShuffleUpINTEL:
      case spv::Op::OpSubgroupShuffleXorINTEL:
        return 2;
      case spv::Op::OpGroupAll:
      case spv::Op::OpGroupAny:
      case spv::Op::OpGroupBroadcast:
        return 3;
      case spv::Op::OpGroupAsyncCopy:  // the event
        return 7;
      case spv::Op::OpGroupIMulKHR:
      case spv::Op::OpGroupFMulKHR:
      case spv::Op::OpGroupBitwiseAndKHR:
      case spv::Op::OpGroupBitwiseOrKHR:
      case spv::Op::OpGroupBitwiseXorKHR:
      case spv::Op::OpGroupLogicalAndKHR:
      case spv::Op::OpGroupLogicalOrKHR:
      case spv::Op::OpGroupLogicalXorKHR:
        return 4;
      default:
        return op >= spv::Op::OpGroupIAdd && op <= spv::Op::OpGroupSMax ? std::optional<size_t>(4)
                                                                        : std::nullopt;
    }
  }

  // The validator does not look at the types of specialization constants' operations.
  bool isArithmeticOf(spv::Op op, uint32_t type) const {
    switch (op) {
      case spv::Op::OpFNegate:
      case spv::Op::OpFAdd:
      case spv::Op::OpFSub:
      case spv::Op::OpFMul:
      case spv::Op::OpFDiv:
      case spv::Op::OpFRem:
      case spv::Op::OpFMod:
        return floats_.contains(type);
      case spv::Op::OpSNegate:
      case spv::Op::OpIAdd:
      case spv::Op::OpISub:
      case spv::Op::OpIMul:
      case spv::Op::OpUDiv:
      case spv::Op::OpSDiv:
      case spv::Op::OpUMod:
      case spv::Op::OpSRem:
      case spv::Op::OpSMod:
      case spv::Op::OpShiftRightLogical:
      case spv::Op::OpShiftRightArithmetic:
      case spv::Op::OpShiftLeftLogical:
      case spv::Op::OpBitwiseOr:
      case spv::Op::OpBitwiseXor:
      case spv::Op::OpBitwiseAnd:
      case spv::Op::OpNot:
        return integers_.contains(type);
      default:
        return true;
    }
  }

  // The translator asserts on the storage classes of graphics, and LLVM asks for the size of every variable.
  bool checkStorage(const Instruction& instruction, std::string& log) {
    const auto& operands = instruction.operands;
    const size_t at = instruction.op == spv::Op::OpTypePointer ? 1 : 2;
    if (instruction.op == spv::Op::OpTypeInt && !operands.empty()) {
      integers_.insert(operands[0]);
      scalars_.insert(operands[0]);
    } else if (instruction.op == spv::Op::OpTypeFloat && !operands.empty()) {
      floats_.insert(operands[0]);
    } else if (instruction.op == spv::Op::OpTypeVector && operands.size() == 3) {
      if (integers_.contains(operands[1])) integers_.insert(operands[0]);
      if (floats_.contains(operands[1])) floats_.insert(operands[0]);
    }
    if ((instruction.op == spv::Op::OpTypeVoid || instruction.op == spv::Op::OpTypeFunction) &&
        !operands.empty()) {
      sizeless_.insert(operands[0]);
    } else if (instruction.op == spv::Op::OpTypePointer && operands.size() > 2 &&
               sizeless_.contains(operands[2])) {
      toSizeless_.insert(operands[0]);
    } else if (instruction.op == spv::Op::OpVariable && !operands.empty() &&
               toSizeless_.contains(operands[0])) {
      log += "SPIR-V is malformed: a variable of void, or of a function\n";
      return false;
    }
    if ((instruction.op != spv::Op::OpTypePointer && instruction.op != spv::Op::OpVariable) ||
        operands.size() <= at) {
      return true;
    }
    switch (static_cast<spv::StorageClass>(operands[at])) {
      case spv::StorageClass::UniformConstant:
      case spv::StorageClass::Input:
      case spv::StorageClass::Workgroup:
      case spv::StorageClass::CrossWorkgroup:
      case spv::StorageClass::Function:
      case spv::StorageClass::Generic:
        return true;
      case spv::StorageClass::CodeSectionINTEL:
        if (instruction.op == spv::Op::OpTypePointer) return true;
        [[fallthrough]];
      default:
        log += fmt::format("SPIR-V is not supported: storage class {}\n", operands[at]);
        return false;
    }
  }

  // The validator looks at the indices of plain access chains only.
  bool checkIndices(const Instruction& instruction, std::string& log) {
    if (instruction.op != spv::Op::OpPtrAccessChain && instruction.op != spv::Op::OpInBoundsPtrAccessChain) {
      return true;
    }
    for (size_t i = 3; i < instruction.operands.size(); ++i) {
      const auto type = types_.find(instruction.operands[i]);
      if (type == types_.end() || !scalars_.contains(type->second)) {
        log += "SPIR-V is malformed: an index is no integer\n";
        return false;
      }
    }
    return true;
  }

  // Where an instruction has its memory scope; the semantics follow.
  static std::optional<size_t> scopeOf(spv::Op op) {
    switch (op) {
      case spv::Op::OpMemoryBarrier:
        return 0;
      case spv::Op::OpControlBarrier:
      case spv::Op::OpAtomicStore:
      case spv::Op::OpAtomicFlagClear:
        return 1;
      case spv::Op::OpAtomicFlagTestAndSet:
      case spv::Op::OpAtomicFAddEXT:
      case spv::Op::OpAtomicFMinEXT:
      case spv::Op::OpAtomicFMaxEXT:
        return 3;
      default:
        return op >= spv::Op::OpAtomicLoad && op <= spv::Op::OpAtomicXor ? std::optional<size_t>(3)
                                                                         : std::nullopt;
    }
  }

  // The translator asserts on constants that are no scope or no order. The validator's rules are those of
  // graphics.
  bool checkAtomic(const Instruction& instruction, std::string& log) {
    const auto& operands = instruction.operands;
    const auto at = scopeOf(instruction.op);
    if (!at || operands.size() < *at + 2) {
      return true;
    }
    const auto isScope = [&](uint32_t id) {
      const auto value = constants_.find(id);
      return value == constants_.end() || value->second <= static_cast<uint64_t>(spv::Scope::Invocation);
    };
    const auto isOrder = [&](uint32_t id) {
      const auto value = constants_.find(id);
      const uint64_t order = value == constants_.end() ? 0 : value->second & 0x1f;
      return order == 0 || (order > 1 && (order & (order - 1)) == 0);
    };
    const bool compares = instruction.op == spv::Op::OpAtomicCompareExchange ||
                          instruction.op == spv::Op::OpAtomicCompareExchangeWeak;
    const bool executes = instruction.op == spv::Op::OpControlBarrier;
    if (!isScope(operands[*at]) ||
        (executes && (!constants_.contains(operands[0]) || !isScope(operands[0]))) ||
        !isOrder(operands[*at + 1]) ||
        (compares && operands.size() > *at + 2 && !isOrder(operands[*at + 2]))) {
      log += fmt::format("SPIR-V is malformed: instruction {} has a scope or an order that there is not\n",
                         static_cast<uint32_t>(instruction.op));
      return false;
    }
    return true;
  }

  // Nothing else looks at what printf is given.
  bool checkPrint(const Instruction& instruction, std::string& log) {
    constexpr uint32_t kPrintf = 184;  // of OpenCL.std
    const auto& operands = instruction.operands;
    if (instruction.op != spv::Op::OpExtInst || operands.size() < 4 || operands[3] != kPrintf) {
      return true;
    }
    for (const uint32_t value : operands.subspan(4)) {
      if (!types_.contains(value)) {
        log += "SPIR-V is malformed: printf is given what is no value\n";
        return false;
      }
    }
    return true;
  }

  // It asserts that no entry point has a mode twice, too; those of float controls are one a width.
  bool checkExecutionMode(const Instruction& instruction, std::string& log) {
    const auto& operands = instruction.operands;
    if (instruction.op != spv::Op::OpExecutionMode || operands.size() < 2) {
      return true;
    }
    const auto mode = static_cast<spv::ExecutionMode>(operands[1]);
    const bool ofWidth =
        mode >= spv::ExecutionMode::DenormPreserve && mode <= spv::ExecutionMode::RoundingModeRTZ;
    const uint32_t width = ofWidth && operands.size() > 2 ? operands[2] : 0;
    if (!modes_.insert({operands[0], operands[1], width}).second) {
      log += fmt::format("SPIR-V is malformed: execution mode {} comes twice\n", operands[1]);
      return false;
    }
    return true;
  }

  // The validator counts the parameters of functions with a body only.
  bool checkParameters(const Instruction& instruction, std::string& log) {
    const auto& operands = instruction.operands;
    if (instruction.op == spv::Op::OpTypeFunction && operands.size() >= 2) {
      parameterCounts_[operands[0]] = operands.size() - 2;
    } else if (instruction.op == spv::Op::OpFunction && operands.size() >= 4) {
      const auto count = parameterCounts_.find(operands[3]);
      missing_ = count == parameterCounts_.end() ? 0 : count->second;
      function_ = operands[1];
      hasBody_ = false;
    } else if (instruction.op == spv::Op::OpLabel) {
      hasBody_ = true;
    } else if (instruction.op == spv::Op::OpDecorate && operands.size() >= 4 &&
               operands[1] == static_cast<uint32_t>(spv::Decoration::LinkageAttributes)) {
      if (!linkage_.emplace(operands[0], static_cast<spv::LinkageType>(operands.back())).second) {
        log += fmt::format("SPIR-V is malformed: id {} has two names for linking\n", operands[0]);
        return false;
      }
    } else if (instruction.op == spv::Op::OpFunctionParameter) {
      --missing_;
    } else if (instruction.op == spv::Op::OpFunctionEnd && missing_ != 0) {
      log += "SPIR-V is malformed: a function has other parameters than its type\n";
      return false;
    }
    if (instruction.op == spv::Op::OpFunctionEnd) {
      const auto linkage = linkage_.find(function_);
      const bool imported = linkage != linkage_.end() && linkage->second == spv::LinkageType::Import;
      if (imported == hasBody_) {
        log += "SPIR-V is malformed: a function without a body is not imported, or one with it is\n";
        return false;
      }
    }
    return true;
  }

  uint32_t function_ = 0;  // the current one
  bool hasBody_ = false;
  std::unordered_map<uint32_t, spv::LinkageType> linkage_;
  std::unordered_map<uint32_t, size_t> parameterCounts_;  // of function types
  size_t missing_ = 0;                                    // of the current function; wraps below 0
  std::unordered_map<uint32_t, uint32_t> types_;          // of results
  std::unordered_set<uint32_t> scalarIntegers_;           // types
  std::unordered_set<uint32_t> integers_, floats_;        // types, vectors of them among these
  std::unordered_set<uint32_t> scalars_;                  // integer types
  std::unordered_set<uint32_t> sizeless_, toSizeless_;    // types, and pointers to them
  std::set<std::array<uint32_t, 3>> modes_;
  std::unordered_map<uint32_t, uint64_t> constants_;
  std::unordered_set<uint32_t> defined_;
  std::unordered_set<uint32_t> entryPoints_;
};

}  // namespace softgpu::engine
