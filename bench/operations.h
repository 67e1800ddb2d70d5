// The OpenCL operations whose host cost bench/intel compares between clze and Intel's own OpenCL driver: one
// function each, which performs the operation once and marks the part that counts.
#pragma once

#include <CL/cl.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace clze::bench {

// While one lives, the calling thread's instructions, calls and ioctls count (counting.cpp).
class Counted {
 public:
  Counted();
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted();
};

// What callgrind calls the dumps of the parts counted from now on; empty: none are written.
void nameDumps(std::string name);

// An OpenCL call that did not succeed: the operation is given up, and the report says so.
struct Refused {
  std::string what;
};
void require(cl_int code, const char* what);

// Objects the operations share, made once. Released by the end of the process only: what drivers do then is
// not what is measured.
class Bench {
 public:
  Bench();
  cl_command_queue queueWith(cl_command_queue_properties properties) const;
  cl_kernel kernelNamed(const char* name) const;
  cl_mem buffer(size_t bytes) const;
  void launch(cl_command_queue queue, cl_event* event = nullptr, cl_event wait = nullptr,
              bool localSize = true) const;
  void setFactor(float value) const;

  cl_platform_id platform = nullptr;
  cl_device_id device = nullptr;
  cl_context context = nullptr;
  cl_program program = nullptr;
  cl_kernel scale = nullptr;     // to, from, factor: all set
  cl_kernel localSum = nullptr;  // to, scratch: all set
  cl_command_queue inOrder = nullptr, outOfOrder = nullptr, profiling = nullptr;
  cl_mem to = nullptr, from = nullptr;
  std::vector<unsigned char> host;
};

struct Operation {
  const char* name;
  const char* what;  // a row's title
  unsigned work;     // how many of the thing one call of run() counts
  void (*run)(Bench&);
};
std::span<const Operation> operations();

// One NV12 1920x1080 frame as FFmpeg shares it; throws Refused where there is no VA-API.
void shareFrame(Bench& bench);

// The ioctls of the calling thread while something was Counted, since the last call, as JSON.
std::string takeIoctls();

}  // namespace clze::bench
