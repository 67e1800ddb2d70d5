// clEnqueueCopyImage: OpenCL 3.0, 5.3.4.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueCopyImage : public ImageTest {
 protected:
  cl_int copy(cl_mem from, cl_mem to, const Size3& origin, const Size3& toOrigin, const Size3& region) {
    return clEnqueueCopyImage(queue, from, to, origin.data(), toOrigin.data(), region.data(), 0, nullptr,
                              nullptr);
  }
};

TEST_F(ClEnqueueCopyImage, RefusesWrongArguments) {
  const cl_mem a = image2D(8, 8);
  const cl_mem b = image2D(4, 4);
  const Size3 zero = {0, 0, 0};
  EXPECT_EQ(copy(nullptr, b, zero, zero, {1, 1, 1}), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(copy(a, buffer(64), zero, zero, {1, 1, 1}), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(copy(a, image2D(8, 8, {CL_RGBA, CL_UNSIGNED_INT8}), zero, zero, {1, 1, 1}),
            CL_IMAGE_FORMAT_MISMATCH);
  EXPECT_EQ(copy(a, b, zero, zero, {5, 1, 1}), CL_INVALID_VALUE);
  EXPECT_EQ(copy(b, a, zero, zero, {5, 1, 1}), CL_INVALID_VALUE);
  EXPECT_EQ(copy(a, b, zero, zero, {1, 1, 0}), CL_INVALID_VALUE);
  EXPECT_EQ(copy(a, a, zero, {3, 3, 0}, {4, 4, 1}), CL_MEM_COPY_OVERLAP);
}

TEST_F(ClEnqueueCopyImage, CopiesABoxOfEveryFormat) {
  for (const auto& format : formats(CL_MEM_OBJECT_IMAGE2D)) {
    const cl_mem a = image2D(33, 21, format);
    const cl_mem b = image2D(40, 30, format);
    const size_t texel = texelSize(a);
    const Bytes from = sequence(33 * 21 * texel);
    Bytes to = sequence(40 * 30 * texel, 2);
    storeTexels(a, {0, 0, 0}, {33, 21, 1}, from);
    storeTexels(b, {0, 0, 0}, {40, 30, 1}, to);
    ASSERT_EQ(copy(a, b, {3, 5, 0}, {11, 7, 0}, {29, 15, 1}), CL_SUCCESS);
    paste(to, {40, 30, 1}, texel, {11, 7, 0}, {29, 15, 1},
          cut(from, {33, 21, 1}, texel, {3, 5, 0}, {29, 15, 1}));
    DATA_EXPECT_EQ(texels(b, {0, 0, 0}, {40, 30, 1}), to)
        << std::hex << format.image_channel_order << " " << format.image_channel_data_type;
  }
}

TEST_F(ClEnqueueCopyImage, CopiesWithinOneImage) {
  const cl_mem a = image2D(16, 16);
  Bytes data = sequence(16 * 16 * 4);
  storeTexels(a, {0, 0, 0}, {16, 16, 1}, data);
  ASSERT_EQ(copy(a, a, {0, 0, 0}, {8, 8, 0}, {8, 8, 1}), CL_SUCCESS);
  paste(data, {16, 16, 1}, 4, {8, 8, 0}, {8, 8, 1}, cut(data, {16, 16, 1}, 4, {0, 0, 0}, {8, 8, 1}));
  DATA_EXPECT_EQ(texels(a, {0, 0, 0}, {16, 16, 1}), data);
}

TEST_F(ClEnqueueCopyImage, CopiesBetweenSlicesAndLayers) {
  const cl_mem deep = image(kRgba8, describe(CL_MEM_OBJECT_IMAGE3D, 9, 7, 5));
  const cl_mem layers = image(kRgba8, describe(CL_MEM_OBJECT_IMAGE2D_ARRAY, 9, 7, 0, 5));
  const cl_mem flat = image2D(9, 7);
  const Bytes data = sequence(9 * 7 * 5 * 4);
  storeTexels(deep, {0, 0, 0}, {9, 7, 5}, data);
  ASSERT_EQ(copy(deep, layers, {0, 0, 1}, {0, 0, 2}, {9, 7, 3}), CL_SUCCESS);
  DATA_EXPECT_EQ(texels(layers, {0, 0, 2}, {9, 7, 3}), cut(data, {9, 7, 5}, 4, {0, 0, 1}, {9, 7, 3}));
  ASSERT_EQ(copy(layers, flat, {1, 1, 3}, {1, 1, 0}, {8, 6, 1}), CL_SUCCESS);
  DATA_EXPECT_EQ(texels(flat, {1, 1, 0}, {8, 6, 1}), cut(data, {9, 7, 5}, 4, {1, 1, 2}, {8, 6, 1}));
}

}  // namespace
}  // namespace clze::test
