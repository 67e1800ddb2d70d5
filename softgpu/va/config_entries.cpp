// Profiles, configs, and what their surfaces may look like.
#include <va/va_drmcommon.h>

#include <algorithm>

#include "softgpu/va/driver.h"

namespace softgpu::va {
namespace {

struct ProfileInfo {
  VAProfile profile;
  std::array<std::uint32_t, 4> fourccs;  // a decoded picture's surface, best first; 0 ends the list
};

constexpr std::array<ProfileInfo, kMaxProfiles> kProfiles{{
    {VAProfileVP9Profile0, {VA_FOURCC_NV12, 0, 0, 0}},
    {VAProfileVP9Profile2, {VA_FOURCC_P010, 0, 0, 0}},
    {VAProfileJPEGBaseline, {VA_FOURCC_NV12, VA_FOURCC_YUY2, VA_FOURCC_AYUV, VA_FOURCC_Y800}},
}};

const ProfileInfo* findProfile(VAProfile profile) {
  const auto* found = std::ranges::find(kProfiles, profile, &ProfileInfo::profile);
  return found == kProfiles.end() ? nullptr : found;
}

std::uint32_t rtFormats(const ProfileInfo& info) {
  std::uint32_t result = 0;
  for (const std::uint32_t fourcc : info.fourccs) {
    if (fourcc != 0) result |= findFormat(fourcc)->rtFormat;
  }
  return result;
}

VAStatus checkProfile(VAProfile profile, VAEntrypoint entrypoint) {
  if (findProfile(profile) == nullptr) return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
  return entrypoint == VAEntrypointVLD ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
}

VAStatus queryConfigProfiles(VADriverContextP, VAProfile* list, int* count) {
  if (list == nullptr || count == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
  *count = 0;
  for (const ProfileInfo& info : kProfiles) list[(*count)++] = info.profile;
  return VA_STATUS_SUCCESS;
}

VAStatus queryConfigEntrypoints(VADriverContextP, VAProfile profile, VAEntrypoint* list, int* count) {
  if (list == nullptr || count == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
  *count = 0;
  if (findProfile(profile) == nullptr) return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
  list[(*count)++] = VAEntrypointVLD;
  return VA_STATUS_SUCCESS;
}

std::uint32_t attributeValue(const ProfileInfo& info, VAConfigAttribType type) {
  switch (type) {
    case VAConfigAttribRTFormat:
      return rtFormats(info);
    case VAConfigAttribDecSliceMode:
      return VA_DEC_SLICE_MODE_NORMAL;
    case VAConfigAttribMaxPictureWidth:
    case VAConfigAttribMaxPictureHeight:
      return kMaxDimension;
    default:
      return VA_ATTRIB_NOT_SUPPORTED;
  }
}

VAStatus getConfigAttributes(VADriverContextP, VAProfile profile, VAEntrypoint entrypoint,
                             VAConfigAttrib* list, int count) {
  if (count < 0 || (list == nullptr && count > 0)) return VA_STATUS_ERROR_INVALID_PARAMETER;
  if (const VAStatus status = checkProfile(profile, entrypoint); status != VA_STATUS_SUCCESS) return status;
  for (int i = 0; i < count; ++i) list[i].value = attributeValue(*findProfile(profile), list[i].type);
  return VA_STATUS_SUCCESS;
}

VAStatus createConfig(VADriverContextP context, VAProfile profile, VAEntrypoint entrypoint,
                      VAConfigAttrib* list, int count, VAConfigID* id) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    if (id == nullptr || count < 0 || (list == nullptr && count > 0))
      return VA_STATUS_ERROR_INVALID_PARAMETER;
    *id = VA_INVALID_ID;
    if (const VAStatus status = checkProfile(profile, entrypoint); status != VA_STATUS_SUCCESS) return status;
    Config config{profile, entrypoint, rtFormats(*findProfile(profile))};
    for (int i = 0; i < count; ++i) {
      if (list[i].type != VAConfigAttribRTFormat) continue;
      if ((list[i].value & config.rtFormat) == 0) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
      config.rtFormat &= list[i].value;
    }
    *id = driver.configs.add(std::make_shared<Config>(config));
    return *id == VA_INVALID_ID ? VA_STATUS_ERROR_ALLOCATION_FAILED : VA_STATUS_SUCCESS;
  });
}

VAStatus destroyConfig(VADriverContextP context, VAConfigID id) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    return driver.configs.remove(id) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONFIG;
  });
}

