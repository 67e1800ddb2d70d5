// The functions of the fake table. Those not written out succeed and do nothing.
#include "fake_ze.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "l0backend/api/ze_newer.h"

namespace clze::l0::test {

namespace {

Fake* current = nullptr;

template <Fn F, class Function>
struct Stub;
template <Fn F, class... Args>
struct Stub<F, ze_result_t (*)(Args...)> {
  static ze_result_t call(Args...) { return current->enter(F); }
};

template <class Handle>
uint64_t number(Handle handle) {
  return reinterpret_cast<uint64_t>(handle);
}

template <class Handle>
ze_result_t make(Fn fn, const char* kind, Handle* handle) {
  if (const auto code = current->enter(fn); code != ZE_RESULT_SUCCESS) return code;
  *handle = reinterpret_cast<Handle>(current->create(kind));
  return ZE_RESULT_SUCCESS;
}

template <class Handle>
ze_result_t unmake(Fn fn, const char* kind, Handle handle) {
  const auto code = current->enter(fn);
  // A failing destroy is taken to have destroyed: there is nothing a caller could do about it.
  current->destroy(number(handle), kind);
  return code;
}

ze_result_t contextCreate(ze_driver_handle_t, const ze_context_desc_t*, ze_context_handle_t* handle) {
  return make(Fn::zeContextCreate, "context", handle);
}
ze_result_t contextDestroy(ze_context_handle_t h) { return unmake(Fn::zeContextDestroy, "context", h); }

ze_result_t allocDevice(ze_context_handle_t, const ze_device_mem_alloc_desc_t* desc, size_t size, size_t,
                        ze_device_handle_t, void** data) {
  if (const auto code = current->enter(Fn::zeMemAllocDevice); code != ZE_RESULT_SUCCESS) return code;
  if (const auto* import = static_cast<const ze_external_memory_import_fd_t*>(desc->pNext)) {
    current->calls.back().numbers = {import->flags, static_cast<uint64_t>(import->fd), size};
    if (current->closesImportedFd) {
      // Closed, and at once given to somebody else.
      current->reusedFd = import->fd;
      const int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
      dup2(other, import->fd);
      close(other);
    }
  }
  *data = reinterpret_cast<void*>(current->create("memory"));
  return ZE_RESULT_SUCCESS;
}
// Host memory is real: staging is written through it.
ze_result_t allocHost(ze_context_handle_t, const ze_host_mem_alloc_desc_t*, size_t size, size_t,
                      void** data) {
  if (const auto code = current->enter(Fn::zeMemAllocHost); code != ZE_RESULT_SUCCESS) return code;
  static std::vector<std::vector<std::byte>> blocks;
  *data = blocks.emplace_back(size).data();
  current->create("host");
  return ZE_RESULT_SUCCESS;
}
ze_result_t memFree(ze_context_handle_t, void* data) {
  const auto code = current->enter(Fn::zeMemFree);
  current->destroy(number(data), "memory");
  return code;
}

ze_result_t createImmediate(ze_context_handle_t, ze_device_handle_t, const ze_command_queue_desc_t* desc,
                            ze_command_list_handle_t* list) {
  const auto code = make(Fn::zeCommandListCreateImmediate, "list", list);
  if (code == ZE_RESULT_SUCCESS) {
    current->calls.back().numbers = {desc->ordinal, desc->index, desc->flags,
                                     static_cast<uint64_t>(desc->mode),
                                     static_cast<uint64_t>(desc->priority)};
    current->inOrderLists[*list] = (desc->flags & ze_newer::kQueueFlagInOrder) != 0;
  }
  return code;
}
ze_result_t listDestroy(ze_command_list_handle_t h) {
  if (current->busy(h)) current->misuse.emplace_back("list destroyed while busy");
  current->regularLists.erase(h);
  return unmake(Fn::zeCommandListDestroy, "list", h);
}
ze_result_t listCreate(ze_context_handle_t, ze_device_handle_t, const ze_command_list_desc_t* desc,
                       ze_command_list_handle_t* list) {
  const auto code = make(Fn::zeCommandListCreate, "list", list);
  if (code == ZE_RESULT_SUCCESS) {
    current->calls.back().numbers = {desc->commandQueueGroupOrdinal, desc->flags};
    current->regularLists[*list] = {};
  }
  return code;
}
ze_result_t listClose(ze_command_list_handle_t list) {
  if (const auto code = current->enter(Fn::zeCommandListClose); code != ZE_RESULT_SUCCESS) return code;
  if (current->regularLists.at(list).closed) current->misuse.emplace_back("list closed twice");
  current->regularLists.at(list).closed = true;
  return ZE_RESULT_SUCCESS;
}
ze_result_t listReset(ze_command_list_handle_t list) {
  if (const auto code = current->enter(Fn::zeCommandListReset); code != ZE_RESULT_SUCCESS) return code;
  if (current->busy(list)) current->misuse.emplace_back("list reset while busy");
  current->regularLists.at(list) = {};
  return ZE_RESULT_SUCCESS;
}
ze_result_t queueCreate(ze_context_handle_t, ze_device_handle_t, const ze_command_queue_desc_t* desc,
                        ze_command_queue_handle_t* queue) {
  const auto code = make(Fn::zeCommandQueueCreate, "queue", queue);
  if (code == ZE_RESULT_SUCCESS) {
    current->calls.back().numbers = {desc->ordinal, desc->index, desc->flags,
                                     static_cast<uint64_t>(desc->mode),
                                     static_cast<uint64_t>(desc->priority)};
  }
  return code;
}
ze_result_t queueDestroy(ze_command_queue_handle_t h) {
  return unmake(Fn::zeCommandQueueDestroy, "queue", h);
}
ze_result_t queueExecute(ze_command_queue_handle_t queue, uint32_t, ze_command_list_handle_t* lists,
                         ze_fence_handle_t fence) {
  if (const auto code = current->enter(Fn::zeCommandQueueExecuteCommandLists); code != ZE_RESULT_SUCCESS) {
    return code;
  }
  current->calls.back().list = lists[0];
  return current->execute(queue, lists[0], fence);
}
ze_result_t fenceCreate(ze_command_queue_handle_t, const ze_fence_desc_t*, ze_fence_handle_t* fence) {
  return make(Fn::zeFenceCreate, "fence", fence);
}
ze_result_t fenceDestroy(ze_fence_handle_t fence) {
  if (current->busy(fence)) current->misuse.emplace_back("fence destroyed in flight");
  current->signalledFences.erase(fence);
  return unmake(Fn::zeFenceDestroy, "fence", fence);
}
ze_result_t fenceReset(ze_fence_handle_t fence) {
  if (const auto code = current->enter(Fn::zeFenceReset); code != ZE_RESULT_SUCCESS) return code;
  if (current->busy(fence)) current->misuse.emplace_back("fence reset in flight");
  current->signalledFences.erase(fence);
  return ZE_RESULT_SUCCESS;
}
ze_result_t fenceQuery(ze_fence_handle_t fence) {
  if (const auto code = current->enter(Fn::zeFenceQueryStatus); code != ZE_RESULT_SUCCESS) return code;
  return current->signalledFences.contains(fence) ? ZE_RESULT_SUCCESS : ZE_RESULT_NOT_READY;
}
ze_result_t fenceSynchronize(ze_fence_handle_t fence, uint64_t) {
  if (const auto code = current->enter(Fn::zeFenceHostSynchronize); code != ZE_RESULT_SUCCESS) return code;
  while (!current->signalledFences.contains(fence) && current->step()) {
  }
  return current->signalledFences.contains(fence) ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_DEVICE_LOST;
}

ze_result_t poolCreate(ze_context_handle_t, const ze_event_pool_desc_t* desc, uint32_t, ze_device_handle_t*,
                       ze_event_pool_handle_t* pool) {
  const auto code = make(Fn::zeEventPoolCreate, "pool", pool);
  if (code == ZE_RESULT_SUCCESS) current->calls.back().numbers = {desc->flags, desc->count};
  return code;
}
ze_result_t poolDestroy(ze_event_pool_handle_t h) { return unmake(Fn::zeEventPoolDestroy, "pool", h); }
ze_result_t eventCreate(ze_event_pool_handle_t pool, const ze_event_desc_t* desc, ze_event_handle_t* event) {
  const auto code = make(Fn::zeEventCreate, "event", event);
  if (code == ZE_RESULT_SUCCESS) current->calls.back().numbers = {number(pool), desc->index};
  return code;
}
ze_result_t eventDestroy(ze_event_handle_t event) {
  if (current->mentioned(event)) current->misuse.emplace_back("event destroyed in flight");
  return unmake(Fn::zeEventDestroy, "event", event);
}
ze_result_t eventReset(ze_event_handle_t event) {
  if (const auto code = current->enter(Fn::zeEventHostReset); code != ZE_RESULT_SUCCESS) return code;
  return current->reset(event);
}
ze_result_t eventSignal(ze_event_handle_t event) {
  if (const auto code = current->enter(Fn::zeEventHostSignal); code != ZE_RESULT_SUCCESS) return code;
  current->signal(event);
  return ZE_RESULT_SUCCESS;
}
ze_result_t eventQuery(ze_event_handle_t event) {
  if (const auto code = current->enter(Fn::zeEventQueryStatus); code != ZE_RESULT_SUCCESS) return code;
  return current->isSignalled(event) ? ZE_RESULT_SUCCESS : ZE_RESULT_NOT_READY;
}
ze_result_t eventSynchronize(ze_event_handle_t event, uint64_t) {
  if (const auto code = current->enter(Fn::zeEventHostSynchronize); code != ZE_RESULT_SUCCESS) return code;
  while (!current->isSignalled(event) && current->step()) {
  }
  return current->isSignalled(event) ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_DEVICE_LOST;
}
ze_result_t eventTimestamp(ze_event_handle_t, ze_kernel_timestamp_result_t* result) {
  if (const auto code = current->enter(Fn::zeEventQueryKernelTimestamp); code != ZE_RESULT_SUCCESS)
    return code;
  *result = current->stamp;
  return ZE_RESULT_SUCCESS;
}
ze_result_t globalTimestamps(ze_device_handle_t, uint64_t* host, uint64_t* ticks) {
  *host = 1;
  *ticks = current->deviceTicks;
  return current->enter(Fn::zeDeviceGetGlobalTimestamps);
}

using List = ze_command_list_handle_t;
using Ev = ze_event_handle_t;

ze_result_t barrier(List list, Ev signal, uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendBarrier, list, signal, n, waits);
}
ze_result_t copy(List list, void* to, const void* from, size_t size, Ev signal, uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendMemoryCopy, list, signal, n, waits,
                         {number(to), number(from), size});
}
ze_result_t copyRegion(List list, void* to, const ze_copy_region_t* box, uint32_t toPitch, uint32_t toSlice,
                       const void* from, const ze_copy_region_t*, uint32_t fromPitch, uint32_t, Ev signal,
                       uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendMemoryCopyRegion, list, signal, n, waits,
                         {number(to), number(from), box->width, toPitch, toSlice, fromPitch});
}
ze_result_t memoryFill(List list, void* to, const void*, size_t patternSize, size_t size, Ev signal,
                       uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendMemoryFill, list, signal, n, waits,
                         {number(to), patternSize, size});
}
ze_result_t imageCopy(List list, ze_image_handle_t, ze_image_handle_t, const ze_image_region_t*,
                      const ze_image_region_t*, Ev signal, uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendImageCopyRegion, list, signal, n, waits);
}
std::array<uint64_t, 6> regionNumbers(uint64_t address, const ze_image_region_t* region, uint32_t pitch = 0,
                                      uint32_t slice = 0) {
  return {address, region->originY, region->originZ, region->height, pitch, slice};
}
ze_result_t imageToMemory(List list, void* to, ze_image_handle_t, const ze_image_region_t* region, Ev signal,
                          uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendImageCopyToMemory, list, signal, n, waits,
                         regionNumbers(number(to), region));
}
ze_result_t imageFromMemory(List list, ze_image_handle_t, const void* from, const ze_image_region_t* region,
                            Ev signal, uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendImageCopyFromMemory, list, signal, n, waits,
                         regionNumbers(number(from), region));
}
ze_result_t imageToMemoryExt(List list, void* to, ze_image_handle_t, const ze_image_region_t* region,
                             uint32_t pitch, uint32_t slice, Ev signal, uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendImageCopyToMemoryExt, list, signal, n, waits,
                         regionNumbers(number(to), region, pitch, slice));
}
ze_result_t imageFromMemoryExt(List list, ze_image_handle_t, const void* from,
                               const ze_image_region_t* region, uint32_t pitch, uint32_t slice, Ev signal,
                               uint32_t n, Ev* waits) {
  return current->append(Fn::zeCommandListAppendImageCopyFromMemoryExt, list, signal, n, waits,
                         regionNumbers(number(from), region, pitch, slice));
}
ze_result_t launch(List list, ze_kernel_handle_t, const ze_group_count_t* groups, Ev signal, uint32_t n,
                   Ev* waits) {
  return current->append(Fn::zeCommandListAppendLaunchKernel, list, signal, n, waits,
                         {groups->groupCountX, groups->groupCountY, groups->groupCountZ});
}

