// clEnqueueTask and clEnqueueNativeKernel: OpenCL 3.0, 5.10.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueTask : public ProgramTest {};

TEST_F(ClEnqueueTask, RefusesAsAKernelDoes) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  EXPECT_EQ(clEnqueueTask(nullptr, adds, 0, nullptr, nullptr), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clEnqueueTask(queue, nullptr, 0, nullptr, nullptr), CL_INVALID_KERNEL);
  EXPECT_EQ(clEnqueueTask(queue, adds, 0, nullptr, nullptr), CL_INVALID_KERNEL_ARGS);
  ASSERT_EQ(set(adds, 0, ints({1})), CL_SUCCESS);
  EXPECT_EQ(clEnqueueTask(queue, adds, 1, nullptr, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  cl_kernel required = kernel("kernel __attribute__((reqd_work_group_size(2, 1, 1))) void two() {}", "two");
  EXPECT_EQ(clEnqueueTask(queue, required, 0, nullptr, nullptr), CL_INVALID_WORK_GROUP_SIZE);
}

TEST_F(ClEnqueueTask, RunsOneWorkItem) {
  cl_kernel store = kernel(
      "kernel void store(global int* out) { out[0] += (int)(get_global_size(0) * 10 + get_work_dim()); }",
      "store");
  cl_mem out = ints({0});
  ASSERT_EQ(set(store, 0, out), CL_SUCCESS);
  cl_event event = nullptr;
  ASSERT_EQ(clEnqueueTask(queue, store, 0, nullptr, &event), CL_SUCCESS);
  kept(event);
  DATA_EXPECT_EQ(read(out, 1)[0], 11);
  cl_command_type type = 0;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof(type), &type, nullptr), CL_SUCCESS);
  EXPECT_EQ(type, cl_command_type{CL_COMMAND_TASK});
}

TEST_F(ClEnqueueTask, NativeKernelsAreNotSupported) {
  const auto function = [](void*) { ADD_FAILURE() << "never called"; };
  EXPECT_EQ(deviceInfo<cl_device_exec_capabilities>(CL_DEVICE_EXECUTION_CAPABILITIES),
            cl_device_exec_capabilities{CL_EXEC_KERNEL});
  EXPECT_EQ(clEnqueueNativeKernel(nullptr, function, nullptr, 0, 0, nullptr, nullptr, 0, nullptr, nullptr),
            CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clEnqueueNativeKernel(queue, nullptr, nullptr, 0, 0, nullptr, nullptr, 0, nullptr, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueNativeKernel(queue, function, nullptr, 0, 0, nullptr, nullptr, 0, nullptr, nullptr),
            CL_INVALID_OPERATION);
}

}  // namespace
}  // namespace clze::test
