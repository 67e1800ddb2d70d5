// The words of the constants' default values are rewritten in place: no id changes and nothing moves.
#include "spirv/specialize.h"

#include <algorithm>
#include <cstring>
#include <spirv/unified1/spirv.hpp>

#include "spirv/reflect/module.h"

namespace clze::spirv {
namespace {

// A literal narrower than a word is sign-extended in it if its type is a signed integer (SPIR-V 1.2, 2.2.1).
bool isNegative(const ModuleTables& tables, const ConstantEntry& constant,
                const std::vector<std::byte>& bytes) {
  const auto type = tables.types.find(constant.type);
  const bool isSigned = type != tables.types.end() && type->second.op == spv::OpTypeInt &&
                        type->second.operands.size() > 1 && type->second.operands[1] == 1;
  return isSigned && !bytes.empty() && (bytes.back() & std::byte{0x80}) != std::byte{0};
}

void rewrite(Words& module, const ModuleTables& tables, const ConstantEntry& constant,
             const std::vector<std::byte>& bytes) {
  const auto literal = static_cast<size_t>(constant.operands.data() - module.data());
  if (constant.op == spv::OpSpecConstantTrue || constant.op == spv::OpSpecConstantFalse) {
    // The value is the operation: before the result's type and id.
    const bool value = std::any_of(bytes.begin(), bytes.end(), [](std::byte b) { return b != std::byte{0}; });
    uint32_t& operation = module[literal - 3];
    operation = (operation & ~uint32_t{spv::OpCodeMask}) |
                static_cast<uint32_t>(value ? spv::OpSpecConstantTrue : spv::OpSpecConstantFalse);
  } else if (constant.op == spv::OpSpecConstant && bytes.size() <= constant.operands.size_bytes()) {
    const uint32_t fill = isNegative(tables, constant, bytes) ? ~uint32_t{0} : 0;
    std::fill_n(module.begin() + static_cast<ptrdiff_t>(literal), constant.operands.size(), fill);
    std::memcpy(&module[literal], bytes.data(), bytes.size());
  }
}

}  // namespace

Result<Words> specialize(Words module, std::span<const SpecValue> values) {
  if (values.empty()) return module;
  CLZE_TRY_ASSIGN(const ModuleTables tables, readModule(module));
  for (const SpecValue& value : values) {
    for (const auto& [id, target] : tables.specIds) {
      const auto constant = tables.constants.find(target);
      if (id == value.id && constant != tables.constants.end()) {
        rewrite(module, tables, constant->second, value.bytes);
      }
    }
  }
  return module;
}

}  // namespace clze::spirv
