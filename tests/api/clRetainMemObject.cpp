// clRetainMemObject and clReleaseMemObject: OpenCL 3.0, 5.5.1.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClRetainMemObject = MemoryTest;

TEST_F(ClRetainMemObject, RefusesWhatIsNoMemory) {
  EXPECT_EQ(clRetainMemObject(nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(clReleaseMemObject(nullptr), CL_INVALID_MEM_OBJECT);
}

TEST_F(ClRetainMemObject, CountsAndRefusesTheReleased) {
  cl_mem memory = clCreateBuffer(context, 0, 16, nullptr, nullptr);
  ASSERT_EQ(clRetainMemObject(memory), CL_SUCCESS);
  EXPECT_EQ(info<cl_uint>(memory, CL_MEM_REFERENCE_COUNT), 2U);
  ASSERT_EQ(clReleaseMemObject(memory), CL_SUCCESS);
  EXPECT_EQ(info<cl_uint>(memory, CL_MEM_REFERENCE_COUNT), 1U);
  ASSERT_EQ(clReleaseMemObject(memory), CL_SUCCESS);
  EXPECT_EQ(clReleaseMemObject(memory), CL_INVALID_MEM_OBJECT);
}

}  // namespace
}  // namespace clze::test
