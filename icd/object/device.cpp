// A device: which extensions and language features it has, who it is. Its limits: device_limits.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "icd/feature/feature.h"
#include "icd/object/extension_list.h"
#include "icd/object/platform.h"

namespace clze::icd {
namespace {

constexpr cl_version kVersion30 = CL_MAKE_VERSION(3, 0, 0);

// Nanoseconds: structure version 1.2 counts cycles a second.
size_t timerResolution(const ze_device_properties_t& properties) {
  if (properties.timerResolution == 0) return 1;
  if (properties.stype != ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES_1_2) return properties.timerResolution;
  return std::max<size_t>(1, 1'000'000'000 / properties.timerResolution);
}

}  // namespace

Device::Device(Platform& platform, const l0::Device& level0) : platform_(&platform), level0_(&level0) {
  for (const Feature* feature : features()) {
    if (feature->supported != nullptr && !feature->supported(level0)) continue;
    extensions_.push_back(namedVersion(feature->name, feature->version));
    languageTarget_.extensions.emplace_back(feature->name);
  }
  const auto add = [this](const char* name) {
    languageFeatures_.push_back(namedVersion(name, kVersion30));
    languageTarget_.features.emplace_back(name);
  };
  add("__opencl_c_int64");
  if (level0.caps.float64) add("__opencl_c_fp64");
  if (hasImages()) {
    add("__opencl_c_images");
    add("__opencl_c_3d_image_writes");
    add("__opencl_c_read_write_images");
  }
  // Level Zero's SPIR-V environment has these on every device: generic pointers, groups, atomics of any order
  // and scope.
  for (const char* name : {"__opencl_c_generic_address_space", "__opencl_c_program_scope_global_variables",
                           "__opencl_c_atomic_order_acq_rel", "__opencl_c_atomic_order_seq_cst",
                           "__opencl_c_atomic_scope_device", "__opencl_c_atomic_scope_all_devices",
                           "__opencl_c_work_group_collective_functions"}) {
    add(name);
  }
  if (maxSubgroups() != 0) add("__opencl_c_subgroups");
  languageTarget_.images = hasImages();
}

bool Device::hasImages() const {
  return level0_->image.maxImageDims2D != 0 && level0_->image.maxSamplers != 0;
}

uint32_t Device::maxSubgroups() const {
  const ze_device_compute_properties_t& compute = level0_->compute;
  if (compute.numSubGroupSizes == 0) return 0;
  // The smaller the sub-groups, the more of them.
  const uint32_t smallest =
      *std::min_element(compute.subGroupSizes, compute.subGroupSizes + compute.numSubGroupSizes);
  return smallest == 0 ? 0 : std::max(1u, compute.maxTotalGroupSize / smallest);
}

uint64_t Device::maxAllocBytes() const {
  const uint64_t global = level0_->globalMemoryBytes;
  const uint64_t limit = level0_->properties.maxMemAllocSize;
  return limit == 0 ? global : std::min(limit, global);
}

Device::Answer Device::identityInfo(cl_device_info name, const InfoWriter& writer) const {
  const ze_device_properties_t& properties = level0_->properties;
  switch (name) {
    case CL_DEVICE_TYPE:
      // Nothing beside the GPU bit: applications compare for equality.
      return writer(cl_device_type{CL_DEVICE_TYPE_GPU});
    case CL_DEVICE_VENDOR_ID:
      return writer(cl_uint{properties.vendorId});
    case CL_DEVICE_PLATFORM:
      return writer(static_cast<cl_platform_id>(platform_));
    case CL_DEVICE_NAME:
      return writer.string(properties.name);
    case CL_DEVICE_VENDOR:
      return writer.string(Platform::vendorOf(properties.vendorId));
    case CL_DRIVER_VERSION:
      return writer.string(fmt::format("{}", level0_->driver->properties.driverVersion));
    case CL_DEVICE_PROFILE:
      return writer.string("FULL_PROFILE");
    case CL_DEVICE_VERSION:
      return writer.string(Platform::versionString());
    case CL_DEVICE_NUMERIC_VERSION:
      return writer(kVersion30);
    case CL_DEVICE_EXTENSIONS:
      return writer.string(joinedNames(extensions_));
    case CL_DEVICE_EXTENSIONS_WITH_VERSION:
      return writer.array<cl_name_version>(extensions_);
    case CL_DEVICE_LATEST_CONFORMANCE_VERSION_PASSED:
      return writer.string("v0000-00-00-00");  // never submitted
    case CL_DEVICE_AVAILABLE:
    case CL_DEVICE_COMPILER_AVAILABLE:
    case CL_DEVICE_LINKER_AVAILABLE:
    case CL_DEVICE_ENDIAN_LITTLE:
    case CL_DEVICE_PREFERRED_INTEROP_USER_SYNC:
      return writer(cl_bool{CL_TRUE});
    case CL_DEVICE_EXECUTION_CAPABILITIES:
      return writer(cl_device_exec_capabilities{CL_EXEC_KERNEL});
    case CL_DEVICE_QUEUE_ON_HOST_PROPERTIES:
      return writer(
          cl_command_queue_properties{CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE});
    case CL_DEVICE_PROFILING_TIMER_RESOLUTION:
      return writer(size_t{timerResolution(properties)});
    case CL_DEVICE_REFERENCE_COUNT:
      return writer(cl_uint{1});  // root devices are not counted
    // No sub-devices.
    case CL_DEVICE_PARENT_DEVICE:
      return writer(cl_device_id{nullptr});
    case CL_DEVICE_PARTITION_MAX_SUB_DEVICES:
      return writer(cl_uint{0});
    case CL_DEVICE_PARTITION_PROPERTIES:
    case CL_DEVICE_PARTITION_TYPE:
      return writer(cl_device_partition_property{0});
    case CL_DEVICE_PARTITION_AFFINITY_DOMAIN:
      return writer(cl_device_affinity_domain{0});
    default:
      return std::nullopt;
  }
}

Device::Answer Device::featureInfo(cl_device_info name, const InfoWriter& writer) const {
  Result<void> result;
  for (const Feature* feature : features()) {
    if (feature->deviceInfo == nullptr) continue;
    if (feature->supported != nullptr && !feature->supported(*level0_)) continue;
    if (feature->deviceInfo(*this, name, writer, result)) return result;
  }
  return std::nullopt;
}

Result<void> Device::info(cl_device_info name, const InfoWriter& writer) const {
  for (const auto part : {&Device::identityInfo, &Device::limitInfo, &Device::imageInfo,
                          &Device::languageInfo, &Device::featureInfo}) {
    if (const Answer answer = (this->*part)(name, writer)) return *answer;
  }
  return Failure{CL_INVALID_VALUE};
}

}  // namespace clze::icd