VAStatus queryConfigAttributes(VADriverContextP context, VAConfigID id, VAProfile* profile,
                               VAEntrypoint* entrypoint, VAConfigAttrib* list, int* count) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Config> config = driver.configs.find(id);
    if (!config) return VA_STATUS_ERROR_INVALID_CONFIG;
    if (profile == nullptr || entrypoint == nullptr || list == nullptr || count == nullptr) {
      return VA_STATUS_ERROR_INVALID_PARAMETER;
    }
    *profile = config->profile;
    *entrypoint = config->entrypoint;
    *count = 0;
    list[(*count)++] = {VAConfigAttribRTFormat, config->rtFormat};
    for (const VAConfigAttribType type :
         {VAConfigAttribDecSliceMode, VAConfigAttribMaxPictureWidth, VAConfigAttribMaxPictureHeight}) {
      list[(*count)++] = {type, attributeValue(*findProfile(config->profile), type)};
    }
    static_assert(kMaxConfigAttributes >= 4, "the application's list is this long");
    return VA_STATUS_SUCCESS;
  });
}

VASurfaceAttrib integerAttribute(VASurfaceAttribType type, unsigned flags, std::uint32_t value) {
  VASurfaceAttrib attribute{};
  attribute.type = type;
  attribute.flags = flags;
  attribute.value.type = VAGenericValueTypeInteger;
  attribute.value.value.i = static_cast<std::int32_t>(value);
  return attribute;
}

VASurfaceAttrib pointerAttribute(VASurfaceAttribType type) {
  VASurfaceAttrib attribute{};
  attribute.type = type;
  attribute.flags = VA_SURFACE_ATTRIB_SETTABLE;
  attribute.value.type = VAGenericValueTypePointer;
  return attribute;
}

std::vector<VASurfaceAttrib> surfaceAttributes(const Config& config) {
  constexpr unsigned kGetSet = VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE;
  std::vector<VASurfaceAttrib> list;
  for (const Format* format : surfaceFormats(&config)) {
    list.push_back(integerAttribute(VASurfaceAttribPixelFormat, kGetSet, format->fourcc));
  }
  list.push_back(integerAttribute(VASurfaceAttribMinWidth, VA_SURFACE_ATTRIB_GETTABLE, 1));
  list.push_back(integerAttribute(VASurfaceAttribMaxWidth, VA_SURFACE_ATTRIB_GETTABLE, kMaxDimension));
  list.push_back(integerAttribute(VASurfaceAttribMinHeight, VA_SURFACE_ATTRIB_GETTABLE, 1));
  list.push_back(integerAttribute(VASurfaceAttribMaxHeight, VA_SURFACE_ATTRIB_GETTABLE, kMaxDimension));
  list.push_back(integerAttribute(VASurfaceAttribMemoryType, kGetSet,
                                  VA_SURFACE_ATTRIB_MEM_TYPE_VA | VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME |
                                      VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2));
  list.push_back(pointerAttribute(VASurfaceAttribExternalBufferDescriptor));
  list.push_back(integerAttribute(VASurfaceAttribUsageHint, VA_SURFACE_ATTRIB_SETTABLE, 0));
  list.push_back(pointerAttribute(VASurfaceAttribDRMFormatModifiers));
  return list;
}

VAStatus querySurfaceAttributes(VADriverContextP context, VAConfigID id, VASurfaceAttrib* list,
                                unsigned* count) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Config> config = driver.configs.find(id);
    if (!config) return VA_STATUS_ERROR_INVALID_CONFIG;
    if (count == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    const std::vector<VASurfaceAttrib> all = surfaceAttributes(*config);
    const unsigned room = *count;
    *count = static_cast<unsigned>(all.size());
    if (list == nullptr) return VA_STATUS_SUCCESS;
    if (room < all.size()) return VA_STATUS_ERROR_MAX_NUM_EXCEEDED;
    std::ranges::copy(all, list);
    return VA_STATUS_SUCCESS;
  });
}

}  // namespace

std::vector<const Format*> surfaceFormats(const Config* config) {
  std::vector<const Format*> result;
  if (config == nullptr) {
    for (const Format& format : formats()) result.push_back(&format);
    return result;
  }
  for (const std::uint32_t fourcc : findProfile(config->profile)->fourccs) {
    const Format* format = findFormat(fourcc);
    if (format != nullptr && (format->rtFormat & config->rtFormat) != 0) result.push_back(format);
  }
  return result;
}

void installConfigEntries(VADriverVTable& table) {
  table.vaQueryConfigProfiles = queryConfigProfiles;
  table.vaQueryConfigEntrypoints = queryConfigEntrypoints;
  table.vaGetConfigAttributes = getConfigAttributes;
  table.vaCreateConfig = createConfig;
  table.vaDestroyConfig = destroyConfig;
  table.vaQueryConfigAttributes = queryConfigAttributes;
  table.vaQuerySurfaceAttributes = querySurfaceAttributes;
}

}  // namespace softgpu::va