ze_result_t imageCreate(ze_context_handle_t, ze_device_handle_t, const ze_image_desc_t* desc,
                        ze_image_handle_t* image) {
  const auto code = make(Fn::zeImageCreate, "image", image);
  if (code == ZE_RESULT_SUCCESS) {
    auto& numbers = current->calls.back().numbers;
    numbers = {static_cast<uint64_t>(desc->format.layout), static_cast<uint64_t>(desc->format.type)};
    if (const auto* pitched = static_cast<const ze_newer::ImagePitchedDesc*>(desc->pNext)) {
      numbers[2] = number(pitched->ptr);
      numbers[3] = static_cast<const ze_newer::CustomPitchDesc*>(pitched->pNext)->rowPitch;
    }
  }
  return code;
}
ze_result_t imageDestroy(ze_image_handle_t h) { return unmake(Fn::zeImageDestroy, "image", h); }
ze_result_t samplerCreate(ze_context_handle_t, ze_device_handle_t, const ze_sampler_desc_t* desc,
                          ze_sampler_handle_t* sampler) {
  const auto code = make(Fn::zeSamplerCreate, "sampler", sampler);
  if (code == ZE_RESULT_SUCCESS) {
    current->calls.back().numbers = {static_cast<uint64_t>(desc->addressMode),
                                     static_cast<uint64_t>(desc->filterMode), desc->isNormalized};
  }
  return code;
}
ze_result_t samplerDestroy(ze_sampler_handle_t h) { return unmake(Fn::zeSamplerDestroy, "sampler", h); }

