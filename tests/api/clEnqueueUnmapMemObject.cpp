// clEnqueueUnmapMemObject: OpenCL 3.0, 5.5.2.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClEnqueueUnmapMemObject = MemoryTest;

TEST_F(ClEnqueueUnmapMemObject, RefusesWhatIsNotMapped) {
  const cl_mem memory = buffer(64);
  uint8_t other = 0;
  cl_int code = 1;
  void* pointer = clEnqueueMapBuffer(queue, memory, CL_TRUE, CL_MAP_READ, 0, 64, 0, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(clEnqueueUnmapMemObject(nullptr, memory, pointer, 0, nullptr, nullptr), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clEnqueueUnmapMemObject(queue, nullptr, pointer, 0, nullptr, nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(clEnqueueUnmapMemObject(queue, memory, &other, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueUnmapMemObject(queue, memory, nullptr, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueUnmapMemObject(queue, buffer(64), pointer, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueUnmapMemObject(newQueue(newContext()), memory, pointer, 0, nullptr, nullptr),
            CL_INVALID_CONTEXT);
  EXPECT_EQ(clEnqueueUnmapMemObject(queue, memory, pointer, 1, nullptr, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(clEnqueueUnmapMemObject(queue, memory, pointer, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(clEnqueueUnmapMemObject(queue, memory, pointer, 0, nullptr, nullptr), CL_INVALID_VALUE);
}

TEST_F(ClEnqueueUnmapMemObject, HasAnEventAfterTheWriteBack) {
  Bytes host(256, 0);
  const cl_mem memory = buffer(256, CL_MEM_USE_HOST_PTR, host.data());
  cl_int code = 1;
  void* pointer =
      clEnqueueMapBuffer(queue, memory, CL_TRUE, CL_MAP_WRITE, 0, 256, 0, nullptr, nullptr, &code);
  ASSERT_EQ(pointer, host.data());
  const Bytes data = sequence(256);
  host = data;
  cl_event done = nullptr;
  ASSERT_EQ(clEnqueueUnmapMemObject(queue, memory, pointer, 0, nullptr, &done), CL_SUCCESS);
  kept(done);
  EXPECT_EQ(typeOf(done), cl_command_type{CL_COMMAND_UNMAP_MEM_OBJECT});
  // On another queue, ordered by the event alone.
  Bytes after(256);
  ASSERT_EQ(clEnqueueReadBuffer(newQueue(context), memory, CL_TRUE, 0, 256, after.data(), 1, &done, nullptr),
            CL_SUCCESS);
  DATA_EXPECT_EQ(after, data);
}

TEST_F(ClEnqueueUnmapMemObject, OfAReaderWritesNothingBack) {
  const Bytes data = sequence(256);
  Bytes host = data;
  const cl_mem memory = buffer(256, CL_MEM_USE_HOST_PTR, host.data());
  cl_int code = 1;
  void* pointer = clEnqueueMapBuffer(queue, memory, CL_TRUE, CL_MAP_READ, 0, 256, 0, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  store(memory, Bytes(256, 3));
  ASSERT_EQ(clEnqueueUnmapMemObject(queue, memory, pointer, 0, nullptr, nullptr), CL_SUCCESS);
  DATA_EXPECT_EQ(contents(memory, 0, 256), Bytes(256, 3));
}

TEST_F(ClEnqueueUnmapMemObject, KeepsWhatIsReleasedWhileMapped) {
  CLZE_NEEDS_IMAGES(device);
  cl_int code = 1;
  const auto desc = describe(CL_MEM_OBJECT_IMAGE2D, 64, 64);
  cl_mem memory = clCreateImage(context, CL_MEM_READ_WRITE, &kRgba8, &desc, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  const Size3 origin = {0, 0, 0};
  const Size3 region = {64, 64, 1};
  size_t pitch = 0;
  void* pointer = clEnqueueMapImage(queue, memory, CL_TRUE, CL_MAP_WRITE, origin.data(), region.data(),
                                    &pitch, nullptr, 0, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  std::memset(pointer, 1, pitch * 64);
  ASSERT_EQ(clEnqueueUnmapMemObject(queue, memory, pointer, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(clReleaseMemObject(memory), CL_SUCCESS);
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
}

}  // namespace
}  // namespace clze::test
