// What VA sharing has done in this process, for people and for ./demo's summary (CLZE_STATS).
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace clze::va {

struct Counters {
  std::atomic<uint64_t> exports = 0;        // vaExportSurfaceHandle
  std::atomic<uint64_t> syncs = 0;          // vaSyncSurface
  std::atomic<uint64_t> planesMapped = 0;   // images made of a surface's plane
  std::atomic<uint64_t> memoryImports = 0;  // dma-bufs given to Level Zero as memory
  std::atomic<uint64_t> imageImports = 0;   // and as images
  std::atomic<uint64_t> shadowFills = 0;    // planes copied from their surface by the device
  std::atomic<uint64_t> shadowWrites = 0;   // and back
  std::atomic<uint64_t> cacheHits = 0;      // planes that found their image in the cache
  std::atomic<uint64_t> hostCopyBytes = 0;  // surface memory copied by the host on an image's behalf
};

Counters& counters();
// One line of JSON.
std::string countersAsJson();

}  // namespace clze::va
