// clCreateBuffer: OpenCL 3.0, 5.2.1.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClCreateBuffer : public MemoryTest {
 protected:
  cl_int codeFor(cl_mem_flags flags, size_t size, void* pointer) {
    cl_int code = 1;
    EXPECT_EQ(clCreateBuffer(context, flags, size, pointer, &code), nullptr);
    return code;
  }
};

TEST_F(ClCreateBuffer, RefusesWhatIsNoContext) {
  cl_int code = 1;
  EXPECT_EQ(clCreateBuffer(nullptr, 0, 16, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
}

TEST_F(ClCreateBuffer, RefusesFlagsThatExclude) {
  uint8_t byte = 0;
  EXPECT_EQ(codeFor(CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY, 1, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(CL_MEM_READ_WRITE | CL_MEM_READ_ONLY, 1, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR, 1, &byte), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR, 1, &byte), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY, 1, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS, 1, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(CL_MEM_SVM_FINE_GRAIN_BUFFER, 1, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(cl_mem_flags{1} << 40U, 1, nullptr), CL_INVALID_VALUE);
}

TEST_F(ClCreateBuffer, RefusesSizesNoDeviceHas) {
  cl_ulong most = 0;
  ASSERT_EQ(clGetDeviceInfo(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof(most), &most, nullptr), CL_SUCCESS);
  EXPECT_EQ(codeFor(0, 0, nullptr), CL_INVALID_BUFFER_SIZE);
  EXPECT_EQ(codeFor(0, most + 1, nullptr), CL_INVALID_BUFFER_SIZE);
}

TEST_F(ClCreateBuffer, RefusesPointersThatDoNotGoWithTheFlags) {
  uint8_t byte = 0;
  EXPECT_EQ(codeFor(CL_MEM_USE_HOST_PTR, 1, nullptr), CL_INVALID_HOST_PTR);
  EXPECT_EQ(codeFor(CL_MEM_COPY_HOST_PTR, 1, nullptr), CL_INVALID_HOST_PTR);
  EXPECT_EQ(codeFor(CL_MEM_READ_WRITE, 1, &byte), CL_INVALID_HOST_PTR);
  EXPECT_EQ(codeFor(CL_MEM_ALLOC_HOST_PTR, 1, &byte), CL_INVALID_HOST_PTR);
}

TEST_F(ClCreateBuffer, TakesANullErrorPointer) {
  EXPECT_EQ(clCreateBuffer(context, 0, 0, nullptr, nullptr), nullptr);
  EXPECT_NE(kept(clCreateBuffer(context, 0, 7, nullptr, nullptr)), nullptr);
}

TEST_F(ClCreateBuffer, HasTheHostsBytesFromTheStart) {
  for (const size_t size : {size_t{1}, size_t{7}, size_t{4096}, size_t{322 * 242 * 4}}) {
    const Bytes original = sequence(size);
    for (const cl_mem_flags flags :
         {cl_mem_flags{CL_MEM_COPY_HOST_PTR}, cl_mem_flags{CL_MEM_COPY_HOST_PTR | CL_MEM_ALLOC_HOST_PTR},
          cl_mem_flags{CL_MEM_USE_HOST_PTR}, cl_mem_flags{CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR}}) {
      Bytes host = original;
      const cl_mem made = buffer(size, flags, host.data());
      // The copy was made by the time the call returned.
      if ((flags & CL_MEM_USE_HOST_PTR) == 0) host.assign(size, 0);
      DATA_EXPECT_EQ(contents(made, 0, size), original) << size << " flags " << flags;
    }
  }
}

}  // namespace
}  // namespace clze::test
