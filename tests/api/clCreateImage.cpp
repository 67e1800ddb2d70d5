// clCreateImage: OpenCL 3.0, 5.3.1.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClCreateImage : public MemoryTest {
 protected:
  cl_int codeFor(const cl_image_desc& desc, void* pointer = nullptr, cl_mem_flags flags = 0,
                 const cl_image_format& format = kRgba8) {
    cl_int code = 1;
    EXPECT_EQ(clCreateImage(context, flags, &format, &desc, pointer, &code), nullptr);
    return code;
  }
  bool imagesOverBuffers() {
    cl_uint alignment = 0;
    EXPECT_EQ(
        clGetDeviceInfo(device, CL_DEVICE_IMAGE_PITCH_ALIGNMENT, sizeof(alignment), &alignment, nullptr),
        CL_SUCCESS);
    return alignment != 0;
  }
};

TEST_F(ClCreateImage, RefusesWrongContextFlagsAndFormats) {
  const auto good = describe(CL_MEM_OBJECT_IMAGE2D, 4, 4);
  cl_int code = 1;
  EXPECT_EQ(clCreateImage(nullptr, 0, &kRgba8, &good, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
  EXPECT_EQ(codeFor(good, nullptr, CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY), CL_INVALID_VALUE);
  EXPECT_EQ(clCreateImage(context, 0, nullptr, &good, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
  EXPECT_EQ(codeFor(good, nullptr, 0, {CL_RGBA, 0}), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
  EXPECT_EQ(codeFor(good, nullptr, 0, {0, CL_UNORM_INT8}), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);
  EXPECT_EQ(clCreateImage(context, 0, &kRgba8, nullptr, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_IMAGE_DESCRIPTOR);
}

// OpenCL 3.0, 5.3.1, 5.3.1.2 and 5.7.1.
TEST_F(ClCreateImage, RefusesAllWhereTheDeviceHasNone) {
  if (hasImages(device)) GTEST_SKIP() << "the device has images";
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE2D, 4, 4)), CL_INVALID_OPERATION);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE3D, 4, 4, 4)), CL_INVALID_OPERATION);
  EXPECT_TRUE(formats(CL_MEM_OBJECT_IMAGE2D).empty());
  cl_int code = 1;
  EXPECT_EQ(clCreateSampler(context, CL_FALSE, CL_ADDRESS_CLAMP, CL_FILTER_NEAREST, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_OPERATION);
}

TEST_F(ClCreateImage, RefusesEmptyDirections) {
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_BUFFER, 4)), CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE1D, 0)), CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE2D, 4, 0)), CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE3D, 4, 4, 0)), CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE1D_ARRAY, 4)), CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE2D_ARRAY, 4, 4)), CL_INVALID_IMAGE_DESCRIPTOR);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE1D_BUFFER, 4)), CL_INVALID_IMAGE_DESCRIPTOR);
}

TEST_F(ClCreateImage, RefusesWrongPitchesMipsAndSamples) {
  Bytes host(4096);
  auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 4, 4);
  desc.image_row_pitch = 16;
  EXPECT_EQ(codeFor(desc), CL_INVALID_IMAGE_DESCRIPTOR);  // no host pointer
  desc.image_row_pitch = 12;
  EXPECT_EQ(codeFor(desc, host.data(), CL_MEM_COPY_HOST_PTR), CL_INVALID_IMAGE_DESCRIPTOR);
  desc.image_row_pitch = 18;
  EXPECT_EQ(codeFor(desc, host.data(), CL_MEM_COPY_HOST_PTR), CL_INVALID_IMAGE_DESCRIPTOR);
  auto deep = describe(CL_MEM_OBJECT_IMAGE3D, 4, 4, 2);
  deep.image_slice_pitch = 48;
  EXPECT_EQ(codeFor(deep, host.data(), CL_MEM_COPY_HOST_PTR), CL_INVALID_IMAGE_DESCRIPTOR);
  deep.image_slice_pitch = 72;
  EXPECT_EQ(codeFor(deep, host.data(), CL_MEM_COPY_HOST_PTR), CL_INVALID_IMAGE_DESCRIPTOR);
  auto mips = describe(CL_MEM_OBJECT_IMAGE2D, 4, 4);
  mips.num_mip_levels = 2;
  EXPECT_EQ(codeFor(mips), CL_INVALID_IMAGE_DESCRIPTOR);
  mips = describe(CL_MEM_OBJECT_IMAGE2D, 4, 4);
  mips.num_samples = 2;
  EXPECT_EQ(codeFor(mips), CL_INVALID_IMAGE_DESCRIPTOR);
}

