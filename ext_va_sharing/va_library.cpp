// Finding libva.
#include "ext_va_sharing/va_library.h"

#include <dlfcn.h>

#include <optional>

#include "base/log.h"

namespace clze::va {
namespace {

template <class Function>
bool resolve(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  if (function == nullptr) CLZE_LOG_WARNING("va", "libva has no {}: VA-API sharing is off", name);
  return function != nullptr;
}

std::optional<Library> load() {
  // The handle is kept for ever: surfaces may outlive every context.
  void* handle = ::dlopen("libva.so.2", RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    CLZE_LOG_INFO("va", "VA-API sharing is off: {}", ::dlerror());
    return std::nullopt;
  }
  Library found;
  const bool complete = resolve(handle, "vaDisplayIsValid", found.displayIsValid) &&
                        resolve(handle, "vaExportSurfaceHandle", found.exportSurfaceHandle) &&
                        resolve(handle, "vaSyncSurface", found.syncSurface) &&
                        resolve(handle, "vaQueryImageFormats", found.queryImageFormats) &&
                        resolve(handle, "vaMaxNumImageFormats", found.maxNumImageFormats) &&
                        resolve(handle, "vaCreateSurfaces", found.createSurfaces) &&
                        resolve(handle, "vaDestroySurfaces", found.destroySurfaces) &&
                        resolve(handle, "vaErrorStr", found.errorStr);
  if (!complete) return std::nullopt;
  return found;
}

}  // namespace

const Library* library() {
  static const std::optional<Library> instance = load();
  return instance ? &*instance : nullptr;
}

}  // namespace clze::va
