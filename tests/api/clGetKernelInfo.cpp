// clGetKernelInfo, clGetKernelWorkGroupInfo and clGetKernelSubGroupInfo: OpenCL 3.0, 5.9.4.
#include <array>

#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClGetKernelInfo : public ProgramTest {
 protected:
  static std::string text(cl_kernel kernel, cl_kernel_info name) {
    return textOf([=](size_t size, char* value, size_t* returned) {
      return clGetKernelInfo(kernel, name, size, value, returned);
    });
  }
  template <class T>
  static T info(cl_kernel kernel, cl_kernel_info name) {
    T value = {};
    size_t size = 0;
    EXPECT_EQ(clGetKernelInfo(kernel, name, sizeof(value), &value, &size), CL_SUCCESS);
    EXPECT_EQ(size, sizeof(value));
    return value;
  }
  template <class T>
  static T groupInfo(cl_kernel kernel, cl_kernel_work_group_info name) {
    T value = {};
    size_t size = 0;
    EXPECT_EQ(clGetKernelWorkGroupInfo(kernel, device, name, sizeof(value), &value, &size), CL_SUCCESS);
    EXPECT_EQ(size, sizeof(value));
    return value;
  }
};

TEST_F(ClGetKernelInfo, RefusesBrokenArguments) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  cl_uint value = 0;
  EXPECT_EQ(clGetKernelInfo(nullptr, CL_KERNEL_NUM_ARGS, sizeof(value), &value, nullptr), CL_INVALID_KERNEL);
  EXPECT_EQ(clGetKernelInfo(adds, 0x7777, sizeof(value), &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clGetKernelInfo(adds, CL_KERNEL_NUM_ARGS, sizeof(value) - 1, &value, nullptr), CL_INVALID_VALUE);
}

TEST_F(ClGetKernelInfo, TellsWhatTheKernelIs) {
  cl_program program = built("kernel __attribute__((reqd_work_group_size(4, 2, 1))) void k(int a, int b) {}");
  cl_kernel made = kernelOf(program, "k");
  EXPECT_EQ(text(made, CL_KERNEL_FUNCTION_NAME), "k");
  EXPECT_EQ(info<cl_uint>(made, CL_KERNEL_NUM_ARGS), 2U);
  EXPECT_EQ(info<cl_uint>(made, CL_KERNEL_REFERENCE_COUNT), 1U);
  EXPECT_EQ(info<cl_context>(made, CL_KERNEL_CONTEXT), context);
  EXPECT_EQ(info<cl_program>(made, CL_KERNEL_PROGRAM), program);
  EXPECT_NE(text(made, CL_KERNEL_ATTRIBUTES).find("reqd_work_group_size(4,2,1)"), std::string::npos)
      << text(made, CL_KERNEL_ATTRIBUTES);
  EXPECT_EQ(text(kernel(kAddOne, "add_one"), CL_KERNEL_ATTRIBUTES), "");
}

TEST_F(ClGetKernelInfo, WorkGroupInfoRefusesBrokenArguments) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  size_t value = 0;
  const auto ask = [&](cl_kernel of, cl_device_id on, cl_kernel_work_group_info name, size_t size) {
    return clGetKernelWorkGroupInfo(of, on, name, size, &value, nullptr);
  };
  EXPECT_EQ(ask(nullptr, device, CL_KERNEL_WORK_GROUP_SIZE, sizeof(value)), CL_INVALID_KERNEL);
  EXPECT_EQ(ask(adds, reinterpret_cast<cl_device_id>(adds), CL_KERNEL_WORK_GROUP_SIZE, sizeof(value)),
            CL_INVALID_DEVICE);
  EXPECT_EQ(ask(adds, device, 0x7777, sizeof(value)), CL_INVALID_VALUE);
  EXPECT_EQ(ask(adds, device, CL_KERNEL_WORK_GROUP_SIZE, sizeof(value) - 1), CL_INVALID_VALUE);
  // For built-in kernels and custom devices only.
  EXPECT_EQ(clGetKernelWorkGroupInfo(adds, device, CL_KERNEL_GLOBAL_WORK_SIZE, 0, nullptr, nullptr),
            CL_INVALID_VALUE);
  // The only device need not be named.
  EXPECT_EQ(ask(adds, nullptr, CL_KERNEL_WORK_GROUP_SIZE, sizeof(value)), CL_SUCCESS);
  EXPECT_GT(value, 0U);
}

TEST_F(ClGetKernelInfo, WorkGroupInfoTellsSizes) {
  cl_kernel required =
      kernel("kernel __attribute__((reqd_work_group_size(4, 2, 1))) void k(local int* l) { l[0] = 0; }", "k");
  cl_kernel free = kernel(kAddOne, "add_one");
  using Sizes = std::array<size_t, 3>;
  EXPECT_EQ(groupInfo<Sizes>(required, CL_KERNEL_COMPILE_WORK_GROUP_SIZE), (Sizes{4, 2, 1}));
  EXPECT_EQ(groupInfo<Sizes>(free, CL_KERNEL_COMPILE_WORK_GROUP_SIZE), (Sizes{0, 0, 0}));
  const auto limit = groupInfo<size_t>(free, CL_KERNEL_WORK_GROUP_SIZE);
  EXPECT_GT(limit, 0U);
  EXPECT_LE(limit, deviceInfo<size_t>(CL_DEVICE_MAX_WORK_GROUP_SIZE));
  const auto multiple = groupInfo<size_t>(free, CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE);
  EXPECT_GE(multiple, 1U);
  EXPECT_LE(multiple, limit);
  const auto before = groupInfo<cl_ulong>(required, CL_KERNEL_LOCAL_MEM_SIZE);
  ASSERT_EQ(clSetKernelArg(required, 0, 64, nullptr), CL_SUCCESS);
  EXPECT_EQ(groupInfo<cl_ulong>(required, CL_KERNEL_LOCAL_MEM_SIZE), before + 64);
  ASSERT_EQ(clSetKernelArg(required, 0, 16, nullptr), CL_SUCCESS);
  EXPECT_EQ(groupInfo<cl_ulong>(required, CL_KERNEL_LOCAL_MEM_SIZE), before + 16);
}

