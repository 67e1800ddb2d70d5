// What every test of VA sharing starts from: a display on the software GPU, the device that shares it, a
// context and a queue.
#pragma once

#include <CL/cl.h>
#include <CL/cl_va_api_media_sharing_intel.h>
#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <va/va.h>
#include <va/va_drm.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tests/support/data.h"

namespace clze::test {

// Rows of one plane without padding.
using Bytes = std::vector<unsigned char>;

inline size_t openFiles() {
  size_t count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

inline bool strict() {
  const char* setting = std::getenv("CLZE_VA_STRICT");
  return setting != nullptr && *setting == '1';
}

inline std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}
// The way of import that is asked for; empty: any.
inline std::string forcedImport() { return setting("CLZE_VA_IMPORT"); }
// Surfaces are tiled, by softgpu posing as hardware that tiles.
inline bool tiled() {
  const std::string pose = setting("SOFTGPU_POSE");
  return pose.starts_with("tgl") || pose.starts_with("dg2");
}
inline bool softwareGpu() { return setting("LIBVA_DRIVER_NAME") == "softgpu"; }

// A VADisplay of its own, initialised.
class Display {
 public:
  Display() : fd_(::open("/dev/dri/renderD128", O_RDWR | O_CLOEXEC)), display_(::vaGetDisplayDRM(fd_)) {
    int major = 0;
    int minor = 0;
    ::vaSetInfoCallback(display_, nullptr, nullptr);
    if (display_ == nullptr || ::vaInitialize(display_, &major, &minor) != VA_STATUS_SUCCESS) {
      ADD_FAILURE() << "no VA display: run this through clze-run --software, or on Intel's drivers";
      std::exit(1);
    }
  }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;
  ~Display() {
    ::vaTerminate(display_);
    ::close(fd_);
  }
  VADisplay get() const { return display_; }

  VASurfaceID surface(uint32_t fourcc, unsigned width, unsigned height) const {
    VASurfaceAttrib attribute = {};
    attribute.type = VASurfaceAttribPixelFormat;
    attribute.flags = VA_SURFACE_ATTRIB_SETTABLE;
    attribute.value.type = VAGenericValueTypeInteger;
    attribute.value.value.i = static_cast<int>(fourcc);
    const unsigned format = fourcc == VA_FOURCC_NV12                               ? VA_RT_FORMAT_YUV420
                            : fourcc == VA_FOURCC_P010                             ? VA_RT_FORMAT_YUV420_10
                            : fourcc == VA_FOURCC_P012 || fourcc == VA_FOURCC_P016 ? VA_RT_FORMAT_YUV420_12
                            : fourcc == VA_FOURCC_YUY2                             ? VA_RT_FORMAT_YUV422
                            : fourcc == VA_FOURCC_AYUV                             ? VA_RT_FORMAT_YUV444
                            : fourcc == VA_FOURCC_RGBP                             ? VA_RT_FORMAT_RGBP
                                                                                   : VA_RT_FORMAT_RGB32;
    VASurfaceID id = VA_INVALID_ID;
    EXPECT_EQ(::vaCreateSurfaces(display_, format, width, height, &id, 1, &attribute, 1), VA_STATUS_SUCCESS);
    return id;
  }
  void destroy(VASurfaceID id) const { EXPECT_EQ(::vaDestroySurfaces(display_, &id, 1), VA_STATUS_SUCCESS); }

  // One plane's content, through VA-API alone; rowBytes are those of the texels.
  void write(VASurfaceID id, unsigned plane, size_t rowBytes, const Bytes& content) const {
    transfer(id, plane, rowBytes, content.size() / rowBytes, [&](unsigned char* row, size_t index) {
      std::memcpy(row, &content[index * rowBytes], rowBytes);
    });
  }
  Bytes read(VASurfaceID id, unsigned plane, size_t rowBytes, size_t rows) const {
    Bytes content(rowBytes * rows);
    transfer(id, plane, rowBytes, rows, [&](unsigned char* row, size_t index) {
      std::memcpy(&content[index * rowBytes], row, rowBytes);
    });
    return content;
  }

