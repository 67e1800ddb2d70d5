// clCreateProgramWithBinary, with what CL_PROGRAM_BINARIES gave: OpenCL 3.0, 5.8.1.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClCreateProgramWithBinary : public ProgramTest {
 protected:
  cl_int refusal(const std::vector<unsigned char>& binary, cl_int* status) {
    const unsigned char* start = binary.data();
    const size_t size = binary.size();
    cl_int code = 1;
    EXPECT_EQ(clCreateProgramWithBinary(context, 1, &device, &size, &start, status, &code), nullptr);
    return code;
  }
};

TEST_F(ClCreateProgramWithBinary, RefusesBrokenArguments) {
  const std::vector<unsigned char> binary = binaryOf(built(kAddOne));
  const unsigned char* start = binary.data();
  const unsigned char* none = nullptr;
  const size_t size = binary.size();
  const size_t zero = 0;
  cl_device_id foreign = nullptr;
  cl_int code = 1;
  const auto refused = [&](cl_context in, cl_uint count, const cl_device_id* devices, const size_t* lengths,
                           const unsigned char** binaries) {
    EXPECT_EQ(clCreateProgramWithBinary(in, count, devices, lengths, binaries, nullptr, &code), nullptr);
    return code;
  };
  EXPECT_EQ(refused(nullptr, 1, &device, &size, &start), CL_INVALID_CONTEXT);
  EXPECT_EQ(refused(context, 0, &device, &size, &start), CL_INVALID_VALUE);
  EXPECT_EQ(refused(context, 1, nullptr, &size, &start), CL_INVALID_VALUE);
  EXPECT_EQ(refused(context, 1, &foreign, &size, &start), CL_INVALID_DEVICE);
  EXPECT_EQ(refused(context, 1, &device, nullptr, &start), CL_INVALID_VALUE);
  EXPECT_EQ(refused(context, 1, &device, &size, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(refused(context, 1, &device, &zero, &start), CL_INVALID_VALUE);
  EXPECT_EQ(refused(context, 1, &device, &size, &none), CL_INVALID_VALUE);
  cl_int status = 1;
  EXPECT_EQ(clCreateProgramWithBinary(context, 1, &device, &zero, &start, &status, nullptr), nullptr);
  EXPECT_EQ(status, CL_INVALID_VALUE);
}

TEST_F(ClCreateProgramWithBinary, RefusesDamagedBinaries) {
  const std::vector<unsigned char> binary = binaryOf(built(kAddOne));
  cl_int status = 1;
  EXPECT_EQ(refusal({1, 2, 3}, &status), CL_INVALID_BINARY);
  EXPECT_EQ(status, CL_INVALID_BINARY);
  auto shorter = binary;
  shorter.pop_back();
  EXPECT_EQ(refusal(shorter, nullptr), CL_INVALID_BINARY);
  auto longer = binary;
  longer.push_back(0);
  EXPECT_EQ(refusal(longer, nullptr), CL_INVALID_BINARY);
  auto flipped = binary;
  flipped[flipped.size() / 2] ^= 0x10U;
  EXPECT_EQ(refusal(flipped, nullptr), CL_INVALID_BINARY);
}

TEST_F(ClCreateProgramWithBinary, MustBeBuiltBeforeItHasKernels) {
  cl_program program = fromBinary(binaryOf(built(kAddOne)));
  cl_int code = 1;
  EXPECT_EQ(clCreateKernel(program, "add_one", &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_PROGRAM_EXECUTABLE);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_NONE);
  // There is no source to compile.
  EXPECT_EQ(clCompileProgram(program, 0, nullptr, "", 0, nullptr, nullptr, nullptr, nullptr),
            CL_INVALID_OPERATION);
}

TEST_F(ClCreateProgramWithBinary, RoundTripRuns) {
  cl_program program = fromBinary(binaryOf(built(kAddOne, "-cl-kernel-arg-info")));
  ASSERT_EQ(clBuildProgram(program, 1, &device, nullptr, nullptr, nullptr), CL_SUCCESS) << log(program);
  EXPECT_EQ(buildInfo<cl_program_binary_type>(program, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_EXECUTABLE});
  expectAddsOne(program);
  // And once more from what came of it.
  cl_program again = fromBinary(binaryOf(program));
  ASSERT_EQ(clBuildProgram(again, 1, &device, "", nullptr, nullptr), CL_SUCCESS) << log(again);
  expectAddsOne(again);
}

TEST_F(ClCreateProgramWithBinary, ASecondBuildStartsFromTheBinaryAgain) {
  cl_program program = fromBinary(binaryOf(built(kAddOne)));
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS) << log(program);
    EXPECT_EQ(clBuildProgram(program, 0, nullptr, "--nonsense", nullptr, nullptr), CL_INVALID_BUILD_OPTIONS);
  }
  expectAddsOne(program);
}

TEST_F(ClCreateProgramWithBinary, ObjectsAndLibrariesKeepTheirType) {
  cl_program object = fromBinary(binaryOf(compiled(kAddOne)));
  EXPECT_EQ(buildInfo<cl_program_binary_type>(object, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT});
  expectAddsOne(linked({object}, nullptr, CL_SUCCESS));
  cl_program library = fromBinary(binaryOf(linked({object}, "-create-library", CL_SUCCESS)));
  EXPECT_EQ(buildInfo<cl_program_binary_type>(library, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_LIBRARY});
  // A library alone is no program.
  EXPECT_EQ(clBuildProgram(library, 0, nullptr, nullptr, nullptr, nullptr), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_NE(log(library).find("library"), std::string::npos);
  // An object is one when nothing is missing.
  ASSERT_EQ(clBuildProgram(object, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS) << log(object);
  expectAddsOne(object);
}

}  // namespace
}  // namespace clze::test
