// clGetMemObjectInfo: OpenCL 3.0, 5.5.5.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClGetMemObjectInfo = MemoryTest;

TEST_F(ClGetMemObjectInfo, RefusesWrongObjectsNamesAndSizes) {
  size_t value = 0;
  EXPECT_EQ(clGetMemObjectInfo(nullptr, CL_MEM_SIZE, sizeof(value), &value, nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(clGetMemObjectInfo(buffer(4), 0x1234, sizeof(value), &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetMemObjectInfo(buffer(4), CL_MEM_SIZE, 4, &value, nullptr), CL_INVALID_VALUE);
}

TEST_F(ClGetMemObjectInfo, TellsABuffer) {
  Bytes host(100);
  const cl_mem memory = buffer(100, CL_MEM_USE_HOST_PTR, host.data());
  EXPECT_EQ(info<cl_mem_object_type>(memory, CL_MEM_TYPE), cl_mem_object_type{CL_MEM_OBJECT_BUFFER});
  EXPECT_EQ(info<cl_mem_flags>(memory, CL_MEM_FLAGS), cl_mem_flags{CL_MEM_USE_HOST_PTR | CL_MEM_READ_WRITE});
  EXPECT_EQ(info<size_t>(memory, CL_MEM_SIZE), 100U);
  EXPECT_EQ(info<void*>(memory, CL_MEM_HOST_PTR), host.data());
  EXPECT_EQ(info<cl_uint>(memory, CL_MEM_MAP_COUNT), 0U);
  EXPECT_EQ(info<cl_uint>(memory, CL_MEM_REFERENCE_COUNT), 1U);
  EXPECT_EQ(info<cl_context>(memory, CL_MEM_CONTEXT), context);
  EXPECT_EQ(info<cl_mem>(memory, CL_MEM_ASSOCIATED_MEMOBJECT), nullptr);
  EXPECT_EQ(info<size_t>(memory, CL_MEM_OFFSET), 0U);
  EXPECT_EQ(info<cl_bool>(memory, CL_MEM_USES_SVM_POINTER), cl_bool{CL_FALSE});
  EXPECT_EQ(info<void*>(buffer(4, CL_MEM_COPY_HOST_PTR, host.data()), CL_MEM_HOST_PTR), nullptr);
}

}  // namespace
}  // namespace clze::test