ze_result_t moduleCreate(ze_context_handle_t, ze_device_handle_t, const ze_module_desc_t* desc,
                         ze_module_handle_t* module, ze_module_build_log_handle_t* log) {
  // The log exists whether the build works or not.
  *log = reinterpret_cast<ze_module_build_log_handle_t>(current->create("log"));
  const auto code = make(Fn::zeModuleCreate, "module", module);
  current->calls.back().numbers = {static_cast<uint64_t>(desc->format), desc->inputSize,
                                   desc->pConstants != nullptr ? desc->pConstants->numConstants : 0};
  return code;
}
ze_result_t moduleDestroy(ze_module_handle_t h) { return unmake(Fn::zeModuleDestroy, "module", h); }
ze_result_t logString(ze_module_build_log_handle_t, size_t* size, char* text) {
  constexpr char words[] = "line 1: no";
  if (const auto code = current->enter(Fn::zeModuleBuildLogGetString); code != ZE_RESULT_SUCCESS) return code;
  *size = sizeof(words);
  if (text != nullptr) std::copy(std::begin(words), std::end(words), text);
  return ZE_RESULT_SUCCESS;
}
ze_result_t logDestroy(ze_module_build_log_handle_t h) {
  return unmake(Fn::zeModuleBuildLogDestroy, "log", h);
}

