// clGetKernelArgInfo: OpenCL 3.0, 5.9.4.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClGetKernelArgInfo : public ProgramTest {
 protected:
  static constexpr const char* kText = R"(
    typedef struct { int a; } Pair;
    typedef float4 Colour;
    kernel void k(global const volatile int* restrict numbers, constant float* table, local uchar2* scratch,
                  const int value, Pair pair, Colour colour, read_only image2d_t in, write_only image3d_t out,
                  sampler_t smp) {})";

  template <class T>
  static T info(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name) {
    T value = {};
    size_t size = 0;
    EXPECT_EQ(clGetKernelArgInfo(kernel, index, name, sizeof(T), &value, &size), CL_SUCCESS);
    EXPECT_EQ(size, sizeof(T));
    return value;
  }
  static std::string text(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name) {
    return textOf([=](size_t size, char* value, size_t* returned) {
      return clGetKernelArgInfo(kernel, index, name, size, value, returned);
    });
  }
};

TEST_F(ClGetKernelArgInfo, RefusesBrokenArguments) {
  cl_kernel adds = kernel(kAddOne, "add_one", "-cl-kernel-arg-info");
  cl_kernel_arg_address_qualifier value = 0;
  const auto ask = [&value](cl_kernel of, cl_uint index, cl_kernel_arg_info name, size_t size) {
    return clGetKernelArgInfo(of, index, name, size, &value, nullptr);
  };
  EXPECT_EQ(ask(nullptr, 0, CL_KERNEL_ARG_ADDRESS_QUALIFIER, sizeof(value)), CL_INVALID_KERNEL);
  EXPECT_EQ(ask(adds, 1, CL_KERNEL_ARG_ADDRESS_QUALIFIER, sizeof(value)), CL_INVALID_ARG_INDEX);
  EXPECT_EQ(ask(adds, 0, 0x7777, sizeof(value)), CL_INVALID_VALUE);
  EXPECT_EQ(ask(adds, 0, CL_KERNEL_ARG_ADDRESS_QUALIFIER, sizeof(value) - 1), CL_INVALID_VALUE);
  EXPECT_EQ(ask(adds, 0, CL_KERNEL_ARG_NAME, 2), CL_INVALID_VALUE);
}

TEST_F(ClGetKernelArgInfo, IsThereOnRequestOnly) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  char name[64];
  EXPECT_EQ(clGetKernelArgInfo(adds, 0, CL_KERNEL_ARG_NAME, sizeof(name), name, nullptr),
            CL_KERNEL_ARG_INFO_NOT_AVAILABLE);
  EXPECT_EQ(clGetKernelArgInfo(adds, 1, CL_KERNEL_ARG_NAME, sizeof(name), name, nullptr),
            CL_INVALID_ARG_INDEX);
}

TEST_F(ClGetKernelArgInfo, NamesAndTypesAsWritten) {
  CLZE_NEEDS_IMAGES(device);
  cl_kernel made = kernel(kText, "k", "-cl-kernel-arg-info");
  const char* expected[][2] = {{"numbers", "int*"}, {"table", "float*"},  {"scratch", "uchar2*"},
                               {"value", "int"},    {"pair", "Pair"},     {"colour", "Colour"},
                               {"in", "image2d_t"}, {"out", "image3d_t"}, {"smp", "sampler_t"}};
  for (cl_uint i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(text(made, i, CL_KERNEL_ARG_NAME), expected[i][0]);
    EXPECT_EQ(text(made, i, CL_KERNEL_ARG_TYPE_NAME), expected[i][1]) << expected[i][0];
  }
}

TEST_F(ClGetKernelArgInfo, Qualifiers) {
  CLZE_NEEDS_IMAGES(device);
  cl_kernel made = kernel(kText, "k", "-cl-kernel-arg-info");
  const auto address = [&](cl_uint i) {
    return info<cl_kernel_arg_address_qualifier>(made, i, CL_KERNEL_ARG_ADDRESS_QUALIFIER);
  };
  const auto access = [&](cl_uint i) {
    return info<cl_kernel_arg_access_qualifier>(made, i, CL_KERNEL_ARG_ACCESS_QUALIFIER);
  };
  const auto type = [&](cl_uint i) {
    return info<cl_kernel_arg_type_qualifier>(made, i, CL_KERNEL_ARG_TYPE_QUALIFIER);
  };
  const cl_kernel_arg_address_qualifier addresses[] = {
      CL_KERNEL_ARG_ADDRESS_GLOBAL,  CL_KERNEL_ARG_ADDRESS_CONSTANT, CL_KERNEL_ARG_ADDRESS_LOCAL,
      CL_KERNEL_ARG_ADDRESS_PRIVATE, CL_KERNEL_ARG_ADDRESS_PRIVATE,  CL_KERNEL_ARG_ADDRESS_PRIVATE,
      CL_KERNEL_ARG_ADDRESS_GLOBAL,  CL_KERNEL_ARG_ADDRESS_GLOBAL,   CL_KERNEL_ARG_ADDRESS_PRIVATE};
  for (cl_uint i = 0; i < std::size(addresses); ++i) EXPECT_EQ(address(i), addresses[i]) << i;
  EXPECT_EQ(access(0), cl_kernel_arg_access_qualifier{CL_KERNEL_ARG_ACCESS_NONE});
  EXPECT_EQ(access(6), cl_kernel_arg_access_qualifier{CL_KERNEL_ARG_ACCESS_READ_ONLY});
  EXPECT_EQ(access(7), cl_kernel_arg_access_qualifier{CL_KERNEL_ARG_ACCESS_WRITE_ONLY});
  EXPECT_EQ(access(8), cl_kernel_arg_access_qualifier{CL_KERNEL_ARG_ACCESS_NONE});
  EXPECT_EQ(type(0), cl_kernel_arg_type_qualifier{CL_KERNEL_ARG_TYPE_CONST | CL_KERNEL_ARG_TYPE_VOLATILE |
                                                  CL_KERNEL_ARG_TYPE_RESTRICT});
  // A pointer to constant memory points to something const.
  EXPECT_EQ(type(1), cl_kernel_arg_type_qualifier{CL_KERNEL_ARG_TYPE_CONST});
  EXPECT_EQ(type(2), cl_kernel_arg_type_qualifier{CL_KERNEL_ARG_TYPE_NONE});
  // Qualifiers of a value are the callee's own business.
  EXPECT_EQ(type(3), cl_kernel_arg_type_qualifier{CL_KERNEL_ARG_TYPE_NONE});
}

TEST_F(ClGetKernelArgInfo, SurvivesLinkingAndBinaries) {
  cl_program object = compiled(kAddOne, "-cl-kernel-arg-info");
  cl_program whole = linked({object}, nullptr, CL_SUCCESS);
  EXPECT_EQ(text(kernelOf(whole, "add_one"), 0, CL_KERNEL_ARG_NAME), "data");
  cl_program loaded = fromBinary(binaryOf(whole));
  ASSERT_EQ(clBuildProgram(loaded, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS);
  EXPECT_EQ(text(kernelOf(loaded, "add_one"), 0, CL_KERNEL_ARG_TYPE_NAME), "int*");
}

}  // namespace
}  // namespace clze::test
