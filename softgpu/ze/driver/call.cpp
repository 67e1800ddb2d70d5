// The current call of each thread, and the settings that make calls be watched.
#include "softgpu/ze/driver/call.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "softgpu/ze/driver/fault.h"
#include "softgpu/ze/driver/results.h"
#include "softgpu/ze/driver/sites.h"
#include "softgpu/ze/driver/strict.h"

namespace softgpu::driver {
namespace {

struct Sites {
  std::mutex mutex;
  std::vector<const CallSite*> all;
  static Sites& instance() {
    static Sites& sites = *std::make_unique<Sites>().release();
    return sites;
  }
};

// A plain pointer: calls come from exit handlers too, after a thread's objects are destroyed.
constinit thread_local Call* currentCall = nullptr;

// Not the variable's own initialiser: it needs no order among the files of the driver.
__attribute__((constructor)) void readSettings() {
  const char* text = std::getenv("SOFTGPU_STRICT");
  const std::string_view value = text != nullptr ? text : "";
  if (value == "1") {
    strict::level = strict::Level::Report;
  } else if (value == "fail") {
    strict::level = strict::Level::Fail;
  } else if (!value.empty() && value != "0") {
    fmt::print(stderr, "softgpu: SOFTGPU_STRICT: \"{}\" is none of 0, 1, fail\n", value);
  }
  const bool faults = fault::configure(std::getenv("SOFTGPU_FAULT"));
  watched = strict::on() || faults;
}

}  // namespace

constinit bool watched = false;

std::vector<const CallSite*> allSites() {
  Sites& sites = Sites::instance();
  const std::lock_guard lock(sites.mutex);
  auto result = sites.all;
  std::sort(result.begin(), result.end(),
            [](const auto* a, const auto* b) { return std::string_view(a->name()) < b->name(); });
  return result;
}

CallSite::CallSite(const char* name) : name_(name) {
  const std::string_view text = name;
  if (text.starts_with("zeCommandListAppend") || text == "zeCommandListClose" ||
      text == "zeCommandListReset" || text.starts_with("zeCommandListUpdate") ||
      text.starts_with("zeCommandListGetNext")) {
    list_ = Access::Write;
  }
  if (text == "zeCommandQueueExecuteCommandLists") list_ = Access::Read;
  if (text.starts_with("zeKernelSet")) kernel_ = Access::Write;
  if (text.starts_with("zeCommandListAppendLaunch")) kernel_ = Access::Read;
  if (text == "zeEventCreate") pool_ = Access::Write;
  releases_ = text.ends_with("Destroy") || text.starts_with("zeMemFree") ||
              text.ends_with("CloseIpcHandle") || text == "zeDeviceReleaseExternalSemaphoreExt";
  Sites& sites = Sites::instance();
  const std::lock_guard lock(sites.mutex);
  sites.all.push_back(this);
}

Call::Call(CallSite& site) : site_(site), outer_(std::exchange(currentCall, this)) {}

Call::~Call() {
  if (!heldObjects.empty()) strict::release(heldObjects);
  currentCall = outer_;
}

Call* Call::current() { return currentCall; }

std::optional<ze_result_t> Call::fault() { return fault::wanted(site_, site_.countOne()); }

void Call::ended(ze_result_t result) {
  if (!strict::on() || result == ZE_RESULT_SUCCESS || result == ZE_RESULT_NOT_READY) return;
  const std::string text =
      fmt::format("refused with {}: {}", resultName(result), reason.empty() ? "no reason given" : reason);
  if (mistake || isCallersFault(result)) {
    strict::misuse(text);
  } else {
    strict::note(site_.name(), text);
  }
}

}  // namespace softgpu::driver
