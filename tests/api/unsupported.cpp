// Entry points of optional features that no device has answer as OpenCL 3.0, appendix H, asks.
#include <CL/cl_gl.h>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using Unsupported = ClTest;

TEST_F(Unsupported, Pipes) {
  cl_int code = 1;
  EXPECT_EQ(clCreatePipe(context, 0, 4, 16, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_OPERATION);
  cl_uint packet = 0;
  EXPECT_EQ(
      clGetPipeInfo(reinterpret_cast<cl_mem>(queue), CL_PIPE_PACKET_SIZE, sizeof(packet), &packet, nullptr),
      CL_INVALID_MEM_OBJECT);
}

TEST_F(Unsupported, SharedVirtualMemory) {
  EXPECT_EQ(clSVMAlloc(context, CL_MEM_READ_WRITE, 64, 0), nullptr);
  clSVMFree(context, nullptr);
  char memory[64] = {};
  void* list[] = {memory};
  const void* constList[] = {memory};
  const size_t size = sizeof(memory);
  EXPECT_EQ(clEnqueueSVMFree(queue, 1, list, nullptr, nullptr, 0, nullptr, nullptr), CL_INVALID_OPERATION);
  EXPECT_EQ(clEnqueueSVMMemcpy(queue, CL_TRUE, memory, memory + 32, 32, 0, nullptr, nullptr),
            CL_INVALID_OPERATION);
  EXPECT_EQ(clEnqueueSVMMemFill(queue, memory, memory, 1, 32, 0, nullptr, nullptr), CL_INVALID_OPERATION);
  EXPECT_EQ(clEnqueueSVMMap(queue, CL_TRUE, CL_MAP_READ, memory, size, 0, nullptr, nullptr),
            CL_INVALID_OPERATION);
  EXPECT_EQ(clEnqueueSVMUnmap(queue, memory, 0, nullptr, nullptr), CL_INVALID_OPERATION);
  EXPECT_EQ(clEnqueueSVMMigrateMem(queue, 1, constList, &size, 0, 0, nullptr, nullptr), CL_INVALID_OPERATION);
}

TEST_F(Unsupported, OpenGlSharing) {
  cl_int code = 1;
  EXPECT_EQ(clCreateFromGLBuffer(context, CL_MEM_READ_WRITE, 1, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_OPERATION);
  EXPECT_EQ(clCreateFromGLTexture(context, CL_MEM_READ_WRITE, 0x0DE1, 0, 1, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_OPERATION);
  EXPECT_EQ(clEnqueueAcquireGLObjects(queue, 0, nullptr, 0, nullptr, nullptr), CL_INVALID_OPERATION);
}

TEST_F(Unsupported, NativeKernels) {
  EXPECT_EQ(clEnqueueNativeKernel(
                queue, [](void*) {}, nullptr, 0, 0, nullptr, nullptr, 0, nullptr, nullptr),
            CL_INVALID_OPERATION);
}

}  // namespace
}  // namespace clze::test
