// What the OpenCL benchmarks share: the platforms of a process, each with its first device and a queue.
#pragma once

#include <CL/cl.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace clze::bench {

// Ends the program on any other code than CL_SUCCESS: a benchmark that fails has no figures.
inline void require(cl_int code, const char* what) {
  if (code == CL_SUCCESS) return;
  std::cerr << "bench: " << what << " failed with " << code << "\n";
  std::exit(1);
}

struct Platform {
  std::string name;
  cl_device_id device = nullptr;
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;

  explicit Platform(cl_platform_id platform) {
    char text[256] = {};
    require(clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof(text), text, nullptr), "clGetPlatformInfo");
    name = text;
    cl_int code = CL_SUCCESS;
    require(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, nullptr), "clGetDeviceIDs");
    context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
    require(code, "clCreateContext");
    queue = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
    require(code, "clCreateCommandQueueWithProperties");
  }

  // The caller's. Compiler errors go to stderr and end the program.
  cl_program build(const char* source) const {
    cl_int code = CL_SUCCESS;
    cl_program program = clCreateProgramWithSource(context, 1, &source, nullptr, &code);
    require(code, "clCreateProgramWithSource");
    code = clBuildProgram(program, 1, &device, "", nullptr, nullptr);
    if (code != CL_SUCCESS) {
      std::string log(65536, '\0');
      clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, log.size(), log.data(), nullptr);
      std::cerr << name << ": " << log.c_str();
    }
    require(code, "clBuildProgram");
    return program;
  }
};

// One T for each platform of the loader. Never destroyed: what the drivers hold at exit is not what is
// measured.
template <class T>
const std::vector<T>& eachPlatform() {
  cl_uint count = 0;
  require(clGetPlatformIDs(0, nullptr, &count), "clGetPlatformIDs");
  std::vector<cl_platform_id> ids(count);
  require(clGetPlatformIDs(count, ids.data(), nullptr), "clGetPlatformIDs");
  auto* all = new std::vector<T>();
  all->reserve(count);
  for (cl_platform_id id : ids) all->emplace_back(id);
  return *all;
}

}  // namespace clze::bench
