// clEnqueueFillImage: OpenCL 3.0, 5.3.4, and the conversions of 8.3.
#include <cmath>

#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueFillImage : public ImageTest {
 protected:
  cl_int fill(cl_mem to, const void* color, const Size3& origin, const Size3& region) {
    return clEnqueueFillImage(queue, to, color, origin.data(), region.data(), 0, nullptr, nullptr);
  }
  template <class T>
  Bytes filled(const cl_image_format& format, const std::array<T, 4>& color) {
    const cl_mem to = image2D(3, 2, format);
    EXPECT_EQ(fill(to, color.data(), {0, 0, 0}, {3, 2, 1}), CL_SUCCESS);
    const Bytes all = texels(to, {0, 0, 0}, {3, 2, 1});
    const size_t texel = all.size() / 6;
    for (size_t i = 1; i < 6; ++i) EXPECT_EQ(std::memcmp(all.data(), &all[i * texel], texel), 0);
    return {all.begin(), all.begin() + static_cast<ptrdiff_t>(texel)};
  }
  template <class T>
  static Bytes bytesOf(std::initializer_list<T> values) {
    Bytes bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.begin(), bytes.size());
    return bytes;
  }
};

TEST_F(ClEnqueueFillImage, RefusesWrongArguments) {
  const cl_mem to = image2D(8, 8);
  const float color[4] = {};
  EXPECT_EQ(fill(nullptr, color, {0, 0, 0}, {1, 1, 1}), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(fill(to, nullptr, {0, 0, 0}, {1, 1, 1}), CL_INVALID_VALUE);
  EXPECT_EQ(fill(to, color, {0, 0, 0}, {9, 1, 1}), CL_INVALID_VALUE);
  EXPECT_EQ(fill(to, color, {0, 0, 0}, {1, 0, 1}), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueFillImage, RoundsToEvenAndSaturates) {
  // 2.5 / 255 is between two and three, nearer neither: even.
  const std::array<float, 4> color = {-1.0F, 0.5F, 2.0F, 2.5F / 255.0F};
  DATA_EXPECT_EQ(filled<float>({CL_RGBA, CL_UNORM_INT8}, color), bytesOf<uint8_t>({0, 128, 255, 2}));
  DATA_EXPECT_EQ(filled<float>({CL_BGRA, CL_UNORM_INT8}, color), bytesOf<uint8_t>({255, 128, 0, 2}));
  DATA_EXPECT_EQ(filled<float>({CL_RGBA, CL_UNORM_INT16}, {0.0F, 1.0F, 0.5F, NAN}),
                 bytesOf<uint16_t>({0, 65535, 32768, 0}));
  DATA_EXPECT_EQ(filled<float>({CL_RGBA, CL_SNORM_INT8}, {-2.0F, 1.0F, 0.5F, -0.5F}),
                 bytesOf<int8_t>({-127, 127, 64, -64}));
  DATA_EXPECT_EQ(filled<float>({CL_RGBA, CL_SNORM_INT16}, {-1.0F, 1.0F, 0.0F, -0.5F}),
                 bytesOf<int16_t>({-32767, 32767, 0, -16384}));
}

TEST_F(ClEnqueueFillImage, MakesHalves) {
  // One; the largest half; what rounds to infinity; the smallest subnormal.
  DATA_EXPECT_EQ(filled<float>({CL_RGBA, CL_HALF_FLOAT}, {1.0F, 65519.0F, 65520.0F, 5.9604645e-8F}),
                 bytesOf<uint16_t>({0x3C00, 0x7BFF, 0x7C00, 0x0001}));
  // Ties go to even, below and above.
  DATA_EXPECT_EQ(filled<float>({CL_RGBA, CL_HALF_FLOAT}, {2049.0F, 2051.0F, -2.0F, 0.1F}),
                 bytesOf<uint16_t>({0x6800, 0x6802, 0xC000, 0x2E66}));
}

TEST_F(ClEnqueueFillImage, SaturatesIntegers) {
  DATA_EXPECT_EQ(filled<int32_t>({CL_RGBA, CL_SIGNED_INT8}, {-129, 128, -1, 7}),
                 bytesOf<int8_t>({-128, 127, -1, 7}));
  DATA_EXPECT_EQ(filled<int32_t>({CL_RGBA, CL_SIGNED_INT16}, {-40000, 40000, -1, 7}),
                 bytesOf<int16_t>({-32768, 32767, -1, 7}));
  DATA_EXPECT_EQ(filled<uint32_t>({CL_RGBA, CL_UNSIGNED_INT8}, {256, 255, 0, 0xFFFFFFFF}),
                 bytesOf<uint8_t>({255, 255, 0, 255}));
  DATA_EXPECT_EQ(filled<uint32_t>({CL_R, CL_UNSIGNED_INT16}, {70000, 0, 0, 0}), bytesOf<uint16_t>({65535}));
  DATA_EXPECT_EQ(filled<int32_t>({CL_RGBA, CL_SIGNED_INT32}, {INT32_MIN, INT32_MAX, -1, 7}),
                 bytesOf<int32_t>({INT32_MIN, INT32_MAX, -1, 7}));
  DATA_EXPECT_EQ(filled<float>({CL_R, CL_FLOAT}, {0.1F, 9.0F, 9.0F, 9.0F}), bytesOf<float>({0.1F}));
}

TEST_F(ClEnqueueFillImage, FillsABoxOfEveryFormatAndNothingElse) {
  const std::array<float, 4> color = {0.25F, 0.5F, 0.75F, 1.0F};
  for (const auto& format : formats(CL_MEM_OBJECT_IMAGE2D)) {
    const cl_mem to = image2D(33, 21, format);
    const size_t texel = texelSize(to);
    const Size3 extent = {33, 21, 1};
    Bytes data = sequence(33 * 21 * texel);
    storeTexels(to, {0, 0, 0}, extent, data);
    ASSERT_EQ(fill(to, color.data(), {7, 5, 0}, {19, 11, 1}), CL_SUCCESS);
    const Bytes one = texels(to, {7, 5, 0}, {1, 1, 1});
    Bytes box;
    for (size_t i = 0; i < 19 * 11; ++i) box.insert(box.end(), one.begin(), one.end());
    paste(data, extent, texel, {7, 5, 0}, {19, 11, 1}, box);
    DATA_EXPECT_EQ(texels(to, {0, 0, 0}, extent), data)
        << std::hex << format.image_channel_order << " " << format.image_channel_data_type;
  }
}

TEST_F(ClEnqueueFillImage, FillsLayers) {
  const cl_mem to = image({CL_R, CL_UNSIGNED_INT8}, describe(CL_MEM_OBJECT_IMAGE1D_ARRAY, 9, 0, 0, 5));
  storeTexels(to, {0, 0, 0}, {9, 5, 1}, Bytes(45, 1));
  const uint32_t color[4] = {7, 0, 0, 0};
  ASSERT_EQ(fill(to, color, {2, 1, 0}, {5, 3, 1}), CL_SUCCESS);
  Bytes expected(45, 1);
  paste(expected, {9, 5, 1}, 1, {2, 1, 0}, {5, 3, 1}, Bytes(15, 7));
  DATA_EXPECT_EQ(texels(to, {0, 0, 0}, {9, 5, 1}), expected);
}

}  // namespace
}  // namespace clze::test
