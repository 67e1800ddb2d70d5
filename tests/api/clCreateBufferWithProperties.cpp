// clCreateBufferWithProperties: OpenCL 3.0, 5.2.1.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClCreateBufferWithProperties = MemoryTest;

TEST_F(ClCreateBufferWithProperties, RefusesUnknownProperties) {
  const cl_mem_properties list[] = {0x1234, 1, 0};
  cl_int code = 1;
  EXPECT_EQ(clCreateBufferWithProperties(context, list, 0, 16, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_PROPERTY);
}

TEST_F(ClCreateBufferWithProperties, RemembersTheList) {
  const cl_mem_properties list[] = {0};
  cl_int code = 1;
  const cl_mem withList = kept(clCreateBufferWithProperties(context, list, 0, 16, nullptr, &code));
  ASSERT_EQ(code, CL_SUCCESS);
  size_t size = 77;
  cl_mem_properties value = 5;
  EXPECT_EQ(clGetMemObjectInfo(withList, CL_MEM_PROPERTIES, sizeof(value), &value, &size), CL_SUCCESS);
  EXPECT_EQ(size, sizeof(value));
  EXPECT_EQ(value, 0U);
  const cl_mem without = kept(clCreateBufferWithProperties(context, nullptr, 0, 16, nullptr, &code));
  EXPECT_EQ(clGetMemObjectInfo(without, CL_MEM_PROPERTIES, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, 0U);
}

}  // namespace
}  // namespace clze::test
