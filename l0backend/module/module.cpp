// Modules: SPIR-V or a native binary in, machine code or the driver's build log out.
#include "l0backend/module/module.h"

#include <algorithm>

namespace clze::l0 {

namespace {

class BuildLog {
 public:
  BuildLog() = default;
  BuildLog(const BuildLog&) = delete;
  BuildLog& operator=(const BuildLog&) = delete;
  ~BuildLog() {
    if (handle_ != nullptr) ze().zeModuleBuildLogDestroy(handle_);
  }
  ze_module_build_log_handle_t* put() { return &handle_; }
  // Without the terminating zero that Level Zero counts in.
  std::string text() const {
    size_t size = 0;
    if (handle_ == nullptr || ze().zeModuleBuildLogGetString(handle_, &size, nullptr) != ZE_RESULT_SUCCESS) {
      return {};
    }
    std::string words(size, '\0');
    if (size == 0 || ze().zeModuleBuildLogGetString(handle_, &size, words.data()) != ZE_RESULT_SUCCESS) {
      return {};
    }
    words.resize(std::min(size, words.size()));
    while (!words.empty() && words.back() == '\0') words.pop_back();
    return words;
  }

 private:
  ze_module_build_log_handle_t handle_ = nullptr;
};

ze_result_t create(const Context& context, const Device& device, const ze_module_desc_t& desc,
                   ze_module_handle_t* handle, std::string& log) {
  BuildLog words;
  const auto code = ze().zeModuleCreate(context.handle(), device.handle, &desc, handle, words.put());
  log = words.text();
  return code;
}

}  // namespace

Result<std::shared_ptr<Module>> Module::fromSpirv(const Context& context, const Device& device,
                                                  std::span<const uint32_t> spirv, const std::string& flags,
                                                  std::span<const SpecValue> constants, std::string& log) {
  std::vector<uint32_t> ids;
  std::vector<const void*> values;
  for (const SpecValue& constant : constants) {
    ids.push_back(constant.id);
    values.push_back(constant.value);
  }
  const ze_module_constants_t special = {static_cast<uint32_t>(ids.size()), ids.data(), values.data()};
  ze_module_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_MODULE_DESC;
  desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
  desc.inputSize = spirv.size_bytes();
  desc.pInputModule = reinterpret_cast<const uint8_t*>(spirv.data());
  desc.pBuildFlags = flags.c_str();
  desc.pConstants = ids.empty() ? nullptr : &special;
  auto module = std::make_shared<Module>();
  const auto code = create(context, device, desc, module->handle_.put(), log);
  if (code != ZE_RESULT_SUCCESS) {
    const cl_int general = toCl(code, "zeModuleCreate");
    return Failure{isTransient(code) ? general : CL_BUILD_PROGRAM_FAILURE};
  }
  return module;
}

Result<std::shared_ptr<Module>> Module::fromNative(const Context& context, const Device& device,
                                                   std::span<const std::byte> binary, std::string& log) {
  ze_module_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_MODULE_DESC;
  desc.format = ZE_MODULE_FORMAT_NATIVE;
  desc.inputSize = binary.size();
  desc.pInputModule = reinterpret_cast<const uint8_t*>(binary.data());
  desc.pBuildFlags = "";
  auto module = std::make_shared<Module>();
  const auto code = create(context, device, desc, module->handle_.put(), log);
  if (code != ZE_RESULT_SUCCESS) {
    const cl_int general = toCl(code, "zeModuleCreate (native)");
    return Failure{isTransient(code) ? general : CL_INVALID_BINARY};
  }
  return module;
}

Result<std::vector<std::byte>> Module::nativeBinary() const {
  size_t size = 0;
  CLZE_ZE_TRY(zeModuleGetNativeBinary, handle_.get(), &size, nullptr);
  std::vector<std::byte> binary(size);
  CLZE_ZE_TRY(zeModuleGetNativeBinary, handle_.get(), &size, reinterpret_cast<uint8_t*>(binary.data()));
  binary.resize(std::min(size, binary.size()));
  return binary;
}

}  // namespace clze::l0
