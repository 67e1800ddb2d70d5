// clEnqueueMapImage: OpenCL 3.0, 5.3.6.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueMapImage : public ImageTest {
 protected:
  cl_int codeFor(cl_mem memory, cl_map_flags flags, const Size3& origin, const Size3& region, size_t* row,
                 size_t* slice) {
    cl_int code = 1;
    EXPECT_EQ(clEnqueueMapImage(queue, memory, CL_TRUE, flags, origin.data(), region.data(), row, slice, 0,
                                nullptr, nullptr, &code),
              nullptr);
    return code;
  }
  uint8_t* map(cl_mem memory, cl_map_flags flags, const Size3& origin, const Size3& region) {
    cl_int code = 1;
    void* pointer = clEnqueueMapImage(queue, memory, CL_TRUE, flags, origin.data(), region.data(), &row,
                                      &slice, 0, nullptr, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return static_cast<uint8_t*>(pointer);
  }
  void unmap(cl_mem memory, void* pointer) {
    EXPECT_EQ(clEnqueueUnmapMemObject(queue, memory, pointer, 0, nullptr, nullptr), CL_SUCCESS);
  }
  size_t row = 0;
  size_t slice = 0;
};

TEST_F(ClEnqueueMapImage, RefusesWrongArguments) {
  const cl_mem flat = image2D(8, 8);
  const cl_mem deep = image(kRgba8, describe(CL_MEM_OBJECT_IMAGE3D, 8, 8, 2));
  const Size3 zero = {0, 0, 0};
  EXPECT_EQ(codeFor(nullptr, CL_MAP_READ, zero, {1, 1, 1}, &row, &slice), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(codeFor(buffer(64), CL_MAP_READ, zero, {1, 1, 1}, &row, &slice), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(codeFor(flat, CL_MAP_READ, zero, {9, 1, 1}, &row, &slice), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(flat, CL_MAP_READ, zero, {1, 1, 2}, &row, &slice), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(flat, 16, zero, {1, 1, 1}, &row, &slice), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(flat, CL_MAP_READ, zero, {1, 1, 1}, nullptr, &slice), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(deep, CL_MAP_READ, zero, {1, 1, 1}, &row, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(image2D(8, 8, kRgba8, CL_MEM_HOST_NO_ACCESS), CL_MAP_READ, zero, {1, 1, 1}, &row, &slice),
            CL_INVALID_OPERATION);
  EXPECT_EQ(
      codeFor(image2D(8, 8, kRgba8, CL_MEM_HOST_READ_ONLY), CL_MAP_WRITE, zero, {1, 1, 1}, &row, &slice),
      CL_INVALID_OPERATION);
}

TEST_F(ClEnqueueMapImage, ShowsAndStoresABoxOfEveryFormat) {
  for (const auto& format : formats(CL_MEM_OBJECT_IMAGE2D)) {
    const cl_mem memory = image2D(33, 21, format);
    const size_t texel = texelSize(memory);
    const Size3 extent = {33, 21, 1};
    const Size3 origin = {7, 5, 0};
    const Size3 region = {19, 11, 1};
    Bytes data = sequence(33 * 21 * texel);
    storeTexels(memory, {0, 0, 0}, extent, data);
    uint8_t* pointer = map(memory, CL_MAP_READ | CL_MAP_WRITE, origin, region);
    ASSERT_NE(pointer, nullptr);
    EXPECT_GE(row, 19 * texel);
    EXPECT_EQ(slice, 0U);
    const Bytes box = cut(data, extent, texel, origin, region);
    for (size_t y = 0; y < 11; ++y) {
      DATA_ASSERT_EQ(std::memcmp(pointer + y * row, &box[y * 19 * texel], 19 * texel), 0) << y;
    }
    const Bytes other = sequence(box.size(), 6);
    for (size_t y = 0; y < 11; ++y) std::memcpy(pointer + y * row, &other[y * 19 * texel], 19 * texel);
    unmap(memory, pointer);
    paste(data, extent, texel, origin, region, other);
    DATA_EXPECT_EQ(texels(memory, {0, 0, 0}, extent), data);
  }
}

TEST_F(ClEnqueueMapImage, GoesThroughTheApplicationsPointer) {
  const struct {
    cl_image_desc desc;
    Size3 extent, origin, region;
    size_t slice;
  } cases[] = {
      {describe(CL_MEM_OBJECT_IMAGE1D, 13), {13, 1, 1}, {2, 0, 0}, {9, 1, 1}, 0},
      {describe(CL_MEM_OBJECT_IMAGE1D_ARRAY, 13, 0, 0, 6), {13, 6, 1}, {2, 1, 0}, {9, 4, 1}, 128},
      {describe(CL_MEM_OBJECT_IMAGE2D, 13, 7), {13, 7, 1}, {2, 1, 0}, {9, 4, 1}, 0},
      {describe(CL_MEM_OBJECT_IMAGE2D_ARRAY, 13, 7, 0, 5), {13, 7, 5}, {2, 1, 1}, {9, 4, 3}, 512},
      {describe(CL_MEM_OBJECT_IMAGE3D, 13, 7, 5), {13, 7, 5}, {2, 1, 1}, {9, 4, 3}, 512},
  };
  for (const auto& item : cases) {
    Bytes host(4096, 0);
    auto desc = item.desc;
    desc.image_row_pitch = 64;
    desc.image_slice_pitch = item.slice;
    const cl_mem memory = image(kRgba8, desc, CL_MEM_USE_HOST_PTR, host.data());
    Bytes data = sequence(item.extent[0] * item.extent[1] * item.extent[2] * 4);
    storeTexels(memory, {0, 0, 0}, item.extent, data);
    const bool layersAreRows = desc.image_type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
    const size_t rowStep = layersAreRows ? item.slice : 64;
    uint8_t* pointer = map(memory, CL_MAP_READ | CL_MAP_WRITE, item.origin, item.region);
    ASSERT_NE(pointer, nullptr);
    EXPECT_EQ(pointer,
              host.data() + item.origin[2] * item.slice + item.origin[1] * rowStep + item.origin[0] * 4);
    EXPECT_EQ(row, 64U);
    EXPECT_EQ(slice, item.slice);
    const Bytes box = cut(data, item.extent, 4, item.origin, item.region);
    for (size_t z = 0; z < item.region[2]; ++z) {
      for (size_t y = 0; y < item.region[1]; ++y) {
        DATA_ASSERT_EQ(
            std::memcmp(pointer + z * slice + y * rowStep, &box[(z * item.region[1] + y) * 36], 36), 0);
      }
    }
    pointer[0] ^= 0xFF;
    unmap(memory, pointer);
    Bytes first(box.begin(), box.begin() + 4);
    first[0] ^= 0xFF;
    paste(data, item.extent, 4, item.origin, {1, 1, 1}, first);
    DATA_EXPECT_EQ(texels(memory, {0, 0, 0}, item.extent), data) << std::hex << desc.image_type;
  }
}

TEST_F(ClEnqueueMapImage, OfLayersAnswersTheirPitch) {
  const cl_mem memory = image(kRgba8, describe(CL_MEM_OBJECT_IMAGE2D_ARRAY, 13, 7, 0, 5));
  const Bytes data = sequence(13 * 7 * 5 * 4);
  storeTexels(memory, {0, 0, 0}, {13, 7, 5}, data);
  uint8_t* pointer = map(memory, CL_MAP_READ, {2, 1, 1}, {9, 4, 3});
  ASSERT_NE(pointer, nullptr);
  const Bytes box = cut(data, {13, 7, 5}, 4, {2, 1, 1}, {9, 4, 3});
  for (size_t z = 0; z < 3; ++z) {
    for (size_t y = 0; y < 4; ++y) {
      DATA_ASSERT_EQ(std::memcmp(pointer + z * slice + y * row, &box[(z * 4 + y) * 36], 36), 0);
    }
  }
  unmap(memory, pointer);
}

TEST_F(ClEnqueueMapImage, InvalidatedAndReadOnlyMappingsMoveDataOneWay) {
  const cl_mem memory = image2D(16, 16);
  storeTexels(memory, {0, 0, 0}, {16, 16, 1}, Bytes(1024, 1));
  uint8_t* written = map(memory, CL_MAP_WRITE_INVALIDATE_REGION, {0, 0, 0}, {16, 8, 1});
  uint8_t* seen = map(memory, CL_MAP_READ, {0, 8, 0}, {16, 8, 1});
  ASSERT_NE(written, nullptr);
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(info<cl_uint>(memory, CL_MEM_MAP_COUNT), 2U);
  std::memset(written, 2, row * 8);
  std::memset(seen, 3, row * 8);
  unmap(memory, seen);
  unmap(memory, written);
  Bytes expected(1024, 1);
  std::fill_n(expected.begin(), 512, uint8_t{2});
  DATA_EXPECT_EQ(texels(memory, {0, 0, 0}, {16, 16, 1}), expected);
}

}  // namespace
}  // namespace clze::test
