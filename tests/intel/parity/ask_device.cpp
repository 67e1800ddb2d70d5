// The platform and the device.
#include <algorithm>
#include <array>
#include <string>

#include "tests/intel/parity/ask.h"

namespace clze::parity {
namespace {

struct Name {
  Kind kind;
  cl_uint value;
  const char* text;
};

constexpr std::array kPlatformNames = {
#define PARITY_PLATFORM(kind, name) \
  Name { Kind::kind, name, #name }
    PARITY_PLATFORM(Text, CL_PLATFORM_PROFILE),
    PARITY_PLATFORM(Text, CL_PLATFORM_VERSION),
    PARITY_PLATFORM(Text, CL_PLATFORM_NAME),
    PARITY_PLATFORM(Text, CL_PLATFORM_VENDOR),
    PARITY_PLATFORM(Number, CL_PLATFORM_HOST_TIMER_RESOLUTION),
    PARITY_PLATFORM(Bits, CL_PLATFORM_NUMERIC_VERSION),
    PARITY_PLATFORM(Text, CL_PLATFORM_ICD_SUFFIX_KHR),
    PARITY_PLATFORM(Versions, CL_PLATFORM_EXTENSIONS_WITH_VERSION),
    PARITY_PLATFORM(Sizes, CL_PLATFORM_EXTERNAL_MEMORY_IMPORT_HANDLE_TYPES_KHR),
    PARITY_PLATFORM(Sizes, CL_PLATFORM_SEMAPHORE_TYPES_KHR),
#undef PARITY_PLATFORM
};

constexpr Name kDeviceNames[] = {
#define PARITY_DEVICE(kind, name) {Kind::kind, name, #name},
#include "tests/intel/parity/device_names.def"
#undef PARITY_DEVICE
};

// Names of the string that the versioned list lacks, or the other way round: empty when both tell the same.
std::string onlyInString(const std::string& list, const std::vector<cl_name_version>& versions) {
  std::string text;
  for (size_t begin = 0; begin < list.size();) {
    const size_t end = std::min(list.find(' ', begin), list.size());
    const std::string name = list.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty()) continue;
    const bool there = std::any_of(versions.begin(), versions.end(),
                                   [&name](const cl_name_version& entry) { return name == entry.name; });
    if (!there) text += name + " ";
  }
  return text;
}

}  // namespace

void askPlatform() {
  for (const Name& name : kPlatformNames) {
    ask(std::string("platform.") + name.text, name.kind, [&name](size_t size, void* value, size_t* returned) {
      return clGetPlatformInfo(setup().platform, name.value, size, value, returned);
    });
  }
}

void askDevice() {
  for (const Name& name : kDeviceNames) {
    ask(std::string("device.") + name.text, name.kind, [&name](size_t size, void* value, size_t* returned) {
      return clGetDeviceInfo(setup().device, name.value, size, value, returned);
    });
  }
  size_t size = 0;
  clGetDeviceInfo(setup().device, CL_DEVICE_EXTENSIONS, 0, nullptr, &size);
  std::string list(size, '\0');
  clGetDeviceInfo(setup().device, CL_DEVICE_EXTENSIONS, size, list.data(), nullptr);
  list.resize(size == 0 ? 0 : size - 1);
  clGetDeviceInfo(setup().device, CL_DEVICE_EXTENSIONS_WITH_VERSION, 0, nullptr, &size);
  std::vector<cl_name_version> versions(size / sizeof(cl_name_version));
  clGetDeviceInfo(setup().device, CL_DEVICE_EXTENSIONS_WITH_VERSION, size, versions.data(), nullptr);
  answer("device.extensions without version", onlyInString(list, versions));
}

}  // namespace clze::parity
