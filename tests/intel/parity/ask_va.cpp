// VA-API surfaces as images: with Intel's media driver on the same GPU.
#include <CL/cl_va_api_media_sharing_intel.h>
#include <fcntl.h>
#include <unistd.h>
#include <va/va.h>
#include <va/va_drm.h>

#include <array>
#include <vector>

#include "tests/intel/parity/ask.h"

namespace clze::parity {
namespace {

struct Functions {
  clGetDeviceIDsFromVA_APIMediaAdapterINTEL_fn devices = nullptr;
  clCreateFromVA_APIMediaSurfaceINTEL_fn create = nullptr;
  clEnqueueAcquireVA_APIMediaSurfacesINTEL_fn acquire = nullptr;
  clEnqueueReleaseVA_APIMediaSurfacesINTEL_fn release = nullptr;
  clGetSupportedVA_APIMediaSurfaceFormatsINTEL_fn formats = nullptr;
};

Functions findFunctions() {
  Functions found;
  const auto find = [](auto& function, const char* name) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(
        clGetExtensionFunctionAddressForPlatform(setup().platform, name));
    answer(std::string("va.") + name, function != nullptr ? "there" : "null");
  };
  find(found.devices, "clGetDeviceIDsFromVA_APIMediaAdapterINTEL");
  find(found.create, "clCreateFromVA_APIMediaSurfaceINTEL");
  find(found.acquire, "clEnqueueAcquireVA_APIMediaSurfacesINTEL");
  find(found.release, "clEnqueueReleaseVA_APIMediaSurfacesINTEL");
  find(found.formats, "clGetSupportedVA_APIMediaSurfaceFormatsINTEL");
  return found;
}

struct SurfaceCase {
  const char* name;
  unsigned fourcc, format, planes;
};
constexpr std::array kSurfaces = {SurfaceCase{"NV12", VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 3},
                                  SurfaceCase{"P010", VA_FOURCC_P010, VA_RT_FORMAT_YUV420_10, 2},
                                  SurfaceCase{"YUY2", VA_FOURCC_YUY2, VA_RT_FORMAT_YUV422, 2},
                                  SurfaceCase{"BGRA", VA_FOURCC_BGRA, VA_RT_FORMAT_RGB32, 1},
                                  SurfaceCase{"Y210", VA_FOURCC_Y210, VA_RT_FORMAT_YUV422_10, 1},
                                  SurfaceCase{"AYUV", VA_FOURCC_AYUV, VA_RT_FORMAT_YUV444, 1},
                                  SurfaceCase{"RGBP", VA_FOURCC_RGBP, VA_RT_FORMAT_RGBP, 1}};

VASurfaceID surfaceOf(VADisplay display, const SurfaceCase& kind, unsigned width, unsigned height) {
  VASurfaceAttrib attribute = {};
  attribute.type = VASurfaceAttribPixelFormat;
  attribute.flags = VA_SURFACE_ATTRIB_SETTABLE;
  attribute.value.type = VAGenericValueTypeInteger;
  attribute.value.value.i = static_cast<int>(kind.fourcc);
  VASurfaceID id = VA_INVALID_ID;
  if (::vaCreateSurfaces(display, kind.format, width, height, &id, 1, &attribute, 1) != VA_STATUS_SUCCESS) {
    return VA_INVALID_ID;
  }
  return id;
}

void askPlane(const Functions& call, cl_context context, cl_command_queue queue, VASurfaceID surface,
              cl_uint plane, const std::string& key) {
  cl_int code = CL_SUCCESS;
  cl_mem image = call.create(context, CL_MEM_READ_WRITE, &surface, plane, &code);
  answer(key, errorName(code));
  if (code != CL_SUCCESS) return;
  const auto info = [&key, image](const char* text, Kind kind, cl_uint name) {
    ask(key + "." + text, kind, [image, name](size_t size, void* value, size_t* returned) {
      return clGetImageInfo(image, name, size, value, returned);
    });
  };
  info("CL_IMAGE_FORMAT", Kind::Bytes, CL_IMAGE_FORMAT);
  info("CL_IMAGE_ELEMENT_SIZE", Kind::Number, CL_IMAGE_ELEMENT_SIZE);
  info("CL_IMAGE_ROW_PITCH", Kind::Number, CL_IMAGE_ROW_PITCH);
  info("CL_IMAGE_SLICE_PITCH", Kind::Number, CL_IMAGE_SLICE_PITCH);
  info("CL_IMAGE_WIDTH", Kind::Number, CL_IMAGE_WIDTH);
  info("CL_IMAGE_HEIGHT", Kind::Number, CL_IMAGE_HEIGHT);
  info("CL_IMAGE_VA_API_PLANE_INTEL", Kind::Number, CL_IMAGE_VA_API_PLANE_INTEL);
  const auto memory = [&key, image](const char* text, Kind kind, cl_uint name) {
    ask(key + "." + text, kind, [image, name](size_t size, void* value, size_t* returned) {
      return clGetMemObjectInfo(image, name, size, value, returned);
    });
  };
  memory("CL_MEM_TYPE", Kind::Bits, CL_MEM_TYPE);
  memory("CL_MEM_FLAGS", Kind::Bits, CL_MEM_FLAGS);
  memory("CL_MEM_SIZE", Kind::Number, CL_MEM_SIZE);
  memory("CL_MEM_OFFSET", Kind::Number, CL_MEM_OFFSET);
  memory("CL_MEM_VA_API_MEDIA_SURFACE_INTEL", Kind::Handle, CL_MEM_VA_API_MEDIA_SURFACE_INTEL);
  cl_event event = nullptr;
  answer(key + ".acquire", errorName(call.acquire(queue, 1, &image, 0, nullptr, &event)));
  ask(key + ".acquire command", Kind::Bits, [event](size_t size, void* value, size_t* returned) {
    return event == nullptr ? CL_INVALID_EVENT
                            : clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, size, value, returned);
  });
  answer(key + ".acquire again", errorName(call.acquire(queue, 1, &image, 0, nullptr, nullptr)));
  answer(key + ".release", errorName(call.release(queue, 1, &image, 0, nullptr, nullptr)));
  answer(key + ".release again", errorName(call.release(queue, 1, &image, 0, nullptr, nullptr)));
  clFinish(queue);
  clReleaseMemObject(image);
}

