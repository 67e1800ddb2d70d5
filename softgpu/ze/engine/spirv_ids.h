// What can be checked of SPIR-V by its ids before the validator sees it, mostly what the translator asserts
// and the validator lets pass. Included by spirv_check.cpp only.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
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
        !checkParameters(instruction, log)) {
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
  // The translator asserts that both operands have one type; SPIR-V lets shifts differ, and the validator
  // more.
  bool checkTypes(const Instruction& instruction, std::string& log) {
    const auto& operands = instruction.operands;
    if (instruction.op == spv::Op::OpTypeInt && !operands.empty()) {
      integers_.insert(operands[0]);
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
    if (dot && !integers_.contains(operands[0])) {
      log += fmt::format("SPIR-V is malformed: the result of instruction {} is no integer\n",
                         static_cast<uint32_t>(op));
      return false;
    }
    const bool binary = dot || (op >= spv::Op::OpIAdd && op <= spv::Op::OpFMod) ||
                        (op >= spv::Op::OpShiftRightLogical && op <= spv::Op::OpBitwiseAnd);
    if (binary && values.size() >= 2) {
      const auto left = types_.find(values[0]), right = types_.find(values[1]);
      if (left != types_.end() && right != types_.end() && left->second != right->second) {
        log += fmt::format("SPIR-V is not supported: operands of instruction {} differ in type\n",
                           static_cast<uint32_t>(op));
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
      linkage_[operands[0]] = static_cast<spv::LinkageType>(operands.back());
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
  std::unordered_set<uint32_t> integers_;                 // types
  std::set<std::array<uint32_t, 3>> modes_;
  std::unordered_map<uint32_t, uint64_t> constants_;
  std::unordered_set<uint32_t> defined_;
};

}  // namespace softgpu::engine
