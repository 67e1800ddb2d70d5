// clCreateSubBuffer: OpenCL 3.0, 5.2.1.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClCreateSubBuffer : public MemoryTest {
 protected:
  static cl_int codeFor(cl_mem parent, cl_mem_flags flags, size_t origin, size_t size) {
    const cl_buffer_region region = {origin, size};
    cl_int code = 1;
    EXPECT_EQ(clCreateSubBuffer(parent, flags, CL_BUFFER_CREATE_TYPE_REGION, &region, &code), nullptr);
    return code;
  }
};

TEST_F(ClCreateSubBuffer, RefusesWhatIsNoWholeBuffer) {
  EXPECT_EQ(codeFor(nullptr, 0, 0, 1), CL_INVALID_MEM_OBJECT);
  if (hasImages(device)) {
    EXPECT_EQ(codeFor(image2D(4, 4), 0, 0, 1), CL_INVALID_MEM_OBJECT);
  }
  EXPECT_EQ(codeFor(part(buffer(512), 0, 256), 0, 0, 1), CL_INVALID_MEM_OBJECT);
}

TEST_F(ClCreateSubBuffer, RefusesAccessTheParentLacks) {
  const cl_mem reads = buffer(256, CL_MEM_READ_ONLY | CL_MEM_HOST_READ_ONLY);
  const cl_mem writes = buffer(256, CL_MEM_WRITE_ONLY | CL_MEM_HOST_WRITE_ONLY);
  const cl_mem none = buffer(256, CL_MEM_HOST_NO_ACCESS);
  EXPECT_EQ(codeFor(reads, CL_MEM_WRITE_ONLY, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(reads, CL_MEM_READ_WRITE, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(reads, CL_MEM_HOST_WRITE_ONLY, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(writes, CL_MEM_READ_ONLY, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(writes, CL_MEM_HOST_READ_ONLY, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(none, CL_MEM_HOST_READ_ONLY, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(none, CL_MEM_USE_HOST_PTR, 0, 1), CL_INVALID_VALUE);
}

TEST_F(ClCreateSubBuffer, RefusesRegionsThatAreNone) {
  const cl_mem whole = buffer(1000);
  cl_int code = 1;
  EXPECT_EQ(clCreateSubBuffer(whole, 0, CL_BUFFER_CREATE_TYPE_REGION, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  const cl_buffer_region region = {0, 1};
  EXPECT_EQ(clCreateSubBuffer(whole, 0, 0, &region, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(whole, 0, 0, 1001), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(whole, 0, 896, SIZE_MAX - 100), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(whole, 0, 0, 0), CL_INVALID_BUFFER_SIZE);
  EXPECT_EQ(codeFor(whole, 0, 1, 100), CL_MISALIGNED_SUB_BUFFER_OFFSET);
  EXPECT_EQ(codeFor(whole, 0, 64, 100), CL_MISALIGNED_SUB_BUFFER_OFFSET);
}

TEST_F(ClCreateSubBuffer, IsAPartOfTheParentsMemory) {
  const Bytes original = sequence(1000);
  Bytes copy = original;
  const cl_mem whole = buffer(1000, CL_MEM_COPY_HOST_PTR, copy.data());
  const cl_mem last = part(whole, 896, 104);
  DATA_EXPECT_EQ(contents(last, 0, 104), Bytes(original.begin() + 896, original.end()));
  const Bytes other = sequence(50, 9);
  store(last, other, 10);
  DATA_EXPECT_EQ(contents(whole, 906, 50), other);
}

TEST_F(ClCreateSubBuffer, InheritsAndTells) {
  Bytes host(512);
  const cl_mem whole =
      buffer(512, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR | CL_MEM_HOST_READ_ONLY, host.data());
  const cl_mem second = part(whole, 256, 100);
  EXPECT_EQ(info<cl_mem_flags>(second, CL_MEM_FLAGS),
            cl_mem_flags{CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR | CL_MEM_HOST_READ_ONLY});
  EXPECT_EQ(info<size_t>(second, CL_MEM_OFFSET), 256U);
  EXPECT_EQ(info<size_t>(second, CL_MEM_SIZE), 100U);
  EXPECT_EQ(info<cl_mem>(second, CL_MEM_ASSOCIATED_MEMOBJECT), whole);
  EXPECT_EQ(info<void*>(second, CL_MEM_HOST_PTR), host.data() + 256);
}

TEST_F(ClCreateSubBuffer, KeepsTheParentsMemory) {
  const Bytes original = sequence(512);
  Bytes copy = original;
  cl_int code = 1;
  cl_mem whole = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, 512, copy.data(), &code);
  const cl_mem second = part(whole, 128, 256);
  ASSERT_EQ(clReleaseMemObject(whole), CL_SUCCESS);
  DATA_EXPECT_EQ(contents(second, 0, 256), Bytes(original.begin() + 128, original.begin() + 384));
}

}  // namespace
}  // namespace clze::test
