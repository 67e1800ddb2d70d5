// The C functions of counts.h: the tally, the engines' numbers, and what is open now.
#include "tests/intel/fake_gpu/counts/counts.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "tests/intel/fake_gpu/counts/collect.h"
#include "tests/intel/fake_gpu/counts/report.h"
#include "tests/intel/fake_gpu/counts/sites.h"
#include "tests/intel/fake_gpu/counts/tally.h"
#include "tests/intel/fake_gpu/house.h"
#include "tests/intel/fake_gpu/interpose/call.h"

namespace fake_gpu {
namespace {

// The engines count from the start; what was there at the last reset is subtracted.
struct EngineTotals {
  uint64_t jobs = 0, commands = 0, stores = 0, walkers = 0, waits = 0, blockedWaits = 0, blits = 0,
           blitBytes = 0, mediaCommands = 0, hangs = 0, unlistedJobs = 0;
};

EngineTotals engineTotals() {
  EngineTotals totals;
  House* house = House::existing();
  if (!house) return totals;
  for (const auto& device : house->devices()) {
    const EngineCounts& counts = device->engines().counts();
    totals.jobs += counts.jobs;
    totals.commands += counts.commands;
    totals.stores += counts.stores;
    totals.walkers += counts.walkers;
    totals.waits += counts.waits;
    totals.blockedWaits += counts.blockedWaits;
    totals.blits += counts.blits;
    totals.blitBytes += counts.blitBytes;
    totals.mediaCommands += counts.mediaCommands;
    totals.hangs += counts.hangs;
    totals.unlistedJobs += counts.unlistedJobs;
  }
  return totals;
}

clze::Guarded<EngineTotals>& atReset() {
  static auto& kept = *new clze::Guarded<EngineTotals>;
  return kept;
}

}  // namespace

FakeGpuCounts collect() {
  const Tally& now = tally();
  FakeGpuCounts counts{};
  counts.size = sizeof(counts);
  counts.ioctls = now.ioctls;
  counts.ioctlsRefused = now.ioctlsRefused;
  for (size_t i = 0; i < now.ioctlsByNumber.size(); ++i) counts.ioctlsByNumber[i] = now.ioctlsByNumber[i];
  counts.objectsCreated = now.objectsCreated;
  counts.objectsAlive = now.objectsAlive;
  counts.objectBytesAlive = now.objectBytesAlive;
  counts.handlesAlive = now.handlesAlive;
  counts.mappings = now.mappings;
  counts.mappingsAlive = now.mappingsAlive;
  counts.mappedBytesAlive = now.mappedBytesAlive;
  counts.primeExports = now.primeExports;
  counts.primeImports = now.primeImports;
  counts.nodesOpened = now.nodesOpened;
  counts.filesAlive = now.filesAlive;
  counts.contextsCreated = now.contextsCreated;
  counts.contextsAlive = now.contextsAlive;
  counts.spacesCreated = now.spacesCreated;
  counts.spacesAlive = now.spacesAlive;
  counts.execbuffers = now.execbuffers;
  counts.closedInFlight = now.closedInFlight;
  counts.violations = now.violations;
  if (const House* house = House::existing()) {
    const House::Descriptors open = house->openDescriptors();
    counts.nodeDescriptorsOpen = open.nodes;
    counts.dmaBufsOpen = open.dmaBufs;
  }
  const EngineTotals engines = engineTotals(), before = *atReset().lock();
  counts.jobs = engines.jobs - before.jobs;
  counts.commands = engines.commands - before.commands;
  counts.stores = engines.stores - before.stores;
  counts.walkers = engines.walkers - before.walkers;
  counts.waits = engines.waits - before.waits;
  counts.blockedWaits = engines.blockedWaits - before.blockedWaits;
  counts.blits = engines.blits - before.blits;
  counts.blitBytes = engines.blitBytes - before.blitBytes;
  counts.mediaCommands = engines.mediaCommands - before.mediaCommands;
  counts.hangs = engines.hangs - before.hangs;
  counts.unlistedJobs = engines.unlistedJobs - before.unlistedJobs;
  return counts;
}

}  // namespace fake_gpu

using namespace fake_gpu;

FAKE_GPU_HOOK int fake_gpu_counts(FakeGpuCounts* counts) {
  if (!counts || counts->size <= sizeof(counts->size)) return 0;
  const FakeGpuCounts collected = collect();
  const size_t size = counts->size;
  std::memcpy(counts, &collected, std::min(size, sizeof(collected)));
  counts->size = size;
  return 1;
}

FAKE_GPU_HOOK void fake_gpu_reset_counts() {
  Tally& now = tally();
  for (Count* count : {&now.ioctls, &now.ioctlsRefused, &now.objectsCreated, &now.mappings, &now.primeExports,
                       &now.primeImports, &now.nodesOpened, &now.contextsCreated, &now.spacesCreated,
                       &now.execbuffers, &now.closedInFlight}) {
    *count = 0;
  }
  for (Count& count : now.ioctlsByNumber) count = 0;
  resetCalls();
  *atReset().lock() = engineTotals();
}

FAKE_GPU_HOOK int fake_gpu_wait_idle(unsigned milliseconds) {
  House* house = House::existing();
  if (!house) return 1;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  for (const auto& device : house->devices()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (!device->engines().waitIdle(std::max(left, std::chrono::milliseconds(0)))) return 0;
  }
  return 1;
}

FAKE_GPU_HOOK const char* fake_gpu_violation(size_t index) { return violationLine(index); }

FAKE_GPU_HOOK size_t fake_gpu_sites(FakeGpuSite* given, size_t room) {
  const std::vector<Site> all = sites();
  for (size_t i = 0; given && i < std::min(room, all.size()); ++i) {
    FakeGpuSite filled{};
    filled.size = sizeof(filled);
    filled.number = all[i].number;
    filled.calls = all[i].calls;
    filled.address = all[i].address;
    filled.offset = all[i].offset;
    std::strncpy(filled.object, all[i].object.c_str(), sizeof(filled.object) - 1);
    std::strncpy(filled.symbol, all[i].symbol.c_str(), sizeof(filled.symbol) - 1);
    given[i] = filled;
  }
  return all.size();
}
