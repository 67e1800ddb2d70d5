// Intel's Level Zero driver on the fake GPU: found, compiles, launches, waits, copies; and it leaves nothing
// behind. Usage: level_zero_smoke PCI_ID... (hexadecimal, one for each device that must be there). No values
// of kernels are looked at: none is executed.
#include <dlfcn.h>
#include <level_zero/ze_api.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "tests/api/spirv_module.h"
#include "tests/intel/fake_gpu/counts/counts.h"

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  ++failures;
}

void check(ze_result_t result, const char* what) {
  if (result == ZE_RESULT_SUCCESS) return;
  std::fprintf(stderr, "%s: %#x\n", what, static_cast<unsigned>(result));
  ++failures;
}
#define ZE(call) check(call, #call)

FakeGpuCounts counted() {
  const auto ask = reinterpret_cast<decltype(&fake_gpu_counts)>(dlsym(RTLD_DEFAULT, "fake_gpu_counts"));
  FakeGpuCounts counts{};
  counts.size = sizeof(counts);
  expect(ask && ask(&counts) == 1, "the fake GPU is preloaded");
  return counts;
}

constexpr uint64_t forEver = UINT64_MAX;

class Commands {
 public:
  Commands(ze_context_handle_t context, ze_device_handle_t device) {
    ze_command_queue_desc_t queue{};
    queue.stype = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC;
    queue.mode = ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS;
    ZE(zeCommandQueueCreate(context, device, &queue, &queue_));
    ze_command_list_desc_t list{};
    list.stype = ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC;
    ZE(zeCommandListCreate(context, device, &list, &list_));
  }
  ~Commands() {
    ZE(zeCommandListDestroy(list_));
    ZE(zeCommandQueueDestroy(queue_));
  }
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  ze_command_list_handle_t list() const { return list_; }
  void submit() {
    ZE(zeCommandListClose(list_));
    ZE(zeCommandQueueExecuteCommandLists(queue_, 1, &list_, nullptr));
  }
  ze_result_t wait(uint64_t nanoseconds) { return zeCommandQueueSynchronize(queue_, nanoseconds); }

 private:
  ze_command_queue_handle_t queue_ = nullptr;
  ze_command_list_handle_t list_ = nullptr;
};

class Events {
 public:
  explicit Events(ze_context_handle_t context) {
    ze_event_pool_desc_t pool{};
    pool.stype = ZE_STRUCTURE_TYPE_EVENT_POOL_DESC;
    pool.flags = ZE_EVENT_POOL_FLAG_HOST_VISIBLE;
    pool.count = 2;
    ZE(zeEventPoolCreate(context, &pool, 0, nullptr, &pool_));
    for (uint32_t i = 0; i < 2; ++i) {
      ze_event_desc_t event{};
      event.stype = ZE_STRUCTURE_TYPE_EVENT_DESC;
      event.index = i;
      event.signal = event.wait = ZE_EVENT_SCOPE_FLAG_HOST;
      ZE(zeEventCreate(pool_, &event, i == 0 ? &first : &second));
    }
  }
  ~Events() {
    ZE(zeEventDestroy(first));
    ZE(zeEventDestroy(second));
    ZE(zeEventPoolDestroy(pool_));
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;
  ze_event_handle_t first = nullptr, second = nullptr;

 private:
  ze_event_pool_handle_t pool_ = nullptr;
};

void launch(ze_context_handle_t context, ze_device_handle_t device) {
  ze_module_desc_t moduleDesc{};
  moduleDesc.stype = ZE_STRUCTURE_TYPE_MODULE_DESC;
  moduleDesc.format = ZE_MODULE_FORMAT_IL_SPIRV;
  moduleDesc.inputSize = sizeof(clze::test::kPutModule);
  moduleDesc.pInputModule = reinterpret_cast<const uint8_t*>(clze::test::kPutModule);
  ze_module_handle_t module = nullptr;
  ZE(zeModuleCreate(context, device, &moduleDesc, &module, nullptr));
  ze_kernel_desc_t kernelDesc{};
  kernelDesc.stype = ZE_STRUCTURE_TYPE_KERNEL_DESC;
  kernelDesc.pKernelName = "put";
  ze_kernel_handle_t kernel = nullptr;
  ZE(zeKernelCreate(module, &kernelDesc, &kernel));
  void* memory = nullptr;
  ze_device_mem_alloc_desc_t memoryDesc{};
  memoryDesc.stype = ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC;
  ZE(zeMemAllocDevice(context, &memoryDesc, 4096, 8, device, &memory));
  ZE(zeKernelSetGroupSize(kernel, 1, 1, 1));
  ZE(zeKernelSetArgumentValue(kernel, 0, sizeof(memory), &memory));

  const uint64_t walkers = counted().walkers;
  {
    Commands commands(context, device);
    const Events events(context);
    const ze_group_count_t groups{1, 1, 1};
    // The first event is the host's: until then neither the kernel nor anything after it may be done.
    ze_event_handle_t wait = events.first;
    ZE(zeCommandListAppendLaunchKernel(commands.list(), kernel, &groups, events.second, 1, &wait));
    commands.submit();
    expect(commands.wait(1000000) == ZE_RESULT_NOT_READY, "a queue that waits for a host event is not done");
    expect(zeEventQueryStatus(events.second) == ZE_RESULT_NOT_READY, "nor is the kernel behind it");
    ZE(zeEventHostSignal(events.first));
    ZE(commands.wait(forEver));
    ZE(zeEventHostSynchronize(events.second, forEver));
  }
  expect(counted().walkers == walkers + 1, "one kernel was walked");
  ZE(zeMemFree(context, memory));
  ZE(zeKernelDestroy(kernel));
  ZE(zeModuleDestroy(module));
}

void testDevice(ze_driver_handle_t driver, ze_device_handle_t device) {
  ze_context_desc_t contextDesc{};
  contextDesc.stype = ZE_STRUCTURE_TYPE_CONTEXT_DESC;
  ze_context_handle_t context = nullptr;
  ZE(zeContextCreate(driver, &contextDesc, &context));
  // What the driver keeps for good is made by the first launch; the second leaves nothing.
  launch(context, device);
  const FakeGpuCounts before = counted();
  launch(context, device);
  const FakeGpuCounts after = counted();
  expect(after.handlesAlive <= before.handlesAlive, "the second launch leaves no buffer");
  expect(after.mappingsAlive <= before.mappingsAlive, "the second launch leaves no map");
  ZE(zeContextDestroy(context));
}

}  // namespace

int main(int count, char** values) {
  check(zeInit(ZE_INIT_FLAG_GPU_ONLY), "zeInit");
  if (failures) return 1;
  std::multiset<uint32_t> wanted, found;
  for (int i = 1; i < count; ++i) wanted.insert(static_cast<uint32_t>(std::strtoul(values[i], nullptr, 16)));
  uint32_t drivers = 1;
  ze_driver_handle_t driver = nullptr;
  ZE(zeDriverGet(&drivers, &driver));
  uint32_t devices = 0;
  ZE(zeDeviceGet(driver, &devices, nullptr));
  std::vector<ze_device_handle_t> list(devices);
  ZE(zeDeviceGet(driver, &devices, list.data()));
  for (const ze_device_handle_t device : list) {
    ze_device_properties_t properties{};
    properties.stype = ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES;
    ZE(zeDeviceGetProperties(device, &properties));
    found.insert(properties.deviceId);
    testDevice(driver, device);
  }
  expect(found == wanted, "the devices are those of FAKE_GPU");
  expect(counted().violations == 0, "no violations");
  return failures == 0 ? 0 : 1;
}
