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

bool sameValue(const l0::ArgBlock::Arg& one, const l0::ArgBlock::Arg& other) {
  return one.size == other.size && one.null == other.null && one.object == other.object &&
         one.bytes == other.bytes;
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
  Argument next;
  next.set = true;
  next.value.size = size;
  const spirv::KernelArg& declared = info_.args[index];
  const auto bytesOf = [](const void* data, size_t count) {
    const auto* bytes = static_cast<const std::byte*>(data);
    return std::vector<std::byte>(bytes, bytes + count);
  };
  switch (declared.kind) {
    case spirv::ArgKind::Value:
      next.value.bytes = bytesOf(value, size);
      break;
    case spirv::ArgKind::Sampler: {
      Sampler& sampler = Sampler::trusted(*static_cast<const cl_sampler*>(value));
      next.other = Ref<Object>(&sampler);
      next.value.bytes = bytesOf(sampler.kernelValue(), sizeof(void*));
      next.value.object = sampler.identity();
      break;
    }
    case spirv::ArgKind::Pointer:
    case spirv::ArgKind::Image: {
      const cl_mem handle = value == nullptr ? nullptr : *static_cast<const cl_mem*>(value);
      if (declared.address == spirv::ArgAddress::Local || handle == nullptr) {
        next.value.null = true;
        break;
      }
      next.memory = Ref<Memory>(&Memory::trusted(handle));
      next.value.bytes = bytesOf(next.memory->kernelValue(), sizeof(void*));
      next.value.object = next.memory->identity();
      break;
    }
  }
  if (declared.kind != spirv::ArgKind::Value && declared.address != spirv::ArgAddress::Local) {
    next.value.size = sizeof(void*);
  }
  // What the argument held before is let go after the lock: it may be the last reference.
  Argument previous = std::move(next);
  Ref<ArgSnapshot> stale;
  {
    auto arguments = arguments_.lock();
    // The same again, as loops over frames do: the snapshot stays, and with it what the device has been told.
    if (const Argument& current = arguments->list[index];
        current.set && sameValue(current.value, previous.value)) {
      return;
    }
    std::swap(arguments->list[index], previous);
    std::swap(arguments->snapshot, stale);
    if (!previous.set) unset_.fetch_sub(1);
    const Argument& current = arguments->list[index];
    if (current.memory && current.memory->mayBeUnusable()) toBeAsked_.fetch_add(1);
    if (previous.memory && previous.memory->mayBeUnusable()) toBeAsked_.fetch_sub(1);
    if (declared.address == spirv::ArgAddress::Local) localBytes_.fetch_add(size - previous.value.size);
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
    auto made = Ref<ArgSnapshot>::adopt(new ArgSnapshot());
    made->block.id = l0::nextArgBlockId();
    made->block.args.reserve(arguments->list.size());
    for (const Argument& argument : arguments->list) {
      made->block.args.push_back(argument.value);
      if (argument.memory) made->memories.push_back(argument.memory);
      if (argument.other) made->others.push_back(argument.other);
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
