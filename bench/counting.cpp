// What is counted: callgrind collects on this thread only (threads of the drivers and of the fake GPU do not
// count) and writes a dump before and after each counted part; it has no other way to forget calls made in
// between. ioctls are seen by an ioctl() of this program, which the dynamic linker finds before any preloaded
// library's.
#include <dlfcn.h>
#include <linux/ioctl.h>
#include <valgrind/callgrind.h>

#include <array>
#include <cstdarg>

#include "bench/operations.h"

namespace clze::bench {
namespace {

constexpr unsigned kDrm = 'd', kDmaBuf = 'b';

struct Ioctls {
  bool on = false;
  unsigned other = 0, dmaBuf = 0;
  std::array<unsigned, 256> drm = {};
};
thread_local Ioctls ioctls;
std::string dumpName;

// Names of the DRM calls that say something about cost; i915's begin at 0x40 (uapi drm/drm.h, i915_drm.h).
const char* drmName(unsigned number) {
  switch (number) {
    case 0x09:
      return "gem_close";
    case 0x2d:
      return "prime_export";
    case 0x2e:
      return "prime_import";
    case 0x5b:
      return "gem_create";
    case 0x69:
      return "execbuffer";
    case 0x6c:
      return "gem_wait";
    case 0x73:
      return "gem_userptr";
    case 0x7c:
      return "gem_create_ext";
    default:
      return nullptr;
  }
}

using Ioctl = int (*)(int, unsigned long, ...);

}  // namespace

void nameDumps(std::string name) { dumpName = std::move(name); }

Counted::Counted() {
  ioctls.on = true;
  if (!dumpName.empty()) CALLGRIND_DUMP_STATS_AT("between");
}

Counted::~Counted() {
  if (!dumpName.empty()) CALLGRIND_DUMP_STATS_AT(dumpName.c_str());
  ioctls.on = false;
}

std::string takeIoctls() {
  std::string json = "{";
  const auto add = [&json](const std::string& name, unsigned count) {
    if (count == 0) return;
    json += (json.size() > 1 ? ", \"" : "\"") + name + "\": " + std::to_string(count);
  };
  unsigned all = ioctls.other + ioctls.dmaBuf;
  for (unsigned number = 0; number < ioctls.drm.size(); ++number) {
    all += ioctls.drm[number];
    const char* name = drmName(number);
    add(name != nullptr ? name : "drm_" + std::to_string(number), ioctls.drm[number]);
  }
  add("dma_buf", ioctls.dmaBuf);
  add("other", ioctls.other);
  add("all", all);
  ioctls = {};
  return json + "}";
}

}  // namespace clze::bench

// Exported by the program: found before the fake GPU's, which is called next.
extern "C" __attribute__((visibility("default"))) int ioctl(int fd, unsigned long request, ...) noexcept {
  static const auto next = reinterpret_cast<clze::bench::Ioctl>(::dlsym(RTLD_NEXT, "ioctl"));
  va_list list;
  va_start(list, request);
  void* argument = va_arg(list, void*);
  va_end(list);
  if (auto& counts = clze::bench::ioctls; counts.on) {
    if (_IOC_TYPE(request) == clze::bench::kDrm) {
      ++counts.drm[_IOC_NR(request)];
    } else if (_IOC_TYPE(request) == clze::bench::kDmaBuf) {
      ++counts.dmaBuf;
    } else {
      ++counts.other;
    }
  }
  return next(fd, request, argument);
}