ze_result_t kernelCreate(ze_module_handle_t, const ze_kernel_desc_t*, ze_kernel_handle_t* kernel) {
  return make(Fn::zeKernelCreate, "kernel", kernel);
}
ze_result_t kernelDestroy(ze_kernel_handle_t h) { return unmake(Fn::zeKernelDestroy, "kernel", h); }
ze_result_t setArgument(ze_kernel_handle_t, uint32_t index, size_t size, const void* value) {
  if (const auto code = current->enter(Fn::zeKernelSetArgumentValue); code != ZE_RESULT_SUCCESS) return code;
  current->calls.back().numbers = {index, size, value != nullptr ? 1u : 0u};
  return ZE_RESULT_SUCCESS;
}

}  // namespace

const char* nameOf(Fn fn) {
  static constexpr const char* kNames[] = {
#define ZE_REQUIRED(function) #function,
#define ZE_OPTIONAL(function) #function,
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
  };
  return kNames[static_cast<size_t>(fn)];
}

Fake::Fake() {
  current = this;
  calls.reserve(4096);
#define ZE_REQUIRED(function) api.function = &Stub<Fn::function, decltype(&::function)>::call;
#define ZE_OPTIONAL(function) api.function = &Stub<Fn::function, decltype(&::function)>::call;
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
  api.zeContextCreate = contextCreate;
  api.zeContextDestroy = contextDestroy;
  api.zeMemAllocDevice = allocDevice;
  api.zeMemAllocHost = allocHost;
  api.zeMemFree = memFree;
  api.zeCommandListCreateImmediate = createImmediate;
  api.zeCommandListDestroy = listDestroy;
  api.zeCommandListCreate = listCreate;
  api.zeCommandListClose = listClose;
  api.zeCommandListReset = listReset;
  api.zeCommandQueueCreate = queueCreate;
  api.zeCommandQueueDestroy = queueDestroy;
  api.zeCommandQueueExecuteCommandLists = queueExecute;
  api.zeFenceCreate = fenceCreate;
  api.zeFenceDestroy = fenceDestroy;
  api.zeFenceReset = fenceReset;
  api.zeFenceQueryStatus = fenceQuery;
  api.zeFenceHostSynchronize = fenceSynchronize;
  api.zeEventPoolCreate = poolCreate;
  api.zeEventPoolDestroy = poolDestroy;
  api.zeEventCreate = eventCreate;
  api.zeEventDestroy = eventDestroy;
  api.zeEventHostReset = eventReset;
  api.zeEventHostSignal = eventSignal;
  api.zeEventQueryStatus = eventQuery;
  api.zeEventHostSynchronize = eventSynchronize;
  api.zeEventQueryKernelTimestamp = eventTimestamp;
  api.zeDeviceGetGlobalTimestamps = globalTimestamps;
  api.zeCommandListAppendBarrier = barrier;
  api.zeCommandListAppendMemoryCopy = copy;
  api.zeCommandListAppendMemoryCopyRegion = copyRegion;
  api.zeCommandListAppendMemoryFill = memoryFill;
  api.zeCommandListAppendImageCopyRegion = imageCopy;
  api.zeCommandListAppendImageCopyToMemory = imageToMemory;
  api.zeCommandListAppendImageCopyFromMemory = imageFromMemory;
  api.zeCommandListAppendImageCopyToMemoryExt = imageToMemoryExt;
  api.zeCommandListAppendImageCopyFromMemoryExt = imageFromMemoryExt;
  api.zeCommandListAppendLaunchKernel = launch;
  api.zeImageCreate = imageCreate;
  api.zeImageDestroy = imageDestroy;
  api.zeSamplerCreate = samplerCreate;
  api.zeSamplerDestroy = samplerDestroy;
  api.zeModuleCreate = moduleCreate;
  api.zeModuleDestroy = moduleDestroy;
  api.zeModuleBuildLogGetString = logString;
  api.zeModuleBuildLogDestroy = logDestroy;
  api.zeKernelCreate = kernelCreate;
  api.zeKernelDestroy = kernelDestroy;
  api.zeKernelSetArgumentValue = setArgument;
  installForTest(&api);

  driver.handle = reinterpret_cast<ze_driver_handle_t>(uint64_t{0x10});
  device.driver = &driver;
  device.handle = reinterpret_cast<ze_device_handle_t>(uint64_t{0x20});
  device.properties.stype = ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES_1_2;
  device.properties.timerResolution = 1'000'000'000;
  device.properties.timestampValidBits = 64;
  device.properties.kernelTimestampValidBits = 64;
  device.image.maxImageDims2D = 16384;
  device.computeGroup = {0, 1, true, true, 16};
  device.queueGroups = {device.computeGroup};
}

