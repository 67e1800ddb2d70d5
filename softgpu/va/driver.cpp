// The symbol libva looks for, the whole table of entries, and what this driver has none of: subpictures,
// display attributes, video processing.
#include "softgpu/va/driver.h"

#include <va/va_backend_vpp.h>
#include <va/va_vpp.h>

#include <cstdlib>
#include <string_view>

#include "softgpu/pose/pose.h"

namespace softgpu::va {
namespace {

constexpr char kVendor[] = "softgpu software VA driver for clze " CLZE_VERSION;

unsigned long environmentNumber(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::strtoul(text, nullptr, 10);
}

LayoutOptions layoutFromEnvironment() {
  constexpr unsigned long kSaneLimit = 1UL << 20;
  LayoutOptions options;
  options.pitch = static_cast<std::uint32_t>(std::min(environmentNumber("SOFTGPU_VA_PITCH"), kSaneLimit));
  options.uvGap = static_cast<std::uint32_t>(std::min(environmentNumber("SOFTGPU_VA_UV_GAP"), kSaneLimit));
  options.tiling = pose().tiling;
  if (const char* text = std::getenv("SOFTGPU_VA_TILING"); text != nullptr) {
    const std::string_view name(text);
    options.tiling = name == "x"   ? Tiling::X
                     : name == "y" ? Tiling::Y
                     : name == "4" ? Tiling::Tile4
                                   : Tiling::Linear;
  }
  return options;
}

VAStatus terminate(VADriverContextP context) {
  const std::unique_ptr<Driver> driver(static_cast<Driver*>(context->pDriverData));
  context->pDriverData = nullptr;
  return VA_STATUS_SUCCESS;
}

// Entries of which there is nothing: whatever their arguments, one answer.
template <VAStatus answer, class... Args>
VAStatus refuse(VADriverContextP, Args...) {
  return answer;
}

template <VAStatus answer, class... Args>
void installRefusal(VAStatus (*&entry)(VADriverContextP, Args...)) {
  entry = refuse<answer, Args...>;
}

VAStatus querySubpictureFormats(VADriverContextP, VAImageFormat*, unsigned*, unsigned* count) {
  if (count == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
  *count = 0;
  return VA_STATUS_SUCCESS;
}

VAStatus queryDisplayAttributes(VADriverContextP, VADisplayAttribute*, int* count) {
  if (count == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
  *count = 0;
  return VA_STATUS_SUCCESS;
}

VAStatus getDisplayAttributes(VADriverContextP, VADisplayAttribute* attributes, int count) {
  if (count < 0 || (attributes == nullptr && count > 0)) return VA_STATUS_ERROR_INVALID_PARAMETER;
  for (int i = 0; i < count; ++i) attributes[i].flags = VA_DISPLAY_ATTRIB_NOT_SUPPORTED;
  return VA_STATUS_SUCCESS;
}

void installRefusals(VADriverVTable& table) {
  constexpr VAStatus kNone = VA_STATUS_ERROR_UNIMPLEMENTED;
  table.vaQuerySubpictureFormats = querySubpictureFormats;
  installRefusal<kNone>(table.vaCreateSubpicture);
  installRefusal<VA_STATUS_ERROR_INVALID_SUBPICTURE>(table.vaDestroySubpicture);
  installRefusal<VA_STATUS_ERROR_INVALID_SUBPICTURE>(table.vaSetSubpictureImage);
  installRefusal<VA_STATUS_ERROR_INVALID_SUBPICTURE>(table.vaSetSubpictureChromakey);
  installRefusal<VA_STATUS_ERROR_INVALID_SUBPICTURE>(table.vaSetSubpictureGlobalAlpha);
  installRefusal<VA_STATUS_ERROR_INVALID_SUBPICTURE>(table.vaAssociateSubpicture);
  installRefusal<VA_STATUS_ERROR_INVALID_SUBPICTURE>(table.vaDeassociateSubpicture);
  table.vaQueryDisplayAttributes = queryDisplayAttributes;
  table.vaGetDisplayAttributes = getDisplayAttributes;
  installRefusal<VA_STATUS_ERROR_ATTR_NOT_SUPPORTED>(table.vaSetDisplayAttributes);
  installRefusal<kNone>(table.vaPutSurface);
  installRefusal<kNone>(table.vaLockSurface);
  installRefusal<kNone>(table.vaUnlockSurface);
  installRefusal<kNone>(table.vaGetSurfaceAttributes);
  installRefusal<kNone>(table.vaCreateMFContext);
  installRefusal<kNone>(table.vaMFAddContext);
  installRefusal<kNone>(table.vaMFReleaseContext);
  installRefusal<kNone>(table.vaMFSubmit);
  installRefusal<kNone>(table.vaCreateBuffer2);
  installRefusal<kNone>(table.vaQueryProcessingRate);
  installRefusal<kNone>(table.vaCopy);
}

VAStatus queryVideoProcFilters(VADriverContextP, VAContextID, VAProcFilterType*, unsigned* count) {
  if (count == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
  *count = 0;
  return VA_STATUS_SUCCESS;
}

void installVideoProcEntries(VADriverVTableVPP& table) {
  table.version = VA_DRIVER_VTABLE_VPP_VERSION;
  table.vaQueryVideoProcFilters = queryVideoProcFilters;
  installRefusal<VA_STATUS_ERROR_UNSUPPORTED_FILTER>(table.vaQueryVideoProcFilterCaps);
  installRefusal<VA_STATUS_ERROR_UNIMPLEMENTED>(table.vaQueryVideoProcPipelineCaps);
}

VAStatus initialize(VADriverContextP context) {
  if (poseOrNull() == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
  std::unique_ptr<Driver> driver;
  try {
    driver = std::make_unique<Driver>();
  } catch (const std::exception&) {
    return VA_STATUS_ERROR_ALLOCATION_FAILED;
  }
  context->version_major = VA_MAJOR_VERSION;
  context->version_minor = VA_MINOR_VERSION;
  context->max_profiles = kMaxProfiles;
  context->max_entrypoints = kMaxEntrypoints;
  context->max_attributes = kMaxConfigAttributes;
  context->max_image_formats = static_cast<int>(formats().size());
  context->max_subpic_formats = 1;  // libva refuses 0
  context->max_display_attributes = 1;
  context->str_vendor = kVendor;
  context->pDriverData = driver.release();
  VADriverVTable& table = *context->vtable;
  table.vaTerminate = terminate;
  installRefusals(table);
  installConfigEntries(table);
  installSurfaceEntries(table);
  installContextEntries(table);
  installBufferEntries(table);
  installImageEntries(table);
  if (context->vtable_vpp != nullptr) installVideoProcEntries(*context->vtable_vpp);
  return VA_STATUS_SUCCESS;
}

}  // namespace

Driver::Driver()
    : layoutOptions(layoutFromEnvironment()),
      decodeDelay(std::min(environmentNumber("SOFTGPU_VA_DELAY_MS"), 60000UL)) {}

Driver::~Driver() {
  // Threads first: their pictures use surfaces.
  contexts.removeAll();
}

}  // namespace softgpu::va

// libva asks for its own minor version first and then for every older one, down to this.
// NOLINTBEGIN(readability-identifier-naming): the name is libva's.
extern "C" __attribute__((visibility("default"))) VAStatus __vaDriverInit_1_0(VADriverContextP context) {
  return softgpu::va::initialize(context);
}
// NOLINTEND(readability-identifier-naming)
