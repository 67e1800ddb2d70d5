// clEnqueueFillBuffer: OpenCL 3.0, 5.2.3.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueFillBuffer : public MemoryTest {
 protected:
  cl_int fill(cl_mem to, const void* pattern, size_t patternSize, size_t offset, size_t size) {
    return clEnqueueFillBuffer(queue, to, pattern, patternSize, offset, size, 0, nullptr, nullptr);
  }
};

TEST_F(ClEnqueueFillBuffer, RefusesWrongArguments) {
  const Bytes pattern = sequence(256);
  const cl_mem to = buffer(1024);
  EXPECT_EQ(fill(nullptr, pattern.data(), 1, 0, 1), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(fill(to, pattern.data(), 1, 0, 1025), CL_INVALID_VALUE);
  EXPECT_EQ(fill(to, nullptr, 1, 0, 1), CL_INVALID_VALUE);
  for (const size_t size : {0, 3, 12, 96, 256}) {
    EXPECT_EQ(fill(to, pattern.data(), size, 0, 768), CL_INVALID_VALUE) << size;
  }
  EXPECT_EQ(fill(to, pattern.data(), 4, 2, 4), CL_INVALID_VALUE);
  EXPECT_EQ(fill(to, pattern.data(), 4, 4, 6), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueFillBuffer, RepeatsEveryPatternSize) {
  for (size_t patternSize = 1; patternSize <= 128; patternSize *= 2) {
    Bytes expected = sequence(4096);
    const cl_mem to = buffer(4096, CL_MEM_COPY_HOST_PTR, expected.data());
    Bytes pattern = sequence(patternSize, 77);
    const size_t offset = patternSize * 3;
    const size_t size = patternSize * 17;
    ASSERT_EQ(fill(to, pattern.data(), patternSize, offset, size), CL_SUCCESS);
    for (size_t i = 0; i < size; ++i) expected[offset + i] = pattern[i % patternSize];
    // Taken at the call.
    pattern.assign(patternSize, 0);
    DATA_EXPECT_EQ(contents(to, 0, 4096), expected) << patternSize;
  }
}

TEST_F(ClEnqueueFillBuffer, HeldKeepsItsPattern) {
  const cl_mem to = buffer(256);
  const cl_event gate = userEvent();
  uint32_t pattern = 0x12345678;
  ASSERT_EQ(clEnqueueFillBuffer(queue, to, &pattern, 4, 0, 256, 1, &gate, nullptr), CL_SUCCESS);
  pattern = 0;
  ASSERT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  const Bytes filled = contents(to, 0, 256);
  for (size_t i = 0; i < 256; i += 4) {
    uint32_t word = 0;
    std::memcpy(&word, &filled[i], 4);
    DATA_ASSERT_EQ(word, 0x12345678U) << i;
  }
}

}  // namespace
}  // namespace clze::test