Fake::~Fake() {
  installForTest(nullptr);
  current = nullptr;
}

size_t Fake::count(Fn fn) const {
  return static_cast<size_t>(
      std::count_if(calls.begin(), calls.end(), [fn](const Call& call) { return call.fn == fn; }));
}

std::vector<std::string> Fake::names() const {
  std::vector<std::string> all;
  for (const Call& call : calls) all.emplace_back(nameOf(call.fn));
  return all;
}

void Fake::failCall(uint64_t nth, ze_result_t code) {
  failIn_ = nth;
  failCode_ = code;
}

ze_result_t Fake::enter(Fn fn) {
  calls.push_back(Call{.fn = fn});
  if (const auto found = always.find(fn); found != always.end()) return found->second;
  if (failIn_ == UINT64_MAX || failIn_-- != 0) return ZE_RESULT_SUCCESS;
  failIn_ = UINT64_MAX;
  return failCode_;
}

uint64_t Fake::create(const char* kind) {
  next_ += 0x100000;
  // Host memory has an address of its own: it is not followed.
  if (std::string_view(kind) != "host") live_[next_] = kind;
  return next_;
}

ze_result_t Fake::destroy(uint64_t handle, const char* kind) {
  const auto found = live_.find(handle);
  if (found == live_.end()) {
    if (std::string_view(kind) != "memory") misuse.push_back(std::string("destroyed twice: ") + kind);
    return ZE_RESULT_ERROR_INVALID_NULL_HANDLE;
  }
  if (found->second == "list") {
    const auto list = reinterpret_cast<ze_command_list_handle_t>(handle);
    if (std::erase_if(pending_, [list](const Pending& command) { return command.list == list; }) != 0) {
      misuse.emplace_back("list destroyed while busy");
    }
  }
  live_.erase(found);
  return ZE_RESULT_SUCCESS;
}

