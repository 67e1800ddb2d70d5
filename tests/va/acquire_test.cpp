// clEnqueueAcquireVA_APIMediaSurfacesINTEL, and use of images that are not acquired.
#include "va_fixture.h"

namespace clze::test {
namespace {

class VaAcquire : public VaSharing {
 protected:
  void SetUp() override {
    VaSharing::SetUp();
    surface = display.surface(VA_FOURCC_NV12, 64, 32);
    planes[0] = image(surface, 0);
    planes[1] = image(surface, 1);
  }
  void TearDown() override {
    for (cl_mem plane : planes) EXPECT_EQ(clReleaseMemObject(plane), CL_SUCCESS);
    display.destroy(surface);
    VaSharing::TearDown();
  }
  // Reads one texel: the smallest use.
  cl_int use(cl_mem plane) const {
    const size_t origin[3] = {0, 0, 0};
    const size_t region[3] = {1, 1, 1};
    unsigned char texel[4] = {};
    return clEnqueueReadImage(queue, plane, CL_TRUE, origin, region, 0, 0, texel, 0, nullptr, nullptr);
  }
  VASurfaceID surface = VA_INVALID_ID;
  cl_mem planes[2] = {};
};

TEST_F(VaAcquire, RefusesBrokenLists) {
  EXPECT_EQ(acquire(queue, 0, planes, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(acquire(queue, 2, nullptr, 0, nullptr, nullptr), CL_INVALID_VALUE);
}

TEST_F(VaAcquire, RefusesObjectsThatAreNoSurfaces) {
  cl_int code = CL_SUCCESS;
  cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, 64, nullptr, &code);
  const cl_mem mixed[] = {planes[0], buffer};
  EXPECT_EQ(acquire(queue, 2, mixed, 0, nullptr, nullptr), CL_INVALID_MEM_OBJECT);
  const cl_mem none[] = {planes[0], nullptr};
  EXPECT_EQ(acquire(queue, 2, none, 0, nullptr, nullptr), CL_INVALID_MEM_OBJECT);
  clReleaseMemObject(buffer);
  // Nothing was acquired by the calls that failed.
  EXPECT_EQ(release(queue, 1, planes, 0, nullptr, nullptr), CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL);
}

TEST_F(VaAcquire, RefusesInvalidQueuesAndOtherContexts) {
  EXPECT_EQ(acquire(nullptr, 1, planes, 0, nullptr, nullptr), CL_INVALID_COMMAND_QUEUE);
  cl_context plain = makePlainContext();
  cl_int code = CL_SUCCESS;
  cl_command_queue other = clCreateCommandQueueWithProperties(plain, device, nullptr, &code);
  EXPECT_EQ(acquire(other, 1, planes, 0, nullptr, nullptr), CL_INVALID_CONTEXT);
  clReleaseCommandQueue(other);
  clReleaseContext(plain);
}

TEST_F(VaAcquire, RefusesBrokenWaitLists) {
  cl_event nothing = nullptr;
  EXPECT_EQ(acquire(queue, 1, planes, 1, nullptr, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(acquire(queue, 1, planes, 0, &nothing, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(acquire(queue, 1, planes, 1, &nothing, nullptr), CL_INVALID_EVENT_WAIT_LIST);
}

TEST_F(VaAcquire, TakesAllOrNone) {
  ASSERT_EQ(acquire(queue, 1, &planes[1], 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(acquire(queue, 2, planes, 0, nullptr, nullptr), CL_VA_API_MEDIA_SURFACE_ALREADY_ACQUIRED_INTEL);
  // The first plane was given back.
  EXPECT_EQ(release(queue, 1, &planes[0], 0, nullptr, nullptr), CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL);
  EXPECT_EQ(release(queue, 1, &planes[1], 0, nullptr, nullptr), CL_SUCCESS);
  // One object twice in a list is acquired already when its second turn comes.
  const cl_mem twice[] = {planes[0], planes[0]};
  EXPECT_EQ(acquire(queue, 2, twice, 0, nullptr, nullptr), CL_VA_API_MEDIA_SURFACE_ALREADY_ACQUIRED_INTEL);
}

TEST_F(VaAcquire, NothingToAcquireIsACommandAllTheSame) {
  cl_event event = nullptr;
  ASSERT_EQ(acquire(queue, 0, nullptr, 0, nullptr, &event), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  clReleaseEvent(event);
}

TEST_F(VaAcquire, GivesAnEventOfItsType) {
  cl_event event = nullptr;
  ASSERT_EQ(acquire(queue, 2, planes, 0, nullptr, &event), CL_SUCCESS);
  cl_command_type type = 0;
  ASSERT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof(type), &type, nullptr), CL_SUCCESS);
  EXPECT_EQ(type, cl_command_type{CL_COMMAND_ACQUIRE_VA_API_MEDIA_SURFACES_INTEL});
  // FFmpeg waits without a flush of its own.
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  clReleaseEvent(event);
  EXPECT_EQ(release(queue, 2, planes, 0, nullptr, nullptr), CL_SUCCESS);
}

TEST_F(VaAcquire, WaitsForItsList) {
  cl_int code = CL_SUCCESS;
  cl_event user = clCreateUserEvent(context, &code);
  cl_event event = nullptr;
  ASSERT_EQ(acquire(queue, 2, planes, 1, &user, &event), CL_SUCCESS);
  cl_int status = CL_COMPLETE;
  ASSERT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status), &status, nullptr),
            CL_SUCCESS);
  EXPECT_NE(status, CL_COMPLETE);
  ASSERT_EQ(clSetUserEventStatus(user, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  clReleaseEvent(event);
  clReleaseEvent(user);
  EXPECT_EQ(release(queue, 2, planes, 0, nullptr, nullptr), CL_SUCCESS);
}

TEST_F(VaAcquire, HoldsForEveryQueueOfTheContext) {
  cl_int code = CL_SUCCESS;
  ASSERT_EQ(acquire(queue, 2, planes, 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(clFinish(queue), CL_SUCCESS);
  cl_command_queue other = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
  std::swap(queue, other);
  EXPECT_EQ(use(planes[0]), CL_SUCCESS);
  EXPECT_EQ(release(queue, 2, planes, 0, nullptr, nullptr), CL_SUCCESS);
  std::swap(queue, other);
  clReleaseCommandQueue(other);
}

TEST_F(VaAcquire, UseWithoutItIsTheTextsError) {
  const cl_int expected = strict() ? CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL : CL_SUCCESS;
  EXPECT_EQ(use(planes[0]), expected);
  cl_kernel reads = kernel(
      "kernel void reads(read_only image2d_t from, global float4* to) {"
      "  const sampler_t s = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_NONE | CLK_FILTER_NEAREST;"
      "  to[0] = read_imagef(from, s, (int2)(0, 0)); }",
      "reads");
  cl_int code = CL_SUCCESS;
  cl_mem target = clCreateBuffer(context, CL_MEM_READ_WRITE, 64, nullptr, &code);
  ASSERT_EQ(clSetKernelArg(reads, 0, sizeof(cl_mem), &planes[0]), CL_SUCCESS);
  ASSERT_EQ(clSetKernelArg(reads, 1, sizeof(cl_mem), &target), CL_SUCCESS);
  const size_t one = 1;
  EXPECT_EQ(clEnqueueNDRangeKernel(queue, reads, 1, nullptr, &one, nullptr, 0, nullptr, nullptr), expected);
  ASSERT_EQ(acquire(queue, 1, planes, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(clEnqueueNDRangeKernel(queue, reads, 1, nullptr, &one, nullptr, 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(release(queue, 1, planes, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(clEnqueueNDRangeKernel(queue, reads, 1, nullptr, &one, nullptr, 0, nullptr, nullptr), expected);
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
  clReleaseMemObject(target);
  clReleaseKernel(reads);
}

}  // namespace
}  // namespace clze::test
