// One decoded frame on its way through OpenCL, in FFmpeg's calls: an image for each plane, acquire, wait,
// release, wait, both images released.
#include <CL/cl_va_api_media_sharing_intel.h>
#include <fcntl.h>
#include <unistd.h>
#include <va/va.h>
#include <va/va_drm.h>

#include "bench/operations.h"

namespace clze::bench {
namespace {

void requireVa(VAStatus status, const char* what) {
  if (status != VA_STATUS_SUCCESS) throw Refused{std::string(what) + ": " + std::to_string(status)};
}

template <class Function>
Function extension(cl_platform_id platform, const char* name) {
  auto* found = reinterpret_cast<Function>(clGetExtensionFunctionAddressForPlatform(platform, name));
  if (found == nullptr) throw Refused{std::string(name) + " is missing"};
  return found;
}

// A context that knows the display, and one surface.
struct Sharing {
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;
  VASurfaceID surface = VA_INVALID_ID;
  clCreateFromVA_APIMediaSurfaceINTEL_fn create = nullptr;
  clEnqueueAcquireVA_APIMediaSurfacesINTEL_fn acquire = nullptr;
  clEnqueueReleaseVA_APIMediaSurfacesINTEL_fn giveBack = nullptr;

  explicit Sharing(const Bench& bench) {
    const int node = ::open("/dev/dri/renderD128", O_RDWR | O_CLOEXEC);
    if (node < 0) throw Refused{"no render node"};
    VADisplay display = vaGetDisplayDRM(node);
    int major = 0, minor = 0;
    vaSetInfoCallback(display, nullptr, nullptr);
    requireVa(vaInitialize(display, &major, &minor), "vaInitialize");
    VASurfaceAttrib format = {};
    format.type = VASurfaceAttribPixelFormat;
    format.flags = VA_SURFACE_ATTRIB_SETTABLE;
    format.value.type = VAGenericValueTypeInteger;
    format.value.value.i = VA_FOURCC_NV12;
    requireVa(vaCreateSurfaces(display, VA_RT_FORMAT_YUV420, 1920, 1080, &surface, 1, &format, 1),
              "vaCreateSurfaces");
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                reinterpret_cast<cl_context_properties>(bench.platform),
                                                CL_CONTEXT_VA_API_DISPLAY_INTEL,
                                                reinterpret_cast<cl_context_properties>(display),
                                                CL_CONTEXT_INTEROP_USER_SYNC,
                                                CL_FALSE,
                                                0};
    cl_int code = CL_SUCCESS;
    context = clCreateContext(properties, 1, &bench.device, nullptr, nullptr, &code);
    require(code, "clCreateContext with a VA display");
    queue = clCreateCommandQueueWithProperties(context, bench.device, nullptr, &code);
    require(code, "clCreateCommandQueueWithProperties");
    create = extension<decltype(create)>(bench.platform, "clCreateFromVA_APIMediaSurfaceINTEL");
    acquire = extension<decltype(acquire)>(bench.platform, "clEnqueueAcquireVA_APIMediaSurfacesINTEL");
    giveBack = extension<decltype(giveBack)>(bench.platform, "clEnqueueReleaseVA_APIMediaSurfacesINTEL");
  }
};

void waitAndRelease(cl_event event) {
  require(clWaitForEvents(1, &event), "clWaitForEvents");
  require(clReleaseEvent(event), "clReleaseEvent");
}

}  // namespace

void shareFrame(Bench& bench) {
  static Sharing sharing(bench);
  cl_mem planes[2] = {};
  const Counted counted;
  for (cl_uint plane = 0; plane < 2; ++plane) {
    cl_int code = CL_SUCCESS;
    planes[plane] = sharing.create(sharing.context, CL_MEM_READ_WRITE, &sharing.surface, plane, &code);
    require(code, "clCreateFromVA_APIMediaSurfaceINTEL");
  }
  cl_event event = nullptr;
  require(sharing.acquire(sharing.queue, 2, planes, 0, nullptr, &event), "acquire");
  waitAndRelease(event);
  require(sharing.giveBack(sharing.queue, 2, planes, 0, nullptr, &event), "release");
  waitAndRelease(event);
  for (cl_mem plane : planes) require(clReleaseMemObject(plane), "clReleaseMemObject");
}

}  // namespace clze::bench
