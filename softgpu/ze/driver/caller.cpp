// Walks the stack by its unwind tables to the first object that is neither driver nor loader.
#include "softgpu/ze/driver/caller.h"

#include <dlfcn.h>
#include <fmt/core.h>
#include <link.h>
#include <unwind.h>
#include <xxhash.h>

#include <array>
#include <string_view>

namespace softgpu::driver {
namespace {

constexpr size_t kDepth = 96;  // frames looked at

const link_map* objectOf(void* address) {
  dl_find_object found = {};
  return _dl_find_object(address, &found) == 0 ? found.dlfo_link_map : nullptr;
}

std::string_view nameOf(const link_map* object) {
  const std::string_view path = object->l_name;
  return path.empty() ? "program" : path.substr(path.rfind('/') + 1);
}

// Loader and layers: libze_loader.so.1, libze_validation_layer.so.1, ...
bool between(const link_map* object) { return nameOf(object).starts_with("libze_"); }

struct Stack {
  std::array<void*, kDepth> frames = {};
  size_t count = 0;
};
// Not backtrace(): sanitizers put themselves before it, and would be the caller.
_Unwind_Reason_Code addFrame(_Unwind_Context* context, void* to) {
  auto* stack = static_cast<Stack*>(to);
  stack->frames[stack->count++] = reinterpret_cast<void*>(_Unwind_GetIP(context));
  return stack->count == kDepth ? _URC_END_OF_STACK : _URC_NO_REASON;
}

}  // namespace

Caller currentCaller() {
  Stack stack;
  _Unwind_Backtrace(&addFrame, &stack);
  const link_map* self = objectOf(reinterpret_cast<void*>(&currentCaller));
  const link_map* object = nullptr;
  Caller caller;
  for (size_t i = 0; i < stack.count; ++i) {
    auto* address = static_cast<char*>(stack.frames[i]) - 1;  // of the call, not after it
    const link_map* here = objectOf(address);
    if (object == nullptr && (here == nullptr || here == self || between(here))) continue;
    if (object == nullptr) {
      object = here;
      caller.object = *object->l_name == '\0' ? "program" : object->l_name;
    }
    if (here != object) break;
    caller.offsets += fmt::format("{}{:#x}", caller.offsets.empty() ? "" : ",",
                                  reinterpret_cast<uintptr_t>(address) - object->l_addr);
  }
  if (object != nullptr) {
    const std::string place = fmt::format("{} {}", nameOf(object), caller.offsets);
    caller.key = XXH32(place.data(), place.size(), 0);
  }
  return caller;
}

}  // namespace softgpu::driver
