// Compile, link, build: source or IL to SPIR-V to a module on each device.
#include <algorithm>

#include "base/log.h"
#include "icd/object/program.h"

namespace clze::icd {
namespace {

void fail(DeviceBuild& build, std::string_view why) {
  build.status = CL_BUILD_ERROR;
  build.type = CL_PROGRAM_BINARY_TYPE_NONE;
  build.spirv.clear();
  build.module.reset();
  if (!why.empty()) {
    if (!build.log.empty() && build.log.back() != '\n') build.log += '\n';
    build.log += why;
  }
}

}  // namespace

DeviceBuild Program::compileOne(const Device& device, const std::string& options,
                                const spirv::BuildOptions& parsed,
                                const std::vector<NamedSource>& headers) const {
  DeviceBuild build;
  build.options = options;
  build.kernelArgInfo = parsed.kernelArgInfo;
  build.type = CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT;
  build.status = CL_BUILD_SUCCESS;
  if (fromIl()) {
    build.spirv = il_;
    build.kernelArgInfo = true;
    if (!spirv::validate(il_, build.log))
      fail(build, "The intermediate language is not valid SPIR-V for OpenCL.");
    return build;
  }
  spirv::CompileOutcome outcome = spirv::compile({source_, headers, parsed, device.languageTarget()});
  build.log = std::move(outcome.log);
  build.spirv = std::move(outcome.module);
  if (!outcome.ok) fail(build, "");
  return build;
}

void Program::makeExecutable(const Device& device, const std::string& flags, DeviceBuild& build) const {
  auto info = spirv::reflect(build.spirv);
  if (!info.ok()) return fail(build, "The SPIR-V module is malformed.");
  build.info = *std::move(info);

  std::string log;
  if (!build.native.empty()) {
    if (auto module = l0::Module::fromNative(context_->level0(), device.level0(), build.native, log);
        module.ok()) {
      build.module = *std::move(module);
    } else {
      CLZE_LOG_INFO("icd", "the driver refused a binary's native code; it is compiled again: {}", log);
      log.clear();
    }
    build.native.clear();
  }
  if (build.module == nullptr) {
    std::vector<SpecValue> constants = state_.lock()->constants;
    std::vector<l0::SpecValue> values;
    values.reserve(constants.size());
    for (const SpecValue& constant : constants) values.push_back({constant.id, constant.bytes.data()});
    auto module = l0::Module::fromSpirv(context_->level0(), device.level0(), build.spirv, flags, values, log);
    build.log += log;
    if (!module.ok()) return fail(build, "Level Zero could not build the module.");
    build.module = *std::move(module);
  }
  build.type = CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
  build.status = CL_BUILD_SUCCESS;
}

Result<void> Program::store(const std::vector<Device*>& devices, std::vector<DeviceBuild> builds,
                            cl_int failure) {
  bool ok = true;
  auto state = state_.lock();
  for (size_t i = 0; i < devices.size(); ++i) {
    if (builds[i].status != CL_BUILD_SUCCESS) {
      ok = false;
      CLZE_LOG_WARNING("icd", "build failed:\n{}", builds[i].log);
    }
    state->builds[indexOf(devices[i])] = std::move(builds[i]);
  }
  if (!ok) return Failure{failure};
  return {};
}

Result<void> Program::build(const std::vector<Device*>& devices, const std::string& options) {
  std::string refusal;
  auto parsed = spirv::parseBuildOptions(options, refusal);
  if (!parsed.ok()) {
    CLZE_LOG_WARNING("icd", "clBuildProgram: {}", refusal);
    return Failure{CL_INVALID_BUILD_OPTIONS};
  }
  std::vector<DeviceBuild> builds;
  for (const Device* device : devices) {
    DeviceBuild build;
    if (binary_) {
      build = deviceBuild(device);
      if (build.spirv.empty()) return Failure{CL_INVALID_BINARY};
      build.options = options;
    } else {
      build = compileOne(*device, options, *parsed, {});
    }
    if (build.status != CL_BUILD_ERROR && build.type != CL_PROGRAM_BINARY_TYPE_LIBRARY) {
      // Only whole programs build: an object with imports left is refused by the linker with the names.
      std::string linkLog;
      if (auto linked = spirv::link(std::span(&build.spirv, 1), false, linkLog); linked.ok()) {
        build.spirv = *std::move(linked);
        makeExecutable(*device, parsed->device, build);
      } else {
        fail(build, linkLog);
      }
    }
    builds.push_back(std::move(build));
  }
  return store(devices, std::move(builds), CL_BUILD_PROGRAM_FAILURE);
}

Result<void> Program::compile(const std::vector<Device*>& devices, const std::string& options,
                              const std::vector<NamedSource>& headers) {
  std::string refusal;
  auto parsed = spirv::parseBuildOptions(options, refusal);
  if (!parsed.ok()) {
    CLZE_LOG_WARNING("icd", "clCompileProgram: {}", refusal);
    return Failure{CL_INVALID_COMPILER_OPTIONS};
  }
  std::vector<DeviceBuild> builds;
  for (const Device* device : devices) builds.push_back(compileOne(*device, options, *parsed, headers));
  return store(devices, std::move(builds), CL_COMPILE_PROGRAM_FAILURE);
}

Result<Ref<Program>> Program::link(Ref<Context> context, const std::vector<Device*>& devices,
                                   const std::string& options, const std::vector<Program*>& inputs) {
  std::string refusal;
  auto parsed = spirv::parseLinkOptions(options, refusal);
  if (!parsed.ok()) {
    CLZE_LOG_WARNING("icd", "clLinkProgram: {}", refusal);
    return Failure{CL_INVALID_LINKER_OPTIONS};
  }
  auto program = Ref<Program>::adopt(new Program(std::move(context), devices));
  std::vector<DeviceBuild> builds;
  for (const Device* device : devices) {
    DeviceBuild build;
    build.options = options;
    build.kernelArgInfo = true;
    std::vector<spirv::Words> modules;
    for (const Program* input : inputs) {
      const DeviceBuild part = input->deviceBuild(device);
      if (part.spirv.empty()) return Failure{CL_INVALID_OPERATION};
      build.kernelArgInfo = build.kernelArgInfo && part.kernelArgInfo;
      modules.push_back(part.spirv);
    }
    auto linked = spirv::link(modules, parsed->createLibrary, build.log);
    if (!linked.ok()) {
      fail(build, "");
    } else {
      build.spirv = *std::move(linked);
      build.type = CL_PROGRAM_BINARY_TYPE_LIBRARY;
      build.status = CL_BUILD_SUCCESS;
      if (!parsed->createLibrary) program->makeExecutable(*device, parsed->device, build);
    }
    builds.push_back(std::move(build));
  }
  CLZE_TRY(program->store(devices, std::move(builds), CL_LINK_PROGRAM_FAILURE));
  return program;
}

}  // namespace clze::icd
