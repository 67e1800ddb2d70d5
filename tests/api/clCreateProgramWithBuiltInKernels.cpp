// clCreateProgramWithBuiltInKernels: OpenCL 3.0, 5.8.1. The device has no built-in kernels.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClCreateProgramWithBuiltInKernels : public ProgramTest {};

TEST_F(ClCreateProgramWithBuiltInKernels, RefusesEveryName) {
  cl_int code = 1;
  const auto refusal = [&code](cl_context in, cl_uint count, const cl_device_id* devices, const char* names) {
    EXPECT_EQ(clCreateProgramWithBuiltInKernels(in, count, devices, names, &code), nullptr);
    return code;
  };
  cl_device_id none = nullptr;
  EXPECT_EQ(refusal(nullptr, 1, &device, "x"), CL_INVALID_CONTEXT);
  EXPECT_EQ(refusal(context, 0, &device, "x"), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, 1, nullptr, "x"), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, 1, &none, "x"), CL_INVALID_DEVICE);
  EXPECT_EQ(refusal(context, 1, &device, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, 1, &device, "x"), CL_INVALID_VALUE);
  EXPECT_EQ(deviceText(CL_DEVICE_BUILT_IN_KERNELS), "");
}

}  // namespace
}  // namespace clze::test
