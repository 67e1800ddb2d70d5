// clEnqueueMapBuffer: OpenCL 3.0, 5.2.4.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueMapBuffer : public MemoryTest {
 protected:
  cl_int codeFor(cl_mem memory, cl_map_flags flags, size_t offset, size_t size) {
    cl_int code = 1;
    EXPECT_EQ(clEnqueueMapBuffer(queue, memory, CL_TRUE, flags, offset, size, 0, nullptr, nullptr, &code),
              nullptr);
    return code;
  }
  uint8_t* map(cl_mem memory, cl_map_flags flags, size_t offset, size_t size) {
    cl_int code = 1;
    void* pointer =
        clEnqueueMapBuffer(queue, memory, CL_TRUE, flags, offset, size, 0, nullptr, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return static_cast<uint8_t*>(pointer);
  }
  void unmap(cl_mem memory, void* pointer) {
    EXPECT_EQ(clEnqueueUnmapMemObject(queue, memory, pointer, 0, nullptr, nullptr), CL_SUCCESS);
  }
};

TEST_F(ClEnqueueMapBuffer, RefusesWrongArguments) {
  const cl_mem memory = buffer(64);
  EXPECT_EQ(codeFor(nullptr, CL_MAP_READ, 0, 1), CL_INVALID_MEM_OBJECT);
  if (hasImages(device)) {
    EXPECT_EQ(codeFor(image2D(4, 4), CL_MAP_READ, 0, 1), CL_INVALID_MEM_OBJECT);
  }
  EXPECT_EQ(codeFor(memory, CL_MAP_READ, 0, 65), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(memory, CL_MAP_READ, 64, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(memory, CL_MAP_READ, 0, 0), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(memory, 8, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(memory, CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION, 0, 1), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor(memory, CL_MAP_READ | CL_MAP_WRITE_INVALIDATE_REGION, 0, 1), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueMapBuffer, RefusesAccessTheHostGaveUp) {
  EXPECT_EQ(codeFor(buffer(64, CL_MEM_HOST_WRITE_ONLY), CL_MAP_READ, 0, 1), CL_INVALID_OPERATION);
  EXPECT_EQ(codeFor(buffer(64, CL_MEM_HOST_READ_ONLY), CL_MAP_WRITE, 0, 1), CL_INVALID_OPERATION);
  EXPECT_EQ(codeFor(buffer(64, CL_MEM_HOST_READ_ONLY), CL_MAP_WRITE_INVALIDATE_REGION, 0, 1),
            CL_INVALID_OPERATION);
  EXPECT_EQ(codeFor(buffer(64, CL_MEM_HOST_NO_ACCESS), CL_MAP_READ, 0, 1), CL_INVALID_OPERATION);
}

TEST_F(ClEnqueueMapBuffer, RefusesWritingOneByteThroughTwoMappings) {
  const cl_mem memory = buffer(64);
  uint8_t* first = map(memory, CL_MAP_WRITE, 0, 32);
  EXPECT_EQ(codeFor(memory, CL_MAP_WRITE, 31, 1), CL_INVALID_OPERATION);
  uint8_t* second = map(memory, CL_MAP_WRITE, 32, 32);
  EXPECT_EQ(info<cl_uint>(memory, CL_MEM_MAP_COUNT), 2U);
  unmap(memory, first);
  unmap(memory, second);
  EXPECT_EQ(info<cl_uint>(memory, CL_MEM_MAP_COUNT), 0U);
}

TEST_F(ClEnqueueMapBuffer, ShowsAndStoresData) {
  const Bytes original = sequence(1000);
  for (const cl_mem_flags flags : {cl_mem_flags{CL_MEM_COPY_HOST_PTR}, cl_mem_flags{CL_MEM_USE_HOST_PTR},
                                   cl_mem_flags{CL_MEM_COPY_HOST_PTR | CL_MEM_ALLOC_HOST_PTR}}) {
    Bytes host = original;
    const cl_mem memory = buffer(1000, flags, host.data());
    uint8_t* pointer = map(memory, CL_MAP_READ | CL_MAP_WRITE, 100, 500);
    ASSERT_NE(pointer, nullptr);
    DATA_EXPECT_EQ(Bytes(pointer, pointer + 500), Bytes(original.begin() + 100, original.begin() + 600));
    pointer[0] = 1;
    pointer[499] = 2;
    unmap(memory, pointer);
    Bytes expected = original;
    expected[100] = 1;
    expected[599] = 2;
    DATA_EXPECT_EQ(contents(memory, 0, 1000), expected);
  }
}

TEST_F(ClEnqueueMapBuffer, GoesThroughTheApplicationsPointer) {
  Bytes host = sequence(1024);
  const cl_mem memory = buffer(1024, CL_MEM_USE_HOST_PTR, host.data());
  const cl_mem second = part(memory, 512, 512);
  store(memory, Bytes(1024, 0x5A));
  EXPECT_EQ(map(second, CL_MAP_READ, 10, 20), host.data() + 522);
  DATA_EXPECT_EQ(Bytes(host.begin() + 522, host.begin() + 542), Bytes(20, 0x5A));
  unmap(second, host.data() + 522);
  EXPECT_EQ(map(memory, CL_MAP_WRITE_INVALIDATE_REGION, 0, 4), host.data());
  std::copy_n("abcd", 4, host.begin());
  unmap(memory, host.data());
  Bytes expected(1024, 0x5A);
  std::copy_n("abcd", 4, expected.begin());
  DATA_EXPECT_EQ(contents(memory, 0, 1024), expected);
}

TEST_F(ClEnqueueMapBuffer, SharesMemoryBetweenReaders) {
  Bytes original = sequence(256);
  const cl_mem memory = buffer(256, CL_MEM_COPY_HOST_PTR, original.data());
  uint8_t* a = map(memory, CL_MAP_READ, 0, 256);
  uint8_t* b = map(memory, CL_MAP_READ, 0, 128);
  uint8_t* c = map(memory, CL_MAP_READ, 64, 128);
  unmap(memory, b);
  DATA_EXPECT_EQ(Bytes(a, a + 256), original);
  DATA_EXPECT_EQ(Bytes(c, c + 128), Bytes(original.begin() + 64, original.begin() + 192));
  unmap(memory, a);
  unmap(memory, c);
}

TEST_F(ClEnqueueMapBuffer, ComesAfterWhatItFollows) {
  const cl_mem memory = buffer(64);
  const Bytes data = sequence(64);
  const cl_event gate = userEvent();
  cl_event mapped = nullptr;
  cl_int code = 1;
  ASSERT_EQ(clEnqueueWriteBuffer(queue, memory, CL_FALSE, 0, 64, data.data(), 1, &gate, nullptr), CL_SUCCESS);
  auto* pointer = static_cast<uint8_t*>(
      clEnqueueMapBuffer(queue, memory, CL_FALSE, CL_MAP_READ, 0, 64, 0, nullptr, &mapped, &code));
  ASSERT_EQ(code, CL_SUCCESS);
  kept(mapped);
  EXPECT_EQ(typeOf(mapped), cl_command_type{CL_COMMAND_MAP_BUFFER});
  EXPECT_GT(statusOf(mapped), CL_COMPLETE);
  ASSERT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  ASSERT_EQ(clWaitForEvents(1, &mapped), CL_SUCCESS);
  DATA_EXPECT_EQ(Bytes(pointer, pointer + 64), data);
  unmap(memory, pointer);
}

}  // namespace
}  // namespace clze::test