TEST_F(ClGetKernelInfo, LocalVariablesOfTheKernelCount) {
  cl_kernel uses = kernel(
      "kernel void k(global int* o) { local int l[100]; l[get_local_id(0)] = 1; "
      "barrier(CLK_LOCAL_MEM_FENCE); "
      "o[0] = l[0]; }",
      "k");
  EXPECT_GE(groupInfo<cl_ulong>(uses, CL_KERNEL_LOCAL_MEM_SIZE), 400U);
}

TEST_F(ClGetKernelInfo, SubGroupsAreOfOneSizeAndFillTheWorkGroup) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  const auto ask = [&](cl_kernel_sub_group_info name, const std::vector<size_t>& input) {
    size_t value = 99;
    size_t size = 0;
    EXPECT_EQ(clGetKernelSubGroupInfo(adds, device, name, input.size() * sizeof(size_t),
                                      input.empty() ? nullptr : input.data(), sizeof(value), &value, &size),
              CL_SUCCESS);
    EXPECT_EQ(size, sizeof(value));
    return value;
  };
  const size_t width = ask(CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE, {64});
  ASSERT_GE(width, 1U);
  EXPECT_EQ(ask(CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, {4 * width}), 4U);
  EXPECT_EQ(ask(CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, {2 * width, 2, 1}), 4U);
  // The last one has room.
  EXPECT_EQ(ask(CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, {width + 1}), 2U);
  EXPECT_EQ(ask(CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT, {2}), 2 * width);
  EXPECT_EQ(ask(CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT, {size_t{1} << 30}), 0U);
  const size_t most = ask(CL_KERNEL_MAX_NUM_SUB_GROUPS, {});
  EXPECT_GE(most, 1U);
  EXPECT_LE(most, deviceInfo<cl_uint>(CL_DEVICE_MAX_NUM_SUB_GROUPS));
  EXPECT_EQ(ask(CL_KERNEL_COMPILE_NUM_SUB_GROUPS, {}), 0U);
}

TEST_F(ClGetKernelInfo, SubGroupQueriesCheckTheirInput) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  const size_t local[3] = {8, 1, 1};
  size_t value[3] = {};
  const auto ask = [&](cl_kernel of, cl_kernel_sub_group_info name, size_t inputSize, const void* input,
                       size_t size = sizeof(size_t)) {
    return clGetKernelSubGroupInfo(of, device, name, inputSize, input, size, value, nullptr);
  };
  EXPECT_EQ(ask(nullptr, CL_KERNEL_MAX_NUM_SUB_GROUPS, 0, nullptr), CL_INVALID_KERNEL);
  EXPECT_EQ(ask(adds, 0x7777, 0, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(ask(adds, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, sizeof(local), nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(ask(adds, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, 3, local), CL_INVALID_VALUE);
  EXPECT_EQ(ask(adds, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, 0, local), CL_INVALID_VALUE);
  EXPECT_EQ(ask(adds, CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE, sizeof(local), local, 1), CL_INVALID_VALUE);
  // One count, as a size of one to three dimensions.
  EXPECT_EQ(ask(adds, CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT, sizeof(local), local), CL_INVALID_VALUE);
  EXPECT_EQ(ask(adds, CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT, sizeof(size_t), &local[1], sizeof(value)),
            CL_SUCCESS);
  EXPECT_EQ(value[1], 1U);
  EXPECT_EQ(value[2], 1U);
}

TEST_F(ClGetKernelInfo, ExecInfoIsAboutSharedVirtualMemoryAlone) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  void* pointer = nullptr;
  EXPECT_EQ(deviceInfo<cl_device_svm_capabilities>(CL_DEVICE_SVM_CAPABILITIES), 0U);
  EXPECT_EQ(clSetKernelExecInfo(nullptr, CL_KERNEL_EXEC_INFO_SVM_PTRS, sizeof(pointer), &pointer),
            CL_INVALID_KERNEL);
  EXPECT_EQ(clSetKernelExecInfo(adds, 0x7777, sizeof(pointer), &pointer), CL_INVALID_VALUE);
  EXPECT_EQ(clSetKernelExecInfo(adds, CL_KERNEL_EXEC_INFO_SVM_PTRS, sizeof(pointer), nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(clSetKernelExecInfo(adds, CL_KERNEL_EXEC_INFO_SVM_PTRS, sizeof(pointer), &pointer),
            CL_INVALID_OPERATION);
}

}  // namespace
}  // namespace clze::test
