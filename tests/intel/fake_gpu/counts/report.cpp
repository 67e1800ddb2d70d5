// The report is JSON, for scripts; violations are printed for people, beside what the program was doing.
#include "tests/intel/fake_gpu/counts/report.h"

#include <stdio.h>
#include <unistd.h>

#include <cinttypes>
#include <cstring>
#include <deque>

#include "base/guarded.h"
#include "tests/intel/fake_gpu/counts/collect.h"
#include "tests/intel/fake_gpu/counts/sites.h"
#include "tests/intel/fake_gpu/counts/tally.h"
#include "tests/intel/fake_gpu/house.h"
#include "tests/intel/fake_gpu/log.h"
#include "tests/intel/fake_gpu/settings.h"

namespace fake_gpu {
namespace {

// Enough to see what is wrong; a mistake in a loop would fill the memory.
constexpr size_t mostKept = 200;
// An exit code no test uses by itself.
constexpr int strictExit = 86;

struct Kept {
  std::string line, trail;
};

// A deque does not move what is in it: its texts are handed out.
clze::Guarded<std::deque<Kept>>& kept() {
  static auto& all = *new clze::Guarded<std::deque<Kept>>;
  return all;
}

std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    if (c == '\n') {
      json += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json += ' ';
    } else {
      json += c;
    }
  }
  return json + '"';
}

const char* ioctlName(unsigned number) {
  if (number == mapCall) return "mmap";
  for (const auto& device : House::existing()->devices()) {
    if (const char* name = device->ioctls()[number].name) return name;
  }
  return "unknown";
}

void writeNumbers(FILE* file, const FakeGpuCounts& counts) {
  const std::pair<const char*, uint64_t> numbers[] = {
      {"ioctls", counts.ioctls},
      {"ioctlsRefused", counts.ioctlsRefused},
      {"objectsCreated", counts.objectsCreated},
      {"objectsAlive", counts.objectsAlive},
      {"objectBytesAlive", counts.objectBytesAlive},
      {"handlesAlive", counts.handlesAlive},
      {"mappings", counts.mappings},
      {"mappingsAlive", counts.mappingsAlive},
      {"mappedBytesAlive", counts.mappedBytesAlive},
      {"primeExports", counts.primeExports},
      {"primeImports", counts.primeImports},
      {"dmaBufsOpen", counts.dmaBufsOpen},
      {"nodesOpened", counts.nodesOpened},
      {"filesAlive", counts.filesAlive},
      {"nodeDescriptorsOpen", counts.nodeDescriptorsOpen},
      {"contextsCreated", counts.contextsCreated},
      {"contextsAlive", counts.contextsAlive},
      {"spacesCreated", counts.spacesCreated},
      {"spacesAlive", counts.spacesAlive},
      {"execbuffers", counts.execbuffers},
      {"closedInFlight", counts.closedInFlight},
      {"jobs", counts.jobs},
      {"commands", counts.commands},
      {"stores", counts.stores},
      {"walkers", counts.walkers},
      {"waits", counts.waits},
      {"blockedWaits", counts.blockedWaits},
      {"blits", counts.blits},
      {"blitBytes", counts.blitBytes},
      {"mediaCommands", counts.mediaCommands},
      {"hangs", counts.hangs},
      {"unlistedJobs", counts.unlistedJobs},
  };
  for (const auto& [name, number] : numbers) fprintf(file, "  \"%s\": %" PRIu64 ",\n", name, number);
}

void writeReport(const std::string& path, const FakeGpuCounts& counts) {
  FILE* file = fopen(path.c_str(), "w");
  if (!file) return log(0, "cannot write the report %s", path.c_str());
  fprintf(file, "{\n  \"devices\": [");
  const char* comma = "";
  for (const auto& device : House::existing()->devices()) {
    fprintf(file, "%s%s", comma, quoted(device->name()).c_str());
    comma = ", ";
  }
  fprintf(file, "],\n");
  writeNumbers(file, counts);
  fprintf(file, "  \"ioctlsByName\": {");
  comma = "";
  for (unsigned number = 0; number < 256; ++number) {
    if (counts.ioctlsByNumber[number] == 0) continue;
    const std::string name =
        std::string(ioctlName(number)) == "unknown" ? "unknown " + std::to_string(number) : ioctlName(number);
    fprintf(file, "%s\n    %s: %" PRIu64, comma, quoted(name).c_str(), counts.ioctlsByNumber[number]);
    comma = ",";
  }
  fprintf(file, "\n  },\n  \"sites\": [");
  comma = "";
  for (const Site& site : sites()) {
    fprintf(file,
            "%s\n    {\"call\": %s, \"calls\": %" PRIu64
            ", \"object\": %s, \"symbol\": %s, \"offset\": %" PRIu64 "}",
            comma, quoted(ioctlName(site.number)).c_str(), site.calls, quoted(site.object).c_str(),
            quoted(site.symbol).c_str(), site.offset);
    comma = ",";
  }
  fprintf(file, "\n  ],\n  \"violations\": [");
  comma = "";
  for (const Kept& each : *kept().lock()) {
    fprintf(file, "%s\n    {\"what\": %s, \"trail\": %s}", comma, quoted(each.line).c_str(),
            quoted(each.trail).c_str());
    comma = ",";
  }
  fprintf(file, "\n  ]\n}\n");
  fclose(file);
}

}  // namespace

void reportViolation(const std::string& what, const std::string& where, const std::string& trail) {
  tally().violations++;
  auto all = kept().lock();
  if (all->size() >= mostKept) return;
  const std::string line = what + " (" + where + ")";
  log(0, "violation: %s%s%s", line.c_str(), trail.empty() ? "" : "\n", trail.c_str());
  all->push_back({line, trail});
}

const char* violationLine(size_t index) {
  auto all = kept().lock();
  return index < all->size() ? (*all)[index].line.c_str() : nullptr;
}

void reportAtEnd() {
  const FakeGpuCounts counts = collect();
  if (!settings().reportPath.empty()) writeReport(settings().reportPath, counts);
  if (!settings().isStrict || counts.violations == 0) return;
  log(0, "%" PRIu64 " violations (FAKE_GPU_STRICT): exit code %d", counts.violations, strictExit);
  fflush(nullptr);
  _exit(strictExit);
}

}  // namespace fake_gpu
