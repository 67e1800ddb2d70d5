// clSetProgramSpecializationConstant: OpenCL 3.0, 5.8.2.
#include "tests/api/program_fixture.h"
#include "tests/api/spirv_module.h"

namespace clze::test {
namespace {

class ClSetProgramSpecializationConstant : public ProgramTest {
 protected:
  cl_program fromIl() {
    cl_int code = 1;
    cl_program program = kept(clCreateProgramWithIL(context, kPutModule, sizeof(kPutModule), &code));
    EXPECT_EQ(code, CL_SUCCESS);
    return program;
  }
  uint64_t runs(cl_program program) {
    cl_int code = 1;
    cl_kernel put = clCreateKernel(program, "put", &code);
    EXPECT_EQ(code, CL_SUCCESS);
    cl_mem out = ints({0, 0});
    EXPECT_EQ(set(put, 0, out), CL_SUCCESS);
    EXPECT_EQ(launch(put, {1}), CL_SUCCESS);
    const auto halves = read(out, 2);
    EXPECT_EQ(clReleaseKernel(put), CL_SUCCESS);
    return static_cast<uint32_t>(halves[0]) | uint64_t{static_cast<uint32_t>(halves[1])} << 32U;
  }
};

TEST_F(ClSetProgramSpecializationConstant, RefusesProgramsThatAreNotIl) {
  const cl_uint value = 1;
  EXPECT_EQ(clSetProgramSpecializationConstant(nullptr, 7, sizeof(value), &value), CL_INVALID_PROGRAM);
  EXPECT_EQ(clSetProgramSpecializationConstant(fromSource(kAddOne), 7, sizeof(value), &value),
            CL_INVALID_PROGRAM);
}

TEST_F(ClSetProgramSpecializationConstant, RefusesUnknownIdsAndOtherSizes) {
  cl_program program = fromIl();
  const cl_ulong value = 1;
  EXPECT_EQ(clSetProgramSpecializationConstant(program, 9, sizeof(cl_uint), &value), CL_INVALID_SPEC_ID);
  EXPECT_EQ(clSetProgramSpecializationConstant(program, 7, sizeof(cl_ulong), &value), CL_INVALID_VALUE);
  EXPECT_EQ(clSetProgramSpecializationConstant(program, 8, sizeof(cl_uint), &value), CL_INVALID_VALUE);
  EXPECT_EQ(clSetProgramSpecializationConstant(program, 7, sizeof(cl_uint), nullptr), CL_INVALID_VALUE);
}

TEST_F(ClSetProgramSpecializationConstant, HoldsForTheNextBuildUntilSetAgain) {
  cl_program program = fromIl();
  cl_uint small = 40;
  ASSERT_EQ(clSetProgramSpecializationConstant(program, 7, sizeof(small), &small), CL_SUCCESS);
  small = 41;  // the last one counts
  ASSERT_EQ(clSetProgramSpecializationConstant(program, 7, sizeof(small), &small), CL_SUCCESS);
  ASSERT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS) << log(program);
  DATA_EXPECT_EQ(runs(program), 10000000041U);

  const cl_ulong wide = 1ULL << 40U;
  ASSERT_EQ(clSetProgramSpecializationConstant(program, 8, sizeof(wide), &wide), CL_SUCCESS);
  // Not before the next build.
  DATA_EXPECT_EQ(runs(program), 10000000041U);
  ASSERT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS) << log(program);
  DATA_EXPECT_EQ(runs(program), (1ULL << 40U) + 41);

  // The binary is of the program as it was specialized.
  cl_program copy = fromBinary(binaryOf(program));
  ASSERT_EQ(clBuildProgram(copy, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS) << log(copy);
  DATA_EXPECT_EQ(runs(copy), (1ULL << 40U) + 41);
}

}  // namespace
}  // namespace clze::test
