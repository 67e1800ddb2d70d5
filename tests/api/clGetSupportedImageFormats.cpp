// clGetSupportedImageFormats: OpenCL 3.0, 5.3.2.
#include <set>

#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClGetSupportedImageFormats = ImageTest;

TEST_F(ClGetSupportedImageFormats, RefusesWrongArguments) {
  cl_image_format format = {};
  cl_uint count = 0;
  EXPECT_EQ(clGetSupportedImageFormats(nullptr, 0, CL_MEM_OBJECT_IMAGE2D, 1, &format, &count),
            CL_INVALID_CONTEXT);
  EXPECT_EQ(clGetSupportedImageFormats(context, CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY, CL_MEM_OBJECT_IMAGE2D,
                                       1, &format, &count),
            CL_INVALID_VALUE);
  EXPECT_EQ(clGetSupportedImageFormats(context, 0, CL_MEM_OBJECT_BUFFER, 1, &format, &count),
            CL_INVALID_VALUE);
  EXPECT_EQ(clGetSupportedImageFormats(context, 0, CL_MEM_OBJECT_IMAGE2D, 0, &format, &count),
            CL_INVALID_VALUE);
}

TEST_F(ClGetSupportedImageFormats, HasTheFormatsEveryFullDeviceHas) {
  std::set<std::pair<cl_uint, cl_uint>> known;
  for (const auto& format : formats(CL_MEM_OBJECT_IMAGE2D)) {
    EXPECT_TRUE(known.emplace(format.image_channel_order, format.image_channel_data_type).second);
  }
  for (const cl_uint type :
       {CL_UNORM_INT8, CL_UNORM_INT16, CL_SIGNED_INT8, CL_SIGNED_INT16, CL_SIGNED_INT32, CL_UNSIGNED_INT8,
        CL_UNSIGNED_INT16, CL_UNSIGNED_INT32, CL_HALF_FLOAT, CL_FLOAT}) {
    EXPECT_TRUE(known.contains({CL_RGBA, type})) << std::hex << type;
    EXPECT_TRUE(known.contains({CL_R, type})) << std::hex << type;
  }
  EXPECT_TRUE(known.contains({CL_BGRA, CL_UNORM_INT8}));
}

TEST_F(ClGetSupportedImageFormats, FillsNoMoreThanThereIsRoomFor) {
  cl_image_format two[2] = {};
  two[1].image_channel_order = 77;
  cl_uint count = 0;
  ASSERT_EQ(clGetSupportedImageFormats(context, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D, 1, two, &count),
            CL_SUCCESS);
  EXPECT_GT(count, 1U);
  EXPECT_NE(two[0].image_channel_order, 0U);
  EXPECT_EQ(two[1].image_channel_order, 77U);
}

}  // namespace
}  // namespace clze::test
