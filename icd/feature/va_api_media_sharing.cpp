// cl_intel_va_api_media_sharing: contexts on a VADisplay, images of VA surfaces, acquire and release.
#include <CL/cl_va_api_media_sharing_intel.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "ext_va_sharing/display.h"
#include "icd/command/enqueue.h"
#include "icd/entry/trampoline.h"
#include "icd/feature/feature.h"
#include "icd/feature/va_copies.h"
#include "icd/feature/va_image.h"
#include "icd/validate/common.h"

namespace clze::icd {
namespace {

bool sharesDisplay(const Platform& platform, const Device& device, VADisplay display) {
  return sharesVaSurfaces(device.level0()) &&
         va::displayMatches(display, device.level0(), platform.devices().size() == 1);
}

bool contextProperty(cl_context_properties name, cl_context_properties value, Result<void>& result) {
  if (name != CL_CONTEXT_VA_API_DISPLAY_INTEL) return false;
  const auto display = reinterpret_cast<VADisplay>(value);
  // Null asks for no sharing.
  if (display != nullptr && !va::displayIsValid(display)) {
    CLZE_LOG_WARNING("va", "CL_CONTEXT_VA_API_DISPLAY_INTEL is no VADisplay that vaInitialize has seen");
    result = Failure{CL_INVALID_VA_API_MEDIA_ADAPTER_INTEL};
  }
  return true;
}

Result<void> contextCreated(Context& context) {
  VADisplay display = nullptr;
  bool userSync = false;
  const auto& properties = context.properties();
  for (size_t i = 0; i + 1 < properties.size() && properties[i] != 0; i += 2) {
    if (properties[i] == CL_CONTEXT_VA_API_DISPLAY_INTEL)
      display = reinterpret_cast<VADisplay>(properties[i + 1]);
    if (properties[i] == CL_CONTEXT_INTEROP_USER_SYNC) userSync = properties[i + 1] != 0;
  }
  if (display == nullptr) return {};
  // The display of another GPU cannot be shared with any device of this context.
  const auto& devices = context.devices();
  if (std::none_of(devices.begin(), devices.end(), [&context, display](const Device* device) {
        return sharesDisplay(context.device().platform(), *device, display);
      })) {
    return Failure{CL_INVALID_VA_API_MEDIA_ADAPTER_INTEL};
  }
  context.attach(std::make_unique<VaContext>(display, userSync, context));
  return {};
}

bool memoryInfo(const Memory& memory, cl_uint name, const InfoWriter& writer, Result<void>& result) {
  if (name != CL_MEM_VA_API_MEDIA_SURFACE_INTEL && name != CL_IMAGE_VA_API_PLANE_INTEL) return false;
  const auto* image = dynamic_cast<const VaImage*>(&memory);
  if (image == nullptr) {
    result = Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
  } else {
    result =
        name == CL_MEM_VA_API_MEDIA_SURFACE_INTEL ? writer(image->surfaceAddress()) : writer(image->plane());
  }
  return true;
}

}  // namespace

namespace validate {
namespace {

Result<void> getDeviceIDsFromVA(cl_platform_id platform, cl_va_api_device_source_intel source,
                                void* /*adapter*/, cl_va_api_device_set_intel set, cl_uint capacity,
                                cl_device_id* devices, cl_uint* count) {
  if (Platform::from(platform) == nullptr) return Failure{CL_INVALID_PLATFORM};
  if (source != CL_VA_API_DISPLAY_INTEL) return Failure{CL_INVALID_VALUE};
  if (set != CL_PREFERRED_DEVICES_FOR_VA_API_INTEL && set != CL_ALL_DEVICES_FOR_VA_API_INTEL) {
    return Failure{CL_INVALID_VALUE};
  }
  if (capacity == 0 && devices != nullptr) return Failure{CL_INVALID_VALUE};
  if (devices == nullptr && count == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> createFromVA(cl_context handle, cl_mem_flags flags, VASurfaceID* surface, cl_uint plane) {
  const Context* context = Context::from(handle);
  // "If and only if" the context was made from a VADisplay.
  if (context == nullptr || context->attachment<VaContext>() == nullptr) return Failure{CL_INVALID_CONTEXT};
  // Exactly one of the three; 0 is not among them.
  if (flags != CL_MEM_READ_ONLY && flags != CL_MEM_WRITE_ONLY && flags != CL_MEM_READ_WRITE) {
    return Failure{CL_INVALID_VALUE};
  }
  // No format has a fourth plane.
  if (plane > 2) return Failure{CL_INVALID_VALUE};
  if (surface == nullptr || *surface == VA_INVALID_ID) return Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
  return {};
}

// Acquire and release share all rules but the state they ask of each object.
Result<void> exchange(cl_command_queue handle, cl_uint count, const cl_mem* objects, cl_uint waitCount,
                      const cl_event* waits) {
  // Zero and null together do nothing; one without the other is wrong.
  if ((count == 0) != (objects == nullptr)) return Failure{CL_INVALID_VALUE};
  for (cl_uint i = 0; i < count; ++i) {
    if (dynamic_cast<VaImage*>(Memory::from(objects[i])) == nullptr) return Failure{CL_INVALID_MEM_OBJECT};
  }
  CommandQueue* queue = CommandQueue::from(handle);
  if (queue == nullptr) return Failure{CL_INVALID_COMMAND_QUEUE};
  if (queue->context().attachment<VaContext>() == nullptr) return Failure{CL_INVALID_CONTEXT};
  for (cl_uint i = 0; i < count; ++i) {
    if (&Memory::trusted(objects[i]).context() != &queue->context()) return Failure{CL_INVALID_CONTEXT};
  }
  return waitList(queue->context(), waitCount, waits);
}

Result<void> acquireVA(cl_command_queue queue, cl_uint count, const cl_mem* objects, cl_uint waitCount,
                       const cl_event* waits, cl_event* /*event*/) {
  return exchange(queue, count, objects, waitCount, waits);
}

Result<void> releaseVA(cl_command_queue queue, cl_uint count, const cl_mem* objects, cl_uint waitCount,
                       const cl_event* waits, cl_event* /*event*/) {
  return exchange(queue, count, objects, waitCount, waits);
}

}  // namespace
}  // namespace validate

namespace api {
namespace {

VaImage& vaImage(cl_mem object) { return static_cast<VaImage&>(Memory::trusted(object)); }

Result<void> getDeviceIDsFromVA(cl_platform_id handle, cl_va_api_device_source_intel, void* adapter,
                                cl_va_api_device_set_intel, cl_uint capacity, cl_device_id* devices,
                                cl_uint* count) {
  const Platform& platform = Platform::trusted(handle);
  // Applications pass the VADisplay itself, as they do in the context's properties.
  const auto display = static_cast<VADisplay>(adapter);
  std::vector<Device*> matching;
  if (va::displayIsValid(display)) {
    std::copy_if(
        platform.devices().begin(), platform.devices().end(), std::back_inserter(matching),
        [&platform, display](const Device* device) { return sharesDisplay(platform, *device, display); });
  }
  if (count != nullptr) *count = static_cast<cl_uint>(matching.size());
  if (matching.empty()) return Failure{CL_DEVICE_NOT_FOUND};
  if (devices != nullptr) {
    std::copy_n(matching.begin(), std::min<size_t>(capacity, matching.size()), devices);
  }
  return {};
}

std::vector<VaImage*> vaImages(const cl_mem* objects, cl_uint count) {
  std::vector<VaImage*> images;
  for (cl_uint i = 0; i < count; ++i) images.push_back(&vaImage(objects[i]));
  return images;
}

Result<cl_mem> createFromVA(cl_context context, cl_mem_flags flags, VASurfaceID* surface, cl_uint plane) {
  CLZE_TRY_ASSIGN(Ref<VaImage> image,
                  VaImage::create(Ref<Context>(&Context::trusted(context)), flags, *surface, plane));
  return Memory::publish(Ref<Memory>(image));
}

Result<void> acquireVA(cl_command_queue handle, cl_uint count, const cl_mem* objects, cl_uint waitCount,
                       const cl_event* waits, cl_event* event) {
  CommandQueue& queue = CommandQueue::trusted(handle);
  VaContext& va = *queue.context().attachment<VaContext>();
  // All or none: what was taken before the failure is given back.
  cl_uint taken = 0;
  const auto giveBack = [&taken, objects](cl_int code) {
    while (taken > 0) vaImage(objects[--taken]).releaseSurface();
    return Failure{code};
  };
  for (; taken < count; ++taken) {
    if (!vaImage(objects[taken]).acquire()) return giveBack(CL_VA_API_MEDIA_SURFACE_ALREADY_ACQUIRED_INTEL);
  }
  if (!va.userSync) {
    // VA commands issued before this call are done before the event completes: waited for here, with no lock
    // held.
    VASurfaceID synced = VA_INVALID_ID;
    for (cl_uint i = 0; i < count; ++i) {
      // The planes of one surface stand side by side; one wait serves both.
      const VASurfaceID surface = vaImage(objects[i]).surface();
      if (surface == synced) continue;
      if (const auto done = va.sharing.sync(surface); !done.ok()) return giveBack(done.code());
      synced = surface;
    }
  }
  // A barrier, so that later work in an out-of-order queue starts after the wait list too.
  const auto done = enqueueSurfaceCopies({.queue = queue,
                                          .type = CL_COMMAND_ACQUIRE_VA_API_MEDIA_SURFACES_INTEL,
                                          .waits = {waits, waitCount},
                                          .event = event,
                                          .barrier = true},
                                         vaImages(objects, count), SurfaceCopy::Fill);
  if (!done.ok()) return giveBack(done.code());
  return {};
}

Result<void> releaseVA(cl_command_queue handle, cl_uint count, const cl_mem* objects, cl_uint waitCount,
                       const cl_event* waits, cl_event* event) {
  CommandQueue& queue = CommandQueue::trusted(handle);
  const VaContext& va = *queue.context().attachment<VaContext>();
  cl_uint given = 0;
  const auto takeBack = [&given, objects](cl_int code) {
    while (given > 0) vaImage(objects[--given]).acquire();
    return Failure{code};
  };
  for (; given < count; ++given) {
    if (!vaImage(objects[given]).releaseSurface())
      return takeBack(CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL);
  }
  // Without user sync, VA commands after this call's return start only when the queue's work is done: Level
  // Zero leaves no fence on the dma-buf, so the host waits here.
  const auto done = enqueueSurfaceCopies({.queue = queue,
                                          .type = CL_COMMAND_RELEASE_VA_API_MEDIA_SURFACES_INTEL,
                                          .waits = {waits, waitCount},
                                          .event = event,
                                          .blocking = !va.userSync,
                                          .barrier = true},
                                         vaImages(objects, count), SurfaceCopy::WriteBack);
  if (!done.ok()) return takeBack(done.code());
  return {};
}

}  // namespace
}  // namespace api

namespace {

constexpr char kGetDevices[] = "clGetDeviceIDsFromVA_APIMediaAdapterINTEL";
constexpr char kCreate[] = "clCreateFromVA_APIMediaSurfaceINTEL";
constexpr char kAcquire[] = "clEnqueueAcquireVA_APIMediaSurfacesINTEL";
constexpr char kRelease[] = "clEnqueueReleaseVA_APIMediaSurfacesINTEL";

const std::array kFunctions = {
    FeatureFunction{
        kGetDevices,
        reinterpret_cast<void*>(
            &Trampoline<clGetDeviceIDsFromVA_APIMediaAdapterINTEL_fn, &validate::getDeviceIDsFromVA,
                        &api::getDeviceIDsFromVA, kGetDevices>::call)},
    FeatureFunction{kCreate, reinterpret_cast<void*>(
                                 &Trampoline<clCreateFromVA_APIMediaSurfaceINTEL_fn, &validate::createFromVA,
                                             &api::createFromVA, kCreate>::call)},
    FeatureFunction{kAcquire, reinterpret_cast<void*>(
                                  &Trampoline<clEnqueueAcquireVA_APIMediaSurfacesINTEL_fn,
                                              &validate::acquireVA, &api::acquireVA, kAcquire>::call)},
    FeatureFunction{kRelease, reinterpret_cast<void*>(
                                  &Trampoline<clEnqueueReleaseVA_APIMediaSurfacesINTEL_fn,
                                              &validate::releaseVA, &api::releaseVA, kRelease>::call)},
};

}  // namespace

extern const Feature kVaApiMediaSharing = {
    .name = "cl_intel_va_api_media_sharing",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .supported = sharesVaSurfaces,
    .functions = kFunctions,
    .contextProperty = contextProperty,
    .memoryInfo = memoryInfo,
    .contextCreated = contextCreated,
};

}  // namespace clze::icd