ze_result_t Fake::append(Fn fn, ze_command_list_handle_t list, ze_event_handle_t signal, uint32_t waitCount,
                         ze_event_handle_t* waits, std::array<uint64_t, 6> numbers) {
  const ze_result_t code = enter(fn);
  Call& call = calls.back();
  call.list = list;
  call.signal = signal;
  call.waitCount = waitCount;
  std::copy_n(waits, std::min<size_t>(waitCount, call.waits.size()), call.waits.begin());
  call.numbers = numbers;
  if (code != ZE_RESULT_SUCCESS) return code;
  if (holdAll) {
    ++appended_;
    return code;
  }
  Pending command{.number = appended_,
                  .list = list,
                  .barrier = fn == Fn::zeCommandListAppendBarrier,
                  .signal = signal,
                  .waits = std::vector<ze_event_handle_t>(waits, waits + waitCount)};
  if (const auto regular = regularLists.find(list); regular != regularLists.end()) {
    if (regular->second.closed) misuse.emplace_back("append to a closed list");
    command.origin = list;
    regular->second.commands.push_back(std::move(command));
    return code;
  }
  ++appended_;
  pending_.push_back(std::move(command));
  return code;
}

// Every command of a queue is behind what was executed before only by barriers.
ze_result_t Fake::execute(ze_command_queue_handle_t queue, ze_command_list_handle_t list,
                          ze_fence_handle_t fence) {
  const RegularList& regular = regularLists.at(list);
  if (!regular.closed) misuse.emplace_back("open list executed");
  if (busy(list)) misuse.emplace_back("list executed while busy");
  if (busy(fence) || signalledFences.contains(fence)) misuse.emplace_back("fence used without a reset");
  if (holdAll) return ZE_RESULT_SUCCESS;
  const auto domain = reinterpret_cast<ze_command_list_handle_t>(queue);
  ++executions_;
  for (Pending command : regular.commands) {
    command.number = appended_++;
    command.list = domain;
    command.execution = executions_;
    pending_.push_back(std::move(command));
  }
  pending_.push_back(
      {.number = appended_++, .list = domain, .origin = list, .execution = executions_, .fence = fence});
  return ZE_RESULT_SUCCESS;
}

