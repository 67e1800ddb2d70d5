// clGetDeviceInfo: sizes, counts and capabilities (OpenCL 3.0, table 5 of 4.2). What clze does not have is
// answered with the zeros that OpenCL 3.0 asks for.
#include <algorithm>
#include <array>
#include <utility>

#include "icd/object/extension_list.h"
#include "icd/object/memory.h"
#include "icd/object/platform.h"

namespace clze::icd {
namespace {

constexpr cl_uint kBufferAlignment = kBaseAddressAlignment;  // bytes: long16, the widest type

// With the features of OpenCL C for atomics that the constructor adds.
constexpr cl_device_atomic_capabilities kAtomics =
    CL_DEVICE_ATOMIC_ORDER_RELAXED | CL_DEVICE_ATOMIC_ORDER_ACQ_REL | CL_DEVICE_ATOMIC_ORDER_SEQ_CST |
    CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP | CL_DEVICE_ATOMIC_SCOPE_DEVICE | CL_DEVICE_ATOMIC_SCOPE_ALL_DEVICES;

// OpenCL 3.0, 4.2: every Level Zero floating point flag has a counterpart.
cl_device_fp_config floatConfig(ze_device_fp_flags_t flags) {
  constexpr std::array<std::pair<ze_device_fp_flag_t, cl_device_fp_config>, 8> kPairs = {{
      {ZE_DEVICE_FP_FLAG_DENORM, CL_FP_DENORM},
      {ZE_DEVICE_FP_FLAG_INF_NAN, CL_FP_INF_NAN},
      {ZE_DEVICE_FP_FLAG_ROUND_TO_NEAREST, CL_FP_ROUND_TO_NEAREST},
      {ZE_DEVICE_FP_FLAG_ROUND_TO_ZERO, CL_FP_ROUND_TO_ZERO},
      {ZE_DEVICE_FP_FLAG_ROUND_TO_INF, CL_FP_ROUND_TO_INF},
      {ZE_DEVICE_FP_FLAG_FMA, CL_FP_FMA},
      {ZE_DEVICE_FP_FLAG_ROUNDED_DIVIDE_SQRT, CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT},
      {ZE_DEVICE_FP_FLAG_SOFT_FLOAT, CL_FP_SOFT_FLOAT},
  }};
  cl_device_fp_config config = 0;
  for (const auto& [level0, opencl] : kPairs) {
    if ((flags & level0) != 0) config |= opencl;
  }
  return config;
}

uint32_t largestSubgroup(const ze_device_compute_properties_t& compute) {
  uint32_t largest = 1;
  for (uint32_t i = 0; i < compute.numSubGroupSizes; ++i) {
    largest = std::max(largest, compute.subGroupSizes[i]);
  }
  return largest;
}

uint32_t computeUnits(const ze_device_properties_t& properties) {
  return std::max(1u, properties.numSlices * properties.numSubslicesPerSlice * properties.numEUsPerSubslice);
}

}  // namespace

Device::Answer Device::limitInfo(cl_device_info name, const InfoWriter& writer) const {
  const ze_device_properties_t& properties = level0_->properties;
  const ze_device_compute_properties_t& compute = level0_->compute;
  switch (name) {
    case CL_DEVICE_MAX_COMPUTE_UNITS:
      return writer(cl_uint{computeUnits(properties)});
    case CL_DEVICE_MAX_CLOCK_FREQUENCY:
      return writer(cl_uint{properties.coreClockRate});  // MHz, both
    case CL_DEVICE_ADDRESS_BITS:
      return writer(cl_uint{64});
    case CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS:
      return writer(cl_uint{3});
    case CL_DEVICE_MAX_WORK_ITEM_SIZES: {
      const std::array<size_t, 3> sizes = {compute.maxGroupSizeX, compute.maxGroupSizeY,
                                           compute.maxGroupSizeZ};
      return writer(sizes);
    }
    case CL_DEVICE_MAX_WORK_GROUP_SIZE:
      return writer(size_t{maxWorkGroupSize()});
    case CL_DEVICE_PREFERRED_WORK_GROUP_SIZE_MULTIPLE:
      return writer(size_t{largestSubgroup(compute)});
    case CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT:
      return writer(cl_bool{CL_FALSE});
    // Vector widths: 128 bits for small types, scalars from 64 bits on and for float, as Intel's driver says.
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_CHAR:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_CHAR:
      return writer(cl_uint{16});
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_SHORT:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_SHORT:
      return writer(cl_uint{8});
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_INT:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_INT:
      return writer(cl_uint{4});
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_LONG:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_LONG:
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT:
      return writer(cl_uint{1});
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE:
      return writer(cl_uint{level0_->caps.float64 ? 1u : 0u});
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_HALF:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF:
      return writer(cl_uint{level0_->caps.float16 ? 8u : 0u});
    case CL_DEVICE_SINGLE_FP_CONFIG:
      return writer(floatConfig(level0_->module.fp32flags));
    case CL_DEVICE_DOUBLE_FP_CONFIG:
      return writer(level0_->caps.float64 ? floatConfig(level0_->module.fp64flags) : cl_device_fp_config{0});
    case CL_DEVICE_HALF_FP_CONFIG:
      return writer(level0_->caps.float16 ? floatConfig(level0_->module.fp16flags) : cl_device_fp_config{0});
    case CL_DEVICE_MAX_MEM_ALLOC_SIZE:
    case CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE:
      return writer(cl_ulong{maxAllocBytes()});
    case CL_DEVICE_GLOBAL_MEM_SIZE:
      return writer(cl_ulong{level0_->globalMemoryBytes});
    case CL_DEVICE_GLOBAL_MEM_CACHE_TYPE:
      return writer(level0_->cacheBytes != 0 ? cl_device_mem_cache_type{CL_READ_WRITE_CACHE}
                                             : cl_device_mem_cache_type{CL_NONE});
    case CL_DEVICE_GLOBAL_MEM_CACHE_SIZE:
      return writer(cl_ulong{level0_->cacheBytes});
    case CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE:
      return writer(cl_uint{64});
    case CL_DEVICE_LOCAL_MEM_TYPE:
      return writer(cl_device_local_mem_type{CL_LOCAL});
    case CL_DEVICE_LOCAL_MEM_SIZE:
      return writer(cl_ulong{localMemoryBytes()});
    case CL_DEVICE_MAX_CONSTANT_ARGS:
      return writer(cl_uint{8});
    case CL_DEVICE_MAX_PARAMETER_SIZE:
      return writer(size_t{level0_->module.maxArgumentsSize});
    case CL_DEVICE_MEM_BASE_ADDR_ALIGN:
      return writer(cl_uint{kBufferAlignment * 8});  // bits
    case CL_DEVICE_MIN_DATA_TYPE_ALIGN_SIZE:
      return writer(cl_uint{kBufferAlignment});
    case CL_DEVICE_ERROR_CORRECTION_SUPPORT:
      return writer(cl_bool{(properties.flags & ZE_DEVICE_PROPERTY_FLAG_ECC) != 0});
    case CL_DEVICE_HOST_UNIFIED_MEMORY:
      return writer(cl_bool{level0_->integrated()});
    case CL_DEVICE_PRINTF_BUFFER_SIZE:
      return writer(size_t{level0_->module.printfBufferSize});
    // Optional, and not here: shared virtual memory, pipes, queues on the device.
    case CL_DEVICE_SVM_CAPABILITIES:
      return writer(cl_device_svm_capabilities{0});
    case CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE:
      return writer(size_t{64} << 10);  // the least there may be; Level Zero tells no limit
    case CL_DEVICE_GLOBAL_VARIABLE_PREFERRED_TOTAL_SIZE:
      return writer(size_t{maxAllocBytes()});
    case CL_DEVICE_PREFERRED_PLATFORM_ATOMIC_ALIGNMENT:
    case CL_DEVICE_PREFERRED_GLOBAL_ATOMIC_ALIGNMENT:
    case CL_DEVICE_PREFERRED_LOCAL_ATOMIC_ALIGNMENT:
      return writer(cl_uint{0});  // natural
    case CL_DEVICE_MAX_PIPE_ARGS:
    case CL_DEVICE_PIPE_MAX_ACTIVE_RESERVATIONS:
    case CL_DEVICE_PIPE_MAX_PACKET_SIZE:
    case CL_DEVICE_MAX_ON_DEVICE_QUEUES:
    case CL_DEVICE_MAX_ON_DEVICE_EVENTS:
    case CL_DEVICE_QUEUE_ON_DEVICE_PREFERRED_SIZE:
    case CL_DEVICE_QUEUE_ON_DEVICE_MAX_SIZE:
      return writer(cl_uint{0});
    case CL_DEVICE_MAX_NUM_SUB_GROUPS:
      return writer(cl_uint{maxSubgroups()});
    case CL_DEVICE_QUEUE_ON_DEVICE_PROPERTIES:
      return writer(cl_command_queue_properties{0});
    case CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES:
      return writer(cl_device_device_enqueue_capabilities{0});
    case CL_DEVICE_PIPE_SUPPORT:
      return writer(cl_bool{CL_FALSE});
    case CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS:
      return writer(cl_bool{CL_FALSE});  // Level Zero promises none
    case CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT:
    case CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT:
      return writer(cl_bool{CL_TRUE});
    default:
      return std::nullopt;
  }
}

Device::Answer Device::imageInfo(cl_device_info name, const InfoWriter& writer) const {
  const ze_device_image_properties_t& image = level0_->image;
  const bool images = hasImages();
  switch (name) {
    case CL_DEVICE_IMAGE_SUPPORT:
      return writer(cl_bool{images});
    case CL_DEVICE_MAX_READ_IMAGE_ARGS:
      return writer(cl_uint{images ? image.maxReadImageArgs : 0});
    case CL_DEVICE_MAX_WRITE_IMAGE_ARGS:
    case CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS:
      return writer(cl_uint{images ? image.maxWriteImageArgs : 0});
    case CL_DEVICE_IMAGE2D_MAX_WIDTH:
    case CL_DEVICE_IMAGE2D_MAX_HEIGHT:
      return writer(size_t{images ? image.maxImageDims2D : 0});
    case CL_DEVICE_IMAGE3D_MAX_WIDTH:
    case CL_DEVICE_IMAGE3D_MAX_HEIGHT:
    case CL_DEVICE_IMAGE3D_MAX_DEPTH:
      return writer(size_t{images ? image.maxImageDims3D : 0});
    case CL_DEVICE_IMAGE_MAX_BUFFER_SIZE:
      return writer(static_cast<size_t>(images ? image.maxImageBufferSize : 0));
    case CL_DEVICE_IMAGE_MAX_ARRAY_SIZE:
      return writer(size_t{images ? image.maxImageArraySlices : 0});
    case CL_DEVICE_MAX_SAMPLERS:
      return writer(cl_uint{images ? image.maxSamplers : 0});
    // Zero: no images over buffers.
    case CL_DEVICE_IMAGE_PITCH_ALIGNMENT:
      return writer(cl_uint{level0_->caps.pitchedImages ? kImagePitchAlignmentTexels : 0});
    case CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT:
      return writer(cl_uint{level0_->caps.pitchedImages ? kImageBaseAlignmentTexels : 0});
    default:
      return std::nullopt;
  }
}

Device::Answer Device::languageInfo(cl_device_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_DEVICE_OPENCL_C_VERSION:
      return writer.string("OpenCL C 1.2 ");  // 3.0 is told by CL_DEVICE_OPENCL_C_ALL_VERSIONS
    case CL_DEVICE_OPENCL_C_ALL_VERSIONS: {
      const std::array versions = {namedVersion("OpenCL C", CL_MAKE_VERSION(1, 0, 0)),
                                   namedVersion("OpenCL C", CL_MAKE_VERSION(1, 1, 0)),
                                   namedVersion("OpenCL C", CL_MAKE_VERSION(1, 2, 0)),
                                   namedVersion("OpenCL C", CL_MAKE_VERSION(3, 0, 0))};
      return writer(versions);
    }
    case CL_DEVICE_OPENCL_C_FEATURES:
      return writer.array<cl_name_version>(languageFeatures_);
    case CL_DEVICE_IL_VERSION:
      return writer.string("SPIR-V_1.3 SPIR-V_1.2 SPIR-V_1.1 SPIR-V_1.0");
    case CL_DEVICE_ILS_WITH_VERSION: {
      const std::array versions = {
          namedVersion("SPIR-V", CL_MAKE_VERSION(1, 3, 0)), namedVersion("SPIR-V", CL_MAKE_VERSION(1, 2, 0)),
          namedVersion("SPIR-V", CL_MAKE_VERSION(1, 1, 0)), namedVersion("SPIR-V", CL_MAKE_VERSION(1, 0, 0))};
      return writer(versions);
    }
    case CL_DEVICE_BUILT_IN_KERNELS:
      return writer.string("");
    case CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION:
      return writer.empty();
    case CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES:
      return writer(kAtomics);
    case CL_DEVICE_ATOMIC_FENCE_CAPABILITIES:
      return writer(kAtomics | CL_DEVICE_ATOMIC_SCOPE_WORK_ITEM);
    default:
      return std::nullopt;
  }
}

}  // namespace clze::icd
