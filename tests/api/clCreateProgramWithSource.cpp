// clCreateProgramWithSource: OpenCL 3.0, 5.8.1.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClCreateProgramWithSource : public ProgramTest {};

TEST_F(ClCreateProgramWithSource, RefusesAnInvalidContext) {
  const char* text = kAddOne;
  cl_int code = 1;
  EXPECT_EQ(clCreateProgramWithSource(nullptr, 1, &text, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
  EXPECT_EQ(clCreateProgramWithSource(nullptr, 1, &text, nullptr, nullptr), nullptr);
}

TEST_F(ClCreateProgramWithSource, RefusesMissingStrings) {
  const char* text = kAddOne;
  const char* holes[] = {kAddOne, nullptr};
  cl_int code = 1;
  EXPECT_EQ(clCreateProgramWithSource(context, 0, &text, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  EXPECT_EQ(clCreateProgramWithSource(context, 1, nullptr, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  EXPECT_EQ(clCreateProgramWithSource(context, 2, holes, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
}

TEST_F(ClCreateProgramWithSource, JoinsPiecesOfAnyLengths) {
  // One counted and followed by what must not be read, one ended by its zero.
  const char* pieces[] = {"kernel void add_one(global int* data)GARBAGE", "{ data[get_global_id(0)] += 1; }"};
  const size_t lengths[] = {37, 0};
  cl_int code = 1;
  cl_program program = kept(clCreateProgramWithSource(context, 2, pieces, lengths, &code));
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(programText(program, CL_PROGRAM_SOURCE),
            "kernel void add_one(global int* data){ data[get_global_id(0)] += 1; }");
  ASSERT_EQ(clBuildProgram(program, 1, &device, "", nullptr, nullptr), CL_SUCCESS) << log(program);
  expectAddsOne(program);
}

TEST_F(ClCreateProgramWithSource, AnEmptySourceIsAProgramWithoutKernels) {
  cl_program program = built("");
  EXPECT_EQ(programInfo<size_t>(program, CL_PROGRAM_NUM_KERNELS), 0U);
  EXPECT_EQ(programText(program, CL_PROGRAM_KERNEL_NAMES), "");
  cl_uint count = 9;
  EXPECT_EQ(clCreateKernelsInProgram(program, 0, nullptr, &count), CL_SUCCESS);
  EXPECT_EQ(count, 0U);
  // Functions nobody calls do not make a difference.
  cl_program functions = built("int twice(int x) { return 2 * x; }");
  EXPECT_EQ(programInfo<size_t>(functions, CL_PROGRAM_NUM_KERNELS), 0U);
  cl_program loaded = fromBinary(binaryOf(functions));
  EXPECT_EQ(clBuildProgram(loaded, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS) << log(loaded);
  cl_int code = 1;
  EXPECT_EQ(clCreateKernel(loaded, "twice", &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_KERNEL_NAME);
}

}  // namespace
}  // namespace clze::test
