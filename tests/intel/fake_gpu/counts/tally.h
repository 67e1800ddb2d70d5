// The running numbers behind counts.h. Each is its own atomic: read while other threads work, they need not
// fit together.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>

namespace fake_gpu {

using Count = std::atomic<uint64_t>;

struct Tally {
  Count ioctls, ioctlsRefused;
  std::array<Count, 256> ioctlsByNumber;
  Count memfdsAlive;  // held by live objects: what is open beyond them are dma-bufs
  Count objectsCreated, objectsAlive, objectBytesAlive, handlesAlive;
  Count mappings, mappingsAlive, mappedBytesAlive;
  Count primeExports, primeImports;
  Count nodesOpened, filesAlive;
  Count contextsCreated, contextsAlive, spacesCreated, spacesAlive;
  Count execbuffers, closedInFlight;
  Count violations;
};

inline Tally& tally() {
  static Tally& kept = *new Tally{};
  return kept;
}

}  // namespace fake_gpu
