// Compile, link, build: source or IL to SPIR-V to a module on each device.
#include <algorithm>

#include "base/log.h"
#include "icd/object/program.h"

namespace clze::icd {
namespace {

// True for one thread until it is gone.
class Turn {
 public:
  explicit Turn(std::atomic<bool>& taken) : taken_(taken), mine_(!taken.exchange(true)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (mine_) taken_.store(false);
  }
  explicit operator bool() const { return mine_; }

 private:
  std::atomic<bool>& taken_;
  bool mine_;
};

void fail(DeviceBuild& build, std::string_view why) {
  build.status = CL_BUILD_ERROR;
  build.type = CL_PROGRAM_BINARY_TYPE_NONE;
  build.spirv.clear();
  build.native.clear();
  build.info = {};
  build.module.reset();
  if (!why.empty()) {
    if (!build.log.empty() && build.log.back() != '\n') build.log += '\n';
    build.log += why;
  }
}

// A binary's hash finds damage, not intent: words that go to a compiler are checked like any IL. An
// executable without kernels goes nowhere (and is not valid: SPIR-V wants an entry point or the Linkage
// capability).
bool trustworthy(const DeviceBuild& binary, std::string& log) {
  const auto info = spirv::reflect(binary.spirv);
  if (!info.ok()) return false;
  const bool idle = binary.type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE && info->kernels.empty();
  return idle || spirv::validate(binary.spirv, log).ok();
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
  if (origin_ == Origin::Il) {
    build.kernelArgInfo = true;
    if (!spirv::validate(il_, build.log)) {
      fail(build, "The intermediate language is not valid SPIR-V for OpenCL.");
      return build;
    }
    // Into the words themselves: a binary of this program may be compiled again by another driver.
    const std::vector<spirv::SpecValue> constants = state_.lock()->constants;
    if (auto special = spirv::specialize(il_, constants); special.ok()) {
      build.spirv = *std::move(special);
    } else {
      fail(build, "The specialization constants cannot be set.");
    }
    return build;
  }
  spirv::CompileOutcome outcome = spirv::compile({source_, headers, parsed, device.languageTarget()});
  build.log = std::move(outcome.log);
  build.spirv = std::move(outcome.module);
  if (!outcome.ok) fail(build, "");
  return build;
}

// The binary as it was given: what an earlier build made of it does not matter.
DeviceBuild Program::load(const Device& device, const std::string& options) const {
  DeviceBuild build = *loaded_[indexOf(&device)];
  build.options = options;
  build.status = CL_BUILD_SUCCESS;
  if (!trustworthy(build, build.log)) fail(build, "The binary holds no valid SPIR-V.");
  return build;
}

cl_int Program::makeExecutable(const Device& device, const std::string& flags, DeviceBuild& build) const {
  auto info = spirv::reflect(build.spirv);
  if (!info.ok()) {
    fail(build, "The SPIR-V module is malformed.");
    return CL_BUILD_PROGRAM_FAILURE;
  }
  build.info = *std::move(info);
  build.type = CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
  build.status = CL_BUILD_SUCCESS;
  // Nothing for the device to run.
  if (build.info.kernels.empty()) return CL_SUCCESS;

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
    auto module = l0::Module::fromSpirv(context_->level0(), device.level0(), build.spirv, flags, {}, log);
    build.log += log;
    if (!module.ok()) {
      fail(build, "Level Zero could not build the module.");
      return module.code();
    }
    build.module = *std::move(module);
  }
  return CL_SUCCESS;
}

cl_int Program::finish(const Device& device, const std::string& flags, DeviceBuild& build) const {
  if (build.status == CL_BUILD_ERROR) return CL_BUILD_PROGRAM_FAILURE;
  if (build.type == CL_PROGRAM_BINARY_TYPE_LIBRARY) {
    fail(build, "A library is not a program: it can only be linked.");
    return CL_BUILD_PROGRAM_FAILURE;
  }
  if (build.type != CL_PROGRAM_BINARY_TYPE_EXECUTABLE) {
    // Only whole programs build: an object with imports left is refused by the linker with the names.
    std::string log;
    auto linked = spirv::link(std::span(&build.spirv, 1), false, log);
    if (!linked.ok()) {
      fail(build, log);
      return CL_BUILD_PROGRAM_FAILURE;
    }
    build.spirv = *std::move(linked);
  }
  return makeExecutable(device, flags, build);
}

cl_int Program::store(const std::vector<Device*>& devices, std::vector<DeviceBuild> builds, cl_int failure) {
  cl_int code = CL_SUCCESS;
  std::vector<SharedBuild> shared;
  shared.reserve(builds.size());
  for (DeviceBuild& build : builds) {
    if (build.status == CL_BUILD_ERROR) {
      code = failure;
      CLZE_LOG_WARNING("icd", "build failed:\n{}", build.log);
    }
    shared.push_back(std::make_shared<const DeviceBuild>(std::move(build)));
  }
  // What stood there before goes after the lock: it may hold the last reference to a module.
  auto state = state_.lock();
  for (size_t i = 0; i < devices.size(); ++i) std::swap(state->builds[indexOf(devices[i])], shared[i]);
  return code;
}

Result<void> Program::build(const std::vector<Device*>& devices, const std::string& options) {
  std::string refusal;
  auto parsed = spirv::parseBuildOptions(options, refusal);
  if (!parsed.ok()) {
    CLZE_LOG_WARNING("icd", "clBuildProgram: {}", refusal);
    return Failure{CL_INVALID_BUILD_OPTIONS};
  }
  const Turn turn(building_);
  if (!turn) return Failure{CL_INVALID_OPERATION};
  std::vector<DeviceBuild> builds;
  builds.reserve(devices.size());
  cl_int failure = CL_BUILD_PROGRAM_FAILURE;
  for (const Device* device : devices) {
    DeviceBuild build =
        origin_ == Origin::Binary ? load(*device, options) : compileOne(*device, options, *parsed, {});
    const cl_int code = finish(*device, parsed->device, build);
    if (code != CL_SUCCESS) failure = code;
    builds.push_back(std::move(build));
  }
  const cl_int code = store(devices, std::move(builds), failure);
  if (code != CL_SUCCESS) return Failure{code};
  return {};
}

Result<void> Program::compile(const std::vector<Device*>& devices, const std::string& options,
                              const std::vector<NamedSource>& headers) {
  std::string refusal;
  auto parsed = spirv::parseBuildOptions(options, refusal);
  if (!parsed.ok()) {
    CLZE_LOG_WARNING("icd", "clCompileProgram: {}", refusal);
    return Failure{CL_INVALID_COMPILER_OPTIONS};
  }
  const Turn turn(building_);
  if (!turn) return Failure{CL_INVALID_OPERATION};
  std::vector<DeviceBuild> builds;
  builds.reserve(devices.size());
  for (const Device* device : devices) builds.push_back(compileOne(*device, options, *parsed, headers));
  const cl_int code = store(devices, std::move(builds), CL_COMPILE_PROGRAM_FAILURE);
  if (code != CL_SUCCESS) return Failure{code};
  return {};
}

Result<Program::Linked> Program::link(Ref<Context> context, const std::vector<Device*>& devices,
                                      const std::string& options, const std::vector<Program*>& inputs) {
  std::string refusal;
  auto parsed = spirv::parseLinkOptions(options, refusal);
  if (!parsed.ok()) {
    CLZE_LOG_WARNING("icd", "clLinkProgram: {}", refusal);
    return Failure{CL_INVALID_LINKER_OPTIONS};
  }
  auto program = Ref<Program>::adopt(new Program(std::move(context), devices, Origin::Linked));
  std::vector<Device*> linkedFor;
  std::vector<DeviceBuild> builds;
  builds.reserve(devices.size());
  cl_int failure = CL_LINK_PROGRAM_FAILURE;
  for (Device* device : devices) {
    DeviceBuild build;
    build.options = options;
    build.kernelArgInfo = true;
    std::vector<spirv::Words> modules;
    for (const Program* input : inputs) {
      const SharedBuild part = input->deviceBuild(device);
      if (part->type != CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT &&
          part->type != CL_PROGRAM_BINARY_TYPE_LIBRARY) {
        continue;
      }
      if (input->origin() == Origin::Binary && !trustworthy(*part, build.log)) build.status = CL_BUILD_ERROR;
      build.kernelArgInfo = build.kernelArgInfo && part->kernelArgInfo;
      modules.push_back(part->spirv);
    }
    // All inputs are there for a device, or none is, and then it gets no executable.
    if (modules.empty()) continue;
    if (modules.size() != inputs.size()) return Failure{CL_INVALID_OPERATION};

    auto linked = build.status == CL_BUILD_ERROR ? Result<spirv::Words>(Failure{CL_INVALID_BINARY})
                                                 : spirv::link(modules, parsed->createLibrary, build.log);
    if (!linked.ok()) {
      fail(build, "");
    } else {
      build.spirv = *std::move(linked);
      build.type = CL_PROGRAM_BINARY_TYPE_LIBRARY;
      build.status = CL_BUILD_SUCCESS;
      if (!parsed->createLibrary) {
        const cl_int code = program->makeExecutable(*device, parsed->device, build);
        if (code != CL_SUCCESS && code != CL_BUILD_PROGRAM_FAILURE) failure = code;
      }
    }
    linkedFor.push_back(device);
    builds.push_back(std::move(build));
  }
  if (linkedFor.empty()) return Failure{CL_INVALID_OPERATION};
  const cl_int code = program->store(linkedFor, std::move(builds), failure);
  return Linked{std::move(program), code};
}

}  // namespace clze::icd
