// Found from the driver's own place, so that a moved or uninstalled tree works.
#include "softgpu/ze/driver/compiler_path.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "softgpu/ze/engine/engine.h"

namespace softgpu::driver {
namespace {

constexpr unsigned kSeconds = 120;

std::string besideDriver() {
  Dl_info info = {};
  if (dladdr(reinterpret_cast<const void*>(&besideDriver), &info) == 0 || info.dli_fname == nullptr)
    return {};
  std::error_code error;
  const std::filesystem::path library = std::filesystem::canonical(info.dli_fname, error);
  if (error) return {};
  // PREFIX/lib/clze/libze_softgpu.so, or with a multiarch directory between.
  const std::filesystem::path directory = library.parent_path();
  const std::filesystem::path near = (directory / "../../libexec/clze/softgpu-compiler").lexically_normal();
  const std::filesystem::path far = (directory / "../../../libexec/clze/softgpu-compiler").lexically_normal();
  return access(near.c_str(), X_OK) != 0 && access(far.c_str(), X_OK) == 0 ? far : near;
}

}  // namespace

void chooseCompiler() {
  static const bool done = [] {
    const char* path = std::getenv("SOFTGPU_COMPILER");
    const char* limit = std::getenv("SOFTGPU_COMPILE_SECONDS");
    const unsigned long seconds = limit != nullptr ? std::strtoul(limit, nullptr, 10) : 0;
    const bool here = path != nullptr && std::string_view(path) == "none";
    engine::setCompiler(here                               ? std::string()
                        : path != nullptr && *path != '\0' ? std::string(path)
                                                           : besideDriver(),
                        seconds > 0 && seconds < 86400 ? static_cast<unsigned>(seconds) : kSeconds);
    return true;
  }();
  (void)done;
}

}  // namespace softgpu::driver
