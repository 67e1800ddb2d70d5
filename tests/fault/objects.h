// What the programs of the fault campaign share: they tell at which call they had to stop, and release
// everything they made, however far they came. An OpenCL error is a right answer to a fault of the driver, a
// crash or a wrong result is not. Exit code: 0 all done, 2 an OpenCL error, 3 a wrong result, 4 the context
// is never destroyed.
#pragma once

#include <CL/cl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>
#include <vector>

namespace clze::fault {

inline constexpr int kError = 2, kWrong = 3, kKept = 4;

#define STOP_ON_ERROR(call)                                                          \
  if (const cl_int stopped = (call); stopped != CL_SUCCESS) {                        \
    std::fprintf(stderr, "program: %s:%d: error %d\n", __FILE__, __LINE__, stopped); \
    return ::clze::fault::kError;                                                    \
  }

// At the end of the process, when clze has ended too: called first in main(), so that its handler runs last.
inline void tellOpenFilesAtExit() {
  std::atexit([] {
    std::error_code error;
    const std::filesystem::directory_iterator open("/proc/self/fd", error), end;
    std::fprintf(stderr, "program: %td file descriptors are open\n", std::distance(open, end));
  });
}

struct Objects {
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;
  std::vector<cl_mem> memories;
  cl_program program = nullptr;
  cl_kernel kernel = nullptr;
  std::vector<cl_event> events;

  Objects() = default;
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;
  ~Objects() {
    for (cl_event event : events) clReleaseEvent(event);
    if (kernel != nullptr) clReleaseKernel(kernel);
    if (program != nullptr) clReleaseProgram(program);
    for (auto memory = memories.rbegin(); memory != memories.rend(); ++memory) clReleaseMemObject(*memory);
    if (queue != nullptr) clReleaseCommandQueue(queue);
    if (context == nullptr) return;
    // clze lets go of what unfinished commands use on a thread of its own: what is not gone by then is lost.
    std::promise<void> gone;
    auto ending = gone.get_future();
    const bool told =
        clSetContextDestructorCallback(
            context,
            [](cl_context, void* promise) { static_cast<std::promise<void>*>(promise)->set_value(); },
            &gone) == CL_SUCCESS;
    clReleaseContext(context);
    if (told && ending.wait_for(std::chrono::seconds(10)) != std::future_status::ready) std::_Exit(kKept);
    // The callback comes before the context's own objects are destroyed; clze ends that at exit.
  }

  cl_mem keep(cl_mem memory) {
    if (memory != nullptr) memories.push_back(memory);
    return memory;
  }
  // For an enqueue's last argument; kept even where the call fails, which leaves it null.
  struct Kept {
    Objects& owner;
    cl_event event = nullptr;
    ~Kept() {
      if (event != nullptr) owner.events.push_back(event);
    }
  };
};

}  // namespace clze::fault
