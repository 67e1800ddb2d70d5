// Entry points that look at several modules: linking, and the inspection of what there is to link.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "softgpu/ze/driver/module.h"

namespace softgpu::driver {
namespace {

using engine::Symbol;

ze_result_t resolveModules(uint32_t count, ze_module_handle_t* handles,
                           std::vector<std::shared_ptr<Module>>& modules) {
  SOFTGPU_REQUIRE_POINTER(handles);
  for (uint32_t i = 0; i < count; ++i) {
    SOFTGPU_RESOLVE(Module, module, handles[i]);
    modules.push_back(module);
  }
  return ZE_RESULT_SUCCESS;
}

bool exportsSymbol(const Module& module, const Symbol& wanted) {
  return std::ranges::any_of(module.created().linkage().exports, [&](const Symbol& symbol) {
    return symbol.function == wanted.function && symbol.name == wanted.name;
  });
}

std::string list(const char* title, const std::vector<std::string>& lines) {
  std::string text = fmt::format("{}:\n", title);
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace
}  // namespace softgpu::driver

using namespace softgpu::driver;

// Linking compiles, which takes as long as zeModuleCreate does. Modules of several contexts are the
// application's error.
ze_result_t zeModuleDynamicLink(uint32_t numModules, ze_module_handle_t* phModules,
                                ze_module_build_log_handle_t* phLinkLog) {
  std::vector<std::shared_ptr<Module>> modules;
  SOFTGPU_TRY(resolveModules(numModules, phModules, modules));
  std::vector<std::shared_ptr<const softgpu::engine::Program>> programs, linked;
  std::string log;
  bool done = true;
  for (const auto& module : modules) {
    programs.push_back(module->program());
    if (module->context() != modules.front()->context()) {
      log = "the modules are not all of one context\n";
      done = false;
    }
  }
  done = done && softgpu::engine::Program::link(programs, linked, log);
  if (phLinkLog != nullptr) *phLinkLog = publish(std::make_shared<BuildLog>(std::move(log)));
  if (!done) return ZE_RESULT_ERROR_MODULE_LINK_FAILURE;
  for (size_t i = 0; i < modules.size(); ++i) {
    if (linked[i]) modules[i]->link(std::move(linked[i]));
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeModuleInspectLinkageExt(ze_linkage_inspection_ext_desc_t* pInspectDesc, uint32_t numModules,
                                      ze_module_handle_t* phModules, ze_module_build_log_handle_t* phLog) {
  SOFTGPU_REQUIRE_POINTER(pInspectDesc);
  SOFTGPU_REQUIRE_POINTER(phLog);
  SOFTGPU_REQUIRE(pInspectDesc->flags <= 0x7, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  std::vector<std::shared_ptr<Module>> modules;
  SOFTGPU_TRY(resolveModules(numModules, phModules, modules));
  std::vector<std::string> imports, unresolvable, exports;
  for (size_t i = 0; i < modules.size(); ++i) {
    const auto line = [&](const Symbol& symbol) {
      return fmt::format("  module {}: {} {}\n", i, symbol.function ? "function" : "variable", symbol.name);
    };
    const auto& linkage = modules[i]->created().linkage();
    for (const Symbol& symbol : linkage.imports) {
      imports.push_back(line(symbol));
      if (std::ranges::none_of(modules, [&](const auto& m) { return exportsSymbol(*m, symbol); })) {
        unresolvable.push_back(line(symbol));
      }
    }
    for (const Symbol& symbol : linkage.exports) exports.push_back(line(symbol));
  }
  std::string log;
  const auto flags = pInspectDesc->flags;
  if ((flags & ZE_LINKAGE_INSPECTION_EXT_FLAG_IMPORTS) != 0) log += list("imports", imports);
  if ((flags & ZE_LINKAGE_INSPECTION_EXT_FLAG_UNRESOLVABLE_IMPORTS) != 0) {
    log += list("unresolvable imports", unresolvable);
  }
  if ((flags & ZE_LINKAGE_INSPECTION_EXT_FLAG_EXPORTS) != 0) log += list("exports", exports);
  *phLog = publish(std::make_shared<BuildLog>(std::move(log)));
  return ZE_RESULT_SUCCESS;
}
