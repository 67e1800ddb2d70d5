// The host's cost of OpenCL calls, on every platform that the loader shows, side by side in one process.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "platform.h"

namespace {

using clze::bench::eachPlatform;
using clze::bench::Platform;
using clze::bench::require;

constexpr const char* kEmpty = "kernel void nothing(global int* unused) {}";

// A platform with an empty kernel.
struct Target : Platform {
  cl_kernel kernel = nullptr;

  explicit Target(cl_platform_id platform) : Platform(platform) {
    cl_int code = CL_SUCCESS;
    kernel = clCreateKernel(build(kEmpty), "nothing", &code);
    require(code, "clCreateKernel");
    cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, 4096, nullptr, &code);
    require(code, "clCreateBuffer");
    require(clSetKernelArg(kernel, 0, sizeof(buffer), &buffer), "clSetKernelArg");
  }

  void enqueue(cl_event* event = nullptr) const {
    const size_t one = 1;
    require(clEnqueueNDRangeKernel(queue, kernel, 1, nullptr, &one, &one, 0, nullptr, event),
            "clEnqueueNDRangeKernel");
  }
};

void launchAndWait(benchmark::State& state, const Target* target) {
  for (auto _ : state) {
    target->enqueue();
    require(clFinish(target->queue), "clFinish");
  }
}

void launchMany(benchmark::State& state, const Target* target) {
  for (auto _ : state) {
    for (int i = 0; i < 32; ++i) target->enqueue();
    require(clFinish(target->queue), "clFinish");
  }
  state.SetItemsProcessed(state.iterations() * 32);
}

void launchWithEvent(benchmark::State& state, const Target* target) {
  for (auto _ : state) {
    cl_event event = nullptr;
    target->enqueue(&event);
    require(clWaitForEvents(1, &event), "clWaitForEvents");
    clReleaseEvent(event);
  }
}

// A source that was never seen before, so that no cache answers.
void buildProgram(benchmark::State& state, const Target* target) {
  static int unique = 0;
  for (auto _ : state) {
    const std::string source =
        "kernel void blur(read_only image2d_t from, write_only image2d_t to, sampler_t s) {\n"
        "  int2 at = (int2)(get_global_id(0), get_global_id(1));\n"
        "  float4 sum = (float4)(" +
        std::to_string(::rand() % 1000 + 1000 * ++unique) +
        ".0f);\n"
        "  for (int y = -1; y <= 1; ++y) for (int x = -1; x <= 1; ++x) sum += read_imagef(from, s, at + "
        "(int2)(x, y));\n"
        "  write_imagef(to, at, sum / 9.0f);\n}";
    clReleaseProgram(target->build(source.c_str()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  ::srand(static_cast<unsigned>(::time(nullptr)));
  for (const Target& target : eachPlatform<Target>()) {
    const auto add = [&target](const char* what, void (*run)(benchmark::State&, const Target*)) {
      return benchmark::RegisterBenchmark((std::string(what) + "/" + target.name).c_str(), run, &target)
          ->UseRealTime();
    };
    add("launch_and_wait", launchAndWait);
    add("launch_32_and_wait", launchMany);
    add("launch_with_event", launchWithEvent);
    add("build_program", buildProgram)->Iterations(20)->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
