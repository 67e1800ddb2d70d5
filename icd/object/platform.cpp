// The platform: found once, described from its devices and the extensions they have.
#include "icd/object/platform.h"

#include <algorithm>

#include "base/config.h"
#include "base/log.h"
#include "icd/feature/feature.h"
#include "icd/object/extension_list.h"
#include "l0backend/loader/api.h"

namespace clze::icd {
namespace {

constexpr uint32_t kIntelVendorId = 0x8086;

}  // namespace

Platform* Platform::instance() {
  // Never destroyed: applications make calls from their own exit handlers.
  static Platform* const instance = []() -> Platform* {
    if (!l0::available()) {
      CLZE_LOG_WARNING("icd", "no platform: {}", l0::whyUnavailable());
      return nullptr;
    }
    Ref<Platform> platform = Ref<Platform>::adopt(new Platform());
    if (platform->devices_.empty()) {
      CLZE_LOG_WARNING("icd", "no platform: Level Zero shows no GPU");
      return nullptr;
    }
    return static_cast<Platform*>(publish(platform));
  }();
  return instance;
}

Platform::Platform() {
  for (const auto& driver : l0::drivers()) {
    for (const auto& level0 : driver->devices) {
      Ref<Device> device = Ref<Device>::adopt(new Device(*this, *level0));
      devices_.push_back(static_cast<Device*>(Device::publish(std::move(device))));
    }
  }
  for (const Feature* feature : features()) {
    const bool everywhere = std::all_of(devices_.begin(), devices_.end(), [feature](const Device* device) {
      return feature->supported == nullptr || feature->supported(device->level0());
    });
    if (feature->platformToo && everywhere) {
      extensions_.push_back(namedVersion(feature->name, feature->version));
    }
  }
}

std::string Platform::versionString() {
  const std::string& configured = config().deviceVersion;
  return "OpenCL 3.0 " + (configured.empty() ? std::string("clze " CLZE_VERSION) : configured);
}

std::string Platform::vendorOf(uint32_t vendorId) {
  if (!config().platformVendor.empty()) return config().platformVendor;
  return vendorId == kIntelVendorId ? "Intel(R) Corporation" : "clze";
}

std::vector<Device*> Platform::devicesOfType(cl_device_type type) const {
  // CL_DEVICE_TYPE_ALL has the GPU bit too.
  if ((type & CL_DEVICE_TYPE_GPU) != 0) return devices_;
  if ((type & CL_DEVICE_TYPE_DEFAULT) != 0) return {devices_.front()};
  return {};
}

bool Platform::hasIntelDevice() const {
  return std::any_of(devices_.begin(), devices_.end(), [](const Device* device) {
    return device->level0().properties.vendorId == kIntelVendorId;
  });
}

Result<void> Platform::info(cl_platform_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_PLATFORM_PROFILE:
      return writer.string("FULL_PROFILE");
    case CL_PLATFORM_VERSION:
      return writer.string(versionString());
    case CL_PLATFORM_NUMERIC_VERSION:
      return writer(cl_version{CL_MAKE_VERSION(3, 0, 0)});
    case CL_PLATFORM_NAME:
      // Media SDK programs look for "Intel" in the name before they ask for media sharing.
      if (!config().platformName.empty()) return writer.string(config().platformName);
      return writer.string(hasIntelDevice() ? "Intel(R) OpenCL on Level Zero (clze)"
                                            : "clze (OpenCL on Level Zero)");
    case CL_PLATFORM_VENDOR:
      return writer.string(vendorOf(hasIntelDevice() ? kIntelVendorId : 0));
    case CL_PLATFORM_EXTENSIONS:
      return writer.string(joinedNames(extensions_));
    case CL_PLATFORM_EXTENSIONS_WITH_VERSION:
      return writer.array<cl_name_version>(extensions_);
    case CL_PLATFORM_HOST_TIMER_RESOLUTION:
      return writer(cl_ulong{1});  // ns: CLOCK_MONOTONIC_RAW
    case CL_PLATFORM_ICD_SUFFIX_KHR:
      return writer.string("CLZE");
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

}  // namespace clze::icd
