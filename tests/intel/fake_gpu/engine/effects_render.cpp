// Effects of the render and compute commands: post-sync writes of PIPE_CONTROL and walkers, and what a walker
// would read must be resident: its kernel, its indirect data, its descriptor and the surfaces of its binding
// table. Nothing executes.
#include <cstdio>
#include <cstring>

#include "tests/intel/fake_gpu/engine/effects.h"

namespace fake_gpu {
namespace {

constexpr uint32_t descriptorDwords = 8;
constexpr uint32_t surfaceDwords = 16;
constexpr uint32_t surfaceStateBytes = 64;
constexpr uint32_t maxTableEntries = 240;
constexpr uint64_t kernelBytes = 64;  // what is checked of it: its first instructions

uint64_t quad(Dwords dwords, size_t at) { return dwords[at] | static_cast<uint64_t>(dwords[at + 1]) << 32; }

std::string hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

// SURFACE_STATE fields which tell what memory it names.
struct SurfaceState {
  explicit SurfaceState(const uint32_t* dwords)
      : type(dwords[0] >> 29), address(dwords[8] | static_cast<uint64_t>(dwords[9]) << 32) {
    const uint64_t width = dwords[2] & 0x3fff;
    const uint64_t height = dwords[2] >> 16 & 0x3fff;
    const uint64_t pitch = (dwords[3] & 0x3ffff) + 1;
    if (type == buffer) {
      // 7 bits of width, 14 of height and 11 of depth make the number of bytes (of a raw buffer) less one.
      bytes = ((dwords[2] & 0x7f) | height << 7 | static_cast<uint64_t>(dwords[3] >> 21) << 21) + 1;
      if (pitch > 1) bytes = pitch;  // typed or structured: only its first element is sure
    } else {
      // The last row begins inside. A tiled surface may be read in another order, but never ends earlier than
      // this.
      bytes = type == image2d ? height * pitch + 1 : 1;
      if (width == 0 && height == 0) bytes = 1;
    }
  }
  static constexpr uint32_t image2d = 1, buffer = 4, scratch = 6, null = 7;
  uint32_t type;
  uint64_t address;
  uint64_t bytes = 1;
};

}  // namespace

Flow Effects::pipeControl(Dwords dwords) {
  if (tooShort(dwords, 6)) return Flow::Next;
  const uint32_t flags = dwords[1];
  const uint64_t address = quad(dwords, 2) & ~uint64_t{3};
  if (flags >> 23 & 1) {
    state_.registers.write(dwords[2], false, dwords[4]);
    return Flow::Next;
  }
  if (flags >> 21 & 1) return Flow::Next;  // an index into the hardware's status page
  switch (flags >> 14 & 3) {
    case 1:
      store(address, quad(dwords, 4), 8);
      break;
    case 2:
      store(address, 0, 8);
      break;  // depth samples: none
    case 3:
      store(address, state_.registers.timestamp(), 8);
      break;
    default:
      break;
  }
  return Flow::Next;
}

Flow Effects::stateBaseAddress(Dwords dwords) {
  if (tooShort(dwords, 16)) return Flow::Next;
  const auto take = [&](HardwareState::Base& base, size_t at) {
    if (!(dwords[at] & 1)) return;
    base = {quad(dwords, at) & ~uint64_t{0xfff} & addressMask, true};
  };
  take(state_.general, 1);
  take(state_.surface, 4);
  take(state_.dynamic, 6);
  take(state_.indirect, 8);
  take(state_.instruction, 10);
  return Flow::Next;
}

Flow Effects::bindingTablePool(Dwords dwords) {
  if (tooShort(dwords, 4)) return Flow::Next;
  state_.bindingTables = {quad(dwords, 1) & ~uint64_t{0xfff} & addressMask, true};
  return Flow::Next;
}

Flow Effects::curbeLoad(Dwords dwords) {
  if (tooShort(dwords, 4)) return Flow::Next;
  checkIndirectData(state_.dynamic, dwords[3], dwords[2] & 0x1ffff);
  return Flow::Next;
}

Flow Effects::descriptorLoad(Dwords dwords) {
  if (tooShort(dwords, 4)) return Flow::Next;
  state_.descriptorBytes = dwords[2] & 0x1ffff;
  state_.descriptors = dwords[3];
  checkIndirectData(state_.dynamic, state_.descriptors, state_.descriptorBytes);
  return Flow::Next;
}

void Effects::checkIndirectData(const HardwareState::Base& base, uint64_t offset, uint64_t bytes) {
  if (!base.known || bytes == 0) return;
  if (memory_.isResident(base.address + offset, bytes)) return;
  environment_.report("reads " + memory_.reasonFor(base.address + offset, bytes));
}

void Effects::checkSurface(uint64_t address, uint32_t entry) {
  uint32_t dwords[surfaceDwords];
  if (!memory_.read(address, dwords, sizeof dwords, "has a surface state at")) return;
  const SurfaceState surface(dwords);
  if (surface.type == SurfaceState::null || surface.type == SurfaceState::scratch || surface.address == 0)
    return;
  ++environment_.counts->surfaces;
  // The first and the last byte: holes between are no object's doing.
  const bool end = environment_.imageEnds || surface.type != SurfaceState::image2d;
  for (const uint64_t at : {surface.address, surface.address + (end ? surface.bytes - 1 : 0)}) {
    if (memory_.isResident(at, 1)) continue;
    environment_.report("uses surface " + std::to_string(entry) + " of its binding table, type " +
                        std::to_string(surface.type) + ", " + std::to_string(surface.bytes) + " bytes from " +
                        hex(surface.address) + ", but " + memory_.reasonFor(at, 1));
    return;
  }
}

void Effects::checkBindingTable(uint32_t pointer, uint32_t entries) {
  const HardwareState::Base& tables = state_.bindingTables.known ? state_.bindingTables : state_.surface;
  if (!tables.known || !state_.surface.known) return;
  const auto entryAt = [&](uint32_t entry, uint32_t& state) {
    if (!memory_.isResident(tables.address + pointer + 4 * entry, 4)) return false;
    return memory_.read(tables.address + pointer + 4 * entry, &state, 4, "has a binding table at");
  };
  // The field counts what is prefetched, and drivers turn that off. Intel's compute drivers lay a kernel's
  // surface states side by side and the table behind them, so the first entry tells how many there are.
  uint32_t first = 0;
  if (entries == 0 && pointer != 0 && entryAt(0, first) && first < pointer &&
      (pointer - first) % surfaceStateBytes == 0) {
    const uint32_t states = (pointer - first) / surfaceStateBytes;
    uint32_t state = 0;
    while (entries < states && entries < maxTableEntries && entryAt(entries, state) &&
           state == first + entries * surfaceStateBytes) {
      ++entries;
    }
    if (entries != states) return;
  }
  for (uint32_t entry = 0; entry < entries; ++entry) {
    uint32_t offset = 0;
    if (!memory_.read(tables.address + pointer + 4 * entry, &offset, 4, "has a binding table at")) return;
    checkSurface(state_.surface.address + (offset & ~(surfaceStateBytes - 1)), entry);
  }
}

void Effects::checkDescriptor(const uint32_t* descriptor, uint32_t bindingTableMask) {
  if (state_.instruction.known) {
    const uint64_t high = isXeHp() ? 0 : descriptor[1] & 0xffff;
    const uint64_t kernel = state_.instruction.address + ((descriptor[0] & ~63u) | high << 32);
    if (!memory_.isResident(kernel, kernelBytes)) {
      environment_.report("starts a kernel in " + memory_.reasonFor(kernel, kernelBytes));
    }
  }
  constexpr uint64_t samplerBytes = 16;
  // The count is in fours: the first one is sure.
  if (state_.dynamic.known && (descriptor[3] >> 2 & 7) != 0) {
    const uint64_t samplers = state_.dynamic.address + (descriptor[3] & ~31u);
    if (!memory_.isResident(samplers, samplerBytes)) {
      environment_.report("has samplers in " + memory_.reasonFor(samplers, samplerBytes));
    }
  }
  checkBindingTable(descriptor[4] & bindingTableMask, descriptor[4] & 0x1f);
}

Flow Effects::gpgpuWalker(Dwords dwords) {
  ++environment_.counts->walkers;
  if (tooShort(dwords, 15)) return Flow::Next;
  checkIndirectData(state_.indirect, dwords[3] & ~63u, dwords[2] & 0x1ffff);
  const uint64_t offset = static_cast<uint64_t>(dwords[1] & 0x3f) * descriptorDwords * 4;
  if (!state_.dynamic.known || state_.descriptorBytes == 0) return Flow::Next;
  if (offset >= state_.descriptorBytes) {
    environment_.report("uses interface descriptor " + std::to_string(dwords[1] & 0x3f) + " of " +
                        std::to_string(state_.descriptorBytes / 32));
    return Flow::Next;
  }
  uint32_t descriptor[descriptorDwords];
  const uint64_t address = state_.dynamic.address + state_.descriptors + offset;
  if (memory_.read(address, descriptor, sizeof descriptor, "has its interface descriptor at")) {
    checkDescriptor(descriptor, 0xffe0);
  }
  return Flow::Next;
}

Flow Effects::computeWalker(Dwords dwords) {
  ++environment_.counts->walkers;
  // Xe2 put one dword more before the descriptor.
  const size_t descriptor = isXe2() ? 19 : 18;
  const size_t postSync = descriptor + descriptorDwords;
  if (tooShort(dwords, postSync + 5)) return Flow::Next;
  checkIndirectData(state_.general, dwords[3] & ~63u, dwords[2] & 0x1ffff);
  checkDescriptor(dwords.data() + descriptor, 0x1fffe0);
  const uint64_t address = quad(dwords, postSync + 1);
  const uint32_t operation = dwords[postSync] & 3;
  if (operation == 1) store(address, quad(dwords, postSync + 3), 8);
  if (operation == 3) {
    // Begin by the context's clock and the global one, then both ends: one tick later, since a kernel takes
    // time.
    const uint64_t now = state_.registers.timestamp();
    const uint32_t bytes = isXe2() ? 8 : 4;
    for (uint32_t at = 0; at < 4; ++at) store(address + at * bytes, now + at / 2, bytes);
  }
  return Flow::Next;
}

Flow Effects::countWalker(Dwords) {
  ++environment_.counts->walkers;
  return Flow::Next;
}

Flow Effects::countMedia(Dwords) {
  ++environment_.counts->mediaCommands;
  return Flow::Next;
}

}  // namespace fake_gpu