bool Fake::busy(ze_command_list_handle_t list) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [list](const Pending& command) { return command.origin == list; });
}

bool Fake::busy(ze_fence_handle_t fence) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [fence](const Pending& command) { return command.fence == fence; });
}

bool Fake::mentioned(ze_event_handle_t event) const {
  return std::any_of(pending_.begin(), pending_.end(), [event](const Pending& command) {
    return command.signal == event ||
           std::find(command.waits.begin(), command.waits.end(), event) != command.waits.end();
  });
}

ze_result_t Fake::reset(ze_event_handle_t event) {
  if (mentioned(event)) misuse.emplace_back("event reset in flight");
  signalled_.erase(event);
  return ZE_RESULT_SUCCESS;
}

bool Fake::ready(const Pending& command) const {
  for (const auto event : command.waits) {
    if (!isSignalled(event)) return false;
  }
  const auto order = inOrderLists.find(command.list);
  const bool inOrder = order != inOrderLists.end() && order->second;
  for (const Pending& earlier : pending_) {
    if (earlier.number == command.number) return true;
    if (earlier.list != command.list) continue;
    // A fence is the end of its own execution and of nothing else.
    if (command.fence != nullptr) {
      if (earlier.execution == command.execution) return false;
      continue;
    }
    if (earlier.fence != nullptr) continue;
    // The weakest reading: a barrier with waits need not wait for earlier commands.
    if (inOrder || earlier.barrier || (command.barrier && command.waits.empty())) return false;
  }
  return true;
}

bool Fake::step() {
  std::vector<size_t> candidates;
  for (size_t i = 0; i < pending_.size(); ++i) {
    if (ready(pending_[i])) candidates.push_back(i);
  }
  if (candidates.empty()) return false;
  const size_t chosen = candidates[random() % candidates.size()];
  const Pending command = pending_[chosen];
  pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(chosen));
  if (command.fence != nullptr) {
    signalledFences.insert(command.fence);
    return true;
  }
  completionOrder.push_back(command.number);
  if (command.signal != nullptr) signalled_.insert(command.signal);
  return true;
}

bool Fake::runAll() {
  while (step()) {
  }
  return pending_.empty();
}

}  // namespace clze::l0::test
