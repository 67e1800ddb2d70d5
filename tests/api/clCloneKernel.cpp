// clCloneKernel: OpenCL 3.0, 5.9.1.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClCloneKernel : public ProgramTest {};

TEST_F(ClCloneKernel, RefusesAnInvalidKernel) {
  cl_int code = 1;
  EXPECT_EQ(clCloneKernel(nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_KERNEL);
}

TEST_F(ClCloneKernel, TakesTheArgumentsAndGoesItsOwnWay) {
  cl_kernel source = kernel("kernel void store(global int* out, int value) { out[0] = value; }", "store");
  cl_mem first = ints({0});
  cl_mem second = ints({0});
  ASSERT_EQ(set(source, 0, first), CL_SUCCESS);
  cl_int code = 1;
  cl_kernel partial = kept(clCloneKernel(source, &code));
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(launch(partial, {1}), CL_INVALID_KERNEL_ARGS);
  ASSERT_EQ(set(source, 1, 5), CL_SUCCESS);
  cl_kernel copy = kept(clCloneKernel(source, &code));
  ASSERT_EQ(code, CL_SUCCESS);
  // Later changes of one are not the other's.
  ASSERT_EQ(set(source, 1, 6), CL_SUCCESS);
  ASSERT_EQ(set(copy, 0, second), CL_SUCCESS);
  ASSERT_EQ(launch(copy, {1}), CL_SUCCESS);
  ASSERT_EQ(launch(source, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(first, 1)[0], 6);
  DATA_EXPECT_EQ(read(second, 1)[0], 5);
  ASSERT_EQ(set(partial, 1, 9), CL_SUCCESS);
  ASSERT_EQ(launch(partial, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(first, 1)[0], 9);
}

TEST_F(ClCloneKernel, LocalMemoryIsPartOfTheArguments) {
  cl_kernel source = kernel("kernel void k(local int* l, global int* out) { l[0] = 3; out[0] = l[0]; }", "k");
  const auto tooMuch = static_cast<size_t>(deviceInfo<cl_ulong>(CL_DEVICE_LOCAL_MEM_SIZE)) + 4;
  cl_mem out = ints({0});
  ASSERT_EQ(clSetKernelArg(source, 0, tooMuch, nullptr), CL_SUCCESS);
  ASSERT_EQ(set(source, 1, out), CL_SUCCESS);
  cl_kernel copy = kept(clCloneKernel(source, nullptr));
  EXPECT_EQ(launch(copy, {1}), CL_OUT_OF_RESOURCES);
  ASSERT_EQ(clSetKernelArg(copy, 0, 4, nullptr), CL_SUCCESS);
  EXPECT_EQ(launch(copy, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(out, 1)[0], 3);
}

}  // namespace
}  // namespace clze::test
