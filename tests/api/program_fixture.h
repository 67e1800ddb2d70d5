// What tests of programs and kernels start from: programs built from source, kernels, buffers of 32-bit
// integers, and launches that are waited for.
#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "tests/support/cl_fixture.h"

namespace clze::test {

class ProgramTest : public ClTest {
 protected:
  static constexpr const char* kAddOne =
      "kernel void add_one(global int* data) { data[get_global_id(0)] += 1; }";

  cl_program kept(cl_program program) {
    if (program != nullptr) later([program] { EXPECT_EQ(clReleaseProgram(program), CL_SUCCESS); });
    return program;
  }
  cl_kernel kept(cl_kernel kernel) {
    if (kernel != nullptr) later([kernel] { EXPECT_EQ(clReleaseKernel(kernel), CL_SUCCESS); });
    return kernel;
  }
  cl_mem kept(cl_mem memory) {
    if (memory != nullptr) later([memory] { EXPECT_EQ(clReleaseMemObject(memory), CL_SUCCESS); });
    return memory;
  }
  using ClTest::kept;

  cl_program fromSource(const char* text) {
    cl_int code = 1;
    cl_program program = clCreateProgramWithSource(context, 1, &text, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(program);
  }
  cl_program built(const char* text, const char* options = nullptr) {
    cl_program program = fromSource(text);
    EXPECT_EQ(clBuildProgram(program, 0, nullptr, options, nullptr, nullptr), CL_SUCCESS) << log(program);
    return program;
  }
  cl_program compiled(const char* text, const char* options = nullptr) {
    cl_program program = fromSource(text);
    EXPECT_EQ(clCompileProgram(program, 0, nullptr, options, 0, nullptr, nullptr, nullptr, nullptr),
              CL_SUCCESS)
        << log(program);
    return program;
  }
  cl_program linked(const std::vector<cl_program>& inputs, const char* options, cl_int expected) {
    cl_int code = 1;
    cl_program program = clLinkProgram(context, 0, nullptr, options, static_cast<cl_uint>(inputs.size()),
                                       inputs.data(), nullptr, nullptr, &code);
    EXPECT_EQ(code, expected);
    return kept(program);
  }
  cl_kernel kernelOf(cl_program program, const char* name) {
    cl_int code = 1;
    cl_kernel kernel = clCreateKernel(program, name, &code);
    EXPECT_EQ(code, CL_SUCCESS) << name;
    return kept(kernel);
  }
  cl_kernel kernel(const char* text, const char* name, const char* options = nullptr) {
    return kernelOf(built(text, options), name);
  }

  cl_mem ints(const std::vector<int32_t>& values, cl_mem_flags flags = CL_MEM_READ_WRITE) {
    cl_int code = 1;
    std::vector<int32_t> copy = values;
    cl_mem memory = clCreateBuffer(context, flags | CL_MEM_COPY_HOST_PTR, copy.size() * sizeof(int32_t),
                                   copy.data(), &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(memory);
  }
  std::vector<int32_t> read(cl_mem memory, size_t count) {
    std::vector<int32_t> values(count, -7777);
    EXPECT_EQ(clEnqueueReadBuffer(queue, memory, CL_TRUE, 0, count * sizeof(int32_t), values.data(), 0,
                                  nullptr, nullptr),
              CL_SUCCESS);
    return values;
  }
  static std::vector<int32_t> counting(size_t count, int32_t from = 0) {
    std::vector<int32_t> values(count);
    std::iota(values.begin(), values.end(), from);
    return values;
  }
  template <class T>
  static cl_int set(cl_kernel kernel, cl_uint index, const T& value) {
    return clSetKernelArg(kernel, index, sizeof(T), &value);
  }
  cl_int launch(cl_kernel kernel, const std::vector<size_t>& global, const size_t* local = nullptr,
                const size_t* offset = nullptr) {
    return clEnqueueNDRangeKernel(queue, kernel, static_cast<cl_uint>(global.size()), offset, global.data(),
                                  local, 0, nullptr, nullptr);
  }

  template <class T>
  static T programInfo(cl_program program, cl_program_info name) {
    T value = {};
    size_t size = 0;
    EXPECT_EQ(clGetProgramInfo(program, name, sizeof(T), &value, &size), CL_SUCCESS);
    EXPECT_EQ(size, sizeof(T));
    return value;
  }
  template <class T>
  static T buildInfo(cl_program program, cl_program_build_info name) {
    T value = {};
    size_t size = 0;
    EXPECT_EQ(clGetProgramBuildInfo(program, device, name, sizeof(T), &value, &size), CL_SUCCESS);
    EXPECT_EQ(size, sizeof(T));
    return value;
  }
  // Text answers, without their terminating zero.
  template <class Query>
  static std::string textOf(Query query) {
    size_t size = 0;
    EXPECT_EQ(query(size_t{0}, nullptr, &size), CL_SUCCESS);
    std::string text(size, '?');
    EXPECT_EQ(query(size, text.data(), nullptr), CL_SUCCESS);
    if (text.empty() || text.back() != '\0') {
      ADD_FAILURE() << "no terminating zero";
      return text;
    }
    text.pop_back();
    return text;
  }
  static std::string programText(cl_program program, cl_program_info name) {
    return textOf([=](size_t size, char* value, size_t* returned) {
      return clGetProgramInfo(program, name, size, value, returned);
    });
  }
  static std::string log(cl_program program, cl_program_build_info name = CL_PROGRAM_BUILD_LOG) {
    return textOf([=](size_t size, char* value, size_t* returned) {
      return clGetProgramBuildInfo(program, device, name, size, value, returned);
    });
  }
  static std::vector<unsigned char> binaryOf(cl_program program) {
    std::vector<unsigned char> binary(programInfo<size_t>(program, CL_PROGRAM_BINARY_SIZES));
    unsigned char* target = binary.data();
    EXPECT_EQ(clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof(target), &target, nullptr), CL_SUCCESS);
    return binary;
  }
  cl_program fromBinary(const std::vector<unsigned char>& binary) {
    const unsigned char* start = binary.data();
    const size_t size = binary.size();
    cl_int status = 1;
    cl_int code = 1;
    cl_program program = clCreateProgramWithBinary(context, 1, &device, &size, &start, &status, &code);
    EXPECT_EQ(status, CL_SUCCESS);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(program);
  }
  // Runs add_one of a program and sees that it does.
  void expectAddsOne(cl_program program) {
    cl_kernel adds = kernelOf(program, "add_one");
    cl_mem data = ints({1, 2, 3, 4});
    ASSERT_EQ(set(adds, 0, data), CL_SUCCESS);
    ASSERT_EQ(launch(adds, {4}), CL_SUCCESS);
    DATA_EXPECT_EQ(read(data, 4), (std::vector<int32_t>{2, 3, 4, 5}));
  }
};

}  // namespace clze::test
