// Rules of the kernel functions: OpenCL 3.0, 5.9.
#include "icd/entry/kernel.h"

#include "icd/object/kernel.h"

namespace clze::icd::validate {
namespace {

Result<void> kernel(cl_kernel handle) {
  if (Kernel::from(handle) == nullptr) return Failure{CL_INVALID_KERNEL};
  return {};
}

// The image dimension that SPIR-V's Dim (0: 1D, 1: 2D, 2: 3D, 5: buffer) asks of a cl_mem.
bool fitsImage(const spirv::KernelArg& arg, const Image& image) {
  switch (image.type()) {
    case CL_MEM_OBJECT_IMAGE1D:
      return arg.imageDim == 0 && !arg.imageArrayed;
    case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      return arg.imageDim == 0 && arg.imageArrayed;
    case CL_MEM_OBJECT_IMAGE1D_BUFFER:
      return arg.imageDim == 5;
    case CL_MEM_OBJECT_IMAGE2D:
      return arg.imageDim == 1 && !arg.imageArrayed;
    case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      return arg.imageDim == 1 && arg.imageArrayed;
    case CL_MEM_OBJECT_IMAGE3D:
      return arg.imageDim == 2;
    default:
      return false;
  }
}

// A kernel may not read an image made write-only, or write one made read-only.
bool fitsAccess(const spirv::KernelArg& arg, cl_mem_flags flags) {
  const bool reads = arg.access != spirv::ArgAccess::WriteOnly;
  const bool writes = arg.access == spirv::ArgAccess::WriteOnly || arg.access == spirv::ArgAccess::ReadWrite;
  return !(reads && (flags & CL_MEM_WRITE_ONLY) != 0) && !(writes && (flags & CL_MEM_READ_ONLY) != 0);
}

Result<void> pointerArg(const Kernel& owner, const spirv::KernelArg& arg, size_t size, const void* value) {
  if (arg.address == spirv::ArgAddress::Local) {
    // Local memory: a size and no value.
    if (value != nullptr) return Failure{CL_INVALID_ARG_VALUE};
    if (size == 0) return Failure{CL_INVALID_ARG_SIZE};
    return {};
  }
  if (size != sizeof(cl_mem)) return Failure{CL_INVALID_ARG_SIZE};
  if (value != nullptr && *static_cast<const cl_mem*>(value) != nullptr) {
    Memory* memory = Memory::from(*static_cast<const cl_mem*>(value));
    // Another context's memory may be out of this one's devices' reach.
    if (memory == nullptr || &memory->context() != &owner.context()) return Failure{CL_INVALID_MEM_OBJECT};
    if (memory->asBuffer() == nullptr) return Failure{CL_INVALID_ARG_VALUE};
  }
  return {};
}

Result<void> imageArg(const Kernel& owner, const spirv::KernelArg& arg, size_t size, const void* value) {
  if (value == nullptr) return Failure{CL_INVALID_ARG_VALUE};
  if (size != sizeof(cl_mem)) return Failure{CL_INVALID_ARG_SIZE};
  Memory* memory = Memory::from(*static_cast<const cl_mem*>(value));
  if (memory == nullptr || &memory->context() != &owner.context()) return Failure{CL_INVALID_MEM_OBJECT};
  Image* image = memory->asImage();
  if (image == nullptr || !fitsImage(arg, *image) || !fitsAccess(arg, memory->flags())) {
    return Failure{CL_INVALID_ARG_VALUE};
  }
  return {};
}

Result<void> samplerArg(const Kernel& owner, size_t size, const void* value) {
  if (value == nullptr) return Failure{CL_INVALID_ARG_VALUE};
  if (size != sizeof(cl_sampler)) return Failure{CL_INVALID_ARG_SIZE};
  const Sampler* sampler = Sampler::from(*static_cast<const cl_sampler*>(value));
  if (sampler == nullptr || &sampler->context() != &owner.context()) return Failure{CL_INVALID_SAMPLER};
  return {};
}

}  // namespace

Result<void> createKernel(cl_program handle, const char* name) {
  if (Program::from(handle) == nullptr) return Failure{CL_INVALID_PROGRAM};
  if (!Program::trusted(handle).executable()) return Failure{CL_INVALID_PROGRAM_EXECUTABLE};
  if (name == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> createKernelsInProgram(cl_program handle, cl_uint /*capacity*/, cl_kernel* /*kernels*/,
                                    cl_uint* /*count*/) {
  if (Program::from(handle) == nullptr) return Failure{CL_INVALID_PROGRAM};
  if (!Program::trusted(handle).executable()) return Failure{CL_INVALID_PROGRAM_EXECUTABLE};
  return {};
}

Result<void> cloneKernel(cl_kernel source) { return kernel(source); }
Result<void> retainKernel(cl_kernel handle) { return kernel(handle); }
Result<void> releaseKernel(cl_kernel handle) { return kernel(handle); }

Result<void> setKernelArg(cl_kernel handle, cl_uint index, size_t size, const void* value) {
  CLZE_TRY(kernel(handle));
  const auto& args = Kernel::trusted(handle).definition().args;
  if (index >= args.size()) return Failure{CL_INVALID_ARG_INDEX};
  const spirv::KernelArg& arg = args[index];
  switch (arg.kind) {
    case spirv::ArgKind::Pointer:
      return pointerArg(Kernel::trusted(handle), arg, size, value);
    case spirv::ArgKind::Image:
      return imageArg(Kernel::trusted(handle), arg, size, value);
    case spirv::ArgKind::Sampler:
      return samplerArg(Kernel::trusted(handle), size, value);
    case spirv::ArgKind::Value:
      break;
  }
  if (value == nullptr) return Failure{CL_INVALID_ARG_VALUE};
  if (size != arg.size) return Failure{CL_INVALID_ARG_SIZE};
  return {};
}

Result<void> setKernelExecInfo(cl_kernel handle, cl_kernel_exec_info name, size_t size, const void* value) {
  CLZE_TRY(kernel(handle));
  if (value == nullptr || size == 0) return Failure{CL_INVALID_VALUE};
  if (name != CL_KERNEL_EXEC_INFO_SVM_PTRS && name != CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM) {
    return Failure{CL_INVALID_VALUE};
  }
  // No device supports SVM.
  return Failure{CL_INVALID_OPERATION};
}

Result<void> getKernelInfo(cl_kernel handle, cl_kernel_info /*name*/, size_t /*size*/, void* /*value*/,
                           size_t* /*sizeReturned*/) {
  return kernel(handle);
}

Result<void> getKernelArgInfo(cl_kernel handle, cl_uint index, cl_kernel_arg_info /*name*/, size_t /*size*/,
                              void* /*value*/, size_t* /*sizeReturned*/) {
  CLZE_TRY(kernel(handle));
  if (index >= Kernel::trusted(handle).definition().args.size()) return Failure{CL_INVALID_ARG_INDEX};
  return {};
}

Result<void> getKernelWorkGroupInfo(cl_kernel handle, cl_device_id device, cl_kernel_work_group_info /*name*/,
                                    size_t /*size*/, void* /*value*/, size_t* /*sizeReturned*/) {
  CLZE_TRY(kernel(handle));
  const Kernel& object = Kernel::trusted(handle);
  if (device == nullptr) {
    // Only if there is just one device it can mean.
    if (object.program().devices().size() != 1) return Failure{CL_INVALID_DEVICE};
    return {};
  }
  const Device* asked = Device::from(device);
  if (asked == nullptr || object.level0(asked) == nullptr) return Failure{CL_INVALID_DEVICE};
  return {};
}

Result<void> getKernelSubGroupInfo(cl_kernel handle, cl_device_id device, cl_kernel_sub_group_info name,
                                   size_t inputSize, const void* input, size_t size, void* value,
                                   size_t* sizeReturned) {
  CLZE_TRY(getKernelWorkGroupInfo(handle, device, 0, size, value, sizeReturned));
  const Device& asked =
      device != nullptr ? Device::trusted(device) : *Kernel::trusted(handle).program().devices().front();
  // "If device does not support subgroups."
  if (asked.maxSubgroups() == 0) return Failure{CL_INVALID_OPERATION};
  const bool fromCount = name == CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT;
  if (name != CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE && name != CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE &&
      !fromCount) {
    return {};
  }
  // A local size of one to three dimensions, or one count.
  if (input == nullptr) return Failure{CL_INVALID_VALUE};
  const size_t words = inputSize / sizeof(size_t);
  if (inputSize % sizeof(size_t) != 0 || words == 0 || words > (fromCount ? 1 : 3)) {
    return Failure{CL_INVALID_VALUE};
  }
  return {};
}

}  // namespace clze::icd::validate
