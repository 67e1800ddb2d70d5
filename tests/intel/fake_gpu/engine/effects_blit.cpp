// Effects of the copy engine's commands: real bytes move between linear and tiled surfaces.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "tests/intel/fake_gpu/engine/effects.h"

namespace fake_gpu {
namespace {

uint64_t addressOf(Dwords dwords, size_t at) {
  return (dwords[at] | static_cast<uint64_t>(dwords[at + 1]) << 32) & addressMask;
}

struct Rectangle {
  uint32_t left, top;
  uint64_t width, height;
};

// Two corners, the second outside; empty when they are in the wrong order.
Rectangle rectangle(uint32_t first, uint32_t second) {
  const uint32_t left = first & 0xffff, top = first >> 16;
  const uint32_t right = second & 0xffff, bottom = second >> 16;
  return {left, top, right > left ? right - left : 0, bottom > top ? bottom - top : 0};
}

// XY_BLOCK_COPY_BLT and XY_FAST_COLOR_BLT, three bits.
constexpr uint32_t blockElementBytes[8] = {1, 2, 4, 8, 12, 16, 0, 0};
// XY_FAST_COPY_BLT, three bits.
constexpr uint32_t fastElementBytes[8] = {1, 2, 0, 4, 8, 16, 0, 0};
// XY_SRC_COPY_BLT and XY_COLOR_BLT, two bits.
constexpr uint32_t legacyElementBytes[4] = {1, 2, 2, 4};

constexpr uint32_t copyRaster = 0xcc;
constexpr uint32_t fillRaster = 0xf0;
constexpr uint32_t bcsSwCtrl =
    0x200;  // of the engine's base: which legacy tiles are Y; bit 0 source, bit 1 destination

}  // namespace

void Effects::copyRectangle(const Surface& to, const Surface& from, uint64_t width, uint64_t height,
                            uint32_t elementBytes) {
  ++environment_.counts->blits;
  environment_.counts->blitBytes += width * height * elementBytes;
  const uint64_t rowBytes = width * elementBytes;
  for (uint64_t row = 0; row < height; ++row) {
    for (uint64_t done = 0; done < rowBytes;) {
      const uint64_t toX = to.xElement * elementBytes + done;
      const uint64_t fromX = from.xElement * elementBytes + done;
      const uint64_t step =
          std::min({to.memory.contiguousBytes(toX), from.memory.contiguousBytes(fromX), rowBytes - done});
      if (!memory_.move(to.address + to.memory.offset(toX, to.y + row, to.slice),
                        from.address + from.memory.offset(fromX, from.y + row, from.slice), step)) {
        return;
      }
      done += step;
    }
  }
  environment_.stored(to.address, width * height * elementBytes, 0, name_);
}

void Effects::fillRectangle(const Surface& to, uint64_t width, uint64_t height, const void* element,
                            uint32_t elementBytes) {
  ++environment_.counts->blits;
  environment_.counts->blitBytes += width * height * elementBytes;
  const auto* bytes = static_cast<const std::byte*>(element);
  std::vector<std::byte> pattern(width * elementBytes);
  for (size_t at = 0; at < pattern.size(); ++at) pattern[at] = bytes[at % elementBytes];
  for (uint64_t row = 0; row < height; ++row) {
    for (uint64_t done = 0; done < pattern.size();) {
      const uint64_t x = to.xElement * elementBytes + done;
      const uint64_t step = std::min<uint64_t>(to.memory.contiguousBytes(x), pattern.size() - done);
      if (!memory_.write(to.address + to.memory.offset(x, to.y + row, to.slice), pattern.data() + done, step,
                         "fills")) {
        return;
      }
      done += step;
    }
  }
  environment_.stored(to.address, width * height * elementBytes, 0, name_);
}

// Two bits of tiling in a "block" command, whose meaning changed with XeHP. The pitch of tiles is given in
// dwords.
bool Effects::blockTiling(uint32_t field, bool isVolume, Surface& surface) {
  if (field == 0) return true;
  surface.memory.pitch *= 4;
  if (!isXeHp() && field == 1) {
    surface.memory.layout = Layout::TileY;
  } else if (isXeHp() && field == 1) {
    surface.memory.layout = Layout::TileX;
  } else if (isXeHp() && field == 2) {
    surface.memory.layout = Layout::Tile4;
  } else if (isXeHp()) {
    surface.memory.layout = !isVolume ? Layout::Tile64
                            : isXe2() ? Layout::Tile64VolumeXe2
                                      : Layout::Tile64Volume;
  } else {
    environment_.report("uses a tiling that is not emulated: " + std::to_string(field));
    return false;
  }
  return true;
}

Flow Effects::blockCopy(Dwords dwords) {
  if (tooShort(dwords, isXeHp() ? 22 : 12)) return Flow::Next;
  const uint32_t bytes = blockElementBytes[dwords[0] >> 19 & 7];
  if (bytes == 0) return unknownBlit(dwords);
  const Rectangle target = rectangle(dwords[2], dwords[3]);
  Surface to, from;
  to.address = addressOf(dwords, 4);
  to.memory.pitch = (dwords[1] & 0x3ffff) + 1;
  to.xElement = target.left + (dwords[6] & 0x3fff);
  to.y = target.top + (dwords[6] >> 16 & 0x3fff);
  from.address = addressOf(dwords, 9);
  from.memory.pitch = (dwords[8] & 0x3ffff) + 1;
  from.xElement = (dwords[7] & 0xffff) + (dwords[11] & 0x3fff);
  from.y = (dwords[7] >> 16) + (dwords[11] >> 16 & 0x3fff);
  to.memory.elementBytes = from.memory.elementBytes = bytes;
  constexpr uint32_t volume = 2;  // of the surface's type
  bool toVolume = false, fromVolume = false;
  if (isXeHp()) {
    if ((dwords[17] & 0xf) != 0 || (dwords[20] & 0xf) != 0) {
      environment_.report("copies a mipmap level that is not the first: not emulated");
      return Flow::Next;
    }
    // "Qpitch" counts fours of rows.
    const uint32_t qpitchMask = isXe2() ? 0x7fff : 0x1ffff;
    to.memory.sliceRows = uint64_t{4} * (dwords[17] >> 4 & qpitchMask);
    to.slice = dwords[18] >> 21;
    toVolume = dwords[16] >> 29 == volume;
    from.memory.sliceRows = uint64_t{4} * (dwords[20] >> 4 & qpitchMask);
    from.slice = dwords[21] >> 21;
    fromVolume = dwords[19] >> 29 == volume;
  }
  if (!blockTiling(dwords[1] >> 30, toVolume, to) || !blockTiling(dwords[8] >> 30, fromVolume, from))
    return Flow::Next;
  copyRectangle(to, from, target.width, target.height, bytes);
  return Flow::Next;
}

Flow Effects::fastCopy(Dwords dwords) {
  if (tooShort(dwords, 10)) return Flow::Next;
  const uint32_t bytes = fastElementBytes[dwords[1] >> 24 & 7];
  if (bytes == 0) return unknownBlit(dwords);
  const Rectangle target = rectangle(dwords[2], dwords[3]);
  Surface to, from;
  to.address = addressOf(dwords, 4);
  to.memory.pitch = dwords[1] & 0xffff;
  to.xElement = target.left;
  to.y = target.top;
  from.address = addressOf(dwords, 8);
  from.memory.pitch = dwords[7] & 0xffff;
  from.xElement = dwords[6] & 0xffff;
  from.y = dwords[6] >> 16;
  const auto tiling = [&](uint32_t method, bool isNew, Surface& surface) {
    if (method == 0) return true;
    surface.memory.pitch *= 4;
    if (method == 1) {
      surface.memory.layout = Layout::TileX;
    } else if (method == 2 && isNew == isXeHp()) {
      surface.memory.layout = isNew ? Layout::Tile4 : Layout::TileY;
    } else {
      environment_.report("uses a tiling that is not emulated: " + std::to_string(method));
      return false;
    }
    return true;
  };
  if (!tiling(dwords[0] >> 13 & 3, dwords[1] >> 30 & 1, to)) return Flow::Next;
  if (!tiling(dwords[0] >> 20 & 3, dwords[1] >> 31 & 1, from)) return Flow::Next;
  copyRectangle(to, from, target.width, target.height, bytes);
  return Flow::Next;
}

Flow Effects::sourceCopy(Dwords dwords) {
  if (tooShort(dwords, 10)) return Flow::Next;
  if ((dwords[1] >> 16 & 0xff) != copyRaster || dwords[1] >> 30 & 1) return unknownBlit(dwords);
  const uint32_t bytes = legacyElementBytes[dwords[1] >> 24 & 3];
  const Rectangle target = rectangle(dwords[2], dwords[3]);
  const uint32_t yTiles = state_.registers.read(bcsSwCtrl, true);
  Surface to, from;
  to.address = addressOf(dwords, 4);
  to.memory.pitch = dwords[1] & 0xffff;
  to.xElement = target.left;
  to.y = target.top;
  if (dwords[0] >> 11 & 1) {
    to.memory.pitch *= 4;
    to.memory.layout = yTiles & 2 ? Layout::TileY : Layout::TileX;
  }
  from.address = addressOf(dwords, 8);
  from.memory.pitch = dwords[7] & 0xffff;
  from.xElement = dwords[6] & 0xffff;
  from.y = dwords[6] >> 16;
  if (dwords[0] >> 15 & 1) {
    from.memory.pitch *= 4;
    from.memory.layout = yTiles & 1 ? Layout::TileY : Layout::TileX;
  }
  copyRectangle(to, from, target.width, target.height, bytes);
  return Flow::Next;
}

Flow Effects::fastColor(Dwords dwords) {
  if (tooShort(dwords, isXeHp() ? 16 : 11)) return Flow::Next;
  const uint32_t bytes = blockElementBytes[dwords[0] >> 19 & 7];
  if (bytes == 0) return unknownBlit(dwords);
  const Rectangle target = rectangle(dwords[2], dwords[3]);
  Surface to;
  to.address = addressOf(dwords, 4);
  to.memory.pitch = (dwords[1] & 0x3ffff) + 1;
  to.xElement = target.left + (dwords[6] & 0x3fff);
  to.y = target.top + (dwords[6] >> 16 & 0x3fff);
  to.memory.elementBytes = bytes;
  bool isVolume = false;
  if (isXeHp()) {
    to.memory.sliceRows = uint64_t{4} * (dwords[14] >> 4 & 0x7fff);
    to.slice = dwords[15] >> 21;
    isVolume = dwords[13] >> 29 == 2;
  }
  if (!blockTiling(dwords[1] >> 30, isVolume, to)) return Flow::Next;
  fillRectangle(to, target.width, target.height, &dwords[7], bytes);
  return Flow::Next;
}

Flow Effects::color(Dwords dwords) {
  if (tooShort(dwords, 7)) return Flow::Next;
  if ((dwords[1] >> 16 & 0xff) != fillRaster || dwords[1] >> 30 & 1) return unknownBlit(dwords);
  const uint32_t bytes = legacyElementBytes[dwords[1] >> 24 & 3];
  const Rectangle target = rectangle(dwords[2], dwords[3]);
  Surface to;
  to.address = addressOf(dwords, 4);
  to.memory.pitch = dwords[1] & 0xffff;
  to.xElement = target.left;
  to.y = target.top;
  if (dwords[0] >> 11 & 1) {
    to.memory.pitch *= 4;
    to.memory.layout = state_.registers.read(bcsSwCtrl, true) & 2 ? Layout::TileY : Layout::TileX;
  }
  fillRectangle(to, target.width, target.height, &dwords[6], bytes);
  return Flow::Next;
}

Flow Effects::memoryCopy(Dwords dwords) {
  if (tooShort(dwords, 10)) return Flow::Next;
  constexpr uint64_t copyPageBytes = 256;  // the unit of "page copy"
  const bool isMatrix = (dwords[0] >> 17 & 3) == 1;
  const uint64_t unit = dwords[0] >> 19 & 1 ? copyPageBytes : 1;
  Surface to, from;
  from.memory.pitch = (dwords[3] & 0x3ffff) + 1;
  to.memory.pitch = (dwords[4] & 0x3ffff) + 1;
  from.address = addressOf(dwords, 5);
  to.address = addressOf(dwords, 7);
  const uint64_t width = ((dwords[1] & 0xffffff) + uint64_t{1}) * unit;
  copyRectangle(to, from, width, isMatrix ? (dwords[2] & 0x3ffff) + 1 : 1, 1);
  return Flow::Next;
}

Flow Effects::memorySet(Dwords dwords) {
  if (tooShort(dwords, 7)) return Flow::Next;
  if (dwords[0] >> 19 & 3) return Flow::Next;  // evicts from caches
  const bool isMatrix = (dwords[0] >> 17 & 3) == 1;
  Surface to;
  to.memory.pitch = (dwords[3] & 0x3ffff) + 1;
  to.address = addressOf(dwords, 4);
  const uint8_t value = static_cast<uint8_t>(dwords[6] >> 24);
  fillRectangle(to, (dwords[1] & 0xffffff) + 1, isMatrix ? (dwords[2] & 0x3ffff) + 1 : 1, &value, 1);
  return Flow::Next;
}

Flow Effects::unknownBlit(Dwords dwords) {
  char text[96];
  std::snprintf(text, sizeof text, "has a form that is not emulated: header %08x, second dword %08x",
                dwords[0], dwords.size() > 1 ? dwords[1] : 0);
  environment_.report(text);
  return Flow::Next;
}

}  // namespace fake_gpu
