// Opens the Level Zero loader, fills the function table and translates result codes. The first failure is
// final for the process: retrying would call into a driver that the loader may already have unmapped.
#include "l0backend/loader/api.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <atomic>
#include <mutex>

#include "base/log.h"

namespace clze::l0 {

namespace {

struct CodeRow {
  ze_result_t code;
  const char* name;
  cl_int cl;
};

// Codes above 1.4's are written as numbers: drivers newer than our headers return them.
constexpr CodeRow kCodes[] = {
    {ZE_RESULT_SUCCESS, "success", CL_SUCCESS},
    {ZE_RESULT_NOT_READY, "not ready", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_DEVICE_LOST, "device lost", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY, "out of host memory", CL_OUT_OF_HOST_MEMORY},
    {ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY, "out of device memory", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_MODULE_BUILD_FAILURE, "module build failure", CL_BUILD_PROGRAM_FAILURE},
    {ZE_RESULT_ERROR_MODULE_LINK_FAILURE, "module link failure", CL_LINK_PROGRAM_FAILURE},
    {ZE_RESULT_ERROR_DEVICE_REQUIRES_RESET, "device requires a reset", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_DEVICE_IN_LOW_POWER_STATE, "device in low power state", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_EXP_ERROR_DEVICE_IS_NOT_VERTEX, "device is not a fabric vertex", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_EXP_ERROR_VERTEX_IS_NOT_DEVICE, "fabric vertex is not a device", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_EXP_ERROR_REMOTE_DEVICE, "remote device", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_INSUFFICIENT_PERMISSIONS, "insufficient permissions", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_NOT_AVAILABLE, "not available", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_DEPENDENCY_UNAVAILABLE, "a library the driver needs is missing", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_WARNING_DROPPED_DATA, "data dropped", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_UNINITIALIZED, "not initialized: no driver works here", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_UNSUPPORTED_VERSION, "unsupported version", CL_INVALID_OPERATION},
    {ZE_RESULT_ERROR_UNSUPPORTED_FEATURE, "unsupported feature", CL_INVALID_OPERATION},
    {ZE_RESULT_ERROR_INVALID_ARGUMENT, "invalid argument", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_INVALID_NULL_HANDLE, "null handle", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_HANDLE_OBJECT_IN_USE, "object in use", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_INVALID_NULL_POINTER, "null pointer", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_INVALID_SIZE, "invalid size", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_UNSUPPORTED_SIZE, "unsupported size", CL_OUT_OF_RESOURCES},
    {ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT, "unsupported alignment", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT, "invalid synchronization object", CL_INVALID_EVENT},
    {ZE_RESULT_ERROR_INVALID_ENUMERATION, "invalid enumerator", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION, "unsupported enumerator", CL_INVALID_OPERATION},
    {ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT, "unsupported image format", CL_IMAGE_FORMAT_NOT_SUPPORTED},
    {ZE_RESULT_ERROR_INVALID_NATIVE_BINARY, "invalid native binary", CL_INVALID_BINARY},
    {ZE_RESULT_ERROR_INVALID_GLOBAL_NAME, "no such global variable", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_INVALID_KERNEL_NAME, "no such kernel", CL_INVALID_KERNEL_NAME},
    {ZE_RESULT_ERROR_INVALID_FUNCTION_NAME, "no such function", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_INVALID_GROUP_SIZE_DIMENSION, "invalid group size", CL_INVALID_WORK_GROUP_SIZE},
    {ZE_RESULT_ERROR_INVALID_GLOBAL_WIDTH_DIMENSION, "invalid global size", CL_INVALID_GLOBAL_WORK_SIZE},
    {ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_INDEX, "invalid argument index", CL_INVALID_ARG_INDEX},
    {ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE, "invalid argument size", CL_INVALID_ARG_SIZE},
    {ZE_RESULT_ERROR_INVALID_KERNEL_ATTRIBUTE_VALUE, "invalid kernel attribute", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_INVALID_MODULE_UNLINKED, "module has unlinked imports", CL_LINK_PROGRAM_FAILURE},
    {ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE, "wrong command list type", CL_INVALID_OPERATION},
    {ZE_RESULT_ERROR_OVERLAPPING_REGIONS, "overlapping regions", CL_MEM_COPY_OVERLAP},
    {ZE_RESULT_WARNING_ACTION_REQUIRED, "an action is required", CL_OUT_OF_RESOURCES},
    {static_cast<ze_result_t>(0x7800001c), "invalid kernel handle", CL_INVALID_KERNEL},
    {static_cast<ze_result_t>(0x78000020), "device in survivability mode", CL_OUT_OF_RESOURCES},
    {static_cast<ze_result_t>(0x78000021), "address not found", CL_INVALID_VALUE},
    {ZE_RESULT_ERROR_UNKNOWN, "unknown or internal error", CL_OUT_OF_RESOURCES},
};

const CodeRow* find(ze_result_t result) {
  for (const CodeRow& row : kCodes) {
    if (row.code == result) return &row;
  }
  return nullptr;
}

std::string describe(ze_result_t result, const char* call) {
  const CodeRow* row = find(result);
  return fmt::format("{} failed: {} (0x{:x})", call, row != nullptr ? row->name : "undocumented code",
                     static_cast<uint32_t>(result));
}

constexpr const char* kLoaderName = "libze_loader.so.1";

struct Loader {
  Api api;
  bool usable = false;
  std::string reason;
};

// The library is never closed: drivers keep threads and exit handlers of their own.
void open(Loader& loader) {
  void* library = dlopen(kLoaderName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = dlerror();
    loader.reason =
        fmt::format("the Level Zero loader cannot be opened ({}); is the package libze1 installed?",
                    why != nullptr ? why : kLoaderName);
    return;
  }
  const char* missing = nullptr;
  const auto resolve = [&](auto& slot, const char* name, bool required) {
    slot = reinterpret_cast<std::remove_reference_t<decltype(slot)>>(dlsym(library, name));
    if (slot == nullptr && required && missing == nullptr) missing = name;
  };
#define ZE_REQUIRED(function) resolve(loader.api.function, #function, true);
#define ZE_OPTIONAL(function) resolve(loader.api.function, #function, false);
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
  if (missing != nullptr) {
    loader.reason = fmt::format("the Level Zero loader has no function {}; it is older than 1.8", missing);
    return;
  }
  // No GPU_ONLY flag: devices are filtered by type later, and some drivers refuse flags they do not know.
  if (const ze_result_t result = loader.api.zeInit(0); result != ZE_RESULT_SUCCESS) {
    loader.reason = fmt::format("no Level Zero driver works here: {}", describe(result, "zeInit"));
    return;
  }
  loader.usable = true;
}

const Loader& loader() {
  static const Loader instance = [] {
    Loader opened;
    open(opened);
    if (!opened.usable) CLZE_LOG_WARNING("l0", "Level Zero is not available: {}", opened.reason);
    return opened;
  }();
  return instance;
}

std::atomic<const Api*> testApi{nullptr};
// What ze() reads: set once the loader is known to work, so that the hot path is one load.
std::atomic<const Api*> activeApi{nullptr};

// Every function of this table fails and does nothing.
template <class Function>
struct Gone;
template <class... Args>
struct Gone<ze_result_t(ZE_APICALL*)(Args...)> {
  static ze_result_t ZE_APICALL call(Args...) { return ZE_RESULT_ERROR_UNINITIALIZED; }
};
constexpr Api kGoneApi = {
#define ZE_REQUIRED(function) .function = Gone<decltype(&::function)>::call,
#define ZE_OPTIONAL(function) .function = Gone<decltype(&::function)>::call,
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
};

// Destructors of an application's globals may still make calls after the Level Zero loader has destroyed its
// own. Made after the loader was opened, so this goes before.
struct AtExit {
  ~AtExit() { activeApi.store(&kGoneApi, std::memory_order_release); }
};

}  // namespace

bool available() {
  if (activeApi.load(std::memory_order_acquire) != nullptr) return true;
  const Loader& real = loader();
  if (!real.usable) return false;
  static const AtExit atExit;
  const Api* expected = nullptr;
  activeApi.compare_exchange_strong(expected, &real.api, std::memory_order_acq_rel);
  return true;
}

const std::string& whyUnavailable() {
  static const std::string none;
  if (testApi.load(std::memory_order_acquire) != nullptr) return none;
  return loader().reason;
}

const Api& ze() { return *activeApi.load(std::memory_order_acquire); }

void installForTest(const Api* api) {
  testApi.store(api, std::memory_order_release);
  activeApi.store(api, std::memory_order_release);
}

bool isTransient(ze_result_t result) {
  return result == ZE_RESULT_ERROR_DEVICE_LOST || result == ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY ||
         result == ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY;
}

cl_int toCl(ze_result_t result, const char* call) {
  if (result == ZE_RESULT_SUCCESS) return CL_SUCCESS;
  CLZE_LOG_ERROR("l0", "{}", describe(result, call));
  const CodeRow* row = find(result);
  return row != nullptr ? row->cl : CL_OUT_OF_RESOURCES;
}

}  // namespace clze::l0
