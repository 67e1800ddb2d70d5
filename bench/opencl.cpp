// The host's cost of OpenCL calls, on every platform that the loader shows, side by side in one process.
#include <CL/cl.h>
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

constexpr const char* kEmpty = "kernel void nothing(global int* unused) {}";

void require(cl_int code, const char* what) {
  if (code == CL_SUCCESS) return;
  std::cerr << "bench_opencl: " << what << " failed with " << code << "\n";
  std::exit(1);
}

// One platform's first device with a queue and an empty kernel.
struct Target {
  std::string name;
  cl_device_id device = nullptr;
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;
  cl_kernel kernel = nullptr;

  explicit Target(cl_platform_id platform) {
    char text[256] = {};
    require(clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof(text), text, nullptr), "clGetPlatformInfo");
    name = text;
    cl_int code = CL_SUCCESS;
    require(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, nullptr), "clGetDeviceIDs");
    context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
    require(code, "clCreateContext");
    queue = clCreateCommandQueueWithProperties(context, device, nullptr, &code);
    require(code, "clCreateCommandQueueWithProperties");
    cl_program program =
        clCreateProgramWithSource(context, 1, const_cast<const char**>(&kEmpty), nullptr, &code);
    require(code, "clCreateProgramWithSource");
    require(clBuildProgram(program, 1, &device, "", nullptr, nullptr), "clBuildProgram");
    kernel = clCreateKernel(program, "nothing", &code);
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
    const char* text = source.c_str();
    cl_int code = CL_SUCCESS;
    cl_program program = clCreateProgramWithSource(target->context, 1, &text, nullptr, &code);
    require(code, "clCreateProgramWithSource");
    require(clBuildProgram(program, 1, &target->device, "", nullptr, nullptr), "clBuildProgram");
    clReleaseProgram(program);
  }
}

}  // namespace

int main(int argc, char** argv) {
  ::srand(static_cast<unsigned>(::time(nullptr)));
  cl_uint count = 0;
  require(clGetPlatformIDs(0, nullptr, &count), "clGetPlatformIDs");
  std::vector<cl_platform_id> platforms(count);
  require(clGetPlatformIDs(count, platforms.data(), nullptr), "clGetPlatformIDs");
  // Never destroyed: what the drivers hold at exit is not what is measured.
  auto* targets = new std::vector<Target>();
  targets->reserve(count);
  for (cl_platform_id platform : platforms) targets->emplace_back(platform);
  for (const Target& target : *targets) {
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
