// The ways of import: layouts that none shows are refused, and copies of planes behave as the surface itself
// would.
#include "va_fixture.h"

namespace clze::test {
namespace {

constexpr size_t kOrigin[3] = {0, 0, 0};

class Import : public VaSharing {
 protected:
  // Of the chroma plane of a 64x64 NV12 surface.
  static constexpr size_t kRow = 64, kRows = 32;
  static constexpr size_t kRegion[3] = {32, 32, 1};

  // Every way is at the driver's mercy here: there is nothing to be seen.
  static bool allRefused() {
    // Tiled in another way than the hardware's, or linear where only the device's tiling can be had.
    if (tiled() && !setting("SOFTGPU_VA_TILING").empty()) return true;
    if (setting("SOFTGPU_FAULT").find("zeImageGetMemoryPropertiesExp:1*") != std::string::npos) return true;
    const bool elsewhere = !setting("SOFTGPU_VA_UV_GAP").empty();
    // Copies reach a chroma plane that begins later, if it does so with a row of tiles.
    if (forcedImport() == "shadow") return elsewhere && !tiled();
    return forcedImport() == "native" && (elsewhere || !setting("SOFTGPU_VA_PITCH").empty());
  }
  Bytes read(cl_mem chroma) const {
    Bytes bytes(kRow * kRows);
    EXPECT_EQ(
        clEnqueueReadImage(queue, chroma, CL_TRUE, kOrigin, kRegion, 0, 0, bytes.data(), 0, nullptr, nullptr),
        CL_SUCCESS);
    return bytes;
  }
  void write(cl_mem chroma, unsigned char value) const {
    const Bytes bytes(kRow * kRows, value);
    EXPECT_EQ(clEnqueueWriteImage(queue, chroma, CL_TRUE, kOrigin, kRegion, 0, 0, bytes.data(), 0, nullptr,
                                  nullptr),
              CL_SUCCESS);
  }
};

TEST_F(Import, LayoutOfTheDriverOrARefusal) {
  for (const uint32_t fourcc : {VA_FOURCC_NV12, VA_FOURCC_P010}) {
    for (const cl_uint plane : {0u, 1u}) {
      VASurfaceID surface = display.surface(fourcc, 64, 64);
      const size_t files = openFiles();
      if (allRefused()) {
        for (int i = 0; i < 10; ++i) {
          EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, &surface, plane), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
        }
        EXPECT_EQ(openFiles(), files);
      } else {
        EXPECT_EQ(clReleaseMemObject(image(surface, plane)), CL_SUCCESS);
      }
      display.destroy(surface);
    }
  }
}

// As the driver's own frame an odd size would become an even one.
TEST_F(Import, OddSizesNeedAnotherWay) {
  VASurfaceID surface = display.surface(VA_FOURCC_NV12, 33, 31);
  for (const cl_uint plane : {0u, 1u}) {
    if (forcedImport() == "native" || allRefused()) {
      EXPECT_EQ(refusal(context, CL_MEM_READ_WRITE, &surface, plane), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
      continue;
    }
    cl_mem made = image(surface, plane);
    size_t size[2] = {};
    EXPECT_EQ(clGetImageInfo(made, CL_IMAGE_WIDTH, sizeof(size_t), &size[0], nullptr), CL_SUCCESS);
    EXPECT_EQ(clGetImageInfo(made, CL_IMAGE_HEIGHT, sizeof(size_t), &size[1], nullptr), CL_SUCCESS);
    EXPECT_EQ(size[0], plane == 0 ? 33u : 17u);
    EXPECT_EQ(size[1], plane == 0 ? 31u : 16u);
    EXPECT_EQ(clReleaseMemObject(made), CL_SUCCESS);
  }
  display.destroy(surface);
}

TEST_F(Import, SizeThatKernelsSeeIsThePlanes) {
  if (allRefused()) return;  // LayoutOfTheDriverOrARefusal has seen it
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  const cl_mem chroma = image(surface, 1, CL_MEM_READ_ONLY);
  cl_int code = CL_SUCCESS;
  cl_mem answer = clCreateBuffer(context, CL_MEM_WRITE_ONLY, 2 * sizeof(cl_int), nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_kernel measures = kernel(
      "kernel void measures(read_only image2d_t from, global int2* size) { *size = get_image_dim(from); }",
      "measures");
  ASSERT_EQ(clSetKernelArg(measures, 0, sizeof(cl_mem), &chroma), CL_SUCCESS);
  ASSERT_EQ(clSetKernelArg(measures, 1, sizeof(cl_mem), &answer), CL_SUCCESS);
  ASSERT_EQ(acquire(queue, 1, &chroma, 0, nullptr, nullptr), CL_SUCCESS);
  const size_t one = 1;
  ASSERT_EQ(clEnqueueNDRangeKernel(queue, measures, 1, nullptr, &one, &one, 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(release(queue, 1, &chroma, 0, nullptr, nullptr), CL_SUCCESS);
  cl_int size[2] = {};
  ASSERT_EQ(clEnqueueReadBuffer(queue, answer, CL_TRUE, 0, sizeof(size), size, 0, nullptr, nullptr),
            CL_SUCCESS);
  DATA_EXPECT_EQ(size[0], 32);
  DATA_EXPECT_EQ(size[1], 32);
  clReleaseKernel(measures);
  clReleaseMemObject(answer);
  clReleaseMemObject(chroma);
  display.destroy(surface);
}

TEST_F(Import, UseWithoutAcquireSeesThePicture) {
  if (allRefused()) return;
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  cl_mem chroma = image(surface, 1, CL_MEM_READ_ONLY);
  for (unsigned char round = 1; round <= 3; ++round) {
    const Bytes content(kRow * kRows, round);
    display.write(surface, 1, kRow, content);
    if (strict()) {
      Bytes bytes(kRow * kRows);
      EXPECT_EQ(clEnqueueReadImage(queue, chroma, CL_TRUE, kOrigin, kRegion, 0, 0, bytes.data(), 0, nullptr,
                                   nullptr),
                CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL);
    } else {
      DATA_EXPECT_TRUE(read(chroma) == content) << int{round};
    }
  }
  clReleaseMemObject(chroma);
  display.destroy(surface);
}

TEST_F(Import, WritesWithoutAcquireArriveAtLastWithTheImagesRelease) {
  if (allRefused() || strict()) return;  // strict: refused, as the test before has seen
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  display.write(surface, 1, kRow, Bytes(kRow * kRows, 3));
  cl_mem chroma = image(surface, 1);
  write(chroma, 77);
  EXPECT_EQ(clReleaseMemObject(chroma), CL_SUCCESS);
  DATA_EXPECT_TRUE(display.read(surface, 1, kRow, kRows) == Bytes(kRow * kRows, 77));
  display.destroy(surface);
}

// A filter graph that splits maps one frame twice: what one image was given is not taken back by the other's
// acquire.
TEST_F(Import, TwoImagesOfOnePlaneShowTheSame) {
  if (allRefused() || strict()) return;  // strict: CreateOneImagePerSurfaceAndPlaneIsTheTextsRule
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  display.write(surface, 1, kRow, Bytes(kRow * kRows, 1));
  cl_mem writer = image(surface, 1);
  cl_mem reader = image(surface, 1, CL_MEM_READ_ONLY);
  ASSERT_EQ(acquire(queue, 1, &writer, 0, nullptr, nullptr), CL_SUCCESS);
  write(writer, 42);
  ASSERT_EQ(acquire(queue, 1, &reader, 0, nullptr, nullptr), CL_SUCCESS);
  DATA_EXPECT_TRUE(read(reader) == Bytes(kRow * kRows, 42));
  ASSERT_EQ(release(queue, 1, &reader, 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(release(queue, 1, &writer, 0, nullptr, nullptr), CL_SUCCESS);
  DATA_EXPECT_TRUE(display.read(surface, 1, kRow, kRows) == Bytes(kRow * kRows, 42));
  clReleaseMemObject(writer);
  clReleaseMemObject(reader);
  display.destroy(surface);
}

class ImportUserSync : public Import {
 protected:
  bool userSync() const override { return true; }
};

// Acquire takes the surface as it is when its wait list has ended, in both kinds of queue.
TEST_F(ImportUserSync, AcquireComesAfterItsWaitList) {
  if (allRefused()) return;
  for (const cl_command_queue_properties mode :
       {cl_command_queue_properties{0},
        cl_command_queue_properties{CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}}) {
    const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES, mode, 0};
    cl_int code = CL_SUCCESS;
    cl_command_queue own = clCreateCommandQueueWithProperties(context, device, properties, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
    display.write(surface, 1, kRow, Bytes(kRow * kRows, 1));
    cl_mem chroma = image(surface, 1);
    cl_event gate = clCreateUserEvent(context, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    cl_event acquired = nullptr;
    ASSERT_EQ(acquire(own, 1, &chroma, 1, &gate, &acquired), CL_SUCCESS);
    Bytes seen(kRow * kRows);
    cl_event done = nullptr;
    ASSERT_EQ(
        clEnqueueReadImage(own, chroma, CL_FALSE, kOrigin, kRegion, 0, 0, seen.data(), 1, &acquired, &done),
        CL_SUCCESS);
    display.write(surface, 1, kRow, Bytes(kRow * kRows, 9));
    ASSERT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
    ASSERT_EQ(clWaitForEvents(1, &done), CL_SUCCESS);
    DATA_EXPECT_TRUE(seen == Bytes(kRow * kRows, 9));
    ASSERT_EQ(release(own, 1, &chroma, 0, nullptr, nullptr), CL_SUCCESS);
    ASSERT_EQ(clFinish(own), CL_SUCCESS);
    for (cl_event event : {gate, acquired, done}) clReleaseEvent(event);
    clReleaseMemObject(chroma);
    display.destroy(surface);
    clReleaseCommandQueue(own);
  }
}

}  // namespace
}  // namespace clze::test
