// validate() and link() by SPIRV-Tools, in the OpenCL environment.
#include <fmt/format.h>

#include <spirv-tools/libspirv.hpp>
#include <spirv-tools/linker.hpp>

#include "spirv/reflect/module.h"
#include "spirv/spirv.h"

namespace clze::spirv {
namespace {

constexpr spv_target_env kEnvironment = SPV_ENV_OPENCL_2_2;

spvtools::MessageConsumer into(std::string& log) {
  return [&log](spv_message_level_t level, const char*, const spv_position_t& position, const char* message) {
    if (level > SPV_MSG_WARNING) return;
    log += fmt::format("{}: {} (word {})\n", level == SPV_MSG_WARNING ? "warning" : "error", message,
                       position.index);
  };
}

}  // namespace

Result<void> validate(std::span<const uint32_t> module, std::string& log) {
  spvtools::SpirvTools tools(kEnvironment);
  tools.SetMessageConsumer(into(log));
  if (!tools.IsValid() || !tools.Validate(module.data(), module.size())) return Failure{CL_INVALID_BINARY};
  return {};
}

Result<Words> link(std::span<const Words> modules, bool createLibrary, std::string& log) {
  spvtools::Context context(kEnvironment);
  context.SetMessageConsumer(into(log));
  std::vector<const uint32_t*> binaries;
  std::vector<size_t> sizes;
  for (const Words& module : modules) {
    // The linker reads where a damaged module's lengths lead it.
    if (!readModule(module).ok()) {
      log += "error: one of the programs is not a SPIR-V module\n";
      return Failure{CL_LINK_PROGRAM_FAILURE};
    }
    binaries.push_back(module.data());
    sizes.push_back(module.size());
  }
  if (binaries.empty()) {
    log += "error: no program to link\n";
    return Failure{CL_LINK_PROGRAM_FAILURE};
  }
  spvtools::LinkerOptions options;
  options.SetCreateLibrary(createLibrary);
  // A library may wait for symbols of what it is linked with later.
  options.SetAllowPartialLinkage(createLibrary);
  Words linked;
  if (spvtools::Link(context, binaries.data(), sizes.data(), binaries.size(), &linked, options) !=
      SPV_SUCCESS) {
    if (log.empty()) log = "error: the programs cannot be linked\n";
    return Failure{CL_LINK_PROGRAM_FAILURE};
  }
  return linked;
}

}  // namespace clze::spirv