void askSurfaceFormats(const Functions& call, cl_context context) {
  constexpr std::array<std::pair<cl_mem_flags, const char*>, 3> kFlags = {
      {{CL_MEM_READ_ONLY, "read"}, {CL_MEM_WRITE_ONLY, "write"}, {CL_MEM_READ_WRITE, "read-write"}}};
  for (const auto& [flags, name] : kFlags) {
    for (cl_uint plane = 0; plane < 3; ++plane) {
      const std::string key = std::string("va.formats ") + name + " plane " + std::to_string(plane);
      cl_uint count = 0;
      std::array<VAImageFormat, 64> formats = {};
      const cl_int code =
          call.formats(context, flags, CL_MEM_OBJECT_IMAGE2D, plane, 64, formats.data(), &count);
      answer(key, errorName(code));
      for (cl_uint i = 0; i < count && i < formats.size(); ++i) {
        const unsigned fourcc = formats[i].fourcc;
        const char text[] = {static_cast<char>(fourcc), static_cast<char>(fourcc >> 8),
                             static_cast<char>(fourcc >> 16), static_cast<char>(fourcc >> 24), 0};
        answer(key + "/" + text, "yes");
      }
    }
  }
}

}  // namespace

void askVa() {
  const int fd = ::open("/dev/dri/renderD128", O_RDWR | O_CLOEXEC);
  const VADisplay display = ::vaGetDisplayDRM(fd);
  int major = 0;
  int minor = 0;
  ::vaSetInfoCallback(display, nullptr, nullptr);
  if (::vaInitialize(display, &major, &minor) != VA_STATUS_SUCCESS)
    return answer("va.display", "does not start");
  const Functions call = findFunctions();
  if (call.devices == nullptr || call.create == nullptr) return;
  cl_device_id device = nullptr;
  cl_uint count = 0;
  answer("va.devices", errorName(call.devices(setup().platform, CL_VA_API_DISPLAY_INTEL, display,
                                              CL_ALL_DEVICES_FOR_VA_API_INTEL, 1, &device, &count)));
  answer("va.devices count", std::to_string(count));
  answer("va.devices the same", device == setup().device ? "yes" : "no");
  for (const bool userSync : {false, true}) {
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                reinterpret_cast<cl_context_properties>(setup().platform),
                                                CL_CONTEXT_VA_API_DISPLAY_INTEL,
                                                reinterpret_cast<cl_context_properties>(display),
                                                CL_CONTEXT_INTEROP_USER_SYNC,
                                                userSync ? CL_TRUE : CL_FALSE,
                                                0};
    cl_int code = CL_SUCCESS;
    cl_context context = clCreateContext(properties, 1, &setup().device, nullptr, nullptr, &code);
    answer(userSync ? "va.context with user sync" : "va.context", errorName(code));
    if (code != CL_SUCCESS || userSync) continue;
    cl_command_queue queue = clCreateCommandQueueWithProperties(context, setup().device, nullptr, nullptr);
    if (call.formats != nullptr) askSurfaceFormats(call, context);
    for (const SurfaceCase& kind : kSurfaces) {
      // Native Intel drivers divide by zero on the second plane of RGBP: one plane is asked.
      for (const auto& [width, height] : {std::pair{640u, 480u}, std::pair{322u, 242u}}) {
        const VASurfaceID surface = surfaceOf(display, kind, width, height);
        const std::string key =
            std::string("va.") + kind.name + " " + std::to_string(width) + "x" + std::to_string(height);
        if (surface == VA_INVALID_ID) {
          answer(key, "no surface");
          continue;
        }
        for (cl_uint plane = 0; plane < kind.planes; ++plane) {
          askPlane(call, context, queue, surface, plane, key + " plane " + std::to_string(plane));
        }
      }
    }
  }
}

}  // namespace clze::parity
