// Started by bench/softgpu --modules: how long zeModuleCreate takes for a SPIR-V file, and kernels of other
// group sizes after it.
#include <level_zero/ze_api.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

namespace {

void require(ze_result_t code, const char* what) {
  if (code == ZE_RESULT_SUCCESS) return;
  std::cerr << "bench_module: " << what << " failed with " << std::hex << code << "\n";
  std::exit(1);
}

// Milliseconds.
double now(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

struct Time {
  double real = -now(CLOCK_MONOTONIC), cpu = -now(CLOCK_PROCESS_CPUTIME_ID);
  void stop() {
    real += now(CLOCK_MONOTONIC);
    cpu += now(CLOCK_PROCESS_CPUTIME_ID);
  }
};

void print(const char* what, std::vector<Time> times) {
  const Time first = times.front();
  const auto median = [&](double Time::*part) {
    std::ranges::sort(times, {}, part);
    return times[times.size() / 2].*part;
  };
  std::cout << what << ": " << median(&Time::real) << " ms, " << median(&Time::cpu)
            << " ms of CPU (median of " << times.size() << ", the first " << first.real << " ms)\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream file(argc > 1 ? argv[1] : "", std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.empty()) {
    std::cerr << "usage: bench_module SPIRV\n";
    return 2;
  }
  require(zeInit(0), "zeInit");
  uint32_t count = 1;
  ze_driver_handle_t driver = nullptr;
  require(zeDriverGet(&count, &driver), "zeDriverGet");
  count = 1;
  ze_device_handle_t device = nullptr;
  require(zeDeviceGet(driver, &count, &device), "zeDeviceGet");
  const ze_context_desc_t contextDesc = {ZE_STRUCTURE_TYPE_CONTEXT_DESC, nullptr, 0};
  ze_context_handle_t context = nullptr;
  require(zeContextCreate(driver, &contextDesc, &context), "zeContextCreate");
  ze_module_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_MODULE_DESC;
  desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
  desc.inputSize = bytes.size();
  desc.pInputModule = reinterpret_cast<const uint8_t*>(bytes.data());
  constexpr int kRounds = 31;
  // A byte of the number of the program that wrote the module: the driver remembers modules it has compiled,
  // and this one is not to be the same.
  constexpr size_t kGenerator = 8;
  std::vector<Time> modules, kernels;
  for (int i = 0; i < kRounds; ++i) {
    ze_module_handle_t module = nullptr;
    bytes[kGenerator] = static_cast<char>(i);
    Time& making = modules.emplace_back();
    require(zeModuleCreate(context, device, &desc, &module, nullptr), "zeModuleCreate");
    making.stop();
    ze_kernel_desc_t kernelDesc = {};
    kernelDesc.stype = ZE_STRUCTURE_TYPE_KERNEL_DESC;
    kernelDesc.pKernelName = "saxpy";
    ze_kernel_handle_t kernel = nullptr;
    Time& kernelTime = kernels.emplace_back();
    require(zeKernelCreate(module, &kernelDesc, &kernel), "zeKernelCreate");
    for (uint32_t size = 1; size <= 256; size *= 2)
      require(zeKernelSetGroupSize(kernel, size, 1, 1), "zeKernelSetGroupSize");
    kernelTime.stop();
    require(zeKernelDestroy(kernel), "zeKernelDestroy");
    require(zeModuleDestroy(module), "zeModuleDestroy");
  }
  require(zeContextDestroy(context), "zeContextDestroy");
  print("module from SPIR-V", std::move(modules));
  print("its kernel, set to nine group sizes", std::move(kernels));
}
