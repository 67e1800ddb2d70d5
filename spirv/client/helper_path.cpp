// Finds the helper from the library's own place, so that a moved or uninstalled tree works.
#include "spirv/client/helper_path.h"

#include <dlfcn.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "base/config.h"

namespace clze::spirv {

std::string helperPath() {
  if (!config().compilerPath.empty()) return config().compilerPath;
  Dl_info info = {};
  if (::dladdr(reinterpret_cast<const void*>(&helperPath), &info) == 0 || info.dli_fname == nullptr)
    return {};
  std::error_code error;
  const std::filesystem::path library = std::filesystem::canonical(info.dli_fname, error);
  if (error) return {};
  // PREFIX/lib/clze/libclze.so, or with a multiarch directory between.
  const std::filesystem::path directory = library.parent_path();
  const std::filesystem::path near = (directory / "../../libexec/clze/clze-clc").lexically_normal();
  const std::filesystem::path far = (directory / "../../../libexec/clze/clze-clc").lexically_normal();
  return ::access(near.c_str(), X_OK) != 0 && ::access(far.c_str(), X_OK) == 0 ? far : near;
}

}  // namespace clze::spirv
