// What an image of a surface answers.
#include "va_fixture.h"

namespace clze::test {
namespace {

template <class T>
T imageInfo(cl_mem image, cl_image_info name) {
  T value = {};
  EXPECT_EQ(clGetImageInfo(image, name, sizeof(value), &value, nullptr), CL_SUCCESS) << name;
  return value;
}

template <class T>
T memoryInfo(cl_mem image, cl_mem_info name) {
  T value = {};
  EXPECT_EQ(clGetMemObjectInfo(image, name, sizeof(value), &value, nullptr), CL_SUCCESS) << name;
  return value;
}

TEST_F(VaSharing, QueryOnOtherObjectsIsAnInvalidSurface) {
  cl_int code = CL_SUCCESS;
  cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, 64, nullptr, &code);
  VASurfaceID* surface = nullptr;
  EXPECT_EQ(clGetMemObjectInfo(buffer, CL_MEM_VA_API_MEDIA_SURFACE_INTEL, sizeof(surface), &surface, nullptr),
            CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
  clReleaseMemObject(buffer);
  const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
  cl_image_desc desc = {};
  desc.image_type = CL_MEM_OBJECT_IMAGE2D;
  desc.image_width = desc.image_height = 8;
  cl_mem plain = clCreateImage(context, CL_MEM_READ_WRITE, &format, &desc, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_uint plane = 0;
  EXPECT_EQ(clGetImageInfo(plain, CL_IMAGE_VA_API_PLANE_INTEL, sizeof(plane), &plane, nullptr),
            CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
  EXPECT_EQ(clGetMemObjectInfo(plain, CL_MEM_VA_API_MEDIA_SURFACE_INTEL, sizeof(surface), &surface, nullptr),
            CL_INVALID_VA_API_MEDIA_SURFACE_INTEL);
  clReleaseMemObject(plain);
}

TEST_F(VaSharing, QuerySizesAreChecked) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  cl_mem luma = image(surface, 0);
  size_t size = 0;
  EXPECT_EQ(clGetMemObjectInfo(luma, CL_MEM_VA_API_MEDIA_SURFACE_INTEL, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, sizeof(VASurfaceID*));
  EXPECT_EQ(clGetImageInfo(luma, CL_IMAGE_VA_API_PLANE_INTEL, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, sizeof(cl_uint));
  char small[2];
  EXPECT_EQ(clGetMemObjectInfo(luma, CL_MEM_VA_API_MEDIA_SURFACE_INTEL, sizeof(small), small, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(clGetImageInfo(luma, CL_IMAGE_VA_API_PLANE_INTEL, sizeof(small), small, nullptr),
            CL_INVALID_VALUE);
  clReleaseMemObject(luma);
  display.destroy(surface);
}

TEST_F(VaSharing, QueryDescribesThePlanes) {
  struct Expected {
    uint32_t fourcc;
    cl_uint plane;
    cl_channel_order order;
    cl_channel_type type;
    size_t width, height, texel;
  };
  for (const Expected& expected : {Expected{VA_FOURCC_NV12, 0, CL_R, CL_UNORM_INT8, 322, 242, 1},
                                   {VA_FOURCC_NV12, 1, CL_RG, CL_UNORM_INT8, 161, 121, 2},
                                   {VA_FOURCC_P010, 0, CL_R, CL_UNORM_INT16, 322, 242, 2},
                                   {VA_FOURCC_P010, 1, CL_RG, CL_UNORM_INT16, 161, 121, 4}}) {
    const VASurfaceID surface = display.surface(expected.fourcc, 322, 242);
    cl_mem made = image(surface, expected.plane, CL_MEM_READ_ONLY);
    const auto format = imageInfo<cl_image_format>(made, CL_IMAGE_FORMAT);
    EXPECT_EQ(format.image_channel_order, expected.order);
    EXPECT_EQ(format.image_channel_data_type, expected.type);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_ELEMENT_SIZE), expected.texel);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_WIDTH), expected.width);
    EXPECT_EQ(imageInfo<size_t>(made, CL_IMAGE_HEIGHT), expected.height);
    EXPECT_GE(imageInfo<size_t>(made, CL_IMAGE_ROW_PITCH), expected.width * expected.texel);
    EXPECT_EQ(memoryInfo<cl_mem_object_type>(made, CL_MEM_TYPE), cl_mem_object_type{CL_MEM_OBJECT_IMAGE2D});
    EXPECT_EQ(memoryInfo<cl_mem_flags>(made, CL_MEM_FLAGS), cl_mem_flags{CL_MEM_READ_ONLY});
    EXPECT_EQ(memoryInfo<cl_context>(made, CL_MEM_CONTEXT), context);
    EXPECT_EQ(memoryInfo<cl_uint>(made, CL_MEM_REFERENCE_COUNT), 1u);
    EXPECT_EQ(memoryInfo<void*>(made, CL_MEM_HOST_PTR), nullptr);
    EXPECT_EQ(*memoryInfo<VASurfaceID*>(made, CL_MEM_VA_API_MEDIA_SURFACE_INTEL), surface);
    EXPECT_EQ(imageInfo<cl_uint>(made, CL_IMAGE_VA_API_PLANE_INTEL), expected.plane);
    clReleaseMemObject(made);
    display.destroy(surface);
  }
}

}  // namespace
}  // namespace clze::test
