// A program that shares a VA surface: images of its planes, acquire, a read and a fill, release; then the
// same again with images made anew, which finds the import in the cache. Run through clze-run, which gives a
// display.
#include <CL/cl_va_api_media_sharing_intel.h>
#include <fcntl.h>
#include <unistd.h>
#include <va/va.h>
#include <va/va_drm.h>

#include <cstring>

#include "tests/fault/objects.h"

namespace {

using clze::fault::kError;
using clze::fault::kWrong;
using clze::fault::Objects;

constexpr unsigned kWidth = 64, kHeight = 32;

// VA-API does not fail here: without its surface the program is of no use.
class Surface {
 public:
  Surface() : fd_(::open("/dev/dri/renderD128", O_RDWR | O_CLOEXEC)), display_(::vaGetDisplayDRM(fd_)) {
    int major = 0, minor = 0;
    ::vaSetInfoCallback(display_, nullptr, nullptr);
    const bool made = ::vaInitialize(display_, &major, &minor) == VA_STATUS_SUCCESS &&
                      ::vaCreateSurfaces(display_, VA_RT_FORMAT_YUV420, kWidth, kHeight, &id_, 1, nullptr,
                                         0) == VA_STATUS_SUCCESS;
    if (made) return;
    std::fprintf(stderr, "program: no VA surface: run it through clze-run --software\n");
    std::exit(1);
  }
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;
  ~Surface() {
    ::vaDestroySurfaces(display_, &id_, 1);
    ::vaTerminate(display_);
    ::close(fd_);
  }
  VADisplay display() const { return display_; }
  VASurfaceID id() const { return id_; }

  // Calls row(bytes of a row's texels) for each row of a plane.
  template <class Row>
  void rows(unsigned plane, Row row) const {
    VAImage image = {};
    void* data = nullptr;
    ::vaSyncSurface(display_, id_);
    if (::vaDeriveImage(display_, id_, &image) != VA_STATUS_SUCCESS ||
        ::vaMapBuffer(display_, image.buf, &data) != VA_STATUS_SUCCESS) {
      std::exit(1);
    }
    for (unsigned y = 0; y < (plane == 0 ? kHeight : kHeight / 2); ++y) {
      row(static_cast<unsigned char*>(data) + image.offsets[plane] + size_t{y} * image.pitches[plane]);
    }
    ::vaUnmapBuffer(display_, image.buf);
    ::vaDestroyImage(display_, image.image_id);
  }

