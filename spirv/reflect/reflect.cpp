// Kernels, arguments and specialization constants out of a module's tables.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <spirv/unified1/spirv.hpp>

#include "spirv/reflect/layout.h"
#include "spirv/reflect/module.h"
#include "spirv/spirv.h"

namespace clze::spirv {
namespace {

constexpr size_t kHandle = 8;

// The translator keeps clang's argument metadata as "kernel_arg_type.NAME.a,b," and the same for qualifiers.
std::vector<std::string> argumentStrings(const ModuleTables& module, std::string_view kind,
                                         const std::string& kernel, size_t count) {
  const std::string prefix = fmt::format("{}.{}.", kind, kernel);
  for (const std::string& text : module.strings) {
    if (!text.starts_with(prefix)) continue;
    std::vector<std::string> words;
    std::string_view rest = std::string_view(text).substr(prefix.size());
    for (size_t comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
      words.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(comma + 1);
    }
    if (words.size() == count) return words;
  }
  return std::vector<std::string>(count);
}

uint64_t qualifierBits(std::string_view text) {
  uint64_t bits = CL_KERNEL_ARG_TYPE_NONE;
  for (const auto& [word, bit] : {std::pair<std::string_view, uint64_t>{"const", CL_KERNEL_ARG_TYPE_CONST},
                                  {"restrict", CL_KERNEL_ARG_TYPE_RESTRICT},
                                  {"volatile", CL_KERNEL_ARG_TYPE_VOLATILE},
                                  {"pipe", CL_KERNEL_ARG_TYPE_PIPE}}) {
    if (text.find(word) != std::string_view::npos) bits |= bit;
  }
  return bits;
}

ArgAccess accessOf(Operands operands, size_t index) {
  if (operands.size() <= index) return ArgAccess::ReadOnly;
  switch (operands[index]) {
    case spv::AccessQualifierWriteOnly:
      return ArgAccess::WriteOnly;
    case spv::AccessQualifierReadWrite:
      return ArgAccess::ReadWrite;
    default:
      return ArgAccess::ReadOnly;
  }
}

class KernelReader {
 public:
  explicit KernelReader(const ModuleTables& module) : module_(module), layouts_(module) {}

  Result<KernelInfo> read(const EntryPoint& entry) {
    const auto function = module_.functions.find(entry.function);
    if (function == module_.functions.end()) return Failure{CL_INVALID_BINARY};
    KernelInfo kernel;
    kernel.name = entry.name;
    for (const Parameter& parameter : function->second) {
      CLZE_TRY_ASSIGN(KernelArg arg, argument(parameter));
      kernel.args.push_back(std::move(arg));
    }
    const size_t count = kernel.args.size();
    const auto types = argumentStrings(module_, "kernel_arg_type", kernel.name, count);
    const auto qualifiers = argumentStrings(module_, "kernel_arg_type_qual", kernel.name, count);
    for (size_t i = 0; i < count; ++i) {
      kernel.args[i].typeName = types[i];
      kernel.args[i].typeQualifier |= qualifierBits(qualifiers[i]);
    }
    readModes(entry.function, kernel);
    return kernel;
  }

 private:
  Result<KernelArg> argument(const Parameter& parameter) {
    const auto type = module_.types.find(parameter.type);
    if (type == module_.types.end()) return Failure{CL_INVALID_BINARY};
    KernelArg arg;
    const auto name = module_.names.find(parameter.id);
    if (name != module_.names.end()) arg.name = name->second;
    arg.size = kHandle;
    const Operands operands = type->second.operands;
    switch (type->second.op) {
      case spv::OpTypePointer:
        return pointer(parameter, operands, std::move(arg));
      case spv::OpTypeImage:
        arg.kind = ArgKind::Image;
        arg.address = ArgAddress::Global;
        arg.imageDim = operands[1];
        arg.imageDepth = operands[2] == 1;
        arg.imageArrayed = operands[3] != 0;
        arg.access = accessOf(operands, 7);
        return arg;
      case spv::OpTypeSampler:
        arg.kind = ArgKind::Sampler;
        return arg;
      case spv::OpTypePipe:
        arg.kind = ArgKind::Pointer;
        arg.address = ArgAddress::Global;
        arg.access = accessOf(operands, 0);
        arg.typeQualifier = CL_KERNEL_ARG_TYPE_PIPE;
        return arg;
      default:
        return value(parameter.type, std::move(arg));
    }
  }

  Result<KernelArg> value(uint32_t type, KernelArg arg) {
    const std::optional<Layout> layout = layouts_.of(type);
    if (!layout) return Failure{CL_INVALID_BINARY};
    arg.size = layout->size;
    return arg;
  }

