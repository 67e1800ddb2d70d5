// Builds recorded programs through OpenCL: modules_build FOLDER [FIRST]. One line of output a program: its
// file, the verdict, what went wrong. A program is "executable" when it builds and each of its kernels can be
// made, "object" when it only compiles (parts of larger programs do), and "nothing" else.
#include <CL/cl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "spirv/wire.h"

namespace clze::modules {
namespace {

using spirv::wire::Request;

struct Device {
  cl_device_id id = nullptr;
  cl_context context = nullptr;
};

struct Verdict {
  std::string what, why;
};

// The text of clBuildProgram's options again.
std::string optionsOf(const Request& request) {
  std::string text;
  for (const std::string& word : request.options) {
    const bool quoted = word.find_first_of(" \t\"'") != std::string::npos;
    if (!text.empty()) text += ' ';
    if (!quoted) {
      text += word;
      continue;
    }
    text += '"';
    for (const char c : word) text += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    text += '"';
  }
  return text;
}

cl_program create(const Device& device, const std::string& source) {
  const char* text = source.data();
  const size_t size = source.size();
  return clCreateProgramWithSource(device.context, 1, &text, &size, nullptr);
}

std::string logOf(const Device& device, cl_program program) {
  size_t size = 0;
  if (clGetProgramBuildInfo(program, device.id, CL_PROGRAM_BUILD_LOG, 0, nullptr, &size) != CL_SUCCESS)
    return "";
  std::string log(size, ' ');
  clGetProgramBuildInfo(program, device.id, CL_PROGRAM_BUILD_LOG, size, log.data(), nullptr);
  std::replace_if(
      log.begin(), log.end(), [](char c) { return c == '\n' || c == '\t' || c == '\0'; }, ' ');
  return log.substr(0, 2000);
}

// Every kernel of an executable: creating one is where Level Zero reads the compiled code.
Verdict kernelsOf(cl_program program) {
  cl_uint count = 0;
  cl_int code = clCreateKernelsInProgram(program, 0, nullptr, &count);
  if (code == CL_SUCCESS && count != 0) {
    std::vector<cl_kernel> kernels(count);
    code = clCreateKernelsInProgram(program, count, kernels.data(), nullptr);
    if (code == CL_SUCCESS) std::for_each(kernels.begin(), kernels.end(), clReleaseKernel);
  }
  if (code != CL_SUCCESS) return {"object", "clCreateKernelsInProgram: " + std::to_string(code)};
  return {"executable", std::to_string(count) + " kernels"};
}

// With embedded headers, which clBuildProgram cannot take.
Verdict compileAndLink(const Device& device, const Request& request, const std::string& why) {
  cl_program program = create(device, request.source);
  std::vector<cl_program> headers;
  std::vector<const char*> names;
  for (const auto& [name, text] : request.headers) {
    headers.push_back(create(device, text));
    names.push_back(name.c_str());
  }
  Verdict verdict = {"nothing", why};
  if (clCompileProgram(program, 1, &device.id, optionsOf(request).c_str(),
                       static_cast<cl_uint>(headers.size()), headers.empty() ? nullptr : headers.data(),
                       names.empty() ? nullptr : names.data(), nullptr, nullptr) != CL_SUCCESS) {
    verdict.why += logOf(device, program);
  } else {
    verdict = {"object", why};
    cl_int code = CL_SUCCESS;
    cl_program linked =
        clLinkProgram(device.context, 1, &device.id, "", 1, &program, nullptr, nullptr, &code);
    if (code == CL_SUCCESS) verdict = kernelsOf(linked);
    if (linked != nullptr) clReleaseProgram(linked);
  }
  std::for_each(headers.begin(), headers.end(), clReleaseProgram);
  clReleaseProgram(program);
  return verdict;
}

Verdict build(const Device& device, const Request& request) {
  if (!request.headers.empty()) return compileAndLink(device, request, "");
  cl_program program = create(device, request.source);
  if (program == nullptr) return {"nothing", "clCreateProgramWithSource"};
  const cl_int code = clBuildProgram(program, 1, &device.id, optionsOf(request).c_str(), nullptr, nullptr);
  Verdict verdict;
  if (code == CL_SUCCESS) {
    verdict = kernelsOf(program);
  } else {
    verdict = compileAndLink(device, request,
                             "clBuildProgram: " + std::to_string(code) + " " + logOf(device, program));
  }
  clReleaseProgram(program);
  return verdict;
}

std::optional<Request> load(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (path.extension() != ".cl") return spirv::wire::decodeRequest(bytes);
  Request request;
  request.source = bytes;
  // "basic.CL3.0.cl": the stem's own "extension" would be ".0".
  const std::string stem = path.stem();
  request.options = {"-cl-std=" + stem.substr(stem.find('.') + 1)};
  return request;
}

int run(const std::filesystem::path& folder, size_t first) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  // As Python sorts them: by name without the ending.
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.stem() < b.stem(); });
  cl_platform_id platform = nullptr;
  Device device;
  if (clGetPlatformIDs(1, &platform, nullptr) != CL_SUCCESS ||
      clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device.id, nullptr) != CL_SUCCESS) {
    std::fputs("modules_build: no device\n", stderr);
    return 2;
  }
  device.context = clCreateContext(nullptr, 1, &device.id, nullptr, nullptr, nullptr);
  for (size_t i = first; i < files.size(); ++i) {
    const auto request = load(files[i]);
    if (!request) {
      std::fprintf(stderr, "modules_build: %s is no request\n", files[i].c_str());
      return 2;
    }
    // Relative -I.
    std::error_code gone;
    if (!request->directory.empty()) std::filesystem::current_path(request->directory, gone);
    const Verdict verdict = build(device, *request);
    std::printf("%s\t%s\t%s\n", files[i].stem().c_str(), verdict.what.c_str(), verdict.why.c_str());
    std::fflush(stdout);
  }
  clReleaseContext(device.context);
  return 0;
}

}  // namespace
}  // namespace clze::modules

int main(int count, char** arguments) {
  if (count < 2) return 2;
  return clze::modules::run(arguments[1], count > 2 ? std::stoul(arguments[2]) : 0);
}
