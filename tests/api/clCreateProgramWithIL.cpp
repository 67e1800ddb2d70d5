// clCreateProgramWithIL: OpenCL 3.0, 5.8.1.
#include "tests/api/program_fixture.h"
#include "tests/api/spirv_module.h"

namespace clze::test {
namespace {

class ClCreateProgramWithIL : public ProgramTest {
 protected:
  cl_int refusal(const std::vector<uint32_t>& words, size_t bytes) {
    cl_int code = 1;
    EXPECT_EQ(clCreateProgramWithIL(context, words.data(), bytes, &code), nullptr);
    return code;
  }
  static std::vector<uint32_t> words() { return {std::begin(kPutModule), std::end(kPutModule)}; }
};

TEST_F(ClCreateProgramWithIL, RefusesBrokenArguments) {
  cl_int code = 1;
  EXPECT_EQ(clCreateProgramWithIL(nullptr, kPutModule, sizeof(kPutModule), &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
  EXPECT_EQ(clCreateProgramWithIL(context, nullptr, sizeof(kPutModule), &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  EXPECT_EQ(clCreateProgramWithIL(context, kPutModule, 0, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
}

TEST_F(ClCreateProgramWithIL, RefusesWhatIsNotSpirV) {
  std::vector<uint32_t> module = words();
  EXPECT_EQ(refusal(module, sizeof(kPutModule) - 1), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(module, 4 * sizeof(uint32_t)), CL_INVALID_VALUE);
  // Cut inside its last instruction but two.
  EXPECT_EQ(refusal(module, sizeof(kPutModule) - 4 * sizeof(uint32_t)), CL_INVALID_VALUE);
  module[0] = 0x07230204;
  EXPECT_EQ(refusal(module, sizeof(kPutModule)), CL_INVALID_VALUE);
  // An instruction longer than the module.
  module = words();
  module[5] = 0x7fff0011;
  EXPECT_EQ(refusal(module, sizeof(kPutModule)), CL_INVALID_VALUE);
}

TEST_F(ClCreateProgramWithIL, InvalidModulesFailToBuildWithALog) {
  // %sum adds the id of a type.
  std::vector<uint32_t> module = words();
  module[72] = 5;
  cl_int code = 1;
  cl_program program = kept(clCreateProgramWithIL(context, module.data(), sizeof(kPutModule), &code));
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_ERROR);
  EXPECT_NE(log(program), "");
}

TEST_F(ClCreateProgramWithIL, BuildsRunsAndComesBackAsGiven) {
  cl_int code = 1;
  cl_program program = kept(clCreateProgramWithIL(context, kPutModule, sizeof(kPutModule), &code));
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(programText(program, CL_PROGRAM_SOURCE), "");
  size_t size = 0;
  ASSERT_EQ(clGetProgramInfo(program, CL_PROGRAM_IL, 0, nullptr, &size), CL_SUCCESS);
  ASSERT_EQ(size, sizeof(kPutModule));
  std::vector<uint32_t> il(std::size(kPutModule));
  ASSERT_EQ(clGetProgramInfo(program, CL_PROGRAM_IL, size, il.data(), nullptr), CL_SUCCESS);
  EXPECT_EQ(il, words());
  ASSERT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS) << log(program);
  cl_kernel put = kernelOf(program, "put");
  cl_mem out = ints({0, 0});
  ASSERT_EQ(set(put, 0, out), CL_SUCCESS);
  ASSERT_EQ(launch(put, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(out, 2), (std::vector<int32_t>{0x540be405, 2}));
}

TEST_F(ClCreateProgramWithIL, TakesTheOtherByteOrder) {
  std::vector<uint32_t> module = words();
  for (uint32_t& word : module) word = __builtin_bswap32(word);
  cl_int code = 1;
  cl_program program = kept(clCreateProgramWithIL(context, module.data(), sizeof(kPutModule), &code));
  ASSERT_EQ(code, CL_SUCCESS);
  ASSERT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS) << log(program);
  kernelOf(program, "put");
}

TEST_F(ClCreateProgramWithIL, OtherProgramsHaveNone) {
  size_t size = 9;
  EXPECT_EQ(clGetProgramInfo(built(kAddOne), CL_PROGRAM_IL, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, 0U);
}

}  // namespace
}  // namespace clze::test
