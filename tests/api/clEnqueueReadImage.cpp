// clEnqueueReadImage: OpenCL 3.0, 5.3.3.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueReadImage : public ImageTest {
 protected:
  cl_int read(cl_command_queue on, cl_mem from, const Size3& origin, const Size3& region, size_t row,
              size_t slice, void* to) {
    return clEnqueueReadImage(on, from, CL_TRUE, origin.data(), region.data(), row, slice, to, 0, nullptr,
                              nullptr);
  }
};

TEST_F(ClEnqueueReadImage, RefusesWrongArguments) {
  Bytes host(4096);
  void* to = host.data();
  const cl_mem from = image2D(8, 8);
  const Size3 zero = {0, 0, 0};
  EXPECT_EQ(read(nullptr, from, zero, {1, 1, 1}, 0, 0, to), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(read(queue, buffer(64), zero, {1, 1, 1}, 0, 0, to), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(read(newQueue(newContext()), from, zero, {1, 1, 1}, 0, 0, to), CL_INVALID_CONTEXT);
  EXPECT_EQ(read(queue, from, zero, {1, 1, 1}, 0, 0, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, {8, 0, 0}, {1, 1, 1}, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, {4, 0, 0}, {5, 1, 1}, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, {1, 0, 0}, {SIZE_MAX, 1, 1}, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, zero, {1, 0, 1}, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, zero, {1, 1, 2}, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, {0, 0, 1}, {1, 1, 1}, 0, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, zero, {4, 1, 1}, 15, 0, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, from, zero, {4, 2, 1}, 16, 32, to), CL_INVALID_VALUE);
  const cl_mem deep = image(kRgba8, describe(CL_MEM_OBJECT_IMAGE3D, 8, 8, 2));
  EXPECT_EQ(read(queue, deep, zero, {4, 2, 2}, 16, 31, to), CL_INVALID_VALUE);
  EXPECT_EQ(read(queue, image2D(8, 8, kRgba8, CL_MEM_HOST_WRITE_ONLY), zero, {1, 1, 1}, 0, 0, to),
            CL_INVALID_OPERATION);
  const size_t* null = nullptr;
  EXPECT_EQ(clEnqueueReadImage(queue, from, CL_TRUE, null, null, 0, 0, to, 0, nullptr, nullptr),
            CL_INVALID_VALUE);
}

TEST_F(ClEnqueueReadImage, ReadsEveryFormatAtEverySize) {
  for (const auto& format : formats(CL_MEM_OBJECT_IMAGE2D)) {
    for (const auto& [width, height] : {std::pair<size_t, size_t>{1, 1}, {17, 13}, {322, 242}}) {
      const cl_mem from = image2D(width, height, format);
      const size_t texel = texelSize(from);
      Bytes data = sequence(width * height * texel);
      storeTexels(from, {0, 0, 0}, {width, height, 1}, data);
      DATA_EXPECT_EQ(texels(from, {0, 0, 0}, {width, height, 1}), data)
          << std::hex << format.image_channel_order << " " << format.image_channel_data_type;
      if (width < 17) continue;
      // A box in the middle, into padded rows whose padding stays.
      const Size3 origin = {5, 3, 0};
      const Size3 region = {width - 9, height - 7, 1};
      const size_t pitch = region[0] * texel + 3 * texel;
      Bytes host(pitch * region[1], 0xCD);
      ASSERT_EQ(read(queue, from, origin, region, pitch, 0, host.data()), CL_SUCCESS);
      const Bytes expected = cut(data, {width, height, 1}, texel, origin, region);
      for (size_t y = 0; y < region[1]; ++y) {
        DATA_ASSERT_EQ(std::memcmp(&host[y * pitch], &expected[y * region[0] * texel], region[0] * texel), 0);
        ASSERT_EQ(host[y * pitch + region[0] * texel], 0xCD);
      }
    }
  }
}

TEST_F(ClEnqueueReadImage, ReadsLayersAndSlices) {
  const struct {
    cl_image_desc desc;
    Size3 extent, origin, region;
  } cases[] = {
      {describe(CL_MEM_OBJECT_IMAGE1D, 13), {13, 1, 1}, {2, 0, 0}, {9, 1, 1}},
      {describe(CL_MEM_OBJECT_IMAGE1D_ARRAY, 13, 0, 0, 6), {13, 6, 1}, {2, 1, 0}, {9, 4, 1}},
      {describe(CL_MEM_OBJECT_IMAGE2D_ARRAY, 13, 7, 0, 5), {13, 7, 5}, {2, 1, 1}, {9, 4, 3}},
      {describe(CL_MEM_OBJECT_IMAGE3D, 13, 7, 5), {13, 7, 5}, {2, 1, 1}, {9, 4, 3}},
  };
  for (const auto& item : cases) {
    const cl_mem from = image(kRgba8, item.desc);
    const Bytes data = sequence(item.extent[0] * item.extent[1] * item.extent[2] * 4);
    storeTexels(from, {0, 0, 0}, item.extent, data);
    DATA_EXPECT_EQ(texels(from, item.origin, item.region),
                   cut(data, item.extent, 4, item.origin, item.region))
        << std::hex << item.desc.image_type;
    if (item.desc.image_type == CL_MEM_OBJECT_IMAGE1D) continue;
    const bool layersAreRows = item.desc.image_type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
    const size_t row = 48;
    const size_t slice = layersAreRows ? 96 : 48 * 6;
    Bytes host(slice * 8, 0xCD);
    Bytes expected = host;
    const Bytes box = cut(data, item.extent, 4, item.origin, item.region);
    for (size_t z = 0; z < item.region[2]; ++z) {
      for (size_t y = 0; y < item.region[1]; ++y) {
        std::copy_n(&box[(z * item.region[1] + y) * 36], 36,
                    &expected[z * slice + y * (layersAreRows ? slice : row)]);
      }
    }
    ASSERT_EQ(read(queue, from, item.origin, item.region, row, slice, host.data()), CL_SUCCESS);
    DATA_EXPECT_EQ(host, expected) << std::hex << item.desc.image_type;
  }
}

}  // namespace
}  // namespace clze::test
