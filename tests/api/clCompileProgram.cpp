// clCompileProgram: OpenCL 3.0, 5.8.4.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClCompileProgram : public ProgramTest {
 protected:
  cl_int compile(cl_program program, const std::vector<cl_program>& headers,
                 const std::vector<const char*>& names, const char* options = nullptr) {
    std::vector<const char*> copy = names;
    return clCompileProgram(program, 1, &device, options, static_cast<cl_uint>(headers.size()),
                            headers.empty() ? nullptr : headers.data(), copy.empty() ? nullptr : copy.data(),
                            nullptr, nullptr);
  }
};

TEST_F(ClCompileProgram, RefusesBrokenArguments) {
  cl_program program = fromSource(kAddOne);
  cl_program header = fromSource("#define ONE 1");
  cl_program none = nullptr;
  const char* name = "one.h";
  const char* noName = nullptr;
  int data = 0;
  const auto code = [](cl_program what, cl_uint devices, const cl_device_id* list, cl_uint headers,
                       const cl_program* programs, const char** names, void* userData) {
    return clCompileProgram(what, devices, list, nullptr, headers, programs, names, nullptr, userData);
  };
  EXPECT_EQ(code(nullptr, 1, &device, 0, nullptr, nullptr, nullptr), CL_INVALID_PROGRAM);
  EXPECT_EQ(code(program, 0, &device, 0, nullptr, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(code(program, 1, nullptr, 0, nullptr, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(code(program, 1, &device, 0, &header, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(code(program, 1, &device, 0, nullptr, &name, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(code(program, 1, &device, 1, nullptr, &name, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(code(program, 1, &device, 1, &header, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(code(program, 1, &device, 1, &header, &noName, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(code(program, 1, &device, 1, &none, &name, nullptr), CL_INVALID_PROGRAM);
  EXPECT_EQ(code(program, 1, &device, 0, nullptr, nullptr, &data), CL_INVALID_VALUE);
  EXPECT_EQ(compile(program, {}, {}, "--nonsense"), CL_INVALID_COMPILER_OPTIONS);
}

TEST_F(ClCompileProgram, RefusesLinkedProgramsAndAttachedKernels) {
  cl_program object = compiled(kAddOne);
  cl_program whole = linked({object}, nullptr, CL_SUCCESS);
  EXPECT_EQ(compile(whole, {}, {}), CL_INVALID_OPERATION);
  EXPECT_EQ(clBuildProgram(whole, 0, nullptr, nullptr, nullptr, nullptr), CL_INVALID_OPERATION);
  cl_program program = built(kAddOne);
  kernelOf(program, "add_one");
  EXPECT_EQ(compile(program, {}, {}), CL_INVALID_OPERATION);
}

TEST_F(ClCompileProgram, FailsWithALog) {
  cl_program program = fromSource("#include \"missing.h\"\nkernel void k() {}");
  EXPECT_EQ(compile(program, {}, {}), CL_COMPILE_PROGRAM_FAILURE);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_ERROR);
  EXPECT_NE(log(program).find("missing.h"), std::string::npos) << log(program);
}

TEST_F(ClCompileProgram, AnObjectIsNotExecutable) {
  cl_program program = compiled(kAddOne, "-DUNUSED=1");
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_SUCCESS);
  EXPECT_EQ(buildInfo<cl_program_binary_type>(program, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT});
  EXPECT_EQ(log(program, CL_PROGRAM_BUILD_OPTIONS), "-DUNUSED=1");
  cl_int code = 1;
  EXPECT_EQ(clCreateKernel(program, "add_one", &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_PROGRAM_EXECUTABLE);
  EXPECT_EQ(clCreateKernelsInProgram(program, 0, nullptr, nullptr), CL_INVALID_PROGRAM_EXECUTABLE);
}

TEST_F(ClCompileProgram, EmbedsHeadersByTheirNames) {
  // In a folder, and one that includes another.
  cl_program program =
      fromSource("#include \"folder/outer.h\"\nkernel void store(global int* out) { out[0] = outer(); }");
  cl_program outer = fromSource("#include \"inner.h\"\nint outer() { return INNER * 2; }");
  cl_program inner = fromSource("#define INNER 21");
  ASSERT_EQ(compile(program, {outer, inner}, {"folder/outer.h", "inner.h"}), CL_SUCCESS) << log(program);
  cl_kernel store = kernelOf(linked({program}, nullptr, CL_SUCCESS), "store");
  cl_mem out = ints({0});
  ASSERT_EQ(set(store, 0, out), CL_SUCCESS);
  ASSERT_EQ(launch(store, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(out, 1)[0], 42);
}

}  // namespace
}  // namespace clze::test