  Result<KernelArg> pointer(const Parameter& parameter, Operands operands, KernelArg arg) {
    const auto decorations = module_.decorations.find(parameter.id);
    if (decorations != module_.decorations.end()) {
      for (const Decoration& decoration : decorations->second) {
        // A structure by value is a pointer to the caller's copy.
        if (decoration.kind == spv::DecorationFuncParamAttr && !decoration.operands.empty() &&
            decoration.operands[0] == spv::FunctionParameterAttributeByVal) {
          return value(operands[1], std::move(arg));
        }
        arg.typeQualifier |= qualifierOf(decoration);
      }
    }
    arg.kind = ArgKind::Pointer;
    switch (operands[0]) {
      case spv::StorageClassCrossWorkgroup:
        arg.address = ArgAddress::Global;
        return arg;
      case spv::StorageClassUniformConstant:
        arg.address = ArgAddress::Constant;
        return arg;
      case spv::StorageClassWorkgroup:
        arg.address = ArgAddress::Local;
        return arg;
      default:
        return Failure{CL_INVALID_BINARY};
    }
  }

  static uint64_t qualifierOf(const Decoration& decoration) {
    if (decoration.kind == spv::DecorationVolatile) return CL_KERNEL_ARG_TYPE_VOLATILE;
    if (decoration.kind == spv::DecorationRestrict) return CL_KERNEL_ARG_TYPE_RESTRICT;
    if (decoration.kind != spv::DecorationFuncParamAttr || decoration.operands.empty()) return 0;
    if (decoration.operands[0] == spv::FunctionParameterAttributeNoWrite) return CL_KERNEL_ARG_TYPE_CONST;
    if (decoration.operands[0] == spv::FunctionParameterAttributeNoAlias) return CL_KERNEL_ARG_TYPE_RESTRICT;
    return 0;
  }

  void readModes(uint32_t function, KernelInfo& kernel) {
    for (const ExecutionMode& mode : module_.modes) {
      if (mode.function != function) continue;
      const Operands words = mode.operands;
      std::string text;
      switch (mode.mode) {
        case spv::ExecutionModeLocalSize:
        case spv::ExecutionModeLocalSizeId:
          if (words.size() < 3) continue;
          for (size_t i = 0; i < 3; ++i) {
            kernel.requiredGroupSize[i] =
                mode.mode == spv::ExecutionModeLocalSize
                    ? words[i]
                    : static_cast<uint32_t>(layouts_.constant(words[i]).value_or(0));
          }
          text = fmt::format("reqd_work_group_size({},{},{})", kernel.requiredGroupSize[0],
                             kernel.requiredGroupSize[1], kernel.requiredGroupSize[2]);
          break;
        case spv::ExecutionModeLocalSizeHint:
          if (words.size() < 3) continue;
          text = fmt::format("work_group_size_hint({},{},{})", words[0], words[1], words[2]);
          break;
        case spv::ExecutionModeVecTypeHint:
          if (words.empty()) continue;
          text = vectorTypeHint(words[0], kernel.name);
          break;
        case spv::ExecutionModeSubgroupSize:
          if (words.empty()) continue;
          kernel.requiredSubgroupSize = words[0];
          text = fmt::format("intel_reqd_sub_group_size({})", words[0]);
          break;
        default:
          continue;
      }
      if (text.empty()) continue;
      if (!kernel.attributes.empty()) kernel.attributes += ' ';
      kernel.attributes += text;
    }
  }

  // High half: components, low half: element type (SPIR-V 3.6). clze-clc adds a string where the type is
  // unsigned.
  std::string vectorTypeHint(uint32_t packed, const std::string& kernel) const {
    constexpr std::array kTypes = {"char", "short", "int", "long", "half", "float", "double"};
    const uint32_t type = packed & 0xffff;
    const uint32_t count = packed >> 16;
    if (type >= kTypes.size()) return {};
    const std::string mark = fmt::format("kernel_vec_type_hint_unsigned.{}.", kernel);
    const bool isUnsigned =
        std::find(module_.strings.begin(), module_.strings.end(), mark) != module_.strings.end();
    return fmt::format("vec_type_hint({}{}{})", isUnsigned ? "u" : "", kTypes[type],
                       count > 1 ? std::to_string(count) : std::string());
  }

  const ModuleTables& module_;
  Layouts layouts_;
};

Result<std::vector<SpecConstant>> specConstants(const ModuleTables& module) {
  std::vector<SpecConstant> constants;
  Layouts layouts(module);
  for (const auto& [specId, target] : module.specIds) {
    const auto constant = module.constants.find(target);
    if (constant == module.constants.end()) return Failure{CL_INVALID_BINARY};
    const std::optional<Layout> layout = layouts.of(constant->second.type);
    if (!layout) return Failure{CL_INVALID_BINARY};
    const bool seen = std::any_of(constants.begin(), constants.end(),
                                  [id = specId](const SpecConstant& c) { return c.id == id; });
    if (!seen) constants.push_back({specId, static_cast<uint32_t>(layout->size)});
  }
  return constants;
}

}  // namespace

Result<ModuleInfo> reflect(std::span<const uint32_t> words) {
  CLZE_TRY_ASSIGN(const ModuleTables module, readModule(words));
  ModuleInfo info;
  KernelReader reader(module);
  for (const EntryPoint& entry : module.entryPoints) {
    CLZE_TRY_ASSIGN(KernelInfo kernel, reader.read(entry));
    info.kernels.push_back(std::move(kernel));
  }
  CLZE_TRY_ASSIGN(info.specConstants, specConstants(module));
  info.capabilities = module.capabilities;
  info.extensions = module.extensions;
  return info;
}

}  // namespace clze::spirv
