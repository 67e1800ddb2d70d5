// Kernels: creation on every device of the program, arguments, queries.
#include "icd/object/kernel.h"

#include <algorithm>
#include <cstring>

namespace clze::icd {
namespace {

bool sameDefinition(const spirv::KernelInfo& one, const spirv::KernelInfo& other) {
  return std::equal(one.args.begin(), one.args.end(), other.args.begin(), other.args.end(),
                    [](const spirv::KernelArg& a, const spirv::KernelArg& b) {
                      return a.kind == b.kind && a.address == b.address && a.access == b.access &&
                             a.size == b.size && a.imageDim == b.imageDim && a.imageArrayed == b.imageArrayed;
                    });
}

}  // namespace

Result<Ref<Kernel>> Kernel::create(Ref<Program> program, const std::string& name) {
  auto kernel = Ref<Kernel>::adopt(new Kernel());
  bool built = false;
  bool missing = false;
  for (Device* device : program->devices()) {
    const SharedBuild build = program->deviceBuild(device);
    if (!build->executable()) continue;
    built = true;
    const auto found = std::find_if(build->info.kernels.begin(), build->info.kernels.end(),
                                    [&name](const spirv::KernelInfo& info) { return info.name == name; });
    if (found == build->info.kernels.end()) {
      missing = true;
      continue;
    }
    if (kernel->level0_.empty()) {
      kernel->info_ = *found;
      kernel->argInfoAvailable_ = build->kernelArgInfo;
    } else if (!sameDefinition(kernel->info_, *found)) {
      return Failure{CL_INVALID_KERNEL_DEFINITION};
    }
    CLZE_TRY_ASSIGN(auto level0, l0::Kernel::create(build->module, device->level0(), name));
    kernel->level0_.emplace_back(device, std::move(level0));
  }
  if (!built) return Failure{CL_INVALID_PROGRAM_EXECUTABLE};
  if (kernel->level0_.empty()) return Failure{CL_INVALID_KERNEL_NAME};
  // On one device but not on another: the definitions differ.
  if (missing) return Failure{CL_INVALID_KERNEL_DEFINITION};
  kernel->arguments_.lock()->list.resize(kernel->info_.args.size());
  kernel->unset_ = static_cast<uint32_t>(kernel->info_.args.size());
  program->kernelAttached();
  kernel->program_ = std::move(program);
  kernel->attached_ = true;
  return kernel;
}

Result<Ref<Kernel>> Kernel::clone() const {
  CLZE_TRY_ASSIGN(Ref<Kernel> copy, create(program_, info_.name));
  // Two locks of one level, but nobody else can know the copy yet.
  auto arguments = arguments_.lock();
  copy->arguments_.lock()->list = arguments->list;
  copy->unset_ = unset_.load();
  copy->localBytes_ = localBytes_.load();
  copy->toBeAsked_ = toBeAsked_.load();
  return copy;
}

Kernel::~Kernel() { detach(); }

// A command still running keeps the kernel alive, but the application has done with it.
void Kernel::lastApiRelease() { detach(); }

void Kernel::detach() {
  if (attached_.exchange(false)) program_->kernelDetached();
}

l0::Kernel* Kernel::level0(const Device* device) const {
  for (const auto& [candidate, kernel] : level0_) {
    if (candidate == device) return kernel.get();
  }
  return nullptr;
}

void Kernel::setArg(cl_uint index, size_t size, const void* value) {
  const spirv::KernelArg& declared = info_.args[index];
  const bool local = declared.address == spirv::ArgAddress::Local;
  // What Level Zero is told: no bytes for local memory and null buffers.
  const void* bytes = nullptr;
  size_t count = 0;
  Memory* memory = nullptr;
  Object* other = nullptr;
  uint64_t identity = 0;
  switch (declared.kind) {
    case spirv::ArgKind::Value:
      bytes = value;
      count = size;
      break;
    case spirv::ArgKind::Sampler: {
      Sampler& sampler = Sampler::trusted(*static_cast<const cl_sampler*>(value));
      other = &sampler;
      bytes = sampler.kernelValue();
      identity = sampler.identity();
      break;
    }
    case spirv::ArgKind::Pointer:
    case spirv::ArgKind::Image: {
      const cl_mem handle = value == nullptr ? nullptr : *static_cast<const cl_mem*>(value);
      if (local || handle == nullptr) break;
      memory = &Memory::trusted(handle);
      bytes = memory->kernelValue();
      identity = memory->identity();
      break;
    }
  }
  if (declared.kind != spirv::ArgKind::Value && !local) {
    size = sizeof(void*);
    count = bytes != nullptr ? sizeof(void*) : 0;
  }
  // What the argument held before is let go after the lock: it may be the last reference.
  Ref<Memory> previousMemory;
  Ref<Object> previousOther;
  Ref<ArgSnapshot> stale;
  {
    auto arguments = arguments_.lock();
    Argument& argument = arguments->list[index];
    l0::ArgBlock::Arg& current = argument.value;
    // The same again, as loops over frames do: the snapshot stays, and with it what the device has been told.
    if (argument.set && current.size == size && current.object == identity &&
        current.bytes.equals(bytes, count)) {
      return;
    }
    if (local) localBytes_.fetch_add(size - current.size);
    current.bytes.assign(bytes, count);
    current.size = size;
    current.null = bytes == nullptr;
    current.object = identity;
    current.stamp = nextIdentity();
    if (argument.memory.get() != memory) {
      if (memory != nullptr && memory->mayBeUnusable()) toBeAsked_.fetch_add(1);
      if (argument.memory && argument.memory->mayBeUnusable()) toBeAsked_.fetch_sub(1);
      previousMemory = std::exchange(argument.memory, Ref<Memory>(memory));
    }
    if (argument.other.get() != other) previousOther = std::exchange(argument.other, Ref<Object>(other));
    std::swap(arguments->snapshot, stale);
    if (!argument.set) {
      argument.set = true;
      unset_.fetch_sub(1);
    }
  }
}

cl_int Kernel::askArgs() const {
  std::vector<Ref<Memory>> stale;
  {
    auto arguments = arguments_.lock();
    for (const Argument& argument : arguments->list) {
      if (!argument.memory) continue;
      if (const cl_int code = argument.memory->usable(); code != CL_SUCCESS) return code;
      if (argument.memory->stale()) stale.push_back(argument.memory);
    }
  }
  for (const Ref<Memory>& memory : stale) {
    if (const cl_int code = memory->refresh(); code != CL_SUCCESS) return code;
  }
  return CL_SUCCESS;
}

Ref<ArgSnapshot> Kernel::snapshot() const {
  auto arguments = arguments_.lock();
  if (!arguments->snapshot) {
    Ref<ArgSnapshot> made = snapshots_->take();
    made->block.id = l0::nextArgBlockId();
    made->block.args.resize(arguments->list.size());
    for (size_t i = 0; i < arguments->list.size(); ++i) {
      const Argument& argument = arguments->list[i];
      // One that went round has most of them from before.
      if (made->block.args[i].stamp != argument.value.stamp) made->block.args[i] = argument.value;
      if (argument.memory) made->objects.emplace_back(argument.memory.get());
      if (argument.other) made->objects.emplace_back(argument.other.get());
    }
    arguments->snapshot = std::move(made);
  }
  return arguments->snapshot;
}

Result<void> Kernel::info(cl_kernel_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_KERNEL_FUNCTION_NAME:
      return writer.string(info_.name);
    case CL_KERNEL_NUM_ARGS:
      return writer(static_cast<cl_uint>(info_.args.size()));
    case CL_KERNEL_REFERENCE_COUNT:
      return writer(apiReferences());
    case CL_KERNEL_CONTEXT:
      return writer(static_cast<cl_context>(&context()));
    case CL_KERNEL_PROGRAM:
      return writer(static_cast<cl_program>(program_.get()));
    case CL_KERNEL_ATTRIBUTES:
      // Attributes are those of the source; other programs answer an empty string (OpenCL 3.0, table 41).
      return writer.string(program_->origin() == Program::Origin::Il ? std::string() : info_.attributes);
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

Result<void> Kernel::argInfo(cl_uint index, cl_kernel_arg_info name, const InfoWriter& writer) const {
  if (!argInfoAvailable_) return Failure{CL_KERNEL_ARG_INFO_NOT_AVAILABLE};
  const spirv::KernelArg& arg = info_.args[index];
  switch (name) {
    case CL_KERNEL_ARG_ADDRESS_QUALIFIER: {
      cl_kernel_arg_address_qualifier qualifier = CL_KERNEL_ARG_ADDRESS_PRIVATE;
      if (arg.address == spirv::ArgAddress::Global || arg.kind == spirv::ArgKind::Image) {
        qualifier = CL_KERNEL_ARG_ADDRESS_GLOBAL;
      } else if (arg.address == spirv::ArgAddress::Constant) {
        qualifier = CL_KERNEL_ARG_ADDRESS_CONSTANT;
      } else if (arg.address == spirv::ArgAddress::Local) {
        qualifier = CL_KERNEL_ARG_ADDRESS_LOCAL;
      }
      return writer(qualifier);
    }
    case CL_KERNEL_ARG_ACCESS_QUALIFIER: {
      cl_kernel_arg_access_qualifier qualifier = CL_KERNEL_ARG_ACCESS_NONE;
      if (arg.access == spirv::ArgAccess::ReadOnly) qualifier = CL_KERNEL_ARG_ACCESS_READ_ONLY;
      if (arg.access == spirv::ArgAccess::WriteOnly) qualifier = CL_KERNEL_ARG_ACCESS_WRITE_ONLY;
      if (arg.access == spirv::ArgAccess::ReadWrite) qualifier = CL_KERNEL_ARG_ACCESS_READ_WRITE;
      return writer(qualifier);
    }
    case CL_KERNEL_ARG_TYPE_NAME:
      if (arg.typeName.empty()) return Failure{CL_KERNEL_ARG_INFO_NOT_AVAILABLE};
      return writer.string(arg.typeName);
    case CL_KERNEL_ARG_TYPE_QUALIFIER:
      return writer(static_cast<cl_kernel_arg_type_qualifier>(arg.typeQualifier));
    case CL_KERNEL_ARG_NAME:
      if (arg.name.empty()) return Failure{CL_KERNEL_ARG_INFO_NOT_AVAILABLE};
      return writer.string(arg.name);
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

Result<void> Kernel::workGroupInfo(const Device& device, cl_kernel_work_group_info name,
                                   const InfoWriter& writer) const {
  const l0::KernelProperties& properties = level0(&device)->properties();
  switch (name) {
    case CL_KERNEL_WORK_GROUP_SIZE:
      return writer(
          size_t{properties.maxGroupSize != 0 ? properties.maxGroupSize : device.maxWorkGroupSize()});
    case CL_KERNEL_COMPILE_WORK_GROUP_SIZE: {
      const std::array<size_t, 3> size = {info_.requiredGroupSize[0], info_.requiredGroupSize[1],
                                          info_.requiredGroupSize[2]};
      return writer(size);
    }
    case CL_KERNEL_LOCAL_MEM_SIZE:
      return writer(cl_ulong{properties.localBytes + localArgumentBytes()});
    case CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE:
      return writer(size_t{std::max(properties.preferredMultiple, 1u)});
    case CL_KERNEL_PRIVATE_MEM_SIZE:
      return writer(cl_ulong{properties.privateBytes});
    // For built-in kernels and custom devices only (OpenCL 3.0, table 43).
    case CL_KERNEL_GLOBAL_WORK_SIZE:
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

Result<void> Kernel::subGroupInfo(const Device& device, cl_kernel_sub_group_info name,
                                  std::span<const size_t> input, const InfoWriter& writer) const {
  const l0::KernelProperties& properties = level0(&device)->properties();
  const size_t limit = properties.maxGroupSize != 0 ? properties.maxGroupSize : device.maxWorkGroupSize();
  // The compiler chose one size for the kernel; only the last sub-group of a work-group may be smaller.
  const size_t width = std::max(properties.maxSubgroupSize, 1u);
  size_t items = 1;
  for (const size_t size : input) items *= size;
  switch (name) {
    case CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE:
      return writer(width);
    case CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE:
      return writer(size_t{items / width + (items % width != 0 ? 1 : 0)});
    case CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT: {
      // In one dimension; zeros when there is no such size, or not for a kernel whose size is required.
      const auto& required = info_.requiredGroupSize;
      std::array<size_t, 3> local = {input.front() * width, 1, 1};
      const bool fits = input.front() != 0 && input.front() <= limit / width;
      if (!fits || (required[0] != 0 && (required[0] != local[0] || required[1] > 1 || required[2] > 1))) {
        local = {0, 0, 0};
      }
      // As many dimensions as there is room for: 1 to 3.
      const size_t dimensions = writer.value() == nullptr ? 3 : writer.size() / sizeof(size_t);
      return writer.array<size_t>(std::span(local).first(std::clamp<size_t>(dimensions, 1, 3)));
    }
    case CL_KERNEL_MAX_NUM_SUB_GROUPS: {
      const auto& required = info_.requiredGroupSize;
      const size_t most = required[0] != 0 ? size_t{required[0]} * required[1] * required[2] : limit;
      return writer(size_t{most / width + (most % width != 0 ? 1 : 0)});
    }
    case CL_KERNEL_COMPILE_NUM_SUB_GROUPS:
      return writer(size_t{0});  // OpenCL C has no attribute for it
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

}  // namespace clze::icd
