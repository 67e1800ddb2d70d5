// Kernels: creation on every device of the program, arguments, queries.
#include "icd/object/kernel.h"

#include <algorithm>
#include <cstring>

namespace clze::icd {

Result<Ref<Kernel>> Kernel::create(Ref<Program> program, const std::string& name) {
  auto kernel = Ref<Kernel>::adopt(new Kernel());
  bool built = false;
  for (Device* device : program->devices()) {
    const DeviceBuild build = program->deviceBuild(device);
    if (build.module == nullptr) continue;
    const auto found = std::find_if(build.info.kernels.begin(), build.info.kernels.end(),
                                    [&name](const spirv::KernelInfo& info) { return info.name == name; });
    if (found == build.info.kernels.end()) {
      // On one device but not on another: the definitions differ.
      return Failure{built ? CL_INVALID_KERNEL_DEFINITION : CL_INVALID_KERNEL_NAME};
    }
    if (built && found->args.size() != kernel->info_.args.size())
      return Failure{CL_INVALID_KERNEL_DEFINITION};
    CLZE_TRY_ASSIGN(auto level0, l0::Kernel::create(build.module, device->level0(), name));
    kernel->level0_.emplace_back(device, std::move(level0));
    kernel->info_ = *found;
    kernel->argInfoAvailable_ = build.kernelArgInfo;
    built = true;
  }
  if (!built) return Failure{CL_INVALID_PROGRAM_EXECUTABLE};
  kernel->arguments_.lock()->list.resize(kernel->info_.args.size());
  program->kernelAttached();
  kernel->program_ = std::move(program);
  return kernel;
}

Result<Ref<Kernel>> Kernel::clone() const {
  CLZE_TRY_ASSIGN(Ref<Kernel> copy, create(program_, info_.name));
  // Two locks of one level, but nobody else can know the copy yet.
  copy->arguments_.lock()->list = arguments_.lock()->list;
  return copy;
}

Kernel::~Kernel() {
  if (program_) program_->kernelDetached();
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
    std::swap(arguments->list[index], previous);
    std::swap(arguments->snapshot, stale);
  }
}

bool Kernel::allArgsSet() const {
  auto arguments = arguments_.lock();
  return std::all_of(arguments->list.begin(), arguments->list.end(),
                     [](const Argument& argument) { return argument.set; });
}

cl_int Kernel::argsUsable() const {
  auto arguments = arguments_.lock();
  for (const Argument& argument : arguments->list) {
    if (!argument.memory) continue;
    if (const cl_int code = argument.memory->usable(); code != CL_SUCCESS) return code;
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

uint64_t Kernel::localArgumentBytes() const {
  uint64_t total = 0;
  auto arguments = arguments_.lock();
  for (size_t i = 0; i < info_.args.size(); ++i) {
    if (info_.args[i].address == spirv::ArgAddress::Local) total += arguments->list[i].value.size;
  }
  return total;
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
      return writer.string(program_->source().empty() ? std::string() : info_.attributes);
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

}  // namespace clze::icd