 private:
  int fd_;
  VADisplay display_;
  VASurfaceID id_ = VA_INVALID_ID;
};

struct Extension {
  clCreateFromVA_APIMediaSurfaceINTEL_fn createFrom = nullptr;
  clEnqueueAcquireVA_APIMediaSurfacesINTEL_fn acquire = nullptr;
  clEnqueueReleaseVA_APIMediaSurfacesINTEL_fn release = nullptr;
};

template <class Function>
bool find(cl_platform_id platform, const char* name, Function& function) {
  function = reinterpret_cast<Function>(clGetExtensionFunctionAddressForPlatform(platform, name));
  return function != nullptr;
}

// What decoders and filters do with a frame: the luma plane is read, the chroma plane is written.
int useFrame(Objects& o, const Extension& extension, const Surface& surface, unsigned char luma,
             unsigned char chroma) {
  surface.rows(0, [luma](unsigned char* row) { std::memset(row, luma, kWidth); });
  cl_int code = CL_SUCCESS;
  VASurfaceID id = surface.id();
  cl_mem planes[2] = {};
  for (cl_uint i = 0; i < 2; ++i) {
    planes[i] = o.keep(extension.createFrom(o.context, CL_MEM_READ_WRITE, &id, i, &code));
    STOP_ON_ERROR(code);
  }
  Objects::Kept acquired{o}, filled{o}, released{o};
  STOP_ON_ERROR(extension.acquire(o.queue, 2, planes, 0, nullptr, &acquired.event));
  const size_t origin[3] = {0, 0, 0};
  const size_t lumaRegion[3] = {kWidth, kHeight, 1}, chromaRegion[3] = {kWidth / 2, kHeight / 2, 1};
  std::vector<unsigned char> texels(size_t{kWidth} * kHeight);
  STOP_ON_ERROR(clEnqueueReadImage(o.queue, planes[0], CL_TRUE, origin, lumaRegion, 0, 0, texels.data(), 1,
                                   &acquired.event, nullptr));
  const float value = static_cast<float>(chroma) / 255.0F;
  const float color[4] = {value, value, 0, 1};
  STOP_ON_ERROR(
      clEnqueueFillImage(o.queue, planes[1], color, origin, chromaRegion, 1, &acquired.event, &filled.event));
  STOP_ON_ERROR(extension.release(o.queue, 2, planes, 1, &filled.event, &released.event));
  STOP_ON_ERROR(clWaitForEvents(1, &released.event));
  for (const unsigned char texel : texels) {
    if (texel != luma) return kWrong;
  }
  bool equal = true;
  surface.rows(1, [&equal, chroma](const unsigned char* row) {
    for (unsigned x = 0; x < kWidth; ++x) equal = equal && row[x] == chroma;
  });
  return equal ? 0 : kWrong;
}

// As programs that never acquire: where images are copies of planes, the read is what fills one, and the
// image's end is what writes it back.
int useUnacquired(Objects& o, const Extension& extension, const Surface& surface, unsigned char luma) {
  surface.rows(0, [luma](unsigned char* row) { std::memset(row, luma, kWidth); });
  cl_int code = CL_SUCCESS;
  VASurfaceID id = surface.id();
  cl_mem plane = o.keep(extension.createFrom(o.context, CL_MEM_READ_WRITE, &id, 0, &code));
  STOP_ON_ERROR(code);
  const size_t origin[3] = {0, 0, 0}, region[3] = {kWidth, kHeight, 1};
  std::vector<unsigned char> texels(size_t{kWidth} * kHeight);
  STOP_ON_ERROR(
      clEnqueueReadImage(o.queue, plane, CL_TRUE, origin, region, 0, 0, texels.data(), 0, nullptr, nullptr));
  for (const unsigned char texel : texels) {
    if (texel != luma) return kWrong;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  clze::fault::tellOpenFilesAtExit();
  const bool outOfOrder = argc > 1 && std::strcmp(argv[1], "out-of-order") == 0;
  const Surface surface;
  cl_platform_id platform = nullptr;
  STOP_ON_ERROR(clGetPlatformIDs(1, &platform, nullptr));
  cl_device_id device = nullptr;
  STOP_ON_ERROR(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr));
  Extension extension;
  if (!find(platform, "clCreateFromVA_APIMediaSurfaceINTEL", extension.createFrom) ||
      !find(platform, "clEnqueueAcquireVA_APIMediaSurfacesINTEL", extension.acquire) ||
      !find(platform, "clEnqueueReleaseVA_APIMediaSurfacesINTEL", extension.release)) {
    return kError;
  }
  Objects objects;
  cl_int code = CL_SUCCESS;
  const cl_context_properties properties[] = {
      CL_CONTEXT_PLATFORM, reinterpret_cast<cl_context_properties>(platform), CL_CONTEXT_VA_API_DISPLAY_INTEL,
      reinterpret_cast<cl_context_properties>(surface.display()), 0};
  objects.context = clCreateContext(properties, 1, &device, nullptr, nullptr, &code);
  STOP_ON_ERROR(code);
  const cl_queue_properties queueProperties[] = {
      CL_QUEUE_PROPERTIES, outOfOrder ? CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE : cl_queue_properties{0}, 0};
  objects.queue = clCreateCommandQueueWithProperties(objects.context, device, queueProperties, &code);
  STOP_ON_ERROR(code);
  if (const int result = useFrame(objects, extension, surface, 30, 90); result != 0) return result;
  if (const int result = useFrame(objects, extension, surface, 31, 91); result != 0) return result;
  if (argc > 2 && std::strcmp(argv[2], "unacquired") == 0) {
    if (const int result = useUnacquired(objects, extension, surface, 32); result != 0) return result;
  }
  STOP_ON_ERROR(clFinish(objects.queue));
  return 0;
}
