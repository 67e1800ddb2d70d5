// clLinkProgram: OpenCL 3.0, 5.8.4.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClLinkProgram : public ProgramTest {
 protected:
  static constexpr const char* kCaller =
      "int twice(int);\nkernel void store(global int* out) { out[0] = twice(out[0]); }";
  static constexpr const char* kCallee = "int twice(int x) { return 2 * x; }";

  void expectDoubles(cl_program program) {
    cl_kernel store = kernelOf(program, "store");
    cl_mem out = ints({21});
    ASSERT_EQ(set(store, 0, out), CL_SUCCESS);
    ASSERT_EQ(launch(store, {1}), CL_SUCCESS);
    DATA_EXPECT_EQ(read(out, 1)[0], 42);
  }
};

TEST_F(ClLinkProgram, RefusesBrokenArguments) {
  cl_program object = compiled(kAddOne);
  cl_program none = nullptr;
  cl_device_id noDevice = nullptr;
  cl_context other = newContext();
  cl_int code = 1;
  int data = 0;
  const auto refusal = [&code](cl_context in, cl_uint devices, const cl_device_id* list, const char* options,
                               cl_uint count, const cl_program* programs, void* userData) {
    EXPECT_EQ(clLinkProgram(in, devices, list, options, count, programs, nullptr, userData, &code), nullptr);
    return code;
  };
  EXPECT_EQ(refusal(nullptr, 0, nullptr, nullptr, 1, &object, nullptr), CL_INVALID_CONTEXT);
  EXPECT_EQ(refusal(other, 0, nullptr, nullptr, 1, &object, nullptr), CL_INVALID_CONTEXT);
  EXPECT_EQ(refusal(context, 0, &device, nullptr, 1, &object, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, 1, nullptr, nullptr, 1, &object, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, 1, &noDevice, nullptr, 1, &object, nullptr), CL_INVALID_DEVICE);
  EXPECT_EQ(refusal(context, 0, nullptr, nullptr, 0, &object, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, 0, nullptr, nullptr, 1, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, 0, nullptr, nullptr, 1, &none, nullptr), CL_INVALID_PROGRAM);
  EXPECT_EQ(refusal(context, 0, nullptr, nullptr, 1, &object, &data), CL_INVALID_VALUE);
  EXPECT_EQ(refusal(context, 0, nullptr, "-DNOT=1", 1, &object, nullptr), CL_INVALID_LINKER_OPTIONS);
  EXPECT_EQ(refusal(context, 0, nullptr, "-enable-link-options", 1, &object, nullptr),
            CL_INVALID_LINKER_OPTIONS);
}

TEST_F(ClLinkProgram, RefusesWhatIsNotCompiled) {
  linked({fromSource(kAddOne)}, nullptr, CL_INVALID_OPERATION);
  linked({compiled(kCallee), fromSource(kAddOne)}, nullptr, CL_INVALID_OPERATION);
  // An executable is neither object nor library.
  linked({built(kAddOne)}, nullptr, CL_INVALID_OPERATION);
}

// As a header would have it: defined in each program that includes it, and for others in one (C99, 6.7.4).
TEST_F(ClLinkProgram, InlineDefinitionsDoNotClash) {
  const std::string shared = "inline int twice(int x) { return 2 * x; }\n";
  const std::string caller =
      shared + "int same(int);\nkernel void store(global int* out) { out[0] = twice(same(out[0])); }";
  const std::string owner = shared + "extern int twice(int x);\nint same(int x) { return twice(x) / 2; }";
  expectDoubles(linked({compiled(caller.c_str()), compiled(owner.c_str())}, nullptr, CL_SUCCESS));
  // The external definition is there for programs without one.
  expectDoubles(linked({compiled(kCaller), compiled(owner.c_str())}, nullptr, CL_SUCCESS));
}

TEST_F(ClLinkProgram, AFailedLinkIsAProgramThatSaysWhy) {
  int called = 0;
  cl_program object = compiled(kCaller);
  cl_int code = 1;
  cl_program program = kept(clLinkProgram(
      context, 1, &device, nullptr, 1, &object, [](cl_program, void* data) { ++*static_cast<int*>(data); },
      &called, &code));
  EXPECT_EQ(code, CL_LINK_PROGRAM_FAILURE);
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(called, 1);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_ERROR);
  EXPECT_NE(log(program).find("twice"), std::string::npos) << log(program);
  EXPECT_EQ(clCreateKernel(program, "store", &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_PROGRAM_EXECUTABLE);
}

TEST_F(ClLinkProgram, TwoDefinitionsAreOneTooMany) {
  cl_program program =
      linked({compiled(kCaller), compiled(kCallee), compiled(kCallee)}, nullptr, CL_LINK_PROGRAM_FAILURE);
  ASSERT_NE(program, nullptr);
  EXPECT_NE(log(program).find("twice"), std::string::npos) << log(program);
}

TEST_F(ClLinkProgram, MakesExecutables) {
  cl_program program = linked({compiled(kCaller), compiled(kCallee)}, "-cl-fast-relaxed-math", CL_SUCCESS);
  EXPECT_EQ(buildInfo<cl_program_binary_type>(program, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_EXECUTABLE});
  EXPECT_EQ(log(program, CL_PROGRAM_BUILD_OPTIONS), "-cl-fast-relaxed-math");
  EXPECT_EQ(programText(program, CL_PROGRAM_KERNEL_NAMES), "store");
  expectDoubles(program);
}

TEST_F(ClLinkProgram, MakesLibrariesThatLink) {
  cl_program library = linked({compiled(kCallee)}, "-create-library", CL_SUCCESS);
  EXPECT_EQ(buildInfo<cl_program_binary_type>(library, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_LIBRARY});
  cl_int code = 1;
  EXPECT_EQ(clCreateKernel(library, "store", &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_PROGRAM_EXECUTABLE);
  expectDoubles(linked({compiled(kCaller), library}, nullptr, CL_SUCCESS));
}

TEST_F(ClLinkProgram, InputsMayGoAtOnce) {
  cl_program inputs[2] = {};
  const char* texts[] = {kCaller, kCallee};
  for (size_t i = 0; i < 2; ++i) {
    inputs[i] = clCreateProgramWithSource(context, 1, &texts[i], nullptr, nullptr);
    ASSERT_EQ(clCompileProgram(inputs[i], 0, nullptr, nullptr, 0, nullptr, nullptr, nullptr, nullptr),
              CL_SUCCESS);
  }
  cl_program program = linked({inputs[0], inputs[1]}, nullptr, CL_SUCCESS);
  for (cl_program input : inputs) EXPECT_EQ(clReleaseProgram(input), CL_SUCCESS);
  expectDoubles(program);
}

}  // namespace
}  // namespace clze::test
