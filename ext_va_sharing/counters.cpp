// The counters, and their line in the file that CLZE_STATS names.
#include "ext_va_sharing/counters.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/config.h"
#include "base/unique_fd.h"

namespace clze::va {
namespace {

struct AtUnload {
  ~AtUnload() {
    if (config().statsFile.empty()) return;
    const UniqueFd fd(::open(config().statsFile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    const std::string line = countersAsJson() + "\n";
    if (fd) [[maybe_unused]]
      const ssize_t written = ::write(fd.get(), line.data(), line.size());
  }
  Counters counters;
};

}  // namespace

Counters& counters() {
  // config() first, so that it is still there when the counters are written at unload.
  static const Config& settingsOutliveCounters = config();
  static AtUnload instance;
  (void)settingsOutliveCounters;
  return instance.counters;
}

std::string countersAsJson() {
  const Counters& now = counters();
  return fmt::format(
      R"({{"exports":{},"syncs":{},"planesMapped":{},"memoryImports":{},"imageImports":{},"cacheHits":{},)"
      R"("shadowFills":{},"shadowWrites":{},"hostCopyBytes":{}}})",
      now.exports.load(), now.syncs.load(), now.planesMapped.load(), now.memoryImports.load(),
      now.imageImports.load(), now.cacheHits.load(), now.shadowFills.load(), now.shadowWrites.load(),
      now.hostCopyBytes.load());
}

}  // namespace clze::va
