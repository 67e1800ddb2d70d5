// The one platform, and the devices Level Zero shows. Both live as long as the process.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "icd/object/info_writer.h"
#include "icd/object/object.h"
#include "l0backend/caps/device.h"
#include "spirv/spirv.h"

namespace clze::icd {

class Platform;

// What OpenCL says of a Level Zero device; worked out once.
class Device final : public ApiObject<Device, _cl_device_id, Kind::Device> {
 public:
  Device(Platform& platform, const l0::Device& level0);

  Platform& platform() const { return *platform_; }
  const l0::Device& level0() const { return *level0_; }
  const spirv::LanguageTarget& languageTarget() const { return languageTarget_; }
  const std::vector<cl_name_version>& extensions() const { return extensions_; }
  // Optional features of OpenCL C, "__opencl_c_images" and so on.
  const std::vector<cl_name_version>& languageFeatures() const { return languageFeatures_; }
  bool hasImages() const;
  size_t maxWorkGroupSize() const { return level0_->compute.maxTotalGroupSize; }
  uint32_t maxSubgroups() const;  // of a work-group; 0: none at all
  uint64_t maxAllocBytes() const;
  uint64_t localMemoryBytes() const { return level0_->compute.maxSharedLocalMemory; }

  Result<void> info(cl_device_info name, const InfoWriter& writer) const;

 private:
  Platform* platform_;
  const l0::Device* level0_;
  // Parts of info(), by subject; nothing when the name is another part's.
  using Answer = std::optional<Result<void>>;
  Answer identityInfo(cl_device_info name, const InfoWriter& writer) const;
  Answer limitInfo(cl_device_info name, const InfoWriter& writer) const;
  Answer imageInfo(cl_device_info name, const InfoWriter& writer) const;
  Answer languageInfo(cl_device_info name, const InfoWriter& writer) const;
  Answer featureInfo(cl_device_info name, const InfoWriter& writer) const;

  std::vector<cl_name_version> extensions_, languageFeatures_;
  spirv::LanguageTarget languageTarget_;
};

class Platform final : public ApiObject<Platform, _cl_platform_id, Kind::Platform> {
 public:
  // Null when Level Zero has no GPU (the reason is in the log); the same object ever after.
  static Platform* instance();

  const std::vector<Device*>& devices() const { return devices_; }
  // Those of a valid clGetDeviceIDs type; the default device is the first one.
  std::vector<Device*> devicesOfType(cl_device_type type) const;
  const std::vector<cl_name_version>& extensions() const { return extensions_; }
  Result<void> info(cl_platform_info name, const InfoWriter& writer) const;

  // Identity, as applications test it; the settings of base/config.def come first.
  static std::string versionString();  // of platform and devices
  static std::string vendorOf(uint32_t vendorId);

 private:
  Platform();
  bool hasIntelDevice() const;
  std::vector<Device*> devices_;
  std::vector<cl_name_version> extensions_;
};

}  // namespace clze::icd
