// clze-run: runs a program with clze as its one OpenCL vendor, and with --software on softgpu, the GPU made
// of software. It sets the environment and, for --software, a private /dev, and then becomes the program.
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "tools/device_namespace.h"

namespace {

constexpr char kUsage[] =
    "usage: clze-run [--software] [--] PROGRAM [ARGUMENT...]\n"
    "\n"
    "Runs PROGRAM with clze as the only OpenCL implementation.\n"
    "\n"
    "  --software   on softgpu, a GPU made of software: its Level Zero driver, its VA-API driver\n"
    "               (also under the name iHD), and a /dev/dri/renderD128 that only PROGRAM sees.\n"
    "               Needs no GPU and no privileges.\n"
    "  --help       this text\n"
    "\n"
    "The exit status is PROGRAM's; 1 when it could not be set up, 126 or 127 when it could not be run.\n";

// As env(1) and the shell tell "cannot be run" and "not found".
constexpr int kCannotRun = 126;
constexpr int kNotFound = 127;

int complain(const std::string& sentence, int status) {
  std::fprintf(stderr, "clze-run: %s\n", sentence.c_str());
  return status;
}

// The folder that has bin/, lib/ and etc/: in the build tree as where it is installed.
std::filesystem::path treeRoot() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : self.parent_path().parent_path();
}

void selectVendor(const std::filesystem::path& root) {
  // A folder, which both ocl-icd and Khronos' loader take. Other ways to name vendors would add to it.
  ::setenv("OCL_ICD_VENDORS", (root / "etc/OpenCL/vendors").c_str(), 1);
  ::unsetenv("OCL_ICD_FILENAMES");
  ::unsetenv("OPENCL_VENDOR_PATH");
}

void selectSoftware(const std::filesystem::path& root) {
  ::setenv("ZE_ENABLE_ALT_DRIVERS", (root / "lib/clze/libze_softgpu.so").c_str(), 1);
  ::setenv("LIBVA_DRIVERS_PATH", (root / "lib/clze/dri").c_str(), 1);
  ::setenv("LIBVA_DRIVER_NAME", "softgpu", 1);
}

}  // namespace

int main(int argc, char** argv) {
  bool software = false;
  int next = 1;
  for (; next < argc; ++next) {
    const std::string_view argument = argv[next];
    if (argument == "--software") {
      software = true;
    } else if (argument == "--help" || argument == "-h") {
      std::fputs(kUsage, stdout);
      return 0;
    } else if (argument == "--") {
      ++next;
      break;
    } else if (argument.starts_with("-")) {
      return complain("unknown option " + std::string(argument) + "; clze-run --help tells which there are.",
                      1);
    } else {
      break;
    }
  }
  if (next >= argc) return complain("no program to run; clze-run --help tells how it is used.", 1);

  const std::filesystem::path root = treeRoot();
  if (root.empty()) return complain("cannot find its own files, because /proc is not mounted.", 1);
  selectVendor(root);
  if (software) {
    selectSoftware(root);
    const std::string why = clze::tools::enterDeviceNamespace();
    if (!why.empty()) return complain("cannot give the program a render node, " + why + ".", 1);
  }
  ::execvp(argv[next], argv + next);
  const int error = errno;
  return complain("cannot run " + std::string(argv[next]) + ": " + std::strerror(error) + ".",
                  error == ENOENT ? kNotFound : kCannotRun);
}
