// Programs: how they come to be, and what they answer. Building is in program_build.cpp.
#include "icd/object/program.h"

#include <algorithm>
#include <cstring>

#include "icd/object/program_binary.h"

namespace clze::icd {

namespace {

const SharedBuild& nothingBuilt() {
  static const SharedBuild none = std::make_shared<const DeviceBuild>();
  return none;
}

}  // namespace

Program::Program(Ref<Context> context, std::vector<Device*> devices, Origin origin)
    : context_(std::move(context)), devices_(std::move(devices)), origin_(origin) {
  auto state = state_.lock();
  state->builds.assign(devices_.size(), nothingBuilt());
  state->binaries.resize(devices_.size());
}

Ref<Program> Program::fromSource(Ref<Context> context, std::string source) {
  auto devices = context->devices();
  auto program = Ref<Program>::adopt(new Program(std::move(context), std::move(devices), Origin::Source));
  program->source_ = std::move(source);
  return program;
}

Result<Ref<Program>> Program::fromIl(Ref<Context> context, spirv::Words il) {
  // Whether it is valid is found out when it is built: that takes longer, and has a log to say why.
  auto info = spirv::reflect(il);
  if (!info.ok()) return Failure{CL_INVALID_VALUE};
  auto devices = context->devices();
  auto program = Ref<Program>::adopt(new Program(std::move(context), std::move(devices), Origin::Il));
  program->il_ = std::move(il);
  program->specConstants_ = std::move(info->specConstants);
  return program;
}

Result<Ref<Program>> Program::fromBinaries(
    Ref<Context> context, const std::vector<Device*>& devices,
    const std::vector<std::pair<const unsigned char*, size_t>>& binaries, cl_int* statuses) {
  auto program = Ref<Program>::adopt(new Program(std::move(context), devices, Origin::Binary));
  cl_int code = CL_SUCCESS;
  for (size_t i = 0; i < devices.size(); ++i) {
    const auto bytes = std::as_bytes(std::span(binaries[i].first, binaries[i].second));
    auto build = readProgramBinary(bytes, devices[i]->level0());
    if (statuses != nullptr) statuses[i] = build.code();
    if (!build.ok()) {
      code = build.code();
      continue;
    }
    program->loaded_.push_back(std::make_shared<const DeviceBuild>(*std::move(build)));
  }
  if (code != CL_SUCCESS) return Failure{code};
  program->state_.lock()->builds = program->loaded_;
  return program;
}

bool Program::has(const Device* device) const { return indexOf(device) < devices_.size(); }

size_t Program::indexOf(const Device* device) const {
  return static_cast<size_t>(std::find(devices_.begin(), devices_.end(), device) - devices_.begin());
}

SharedBuild Program::deviceBuild(const Device* device) const {
  const size_t index = indexOf(device);
  auto state = state_.lock();
  return index < state->builds.size() ? state->builds[index] : nothingBuilt();
}

bool Program::executable() const {
  auto state = state_.lock();
  return std::any_of(state->builds.begin(), state->builds.end(),
                     [](const SharedBuild& build) { return build->executable(); });
}

std::vector<std::string> Program::kernelNames() const {
  std::vector<std::string> names;
  auto state = state_.lock();
  for (const SharedBuild& build : state->builds) {
    if (!build->executable()) continue;
    for (const spirv::KernelInfo& kernel : build->info.kernels) {
      if (std::find(names.begin(), names.end(), kernel.name) == names.end()) names.push_back(kernel.name);
    }
  }
  return names;
}

Result<void> Program::setSpecialization(cl_uint id, size_t size, const void* value) {
  const auto declared = std::find_if(specConstants_.begin(), specConstants_.end(),
                                     [id](const spirv::SpecConstant& constant) { return constant.id == id; });
  if (declared == specConstants_.end()) return Failure{CL_INVALID_SPEC_ID};
  if (size != declared->size) return Failure{CL_INVALID_VALUE};
  const auto* bytes = static_cast<const std::byte*>(value);
  auto state = state_.lock();
  for (spirv::SpecValue& constant : state->constants) {
    if (constant.id == id) {
      constant.bytes.assign(bytes, bytes + size);
      return {};
    }
  }
  state->constants.push_back({id, {bytes, bytes + size}});
  return {};
}

Program::Binary Program::binary(size_t index) const {
  const SharedBuild build = deviceBuild(devices_[index]);
  {
    auto state = state_.lock();
    if (const auto& [of, bytes] = state->binaries[index]; bytes && of == build) return bytes;
  }
  auto made = std::make_shared<const std::vector<std::byte>>(
      build->type == CL_PROGRAM_BINARY_TYPE_NONE ? std::vector<std::byte>()
                                                 : writeProgramBinary(*build, devices_[index]->level0()));
  auto state = state_.lock();
  auto& mine = state->binaries[index];
  if (!mine.second || mine.first != build)
    mine = {build, std::move(made)};  // else another thread was quicker
  return mine.second;
}

Result<void> Program::info(cl_program_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_PROGRAM_REFERENCE_COUNT:
      return writer(apiReferences());
    case CL_PROGRAM_CONTEXT:
      return writer(static_cast<cl_context>(context_.get()));
    case CL_PROGRAM_NUM_DEVICES:
      return writer(static_cast<cl_uint>(devices_.size()));
    case CL_PROGRAM_DEVICES: {
      const std::vector<cl_device_id> handles(devices_.begin(), devices_.end());
      return writer.array(std::span<const cl_device_id>(handles));
    }
    case CL_PROGRAM_SOURCE:
      return writer.string(source_);
    case CL_PROGRAM_IL:
      return writer.bytes(il_.data(), il_.size() * sizeof(uint32_t));
    case CL_PROGRAM_BINARY_SIZES: {
      std::vector<size_t> sizes;
      for (size_t i = 0; i < devices_.size(); ++i) sizes.push_back(binary(i)->size());
      return writer.array(std::span<const size_t>(sizes));
    }
    case CL_PROGRAM_BINARIES: {
      const size_t needed = devices_.size() * sizeof(unsigned char*);
      if (writer.sizeReturned() != nullptr) *writer.sizeReturned() = needed;
      if (writer.value() == nullptr) return {};
      if (writer.size() < needed) return Failure{CL_INVALID_VALUE};
      auto* const* targets = static_cast<unsigned char* const*>(writer.value());
      for (size_t i = 0; i < devices_.size(); ++i) {
        // A null entry: the application does not want this device's binary (OpenCL 3.0, table 35).
        if (targets[i] == nullptr) continue;
        const Binary bytes = binary(i);
        std::memcpy(targets[i], bytes->data(), bytes->size());
      }
      return {};
    }
    case CL_PROGRAM_NUM_KERNELS:
    case CL_PROGRAM_KERNEL_NAMES: {
      if (!executable()) return Failure{CL_INVALID_PROGRAM_EXECUTABLE};
      const std::vector<std::string> names = kernelNames();
      if (name == CL_PROGRAM_NUM_KERNELS) return writer(names.size());
      std::string joined;
      for (const std::string& kernel : names) joined += (joined.empty() ? "" : ";") + kernel;
      return writer.string(joined);
    }
    case CL_PROGRAM_SCOPE_GLOBAL_CTORS_PRESENT:
    case CL_PROGRAM_SCOPE_GLOBAL_DTORS_PRESENT:
      return writer(cl_bool{CL_FALSE});
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

Result<void> Program::buildInfo(const Device* device, cl_program_build_info name,
                                const InfoWriter& writer) const {
  const SharedBuild build = deviceBuild(device);
  switch (name) {
    case CL_PROGRAM_BUILD_STATUS:
      return writer(build->status);
    case CL_PROGRAM_BUILD_OPTIONS:
      return writer.string(build->options);
    case CL_PROGRAM_BUILD_LOG:
      return writer.string(build->log);
    case CL_PROGRAM_BINARY_TYPE:
      return writer(build->type);
    case CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE:
      return writer(size_t{0});
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

}  // namespace clze::icd
