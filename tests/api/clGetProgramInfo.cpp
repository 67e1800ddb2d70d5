// clGetProgramInfo, clGetProgramBuildInfo, clRetainProgram and clReleaseProgram: OpenCL 3.0, 5.8.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClGetProgramInfo : public ProgramTest {};

TEST_F(ClGetProgramInfo, RefusesBrokenArguments) {
  cl_program program = built(kAddOne);
  cl_uint value = 0;
  EXPECT_EQ(clGetProgramInfo(nullptr, CL_PROGRAM_NUM_DEVICES, sizeof(value), &value, nullptr),
            CL_INVALID_PROGRAM);
  EXPECT_EQ(clGetProgramInfo(program, 0x7777, sizeof(value), &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetProgramInfo(program, CL_PROGRAM_NUM_DEVICES, sizeof(value) - 1, &value, nullptr),
            CL_INVALID_VALUE);
  unsigned char* target = nullptr;
  EXPECT_EQ(clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof(target) - 1, &target, nullptr),
            CL_INVALID_VALUE);
  char small[4];
  EXPECT_EQ(clGetProgramInfo(program, CL_PROGRAM_KERNEL_NAMES, sizeof(small), small, nullptr),
            CL_INVALID_VALUE);
}

TEST_F(ClGetProgramInfo, TellsWhatTheProgramIs) {
  cl_program program = fromSource(kAddOne);
  EXPECT_EQ(programInfo<cl_uint>(program, CL_PROGRAM_REFERENCE_COUNT), 1U);
  EXPECT_EQ(programInfo<cl_context>(program, CL_PROGRAM_CONTEXT), context);
  EXPECT_EQ(programInfo<cl_uint>(program, CL_PROGRAM_NUM_DEVICES), 1U);
  EXPECT_EQ(programInfo<cl_device_id>(program, CL_PROGRAM_DEVICES), device);
  EXPECT_EQ(programText(program, CL_PROGRAM_SOURCE), kAddOne);
  EXPECT_EQ(programInfo<size_t>(program, CL_PROGRAM_BINARY_SIZES), 0U);
  EXPECT_EQ(programInfo<cl_bool>(program, CL_PROGRAM_SCOPE_GLOBAL_CTORS_PRESENT), cl_bool{CL_FALSE});
  EXPECT_EQ(programInfo<cl_bool>(program, CL_PROGRAM_SCOPE_GLOBAL_DTORS_PRESENT), cl_bool{CL_FALSE});
  size_t count = 0;
  EXPECT_EQ(clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof(count), &count, nullptr),
            CL_INVALID_PROGRAM_EXECUTABLE);
}

TEST_F(ClGetProgramInfo, ListsKernels) {
  cl_program program = built("kernel void one() {}\nvoid helper() {}\nkernel void two() { helper(); }");
  EXPECT_EQ(programInfo<size_t>(program, CL_PROGRAM_NUM_KERNELS), 2U);
  EXPECT_EQ(programText(program, CL_PROGRAM_KERNEL_NAMES), "one;two");
}

TEST_F(ClGetProgramInfo, BinariesNobodyWantsAreLeftOut) {
  cl_program program = built(kAddOne);
  EXPECT_GT(programInfo<size_t>(program, CL_PROGRAM_BINARY_SIZES), 0U);
  unsigned char* unwanted = nullptr;
  size_t size = 0;
  EXPECT_EQ(clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof(unwanted), &unwanted, &size), CL_SUCCESS);
  EXPECT_EQ(size, sizeof(unwanted));
}

TEST_F(ClGetProgramInfo, CountsReferences) {
  cl_program program = fromSource(kAddOne);
  ASSERT_EQ(clRetainProgram(program), CL_SUCCESS);
  EXPECT_EQ(programInfo<cl_uint>(program, CL_PROGRAM_REFERENCE_COUNT), 2U);
  ASSERT_EQ(clReleaseProgram(program), CL_SUCCESS);
  EXPECT_EQ(programInfo<cl_uint>(program, CL_PROGRAM_REFERENCE_COUNT), 1U);
  EXPECT_EQ(clRetainProgram(nullptr), CL_INVALID_PROGRAM);
  EXPECT_EQ(clReleaseProgram(nullptr), CL_INVALID_PROGRAM);
}

TEST_F(ClGetProgramInfo, AReleasedProgramIsRefusedButItsKernelsLive) {
  const char* text = kAddOne;
  cl_program program = clCreateProgramWithSource(context, 1, &text, nullptr, nullptr);
  ASSERT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS);
  cl_kernel adds = kernelOf(program, "add_one");
  ASSERT_EQ(clReleaseProgram(program), CL_SUCCESS);
  EXPECT_EQ(clReleaseProgram(program), CL_INVALID_PROGRAM);
  cl_mem data = ints({41});
  ASSERT_EQ(set(adds, 0, data), CL_SUCCESS);
  ASSERT_EQ(launch(adds, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(data, 1)[0], 42);
}

TEST_F(ClGetProgramInfo, BuildInfoRefusesBrokenArguments) {
  cl_program program = fromSource(kAddOne);
  cl_build_status status = 0;
  EXPECT_EQ(clGetProgramBuildInfo(nullptr, device, CL_PROGRAM_BUILD_STATUS, sizeof(status), &status, nullptr),
            CL_INVALID_PROGRAM);
  EXPECT_EQ(
      clGetProgramBuildInfo(program, nullptr, CL_PROGRAM_BUILD_STATUS, sizeof(status), &status, nullptr),
      CL_INVALID_DEVICE);
  EXPECT_EQ(clGetProgramBuildInfo(program, device, 0x7777, sizeof(status), &status, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(
      clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_STATUS, sizeof(status) - 1, &status, nullptr),
      CL_INVALID_VALUE);
}

TEST_F(ClGetProgramInfo, BuildInfoBeforeAndAfter) {
  cl_program program = fromSource(kAddOne);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_NONE);
  EXPECT_EQ(buildInfo<cl_program_binary_type>(program, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_NONE});
  EXPECT_EQ(log(program), "");
  EXPECT_EQ(log(program, CL_PROGRAM_BUILD_OPTIONS), "");
  ASSERT_EQ(clBuildProgram(program, 0, nullptr, " -DA  ", nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_SUCCESS);
  EXPECT_EQ(buildInfo<cl_program_binary_type>(program, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_EXECUTABLE});
  EXPECT_EQ(log(program, CL_PROGRAM_BUILD_OPTIONS), " -DA  ");
  EXPECT_EQ(buildInfo<size_t>(program, CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE), 0U);
}

TEST_F(ClGetProgramInfo, ReleaseCallbacksNeedDestructorsNoDeviceHas) {
  cl_program program = fromSource(kAddOne);
  const auto callback = [](cl_program, void*) {};
  EXPECT_EQ(clSetProgramReleaseCallback(nullptr, callback, nullptr), CL_INVALID_PROGRAM);
  EXPECT_EQ(clSetProgramReleaseCallback(program, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clSetProgramReleaseCallback(program, callback, nullptr), CL_INVALID_OPERATION);
}

}  // namespace
}  // namespace clze::test
