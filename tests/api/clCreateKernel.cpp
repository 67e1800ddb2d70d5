// clCreateKernel, clCreateKernelsInProgram, clRetainKernel and clReleaseKernel: OpenCL 3.0, 5.9.1.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClCreateKernel : public ProgramTest {
 protected:
  static cl_int refusal(cl_program program, const char* name) {
    cl_int code = 1;
    EXPECT_EQ(clCreateKernel(program, name, &code), nullptr);
    EXPECT_EQ(clCreateKernel(program, name, nullptr), nullptr);
    return code;
  }
};

TEST_F(ClCreateKernel, RefusesBrokenArguments) {
  EXPECT_EQ(refusal(nullptr, "add_one"), CL_INVALID_PROGRAM);
  EXPECT_EQ(refusal(fromSource(kAddOne), "add_one"), CL_INVALID_PROGRAM_EXECUTABLE);
  cl_program program = built(kAddOne);
  EXPECT_EQ(refusal(program, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(program, ""), CL_INVALID_KERNEL_NAME);
  EXPECT_EQ(refusal(program, "add_on"), CL_INVALID_KERNEL_NAME);
  EXPECT_EQ(refusal(program, "add_one "), CL_INVALID_KERNEL_NAME);
}

TEST_F(ClCreateKernel, FunctionsThatAreNoKernelsAreRefused) {
  EXPECT_EQ(refusal(built("int plain(int x) { return x; }\nkernel void k() {}"), "plain"),
            CL_INVALID_KERNEL_NAME);
}

TEST_F(ClCreateKernel, AllOfAProgram) {
  cl_program program = built("kernel void one() {}\nkernel void two(int x) {}");
  cl_uint count = 0;
  cl_kernel kernels[3] = {};
  EXPECT_EQ(clCreateKernelsInProgram(nullptr, 0, nullptr, &count), CL_INVALID_PROGRAM);
  EXPECT_EQ(clCreateKernelsInProgram(fromSource(kAddOne), 0, nullptr, &count), CL_INVALID_PROGRAM_EXECUTABLE);
  EXPECT_EQ(clCreateKernelsInProgram(program, 1, kernels, &count), CL_INVALID_VALUE);
  EXPECT_EQ(kernels[0], nullptr);
  EXPECT_EQ(clCreateKernelsInProgram(program, 0, nullptr, &count), CL_SUCCESS);
  EXPECT_EQ(count, 2U);
  ASSERT_EQ(clCreateKernelsInProgram(program, 3, kernels, nullptr), CL_SUCCESS);
  EXPECT_EQ(kernels[2], nullptr);
  cl_uint arguments = 9;
  EXPECT_EQ(clGetKernelInfo(kernels[1], CL_KERNEL_NUM_ARGS, sizeof(arguments), &arguments, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(arguments, 1U);
  EXPECT_EQ(clReleaseKernel(kernels[0]), CL_SUCCESS);
  EXPECT_EQ(clReleaseKernel(kernels[1]), CL_SUCCESS);
}

TEST_F(ClCreateKernel, CountsReferences) {
  cl_int code = 1;
  cl_kernel made = clCreateKernel(built(kAddOne), "add_one", &code);
  cl_uint count = 0;
  ASSERT_EQ(clRetainKernel(made), CL_SUCCESS);
  EXPECT_EQ(clGetKernelInfo(made, CL_KERNEL_REFERENCE_COUNT, sizeof(count), &count, nullptr), CL_SUCCESS);
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(clReleaseKernel(made), CL_SUCCESS);
  EXPECT_EQ(clReleaseKernel(made), CL_SUCCESS);
  EXPECT_EQ(clReleaseKernel(made), CL_INVALID_KERNEL);
  EXPECT_EQ(clRetainKernel(made), CL_INVALID_KERNEL);
  EXPECT_EQ(clRetainKernel(nullptr), CL_INVALID_KERNEL);
}

}  // namespace
}  // namespace clze::test
