// clGetImageInfo: OpenCL 3.0, 5.3.7.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClGetImageInfo = ImageTest;

TEST_F(ClGetImageInfo, RefusesWrongObjectsNamesAndSizes) {
  size_t value = 0;
  EXPECT_EQ(clGetImageInfo(nullptr, CL_IMAGE_WIDTH, sizeof(value), &value, nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(clGetImageInfo(buffer(4), CL_IMAGE_WIDTH, sizeof(value), &value, nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(clGetImageInfo(image2D(4, 4), CL_MEM_SIZE, sizeof(value), &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetImageInfo(image2D(4, 4), CL_IMAGE_WIDTH, 4, &value, nullptr), CL_INVALID_VALUE);
}

TEST_F(ClGetImageInfo, TellsEachTypesMembers) {
  const struct {
    cl_image_desc desc;
    size_t height, depth, layers, slice;
  } cases[] = {
      {describe(CL_MEM_OBJECT_IMAGE1D, 10), 0, 0, 0, 0},
      {describe(CL_MEM_OBJECT_IMAGE1D_ARRAY, 10, 0, 0, 3), 0, 0, 3, 40},
      {describe(CL_MEM_OBJECT_IMAGE2D, 10, 5), 5, 0, 0, 0},
      {describe(CL_MEM_OBJECT_IMAGE2D_ARRAY, 10, 5, 0, 3), 5, 0, 3, 200},
      {describe(CL_MEM_OBJECT_IMAGE3D, 10, 5, 3), 5, 3, 0, 200},
  };
  for (const auto& item : cases) {
    const cl_mem made = image(kRgba8, item.desc);
    const auto format = imageInfo<cl_image_format>(made, CL_IMAGE_FORMAT);
    EXPECT_EQ(format.image_channel_order, kRgba8.image_channel_order);
    EXPECT_EQ(format.image_channel_data_type, kRgba8.image_channel_data_type);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_ELEMENT_SIZE), 4U);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_WIDTH), 10U);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_HEIGHT), item.height);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_DEPTH), item.depth);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_ARRAY_SIZE), item.layers);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_ROW_PITCH), 40U);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_SLICE_PITCH), item.slice);
    EXPECT_EQ(imageInfo<cl_mem>(made, CL_IMAGE_BUFFER), nullptr);
    EXPECT_EQ(imageInfo<cl_uint>(made, CL_IMAGE_NUM_MIP_LEVELS), 0U);
    EXPECT_EQ(imageInfo<cl_uint>(made, CL_IMAGE_NUM_SAMPLES), 0U);
    EXPECT_EQ(info<cl_mem_object_type>(made, CL_MEM_TYPE), item.desc.image_type);
  }
}

}  // namespace
}  // namespace clze::test
