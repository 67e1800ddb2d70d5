// Checks of context calls.
#include "icd/entry/context.h"

#include <CL/cl_gl.h>
#include <CL/cl_va_api_media_sharing_intel.h>

#include <algorithm>

#include "icd/feature/feature.h"
#include "icd/validate/common.h"

namespace clze::icd::validate {
namespace {

Result<void> propertyValue(cl_context_properties name, cl_context_properties value) {
  switch (name) {
    case CL_CONTEXT_PLATFORM:
      if (Platform::from(reinterpret_cast<cl_platform_id>(value)) == nullptr) {
        return Failure{CL_INVALID_PLATFORM};
      }
      return {};
    case CL_CONTEXT_INTEROP_USER_SYNC:
      if (value != CL_TRUE && value != CL_FALSE) return Failure{CL_INVALID_PROPERTY};
      return {};
    default:
      break;
  }
  for (const Feature* feature : features()) {
    Result<void> result;
    if (feature->contextProperty != nullptr && feature->contextProperty(name, value, result)) return result;
  }
  return Failure{CL_INVALID_PROPERTY};
}

// Properties that name another graphics API's context or display.
bool namesGraphics(cl_context_properties name) {
  constexpr cl_context_properties kNames[] = {CL_GL_CONTEXT_KHR, CL_EGL_DISPLAY_KHR, CL_GLX_DISPLAY_KHR,
                                              CL_WGL_HDC_KHR, CL_CGL_SHAREGROUP_KHR};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

Result<void> contextProperties(const cl_context_properties* properties) {
  if (properties == nullptr) return {};
  bool video = false, graphics = false;
  for (size_t i = 0; properties[i] != 0; i += 2) {
    video = video || (properties[i] == CL_CONTEXT_VA_API_DISPLAY_INTEL && properties[i + 1] != 0);
    graphics = graphics || (namesGraphics(properties[i]) && properties[i + 1] != 0);
  }
  // cl_intel_va_api_media_sharing: no other graphics API beside a VADisplay.
  if (video && graphics) return Failure{CL_INVALID_OPERATION};
  for (size_t i = 0; properties[i] != 0; i += 2) {
    // A name stands once.
    for (size_t j = 0; j < i; j += 2) {
      if (properties[j] == properties[i]) return Failure{CL_INVALID_PROPERTY};
    }
    // A name that is known, with a value that fits it.
    CLZE_TRY(propertyValue(properties[i], properties[i + 1]));
  }
  return {};
}

Result<void> aliveContext(cl_context context) {
  if (Context::from(context) == nullptr) return Failure{CL_INVALID_CONTEXT};
  return {};
}

}  // namespace

Result<void> createContext(const cl_context_properties* properties, cl_uint count,
                           const cl_device_id* devices,
                           void(CL_CALLBACK* notify)(const char*, const void*, size_t, void*),
                           void* userData) {
  CLZE_TRY(contextProperties(properties));
  // At least one device.
  if (devices == nullptr || count == 0) return Failure{CL_INVALID_VALUE};
  // User data is for a callback.
  if (notify == nullptr && userData != nullptr) return Failure{CL_INVALID_VALUE};
  for (cl_uint i = 0; i < count; ++i) {
    const Device* device = Device::from(devices[i]);
    if (device == nullptr) return Failure{CL_INVALID_DEVICE};
    // Level Zero contexts do not span drivers.
    if (device->level0().driver != Device::trusted(devices[0]).level0().driver) {
      return Failure{CL_INVALID_DEVICE};
    }
  }
  return {};
}

Result<void> createContextFromType(const cl_context_properties* properties, cl_device_type type,
                                   void(CL_CALLBACK* notify)(const char*, const void*, size_t, void*),
                                   void* userData) {
  CLZE_TRY(contextProperties(properties));
  // User data is for a callback.
  if (notify == nullptr && userData != nullptr) return Failure{CL_INVALID_VALUE};
  // The type is CL_DEVICE_TYPE_ALL or made of known bits.
  constexpr cl_bitfield kTypes = CL_DEVICE_TYPE_DEFAULT | CL_DEVICE_TYPE_CPU | CL_DEVICE_TYPE_GPU |
                                 CL_DEVICE_TYPE_ACCELERATOR | CL_DEVICE_TYPE_CUSTOM;
  if (type != CL_DEVICE_TYPE_ALL && (type == 0 || !onlyBits(type, kTypes))) {
    return Failure{CL_INVALID_DEVICE_TYPE};
  }
  return {};
}

Result<void> retainContext(cl_context context) { return aliveContext(context); }
Result<void> releaseContext(cl_context context) { return aliveContext(context); }

Result<void> getContextInfo(cl_context context, cl_context_info, size_t, void*, size_t*) {
  return aliveContext(context);
}

Result<void> setContextDestructorCallback(cl_context context, void(CL_CALLBACK* notify)(cl_context, void*),
                                          void*) {
  CLZE_TRY(aliveContext(context));
  if (notify == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

}  // namespace clze::icd::validate
