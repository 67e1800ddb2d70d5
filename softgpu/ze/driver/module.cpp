// Entry points of modules.
#include "softgpu/ze/driver/module.h"

#include <cstring>
#include <vector>

namespace softgpu::driver {
namespace {

constexpr uint32_t kSpirvMagic = 0x07230203;

std::shared_ptr<const engine::Program> compileSpirv(const ze_module_desc_t& desc, std::string& log) {
  // The words are copied: the application's bytes need not be aligned.
  std::vector<uint32_t> words(desc.inputSize / sizeof(uint32_t));
  std::memcpy(words.data(), desc.pInputModule, words.size() * sizeof(uint32_t));
  if (words.size() < 5 || desc.inputSize % sizeof(uint32_t) != 0 || words[0] != kSpirvMagic) {
    log = "softgpu: the module is not SPIR-V of this machine's byte order\n";
    return nullptr;
  }
  std::vector<engine::SpecConstant> constants;
  if (desc.pConstants != nullptr) {
    for (uint32_t i = 0; i < desc.pConstants->numConstants; ++i) {
      constants.push_back({desc.pConstants->pConstantIds[i], desc.pConstants->pConstantValues[i]});
    }
  }
  return engine::Program::compile(words, constants, desc.pBuildFlags != nullptr ? desc.pBuildFlags : "", log);
}

ze_result_t checkDesc(const ze_module_desc_t* desc) {
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(desc->pInputModule);
  SOFTGPU_REQUIRE(desc->format <= ZE_MODULE_FORMAT_NATIVE, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE(desc->inputSize > 0, ZE_RESULT_ERROR_INVALID_SIZE);
  SOFTGPU_REQUIRE(desc->pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  if (desc->pConstants != nullptr && desc->pConstants->numConstants > 0) {
    SOFTGPU_REQUIRE_POINTER(desc->pConstants->pConstantIds);
    SOFTGPU_REQUIRE_POINTER(desc->pConstants->pConstantValues);
    for (uint32_t i = 0; i < desc->pConstants->numConstants; ++i) {
      SOFTGPU_REQUIRE_POINTER(desc->pConstants->pConstantValues[i]);
    }
  }
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
  SOFTGPU_TRY(checkDesc(desc));
  std::string log;
  std::shared_ptr<const softgpu::engine::Program> program;
  const bool native = desc->format == ZE_MODULE_FORMAT_NATIVE;
  if (native) {
    const auto* bytes = reinterpret_cast<const std::byte*>(desc->pInputModule);
    program = softgpu::engine::Program::load({bytes, desc->inputSize}, log);
  } else {
    program = compileSpirv(*desc, log);
  }
  // The log is there after a failure too, and is the application's to destroy.
  if (phBuildLog != nullptr) *phBuildLog = publish(std::make_shared<BuildLog>(std::move(log)));
  if (!program) return native ? ZE_RESULT_ERROR_INVALID_NATIVE_BINARY : ZE_RESULT_ERROR_MODULE_BUILD_FAILURE;
  *phModule = publish(std::make_shared<Module>(context, std::move(program)));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeModuleDestroy(ze_module_handle_t hModule) { return destroy<Module>(hModule); }

// The engine compiles only modules without imports, so there is nothing to link.
ze_result_t zeModuleDynamicLink(uint32_t numModules, ze_module_handle_t* phModules,
                                ze_module_build_log_handle_t* phLinkLog) {
  SOFTGPU_REQUIRE_POINTER(phModules);
  for (uint32_t i = 0; i < numModules; ++i) {
    SOFTGPU_RESOLVE(Module, module, phModules[i]);
  }
  if (phLinkLog != nullptr) *phLinkLog = publish(std::make_shared<BuildLog>(""));
  return ZE_RESULT_SUCCESS;
}

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
  size_t size = 0;
  void* pointer = module->program()->globalPointer(pGlobalName, &size);
  SOFTGPU_REQUIRE(pointer != nullptr, ZE_RESULT_ERROR_INVALID_GLOBAL_NAME);
  if (pSize != nullptr) *pSize = size;
  if (pptr != nullptr) *pptr = pointer;
  return ZE_RESULT_SUCCESS;
}

// The names live as long as the module.
ze_result_t zeModuleGetKernelNames(ze_module_handle_t hModule, uint32_t* pCount, const char** pNames) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  const auto& kernels = module->program()->kernels();
  return enumerate(pCount, pNames, static_cast<uint32_t>(kernels.size()),
                   [&](uint32_t i, const char*& out) { out = kernels[i].name.c_str(); });
}

ze_result_t zeModuleGetProperties(ze_module_handle_t hModule, ze_module_properties_t* pModuleProperties) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  SOFTGPU_REQUIRE_POINTER(pModuleProperties);
  pModuleProperties->flags = 0;
  return ZE_RESULT_SUCCESS;
}

// No function has an address that a kernel could call.
ze_result_t zeModuleGetFunctionPointer(ze_module_handle_t hModule, const char* pFunctionName,
                                       void** pfnFunction) {
  SOFTGPU_RESOLVE(Module, module, hModule);
  SOFTGPU_REQUIRE_POINTER(pFunctionName);
  SOFTGPU_REQUIRE_POINTER(pfnFunction);
  return ZE_RESULT_ERROR_INVALID_FUNCTION_NAME;
}

ze_result_t zeModuleBuildLogDestroy(ze_module_build_log_handle_t hModuleBuildLog) {
  return destroy<BuildLog>(hModuleBuildLog);
}

ze_result_t zeModuleBuildLogGetString(ze_module_build_log_handle_t hModuleBuildLog, size_t* pSize,
                                      char* pBuildLog) {
  SOFTGPU_RESOLVE(BuildLog, log, hModuleBuildLog);
  return giveString(log->text(), pSize, pBuildLog);
}
