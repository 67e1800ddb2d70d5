// Entry points of modules.
#include "softgpu/ze/driver/module.h"

#include <cstring>
#include <vector>

#include "softgpu/pose/pose.h"
#include "softgpu/ze/driver/compiler_path.h"

namespace softgpu::driver {
namespace {

constexpr uint32_t kSpirvMagic = 0x07230203;

// What zeModuleCreate was asked to make, from either of its descriptions.
struct Input {
  const uint8_t* bytes;
  size_t size;
  const char* flags;                       // may be null
  const ze_module_constants_t* constants;  // may be null
};

// Of what the pose lacks. Capabilities come first in a module.
bool asksForMoreThanThePoseHas(const std::vector<uint32_t>& words, std::string& log) {
  constexpr size_t kHeader = 5;
  constexpr uint32_t kCapability = 2U << 16 | 17;  // OpCapability of two words
  constexpr uint32_t kFloat16 = 9;
  constexpr uint32_t kFloat64 = 10;
  for (size_t i = kHeader; i + 1 < words.size() && words[i] == kCapability; i += 2) {
    const bool half = words[i + 1] == kFloat16 && !pose().fp16;
    if (half || (words[i + 1] == kFloat64 && !pose().fp64)) {
      log = half ? "softgpu: the device has no half (capability Float16)\n"
                 : "softgpu: the device has no double (capability Float64)\n";
      return true;
    }
  }
  return false;
}

std::shared_ptr<const engine::Program> compileSpirv(const std::vector<Input>& inputs, std::string& log) {
  std::vector<std::vector<uint32_t>> words(inputs.size());
  std::vector<engine::Source> sources;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Input& input = inputs[i];
    // The words are copied: the application's bytes need not be aligned.
    words[i].resize(input.size / sizeof(uint32_t));
    std::memcpy(words[i].data(), input.bytes, words[i].size() * sizeof(uint32_t));
    if (words[i].size() < 5 || input.size % sizeof(uint32_t) != 0 || words[i][0] != kSpirvMagic) {
      log = "softgpu: the module is not SPIR-V of this machine's byte order\n";
      return nullptr;
    }
    if (asksForMoreThanThePoseHas(words[i], log)) return nullptr;
    engine::Source& source = sources.emplace_back();
    source.spirv = words[i];
    source.flags = input.flags != nullptr ? input.flags : "";
    if (input.constants != nullptr) {
      for (uint32_t c = 0; c < input.constants->numConstants; ++c) {
        source.constants.push_back({input.constants->pConstantIds[c], input.constants->pConstantValues[c]});
      }
    }
  }
  return engine::Program::compile(sources, log);
}

ze_result_t checkConstants(const ze_module_constants_t* constants) {
  if (constants == nullptr || constants->numConstants == 0) return ZE_RESULT_SUCCESS;
  SOFTGPU_REQUIRE_POINTER(constants->pConstantIds);
  SOFTGPU_REQUIRE_POINTER(constants->pConstantValues);
  for (uint32_t i = 0; i < constants->numConstants; ++i) {
    SOFTGPU_REQUIRE_POINTER(constants->pConstantValues[i]);
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t readProgramDesc(const ze_module_program_exp_desc_t& desc, std::vector<Input>& inputs) {
  SOFTGPU_REQUIRE(desc.count > 0, ZE_RESULT_ERROR_INVALID_SIZE);
  SOFTGPU_REQUIRE_POINTER(desc.inputSizes);
  SOFTGPU_REQUIRE_POINTER(desc.pInputModules);
  for (uint32_t i = 0; i < desc.count; ++i) {
    SOFTGPU_REQUIRE_POINTER(desc.pInputModules[i]);
    SOFTGPU_REQUIRE(desc.inputSizes[i] > 0, ZE_RESULT_ERROR_INVALID_SIZE);
    const auto* constants = desc.pConstants != nullptr ? desc.pConstants[i] : nullptr;
    SOFTGPU_TRY(checkConstants(constants));
    inputs.push_back({desc.pInputModules[i], desc.inputSizes[i],
                      desc.pBuildFlags != nullptr ? desc.pBuildFlags[i] : nullptr, constants});
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t readDesc(const ze_module_desc_t* desc, std::vector<Input>& inputs) {
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE(desc->format <= ZE_MODULE_FORMAT_NATIVE, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  if (const auto* next = static_cast<const ze_base_desc_t*>(desc->pNext); next != nullptr) {
    SOFTGPU_REQUIRE(next->stype == ZE_STRUCTURE_TYPE_MODULE_PROGRAM_EXP_DESC && next->pNext == nullptr,
                    ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    SOFTGPU_REQUIRE(desc->format == ZE_MODULE_FORMAT_IL_SPIRV, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    return readProgramDesc(*reinterpret_cast<const ze_module_program_exp_desc_t*>(next), inputs);
  }
  SOFTGPU_REQUIRE_POINTER(desc->pInputModule);
  SOFTGPU_REQUIRE(desc->inputSize > 0, ZE_RESULT_ERROR_INVALID_SIZE);
  SOFTGPU_TRY(checkConstants(desc->pConstants));
  inputs.push_back({desc->pInputModule, desc->inputSize, desc->pBuildFlags, desc->pConstants});
  return ZE_RESULT_SUCCESS;
}

}  // namespace

ze_result_t giveString(const std::string& text, size_t* size, char* out) {
  SOFTGPU_REQUIRE_POINTER(size);
  const size_t needed = text.size() + 1;
  if (out == nullptr || *size == 0) {
    *size = needed;
    return ZE_RESULT_SUCCESS;
  }
  *size = std::min(*size, needed);
  std::memcpy(out, text.data(), *size - 1);
  out[*size - 1] = '\0';
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeModuleCreate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                           const ze_module_desc_t* desc, ze_module_handle_t* phModule,
                           ze_module_build_log_handle_t* phBuildLog) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(phModule);
  std::vector<Input> inputs;
  SOFTGPU_TRY(readDesc(desc, inputs));
  chooseCompiler();
  std::string log;
  std::shared_ptr<const softgpu::engine::Program> program;
  const bool native = desc->format == ZE_MODULE_FORMAT_NATIVE;
  if (native) {
    const auto* bytes = reinterpret_cast<const std::byte*>(desc->pInputModule);
    program = softgpu::engine::Program::load({bytes, desc->inputSize}, log);
  } else {
    program = compileSpirv(inputs, log);
  }
  // The log is there after a failure too, and is the application's to destroy.
  if (phBuildLog != nullptr) *phBuildLog = publish(std::make_shared<BuildLog>(std::move(log)));
  if (!program) return native ? ZE_RESULT_ERROR_INVALID_NATIVE_BINARY : ZE_RESULT_ERROR_MODULE_BUILD_FAILURE;
  *phModule = publish(std::make_shared<Module>(context, std::move(program)));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeModuleDestroy(ze_module_handle_t hModule) { return destroy<Module>(hModule); }

ze_result_t zeModuleGetNativeBinary(ze_module_handle_t hModule, size_t* pSize, uint8_t* pModuleNativeBinary) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  SOFTGPU_REQUIRE_POINTER(pSize);
  const auto binary = module->program()->native();
  if (pModuleNativeBinary != nullptr) {
    SOFTGPU_REQUIRE(*pSize >= binary.size(), ZE_RESULT_ERROR_INVALID_SIZE);
    std::memcpy(pModuleNativeBinary, binary.data(), binary.size());
  }
  *pSize = binary.size();
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeModuleGetGlobalPointer(ze_module_handle_t hModule, const char* pGlobalName, size_t* pSize,
                                     void** pptr) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  SOFTGPU_REQUIRE_POINTER(pGlobalName);
  const auto program = module->program();
  SOFTGPU_REQUIRE(program->linked(), ZE_RESULT_ERROR_INVALID_MODULE_UNLINKED);
  size_t size = 0;
  void* pointer = program->globalPointer(pGlobalName, &size);
  SOFTGPU_REQUIRE(pointer != nullptr, ZE_RESULT_ERROR_INVALID_GLOBAL_NAME);
  if (pSize != nullptr) *pSize = size;
  if (pptr != nullptr) *pptr = pointer;
  return ZE_RESULT_SUCCESS;
}

// The names live as long as the module.
ze_result_t zeModuleGetKernelNames(ze_module_handle_t hModule, uint32_t* pCount, const char** pNames) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  const auto& kernels = module->created().kernels();
  return enumerate(pCount, pNames, static_cast<uint32_t>(kernels.size()),
                   [&](uint32_t i, const char*& out) { out = kernels[i].name.c_str(); });
}

ze_result_t zeModuleGetProperties(ze_module_handle_t hModule, ze_module_properties_t* pModuleProperties) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  SOFTGPU_REQUIRE_POINTER(pModuleProperties);
  pModuleProperties->flags =
      module->created().linkage().imports.empty() ? 0 : ZE_MODULE_PROPERTY_FLAG_IMPORTS;
  return ZE_RESULT_SUCCESS;
}

// Exported functions; kernels are none.
ze_result_t zeModuleGetFunctionPointer(ze_module_handle_t hModule, const char* pFunctionName,
                                       void** pfnFunction) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  SOFTGPU_REQUIRE_POINTER(pFunctionName);
  SOFTGPU_REQUIRE_POINTER(pfnFunction);
  const auto program = module->program();
  SOFTGPU_REQUIRE(program->linked(), ZE_RESULT_ERROR_INVALID_MODULE_UNLINKED);
  void* function = program->functionPointer(pFunctionName);
  SOFTGPU_REQUIRE(function != nullptr, ZE_RESULT_ERROR_INVALID_FUNCTION_NAME);
  *pfnFunction = function;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeModuleBuildLogDestroy(ze_module_build_log_handle_t hModuleBuildLog) {
  return destroy<BuildLog>(hModuleBuildLog);
}

ze_result_t zeModuleBuildLogGetString(ze_module_build_log_handle_t hModuleBuildLog, size_t* pSize,
                                      char* pBuildLog) {
  SOFTGPU_RESOLVE(BuildLog, log, hModuleBuildLog);
  return giveString(log->text(), pSize, pBuildLog);
}
