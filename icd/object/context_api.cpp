// Entry points of contexts.
#include <algorithm>

#include "icd/entry/context.h"
#include "icd/object/context.h"

namespace clze::icd::api {
namespace {

using Notify = void(CL_CALLBACK*)(const char*, const void*, size_t, void*);

// As given, with the closing zero; empty when there is none to be given back.
std::vector<cl_context_properties> copied(const cl_context_properties* properties) {
  if (properties == nullptr) return {};
  size_t length = 0;
  while (properties[length] != 0) length += 2;
  return {properties, properties + length + 1};
}

Result<cl_context> create(std::vector<Device*> devices, const cl_context_properties* properties,
                          Notify notify, void* userData) {
  CLZE_TRY_ASSIGN(Ref<Context> context, Context::create(std::move(devices), copied(properties)));
  context->setErrorCallback(notify, userData);
  return Context::publish(std::move(context));
}

}  // namespace

Result<cl_context> createContext(const cl_context_properties* properties, cl_uint count,
                                 const cl_device_id* devices, Notify notify, void* userData) {
  std::vector<Device*> list;
  for (cl_uint i = 0; i < count; ++i) {
    // Named twice is named once.
    Device* device = &Device::trusted(devices[i]);
    if (std::find(list.begin(), list.end(), device) == list.end()) list.push_back(device);
  }
  return create(std::move(list), properties, notify, userData);
}

Result<cl_context> createContextFromType(const cl_context_properties* properties, cl_device_type type,
                                         Notify notify, void* userData) {
  const Platform* platform = Platform::instance();
  if (platform == nullptr) return Failure{CL_INVALID_PLATFORM};
  std::vector<Device*> devices = platform->devicesOfType(type);
  if (devices.empty()) return Failure{CL_DEVICE_NOT_FOUND};
  // Level Zero contexts do not span drivers: those of the first device's.
  std::erase_if(devices, [driver = devices.front()->level0().driver](const Device* device) {
    return device->level0().driver != driver;
  });
  return create(std::move(devices), properties, notify, userData);
}

Result<void> retainContext(cl_context context) {
  Context::trusted(context).retainApi();
  return {};
}

Result<void> releaseContext(cl_context context) {
  Context::trusted(context).releaseApi();
  return {};
}

Result<void> getContextInfo(cl_context context, cl_context_info name, size_t size, void* value,
                            size_t* sizeReturned) {
  return Context::trusted(context).info(name, InfoWriter(size, value, sizeReturned));
}

Result<void> setContextDestructorCallback(cl_context context, void(CL_CALLBACK* notify)(cl_context, void*),
                                          void* userData) {
  Context::trusted(context).addDestructorCallback(
      [notify, userData](cl_context handle) { notify(handle, userData); });
  return {};
}

}  // namespace clze::icd::api
