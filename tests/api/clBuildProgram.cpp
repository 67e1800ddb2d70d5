// clBuildProgram: OpenCL 3.0, 5.8.2 and 5.8.6.
#include <atomic>
#include <thread>

#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClBuildProgram : public ProgramTest {
 protected:
  cl_int build(cl_program program, const char* options = nullptr) {
    return clBuildProgram(program, 1, &device, options, nullptr, nullptr);
  }
  // What a kernel stores in one integer.
  int32_t runs(const char* text, const char* options) {
    cl_kernel store = kernel(text, "store", options);
    cl_mem out = ints({-1});
    if (out == nullptr) return 0;
    EXPECT_EQ(set(store, 0, out), CL_SUCCESS);
    EXPECT_EQ(launch(store, {1}), CL_SUCCESS);
    return read(out, 1)[0];
  }
};

void CL_CALLBACK countCall(cl_program program, void* data) {
  auto* seen = static_cast<std::pair<cl_program, int>*>(data);
  seen->first = program;
  ++seen->second;
}

TEST_F(ClBuildProgram, RefusesBrokenArguments) {
  cl_program program = fromSource(kAddOne);
  cl_device_id none = nullptr;
  int data = 0;
  EXPECT_EQ(clBuildProgram(nullptr, 1, &device, nullptr, nullptr, nullptr), CL_INVALID_PROGRAM);
  EXPECT_EQ(clBuildProgram(reinterpret_cast<cl_program>(context), 1, &device, nullptr, nullptr, nullptr),
            CL_INVALID_PROGRAM);
  EXPECT_EQ(clBuildProgram(program, 0, &device, nullptr, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clBuildProgram(program, 1, nullptr, nullptr, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clBuildProgram(program, 1, &none, nullptr, nullptr, nullptr), CL_INVALID_DEVICE);
  EXPECT_EQ(clBuildProgram(program, 1, &device, nullptr, nullptr, &data), CL_INVALID_VALUE);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_NONE);
}

TEST_F(ClBuildProgram, RefusesWordsThatAreNoOptions) {
  cl_program program = fromSource(kAddOne);
  for (const char* options : {"-cl-no-such-option", "--help", "-D", "-D 1x", "-cl-std=CL9.9", "stray",
                              "-o /tmp/x", "-DA=\"open", "-create-library"}) {
    EXPECT_EQ(build(program, options), CL_INVALID_BUILD_OPTIONS) << options;
  }
  EXPECT_EQ(build(program, "-DA -D B=2 -cl-std=CL1.2 -cl-mad-enable -w"), CL_SUCCESS);
}

// C99, 6.7.4: an inline definition without `extern` leaves the external one to another translation unit, and
// which is called is not specified. A program has no other unit, and may rely on compilers that take this
// one.
TEST_F(ClBuildProgram, InlineFunctionsNeedNoOtherDefinition) {
  constexpr const char* kText =
      "inline int twice(int value) { return 2 * value; }"
      "inline int more(int value) { return twice(value) + 1; }"
      "extern inline int most(int value) { return more(value) + 1; }"
      "kernel void store(global int* out) { out[0] = most(out[0] + 21); }";
  for (const char* options : {"", "-cl-std=CL3.0", "-cl-opt-disable", "-cl-fast-relaxed-math -w"}) {
    DATA_EXPECT_EQ(runs(kText, options), 42) << options;
  }
}

// The compiler makes one instruction of each, and SPIR-V before 1.4 has none with a condition that is no
// vector.
TEST_F(ClBuildProgram, OneConditionChoosesVectors) {
  DATA_EXPECT_EQ(runs("kernel void store(global int* out) {"
                      "  int4 all = out[0] < 0 ? (int4)(1, 2, 3, 40) : (int4)(5, 6, 7, 8);"
                      "  float2 two = out[0] > 0 ? (float2)(1, 2) : (float2)(2, 4);"
                      "  out[0] = all.w + (int)two.x; }",
                      ""),
                 42);
}

TEST_F(ClBuildProgram, RefusesWhileKernelsAreAttached) {
  cl_program program = built(kAddOne);
  cl_int code = 1;
  cl_kernel first = clCreateKernel(program, "add_one", &code);
  cl_kernel second = clCloneKernel(first, &code);
  EXPECT_EQ(build(program), CL_INVALID_OPERATION);
  EXPECT_EQ(clReleaseKernel(first), CL_SUCCESS);
  EXPECT_EQ(build(program), CL_INVALID_OPERATION);
  EXPECT_EQ(clReleaseKernel(second), CL_SUCCESS);
  EXPECT_EQ(build(program), CL_SUCCESS);
}

TEST_F(ClBuildProgram, FailuresSayWhereAndWhy) {
  cl_program program = fromSource("kernel void broken(global int* data) {\n  data[0] = nowhere;\n}");
  EXPECT_EQ(build(program), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_ERROR);
  EXPECT_EQ(buildInfo<cl_program_binary_type>(program, CL_PROGRAM_BINARY_TYPE),
            cl_program_binary_type{CL_PROGRAM_BINARY_TYPE_NONE});
  EXPECT_NE(log(program).find(":2:13: error:"), std::string::npos) << log(program);
  EXPECT_NE(log(program).find("nowhere"), std::string::npos) << log(program);
  size_t count = 9;
  EXPECT_EQ(clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof(count), &count, nullptr),
            CL_INVALID_PROGRAM_EXECUTABLE);
  EXPECT_EQ(programInfo<size_t>(program, CL_PROGRAM_BINARY_SIZES), 0U);
  cl_int code = 1;
  EXPECT_EQ(clCreateKernel(program, "broken", &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_PROGRAM_EXECUTABLE);
}

TEST_F(ClBuildProgram, UnresolvedFunctionsFailWithTheirName) {
  cl_program program =
      fromSource("int elsewhere(int);\nkernel void k(global int* data) { data[0] = elsewhere(1); }");
  EXPECT_EQ(build(program), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_NE(log(program).find("elsewhere"), std::string::npos) << log(program);
}

TEST_F(ClBuildProgram, WarningsAreLoggedSilencedOrErrors) {
  constexpr const char* kText = "#warning be careful\nkernel void store(global int* out) { out[0] = 3; }";
  cl_program program = fromSource(kText);
  EXPECT_EQ(build(program), CL_SUCCESS);
  EXPECT_NE(log(program).find("be careful"), std::string::npos);
  EXPECT_EQ(build(program, "-Werror"), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_NE(log(program).find("be careful"), std::string::npos);
  EXPECT_EQ(build(program, "-w"), CL_SUCCESS);
  EXPECT_EQ(log(program), "");
  EXPECT_EQ(log(program, CL_PROGRAM_BUILD_OPTIONS), "-w");
}

TEST_F(ClBuildProgram, MacrosReachTheSource) {
  constexpr const char* kText =
      "kernel void store(global int* out) {\n#ifdef BARE\n  out[0] = VALUE + BARE;\n#else\n  out[0] = "
      "VALUE;\n#endif\n}";
  DATA_EXPECT_EQ(runs(kText, "-DVALUE=30"), 30);
  DATA_EXPECT_EQ(runs(kText, "-D VALUE=30 -DBARE"), 31);
  DATA_EXPECT_EQ(runs(kText, "-DVALUE=\"(2 + 3)\""), 5);
}

TEST_F(ClBuildProgram, TheLanguageVersionIsTheAskedOne) {
  constexpr const char* kText = "kernel void store(global int* out) { out[0] = __OPENCL_C_VERSION__; }";
  DATA_EXPECT_EQ(runs(kText, nullptr), 120);
  DATA_EXPECT_EQ(runs(kText, "-cl-std=CL1.1"), 110);
  DATA_EXPECT_EQ(runs(kText, "-cl-std=CL3.0"), 300);
}

TEST_F(ClBuildProgram, RebuildingReplacesWhatWasThere) {
  cl_program program = fromSource("kernel void NAME(global int* out) { out[0] = 1; }");
  ASSERT_EQ(build(program, "-DNAME=first"), CL_SUCCESS);
  EXPECT_EQ(programText(program, CL_PROGRAM_KERNEL_NAMES), "first");
  EXPECT_EQ(build(program, "-DNAME=+"), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_EQ(buildInfo<cl_build_status>(program, CL_PROGRAM_BUILD_STATUS), CL_BUILD_ERROR);
  ASSERT_EQ(build(program, "-DNAME=second"), CL_SUCCESS);
  EXPECT_EQ(programText(program, CL_PROGRAM_KERNEL_NAMES), "second");
}

TEST_F(ClBuildProgram, NotifiesOnceOfSuccessAndOfFailure) {
  cl_program good = fromSource(kAddOne);
  std::pair<cl_program, int> seen = {};
  EXPECT_EQ(clBuildProgram(good, 0, nullptr, "", countCall, &seen), CL_SUCCESS);
  EXPECT_EQ(seen, (std::pair<cl_program, int>{good, 1}));
  cl_program bad = fromSource("kernel void broken(");
  EXPECT_EQ(clBuildProgram(bad, 0, nullptr, "", countCall, &seen), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_EQ(seen, (std::pair<cl_program, int>{bad, 2}));
  // User data is optional.
  EXPECT_EQ(clBuildProgram(
                good, 0, nullptr, "", [](cl_program, void* data) { EXPECT_EQ(data, nullptr); }, nullptr),
            CL_SUCCESS);
}

TEST_F(ClBuildProgram, ThreadsBuildSideBySide) {
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i, &failures] {
      const std::string text = "kernel void k" + std::to_string(i) + "(global int* o) { o[0] = 1; }";
      const char* start = text.c_str();
      cl_program program = clCreateProgramWithSource(context, 1, &start, nullptr, nullptr);
      if (clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr) != CL_SUCCESS) ++failures;
      cl_kernel made = clCreateKernel(program, ("k" + std::to_string(i)).c_str(), nullptr);
      if (made == nullptr || clReleaseKernel(made) != CL_SUCCESS) ++failures;
      if (clReleaseProgram(program) != CL_SUCCESS) ++failures;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures.load(), 0);
}

}  // namespace
}  // namespace clze::test