 private:
  // Data: where nothing is computed, surfaces are not mapped either (iHD needs the GPU to map a tiled one).
  template <class Row>
  void transfer(VASurfaceID id, unsigned plane, size_t rowBytes, size_t rows, Row row) const {
    VAImage image = {};
    void* data = nullptr;
    ASSERT_EQ(::vaSyncSurface(display_, id), VA_STATUS_SUCCESS);
    if (DataChecks::off()) return;
    ASSERT_EQ(::vaDeriveImage(display_, id, &image), VA_STATUS_SUCCESS);
    ASSERT_EQ(::vaMapBuffer(display_, image.buf, &data), VA_STATUS_SUCCESS);
    ASSERT_LT(plane, image.num_planes);
    ASSERT_LE(rowBytes, image.pitches[plane]);
    for (size_t y = 0; y < rows; ++y) {
      row(static_cast<unsigned char*>(data) + image.offsets[plane] + y * image.pitches[plane], y);
    }
    ::vaUnmapBuffer(display_, image.buf);
    ::vaDestroyImage(display_, image.image_id);
  }
  int fd_;
  VADisplay display_;
};

class VaSharing : public testing::Test {
 protected:
  void SetUp() override {
    cl_uint count = 0;
    ASSERT_EQ(clGetPlatformIDs(1, &platform, &count), CL_SUCCESS);
    const auto find = [this](auto& function, const char* name) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(
          clGetExtensionFunctionAddressForPlatform(platform, name));
      ASSERT_NE(function, nullptr) << name;
    };
    find(getDevices, "clGetDeviceIDsFromVA_APIMediaAdapterINTEL");
    find(createFrom, "clCreateFromVA_APIMediaSurfaceINTEL");
    find(acquire, "clEnqueueAcquireVA_APIMediaSurfacesINTEL");
    find(release, "clEnqueueReleaseVA_APIMediaSurfacesINTEL");
    find(getFormats, "clGetSupportedVA_APIMediaSurfaceFormatsINTEL");
    ASSERT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr), CL_SUCCESS);
    context = makeContext(display.get(), userSync());
    cl_int code = CL_SUCCESS;
    queue = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
    ASSERT_EQ(code, CL_SUCCESS);
  }
  void TearDown() override {
    EXPECT_EQ(clReleaseCommandQueue(queue), CL_SUCCESS);
    EXPECT_EQ(clReleaseContext(context), CL_SUCCESS);
  }
  virtual bool userSync() const { return false; }

  cl_context makeContext(VADisplay on, bool synchronisedByUser) const {
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                reinterpret_cast<cl_context_properties>(platform),
                                                CL_CONTEXT_VA_API_DISPLAY_INTEL,
                                                reinterpret_cast<cl_context_properties>(on),
                                                CL_CONTEXT_INTEROP_USER_SYNC,
                                                synchronisedByUser ? CL_TRUE : CL_FALSE,
                                                0};
    cl_int code = CL_SUCCESS;
    cl_context made = clCreateContext(properties, 1, &device, nullptr, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return made;
  }
  cl_context makePlainContext() const {
    cl_int code = CL_SUCCESS;
    cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return made;
  }

  cl_mem image(VASurfaceID surface, cl_uint plane, cl_mem_flags flags = CL_MEM_READ_WRITE) const {
    cl_int code = CL_SUCCESS;
    cl_mem made = createFrom(context, flags, &surface, plane, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return made;
  }
  // The code of a creation that is expected to fail.
  cl_int refusal(cl_context in, cl_mem_flags flags, VASurfaceID* surface, cl_uint plane) const {
    cl_int code = 1;
    EXPECT_EQ(createFrom(in, flags, surface, plane, &code), nullptr);
    // A null errcode_ret is allowed too.
    EXPECT_EQ(createFrom(in, flags, surface, plane, nullptr), nullptr);
    return code;
  }
  cl_kernel kernel(const char* source, const char* name, cl_context in = nullptr) const {
    cl_int code = CL_SUCCESS;
    cl_program program = clCreateProgramWithSource(in != nullptr ? in : context, 1, &source, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    EXPECT_EQ(clBuildProgram(program, 1, &device, "", nullptr, nullptr), CL_SUCCESS);
    cl_kernel made = clCreateKernel(program, name, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    clReleaseProgram(program);
    return made;
  }

  Display display;
  cl_platform_id platform = nullptr;
  cl_device_id device = nullptr;
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;
  clGetDeviceIDsFromVA_APIMediaAdapterINTEL_fn getDevices = nullptr;
  clCreateFromVA_APIMediaSurfaceINTEL_fn createFrom = nullptr;
  clEnqueueAcquireVA_APIMediaSurfacesINTEL_fn acquire = nullptr;
  clEnqueueReleaseVA_APIMediaSurfacesINTEL_fn release = nullptr;
  cl_int(CL_API_CALL* getFormats)(cl_context, cl_mem_flags, cl_mem_object_type, cl_uint, cl_uint,
                                  VAImageFormat*, cl_uint*) = nullptr;
};

// The same rules hold when the application synchronises by itself.
class VaSharingUserSync : public VaSharing {
 protected:
  bool userSync() const override { return true; }
};

}  // namespace clze::test