TEST_F(ClCreateImage, RefusesSizesNoDeviceHas) {
  CLZE_NEEDS_IMAGES(device);
  size_t most = 0;
  ASSERT_EQ(clGetDeviceInfo(device, CL_DEVICE_IMAGE2D_MAX_WIDTH, sizeof(most), &most, nullptr), CL_SUCCESS);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE2D, most + 1, 1)), CL_INVALID_IMAGE_SIZE);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE2D, 1, most + 1)), CL_INVALID_IMAGE_SIZE);
  ASSERT_EQ(clGetDeviceInfo(device, CL_DEVICE_IMAGE_MAX_ARRAY_SIZE, sizeof(most), &most, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE2D_ARRAY, 1, 1, 0, most + 1)), CL_INVALID_IMAGE_SIZE);
}

TEST_F(ClCreateImage, RefusesPointersThatDoNotGoWithTheFlags) {
  CLZE_NEEDS_IMAGES(device);
  uint8_t bytes[64] = {};
  const auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 4, 4);
  EXPECT_EQ(codeFor(desc, bytes), CL_INVALID_HOST_PTR);
  EXPECT_EQ(codeFor(desc, nullptr, CL_MEM_USE_HOST_PTR), CL_INVALID_HOST_PTR);
}

TEST_F(ClCreateImage, RefusesFormatsTheDeviceLacks) {
  CLZE_NEEDS_IMAGES(device);
  EXPECT_EQ(codeFor(describe(CL_MEM_OBJECT_IMAGE2D, 4, 4), nullptr, 0, {CL_RGB, CL_UNORM_INT_101010}),
            CL_IMAGE_FORMAT_NOT_SUPPORTED);
}

TEST_F(ClCreateImage, RefusesChannelTypesThatDoNotGoWithTheirOrder) {
  const auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 4, 4);
  const cl_image_format wrong[] = {
      {CL_RGB, CL_UNORM_INT8},   {CL_RGBA, CL_UNORM_SHORT_565},  {CL_BGRA, CL_FLOAT},
      {CL_DEPTH, CL_UNORM_INT8}, {CL_LUMINANCE, CL_SIGNED_INT8}, {CL_R, CL_UNORM_INT_101010},
      {CL_sRGBA, CL_UNORM_INT16}};
  for (const cl_image_format& format : wrong) {
    EXPECT_EQ(codeFor(desc, nullptr, 0, format), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR)
        << format.image_channel_order << " " << format.image_channel_data_type;
  }
}

