// cl_khr_suggested_local_work_size and cl_khr_il_program: entry points that only extensions have.
#include "tests/api/program_fixture.h"
#include "tests/api/spirv_module.h"

namespace clze::test {
namespace {

class ExtensionFunctions : public ProgramTest {
 protected:
  template <class Function>
  static Function find(const char* name) {
    return reinterpret_cast<Function>(clGetExtensionFunctionAddressForPlatform(platform, name));
  }
};

TEST_F(ExtensionFunctions, ASuggestedSizeDividesTheGlobalOneAndFits) {
  const auto suggest = find<clGetKernelSuggestedLocalWorkSizeKHR_fn>("clGetKernelSuggestedLocalWorkSizeKHR");
  ASSERT_NE(suggest, nullptr);
  cl_kernel adds = kernel(kAddOne, "add_one");
  cl_mem data = ints(counting(6000));
  const size_t global[3] = {60, 10, 7};
  size_t local[3] = {};
  // As for a launch: all arguments set.
  EXPECT_EQ(suggest(queue, adds, 3, nullptr, global, local), CL_INVALID_KERNEL_ARGS);
  ASSERT_EQ(set(adds, 0, data), CL_SUCCESS);
  ASSERT_EQ(suggest(queue, adds, 3, nullptr, global, local), CL_SUCCESS);
  for (int i = 0; i < 3; ++i) {
    ASSERT_GE(local[i], 1U);
    EXPECT_EQ(global[i] % local[i], 0U);
  }
  EXPECT_LE(local[0] * local[1] * local[2], deviceInfo<size_t>(CL_DEVICE_MAX_WORK_GROUP_SIZE));
  EXPECT_EQ(launch(adds, {60, 10, 7}, local), CL_SUCCESS);
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);

  const size_t nothing[3] = {60, 0, 7};
  EXPECT_EQ(suggest(nullptr, adds, 3, nullptr, global, local), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(suggest(queue, nullptr, 3, nullptr, global, local), CL_INVALID_KERNEL);
  EXPECT_EQ(suggest(queue, adds, 4, nullptr, global, local), CL_INVALID_WORK_DIMENSION);
  EXPECT_EQ(suggest(queue, adds, 3, nullptr, nullptr, local), CL_INVALID_GLOBAL_WORK_SIZE);
  EXPECT_EQ(suggest(queue, adds, 3, nullptr, nothing, local), CL_INVALID_GLOBAL_WORK_SIZE);
  EXPECT_EQ(suggest(queue, adds, 3, nullptr, global, nullptr), CL_INVALID_VALUE);
}

TEST_F(ExtensionFunctions, IntermediateLanguageHasItsOlderName) {
  const auto create = find<clCreateProgramWithILKHR_fn>("clCreateProgramWithILKHR");
  ASSERT_NE(create, nullptr);
  cl_int code = 1;
  EXPECT_EQ(create(context, nullptr, 0, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  cl_program program = kept(create(context, kPutModule, sizeof(kPutModule), &code));
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS);
  size_t size = 0;
  EXPECT_EQ(clGetProgramInfo(program, CL_PROGRAM_IL_KHR, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, sizeof(kPutModule));
}

}  // namespace
}  // namespace clze::test
