// clEnqueueReleaseVA_APIMediaSurfacesINTEL.
#include <atomic>
#include <chrono>
#include <thread>

#include "va_fixture.h"

namespace clze::test {
namespace {

TEST_F(VaSharing, ReleaseRefusesBrokenListsAndForeignObjects) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  cl_mem luma = image(surface, 0);
  cl_int code = CL_SUCCESS;
  cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, 64, nullptr, &code);
  cl_event nothing = nullptr;
  EXPECT_EQ(release(queue, 0, &luma, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(release(queue, 1, nullptr, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(release(queue, 1, &buffer, 0, nullptr, nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(release(nullptr, 1, &luma, 0, nullptr, nullptr), CL_INVALID_COMMAND_QUEUE);
  ASSERT_EQ(acquire(queue, 1, &luma, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(release(queue, 1, &luma, 1, &nothing, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  cl_context plain = makePlainContext();
  cl_command_queue other = clCreateCommandQueueWithProperties(plain, device, nullptr, &code);
  EXPECT_EQ(release(other, 1, &luma, 0, nullptr, nullptr), CL_INVALID_CONTEXT);
  clReleaseCommandQueue(other);
  clReleaseContext(plain);
  EXPECT_EQ(release(queue, 1, &luma, 0, nullptr, nullptr), CL_SUCCESS);
  clReleaseMemObject(buffer);
  clReleaseMemObject(luma);
  display.destroy(surface);
}

TEST_F(VaSharing, ReleaseRefusesWhatIsNotAcquired) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  const cl_mem planes[] = {image(surface, 0), image(surface, 1)};
  EXPECT_EQ(release(queue, 2, planes, 0, nullptr, nullptr), CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL);
  ASSERT_EQ(acquire(queue, 1, planes, 0, nullptr, nullptr), CL_SUCCESS);
  // All or none: the acquired plane stays acquired.
  EXPECT_EQ(release(queue, 2, planes, 0, nullptr, nullptr), CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL);
  EXPECT_EQ(release(queue, 1, planes, 0, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(release(queue, 1, planes, 0, nullptr, nullptr), CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL);
  for (cl_mem plane : planes) clReleaseMemObject(plane);
  display.destroy(surface);
}

TEST_F(VaSharing, ReleaseGivesAnEventOfItsType) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  const cl_mem planes[] = {image(surface, 0), image(surface, 1)};
  ASSERT_EQ(acquire(queue, 2, planes, 0, nullptr, nullptr), CL_SUCCESS);
  cl_event event = nullptr;
  ASSERT_EQ(release(queue, 2, planes, 0, nullptr, &event), CL_SUCCESS);
  cl_command_type type = 0;
  ASSERT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof(type), &type, nullptr), CL_SUCCESS);
  EXPECT_EQ(type, cl_command_type{CL_COMMAND_RELEASE_VA_API_MEDIA_SURFACES_INTEL});
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  clReleaseEvent(event);
  for (cl_mem plane : planes) clReleaseMemObject(plane);
  display.destroy(surface);
}

// Another thread's event in the wait list: the call returns after it, and without user sync not before.
TEST_F(VaSharing, ReleaseReturnsAfterItsWaitList) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  cl_mem luma = image(surface, 0);
  ASSERT_EQ(acquire(queue, 1, &luma, 0, nullptr, nullptr), CL_SUCCESS);
  cl_event user = clCreateUserEvent(context, nullptr);
  std::atomic<bool> set = false;
  std::thread other([&set, user] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    set = true;
    EXPECT_EQ(clSetUserEventStatus(user, CL_COMPLETE), CL_SUCCESS);
  });
  EXPECT_EQ(release(queue, 1, &luma, 1, &user, nullptr), CL_SUCCESS);
  EXPECT_TRUE(set.load());
  other.join();
  clReleaseEvent(user);
  clReleaseMemObject(luma);
  display.destroy(surface);
}

// With user sync the event is the only sign: the call does not wait.
TEST_F(VaSharingUserSync, ReleaseReturnsBeforeItsWaitList) {
  const VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 32);
  cl_mem luma = image(surface, 0);
  ASSERT_EQ(acquire(queue, 1, &luma, 0, nullptr, nullptr), CL_SUCCESS);
  cl_event user = clCreateUserEvent(context, nullptr);
  cl_event event = nullptr;
  ASSERT_EQ(release(queue, 1, &luma, 1, &user, &event), CL_SUCCESS);
  cl_int status = CL_COMPLETE;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status), &status, nullptr),
            CL_SUCCESS);
  EXPECT_NE(status, CL_COMPLETE);
  EXPECT_EQ(clSetUserEventStatus(user, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  clReleaseEvent(event);
  clReleaseEvent(user);
  clReleaseMemObject(luma);
  display.destroy(surface);
}

TEST_F(VaSharing, ReleaseInAnyOrderOfSeveralSurfaces) {
  VASurfaceID surfaces[3];
  cl_mem planes[3][2];
  for (int i = 0; i < 3; ++i) {
    surfaces[i] = display.surface(VA_FOURCC_NV12, 64, 32);
    for (cl_uint plane = 0; plane < 2; ++plane) planes[i][plane] = image(surfaces[i], plane);
    ASSERT_EQ(acquire(queue, 2, planes[i], 0, nullptr, nullptr), CL_SUCCESS);
  }
  for (int i : {1, 2, 0}) {
    EXPECT_EQ(release(queue, 2, planes[i], 0, nullptr, nullptr), CL_SUCCESS);
    for (cl_mem plane : planes[i]) EXPECT_EQ(clReleaseMemObject(plane), CL_SUCCESS);
  }
  for (VASurfaceID surface : surfaces) display.destroy(surface);
}

}  // namespace
}  // namespace clze::test
