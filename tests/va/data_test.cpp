// Bytes: what VA-API writes OpenCL reads, and the other way round, in both planes of each format.
#include <memory>

#include "va_fixture.h"

namespace clze::test {
namespace {

Bytes pattern(size_t size, unsigned seed) {
  Bytes bytes(size);
  for (unsigned char& byte : bytes) {
    seed = seed * 1664525u + 1013904223u;
    byte = static_cast<unsigned char>(seed >> 24);
  }
  return bytes;
}

struct Shape {
  uint32_t fourcc;
  size_t width, height;
  bool packed() const { return fourcc == VA_FOURCC_BGRA || fourcc == VA_FOURCC_RGBA; }
  size_t sample() const {
    return fourcc == VA_FOURCC_P010 || fourcc == VA_FOURCC_P012 || fourcc == VA_FOURCC_P016 ? 2 : 1;
  }
  bool subsampled(unsigned plane) const { return plane > 0 && fourcc != VA_FOURCC_RGBP; }
  unsigned planes() const { return packed() ? 1 : fourcc == VA_FOURCC_RGBP ? 3 : 2; }
  // Of a plane: bytes of a row, and rows.
  size_t rowBytes(unsigned plane) const {
    if (packed()) return width * 4;
    return subsampled(plane) ? (width + 1) / 2 * 2 * sample() : width * sample();
  }
  size_t rows(unsigned plane) const { return subsampled(plane) ? (height + 1) / 2 : height; }
  size_t texels(unsigned plane) const { return subsampled(plane) ? (width + 1) / 2 : width; }
};

void PrintTo(const Shape& shape, std::ostream* out) {
  out->write(reinterpret_cast<const char*>(&shape.fourcc), 4);
  *out << ' ' << shape.width << 'x' << shape.height;
}

std::vector<Shape> shapes() {
  std::vector<Shape> all = {{VA_FOURCC_NV12, 640, 480}, {VA_FOURCC_NV12, 322, 242}, {VA_FOURCC_NV12, 16, 16},
                            {VA_FOURCC_NV12, 64, 64},   {VA_FOURCC_P010, 322, 242}, {VA_FOURCC_P010, 64, 48},
                            {VA_FOURCC_P016, 64, 48}};
  // As the driver's own frame no odd size can be had, which ImportOddSizesNeedAnotherWay asks for.
  if (forcedImport() != "native") {
    all.push_back({VA_FOURCC_NV12, 33, 31});
    all.push_back({VA_FOURCC_P010, 35, 17});
  }
  // These depend on more than the device: FormatsListsWhatCanBeShared asks for them on the others.
  if (softwareGpu()) {
    all.push_back({VA_FOURCC_P012, 64, 48});
    all.push_back({VA_FOURCC_BGRA, 70, 31});
    all.push_back({VA_FOURCC_RGBA, 64, 32});
    if (forcedImport().empty() && !tiled()) all.push_back({VA_FOURCC_RGBP, 48, 20});
  }
  return all;
}

class VaData : public VaSharingUserSync, public testing::WithParamInterface<Shape> {
 protected:
  void SetUp() override {
    VaSharingUserSync::SetUp();
    surface = display.surface(GetParam().fourcc, static_cast<unsigned>(GetParam().width),
                              static_cast<unsigned>(GetParam().height));
    for (cl_uint plane = 0; plane < GetParam().planes(); ++plane) planes.push_back(image(surface, plane));
  }
  void TearDown() override {
    for (cl_mem plane : planes) clReleaseMemObject(plane);
    display.destroy(surface);
    VaSharingUserSync::TearDown();
  }
  VASurfaceID surface = VA_INVALID_ID;
  std::vector<cl_mem> planes;
};

TEST_P(VaData, OpenClReadsWhatVaWrote) {
  const Shape& shape = GetParam();
  for (unsigned plane = 0; plane < shape.planes(); ++plane) {
    const Bytes written = pattern(shape.rowBytes(plane) * shape.rows(plane), plane + 1);
    display.write(surface, plane, shape.rowBytes(plane), written);
    ASSERT_EQ(acquire(queue, 1, &planes[plane], 0, nullptr, nullptr), CL_SUCCESS);
    Bytes read(written.size());
    const size_t origin[3] = {0, 0, 0};
    const size_t region[3] = {shape.texels(plane), shape.rows(plane), 1};
    ASSERT_EQ(clEnqueueReadImage(queue, planes[plane], CL_TRUE, origin, region, 0, 0, read.data(), 0, nullptr,
                                 nullptr),
              CL_SUCCESS);
    DATA_EXPECT_TRUE(read == written) << "plane " << plane;
    ASSERT_EQ(release(queue, 1, &planes[plane], 0, nullptr, nullptr), CL_SUCCESS);
  }
}

TEST_P(VaData, VaReadsWhatOpenClWrote) {
  const Shape& shape = GetParam();
  const auto count = static_cast<cl_uint>(planes.size());
  ASSERT_EQ(acquire(queue, count, planes.data(), 0, nullptr, nullptr), CL_SUCCESS);
  Bytes written[3];
  // A test that ends early must not take the data from writes that are on their way.
  const std::shared_ptr<void> atEnd(nullptr, [this](void*) { clFinish(queue); });
  for (unsigned plane = 0; plane < shape.planes(); ++plane) {
    written[plane] = pattern(shape.rowBytes(plane) * shape.rows(plane), plane + 7);
    const size_t origin[3] = {0, 0, 0};
    const size_t region[3] = {shape.texels(plane), shape.rows(plane), 1};
    ASSERT_EQ(clEnqueueWriteImage(queue, planes[plane], CL_FALSE, origin, region, 0, 0, written[plane].data(),
                                  0, nullptr, nullptr),
              CL_SUCCESS);
  }
  ASSERT_EQ(release(queue, count, planes.data(), 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(clFinish(queue), CL_SUCCESS);
  for (unsigned plane = 0; plane < shape.planes(); ++plane) {
    DATA_EXPECT_TRUE(display.read(surface, plane, shape.rowBytes(plane), shape.rows(plane)) == written[plane])
        << "plane " << plane;
  }
}

TEST_P(VaData, AKernelWorksInPlace) {
  const Shape& shape = GetParam();
  const unsigned last = shape.planes() - 1;
  const Bytes before = pattern(shape.rowBytes(last) * shape.rows(last), 3);
  display.write(surface, last, shape.rowBytes(last), before);
  // Mirrors the rows: exact in every format.
  cl_kernel mirrors = kernel(
      "kernel void mirrors(read_only image2d_t from, write_only image2d_t to) {"
      "  const sampler_t s = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_NONE | CLK_FILTER_NEAREST;"
      "  int2 at = (int2)(get_global_id(0), get_global_id(1));"
      "  int2 other = (int2)(get_image_width(from) - 1 - at.x, at.y);"
      "  write_imagef(to, at, read_imagef(from, s, other)); }",
      "mirrors");
  const VASurfaceID target =
      display.surface(shape.fourcc, static_cast<unsigned>(shape.width), static_cast<unsigned>(shape.height));
  const cl_mem both[] = {planes[last], image(target, last, CL_MEM_WRITE_ONLY)};
  ASSERT_EQ(acquire(queue, 2, both, 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(clSetKernelArg(mirrors, 0, sizeof(cl_mem), &both[0]), CL_SUCCESS);
  ASSERT_EQ(clSetKernelArg(mirrors, 1, sizeof(cl_mem), &both[1]), CL_SUCCESS);
  const size_t size[2] = {shape.texels(last), shape.rows(last)};
  ASSERT_EQ(clEnqueueNDRangeKernel(queue, mirrors, 2, nullptr, size, nullptr, 0, nullptr, nullptr),
            CL_SUCCESS);
  ASSERT_EQ(release(queue, 2, both, 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(clFinish(queue), CL_SUCCESS);
  const Bytes after = display.read(target, last, shape.rowBytes(last), shape.rows(last));
  const size_t row = shape.rowBytes(last);
  const size_t texel = row / shape.texels(last);
  Bytes expected(before.size());
  for (size_t i = 0; i < before.size(); i += texel) {
    const size_t inRow = i % row;
    std::memcpy(&expected[i - inRow + row - texel - inRow], &before[i], texel);
  }
  DATA_EXPECT_TRUE(after == expected);
  clReleaseMemObject(both[1]);
  display.destroy(target);
  clReleaseKernel(mirrors);
}

INSTANTIATE_TEST_SUITE_P(Shapes, VaData, testing::ValuesIn(shapes()));

// With user sync off the release returns only when the work is done: VA-API may read at once.
TEST_F(VaSharing, ReleaseMakesTheWorkVisibleToVa) {
  cl_int code = CL_SUCCESS;
  for (cl_command_queue_properties mode :
       {cl_command_queue_properties{0},
        cl_command_queue_properties{CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}}) {
    const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES, mode, 0};
    cl_command_queue own = clCreateCommandQueueWithProperties(context, device, properties, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 640, 480);
    cl_mem luma = image(surface, 0);
    for (unsigned round = 1; round <= 20; ++round) {
      ASSERT_EQ(acquire(own, 1, &luma, 0, nullptr, nullptr), CL_SUCCESS);
      const float colour[4] = {static_cast<float>(round) / 255.0f, 0, 0, 1};
      const size_t origin[3] = {0, 0, 0};
      const size_t region[3] = {640, 480, 1};
      ASSERT_EQ(clEnqueueFillImage(own, luma, colour, origin, region, 0, nullptr, nullptr), CL_SUCCESS);
      ASSERT_EQ(release(own, 1, &luma, 0, nullptr, nullptr), CL_SUCCESS);
      DATA_EXPECT_TRUE(display.read(surface, 0, 640, 480) ==
                       Bytes(640 * 480, static_cast<unsigned char>(round)))
          << round;
    }
    clReleaseMemObject(luma);
    display.destroy(surface);
    clReleaseCommandQueue(own);
  }
}

}  // namespace
}  // namespace clze::test
