// clCreateImageWithProperties: OpenCL 3.0, 5.3.1.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClCreateImageWithProperties = ImageTest;

TEST_F(ClCreateImageWithProperties, RefusesUnknownProperties) {
  const cl_mem_properties list[] = {0x1234, 1, 0};
  const auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 4, 4);
  cl_int code = 1;
  EXPECT_EQ(clCreateImageWithProperties(context, list, 0, &kRgba8, &desc, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_PROPERTY);
}

TEST_F(ClCreateImageWithProperties, RemembersTheList) {
  const cl_mem_properties list[] = {0};
  const auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 4, 4);
  cl_int code = 1;
  const cl_mem made = kept(clCreateImageWithProperties(context, list, 0, &kRgba8, &desc, nullptr, &code));
  ASSERT_EQ(code, CL_SUCCESS);
  size_t size = 0;
  EXPECT_EQ(clGetMemObjectInfo(made, CL_MEM_PROPERTIES, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, sizeof(cl_mem_properties));
}

}  // namespace
}  // namespace clze::test