TEST_F(ClCreateImage, TakesPaddedHostMemory) {
  CLZE_NEEDS_IMAGES(device);
  const struct {
    cl_image_desc desc;
    Size3 extent;
    size_t row, slice;
  } cases[] = {
      {describe(CL_MEM_OBJECT_IMAGE1D, 13), {13, 1, 1}, 64, 0},
      {describe(CL_MEM_OBJECT_IMAGE1D_ARRAY, 13, 0, 0, 5), {13, 5, 1}, 64, 128},
      {describe(CL_MEM_OBJECT_IMAGE2D, 13, 7), {13, 7, 1}, 64, 0},
      {describe(CL_MEM_OBJECT_IMAGE2D_ARRAY, 13, 7, 0, 3), {13, 7, 3}, 64, 512},
      {describe(CL_MEM_OBJECT_IMAGE3D, 13, 7, 3), {13, 7, 3}, 64, 512},
  };
  for (const auto& item : cases) {
    const bool layersAreRows = item.desc.image_type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
    const size_t rowStep = layersAreRows ? item.slice : item.row;
    Bytes host = sequence(4096);
    Bytes expected;
    for (size_t z = 0; z < item.extent[2]; ++z) {
      for (size_t y = 0; y < item.extent[1]; ++y) {
        const auto row = host.begin() + static_cast<ptrdiff_t>(z * item.slice + y * rowStep);
        expected.insert(expected.end(), row, row + 13 * 4);
      }
    }
    for (const cl_mem_flags flags : {CL_MEM_COPY_HOST_PTR, CL_MEM_USE_HOST_PTR}) {
      auto desc = item.desc;
      desc.image_row_pitch = item.row;
      desc.image_slice_pitch = item.slice;
      const cl_mem made = image(kRgba8, desc, flags, host.data());
      DATA_EXPECT_EQ(texels(made, {0, 0, 0}, item.extent), expected) << std::hex << desc.image_type;
      EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_ROW_PITCH), item.row);
      EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_SLICE_PITCH), item.slice);
    }
  }
}

TEST_F(ClCreateImage, OverABufferSharesItsTexels) {
  CLZE_NEEDS_IMAGES(device);
  if (!imagesOverBuffers()) {
    const cl_mem under = buffer(4096);
    auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 16, 8);
    desc.mem_object = under;
    EXPECT_EQ(codeFor(desc), CL_INVALID_OPERATION);
    return;
  }
  Bytes data = sequence(4096);
  const cl_mem under = buffer(4096, CL_MEM_COPY_HOST_PTR, data.data());
  auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 13, 7);
  desc.mem_object = under;
  desc.image_row_pitch = 100;
  EXPECT_EQ(codeFor(desc), CL_INVALID_IMAGE_FORMAT_DESCRIPTOR);  // not four texels' multiple
  desc.image_row_pitch = 640;
  EXPECT_EQ(codeFor(desc), CL_INVALID_IMAGE_DESCRIPTOR);  // 7 rows are more than the buffer has
  desc.image_row_pitch = 128;
  EXPECT_EQ(codeFor(desc, nullptr, CL_MEM_ALLOC_HOST_PTR), CL_INVALID_VALUE);
  const cl_mem over = image(kRgba8, desc, 0);
  Bytes expected;
  for (size_t y = 0; y < 7; ++y) expected.insert(expected.end(), &data[y * 128], &data[y * 128 + 52]);
  DATA_EXPECT_EQ(texels(over, {0, 0, 0}, {13, 7, 1}), expected);
  EXPECT_EQ(info<cl_mem>(over, CL_MEM_ASSOCIATED_MEMOBJECT), under);
  const Bytes one = sequence(4, 99);
  storeTexels(over, {12, 6, 0}, {1, 1, 1}, one);
  DATA_EXPECT_EQ(contents(under, 6 * 128 + 48, 4), one);
}

TEST_F(ClCreateImage, OfABuffersTexelsInOneRow) {
  CLZE_NEEDS_IMAGES(device);
  Bytes data = sequence(1024);
  const cl_mem under = buffer(1024, CL_MEM_COPY_HOST_PTR, data.data());
  auto desc = describe(CL_MEM_OBJECT_IMAGE1D_BUFFER, 257);
  desc.mem_object = under;
  EXPECT_EQ(codeFor(desc), CL_INVALID_IMAGE_DESCRIPTOR);
  desc.image_width = 256;
  if (!imagesOverBuffers()) {
    EXPECT_EQ(codeFor(desc), CL_INVALID_OPERATION);
    return;
  }
  const cl_mem over = image(kRgba8, desc, 0);
  DATA_EXPECT_EQ(texels(over, {0, 0, 0}, {256, 1, 1}), data);
  store(under, Bytes(4, 9), 40);
  DATA_EXPECT_EQ(texels(over, {10, 0, 0}, {1, 1, 1}), Bytes(4, 9));
}

}  // namespace
}  // namespace clze::test
