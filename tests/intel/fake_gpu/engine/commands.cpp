// Tables made from commands.def, searched by the bits that name a command.
#include "tests/intel/fake_gpu/engine/commands.h"

#include <array>

#include "tests/intel/fake_gpu/engine/effects.h"

namespace fake_gpu {
namespace {

struct Row {
  uint32_t code;
  Command command;
};

struct Family {
  uint32_t mask;
  uint32_t code;
  Command command;
};

#define NOTHING(...)
#define ROW(code, name, length, effect) Row{code, {#name, Length::length, &Effects::effect}},
#define FAMILY_ROW(length, mask, code, name) Family{mask, code, {#name, Length::length, &Effects::skip}},

constexpr Row miRows[] = {
#define MI ROW
#define BLT NOTHING
#define GFX NOTHING
#define COMMON NOTHING
#define MEDIA NOTHING
#define GFX_FAMILY NOTHING
#define MEDIA_FAMILY NOTHING
#include "tests/intel/fake_gpu/engine/commands.def"
#undef MI
#undef BLT
};

constexpr Row blitRows[] = {
#define MI NOTHING
#define BLT ROW
#include "tests/intel/fake_gpu/engine/commands.def"
#undef BLT
#define BLT NOTHING
#undef GFX
#undef COMMON
};

constexpr Row commonRows[] = {
#define GFX NOTHING
#define COMMON ROW
#include "tests/intel/fake_gpu/engine/commands.def"
#undef GFX
#undef COMMON
};

constexpr Row graphicsRows[] = {
#define GFX ROW
#define COMMON NOTHING
#include "tests/intel/fake_gpu/engine/commands.def"
#undef GFX
#undef MEDIA
};

constexpr Row mediaRows[] = {
#define GFX NOTHING
#define MEDIA ROW
#include "tests/intel/fake_gpu/engine/commands.def"
#undef MEDIA
#undef GFX_FAMILY
};

constexpr Family graphicsFamilies[] = {
#define MEDIA NOTHING
#define GFX_FAMILY(...) FAMILY_ROW(Bits8, __VA_ARGS__)
#include "tests/intel/fake_gpu/engine/commands.def"
#undef GFX_FAMILY
#undef MEDIA_FAMILY
};

constexpr Family mediaFamilies[] = {
#define GFX_FAMILY NOTHING
#define MEDIA_FAMILY(...) FAMILY_ROW(Bits12, __VA_ARGS__)
#include "tests/intel/fake_gpu/engine/commands.def"
};

const Command* inRows(std::span<const Row> rows, uint32_t code) {
  for (const Row& row : rows) {
    if (row.code == code) return &row.command;
  }
  return nullptr;
}

const Command* inFamilies(std::span<const Family> families, uint32_t code) {
  for (const Family& family : families) {
    if ((code & family.mask) == family.code) return &family.command;
  }
  return nullptr;
}

constexpr uint32_t typeMi = 0;
constexpr uint32_t type2d = 2;
constexpr uint32_t type3d = 3;
constexpr uint32_t typeBarrier = 5;

// Xe2's: orders the stages of the pipeline, which here are never out of order. Opcode 3 in bits 28:26.
constexpr Command resourceBarrier = {"RESOURCE_BARRIER", Length::Bits8, &Effects::skip};

}  // namespace

const Command* findCommand(EngineClass engine, uint32_t header) {
  switch (header >> 29) {
    case typeMi:
      return inRows(miRows, header >> 23 & 0x3f);
    case type2d:
      return engine == EngineClass::Copy ? inRows(blitRows, header >> 22 & 0x7f) : nullptr;
    case type3d:
      break;
    case typeBarrier:
      return (header >> 26 & 7) == 3 && (engine == EngineClass::Render || engine == EngineClass::Compute)
                 ? &resourceBarrier
                 : nullptr;
    default:
      return nullptr;
  }
  const uint32_t code = header >> 16;
  if (const Command* common = inRows(commonRows, code)) return common;
  switch (engine) {
    case EngineClass::Render:
    case EngineClass::Compute: {
      const Command* exact = inRows(graphicsRows, code);
      return exact ? exact : inFamilies(graphicsFamilies, code);
    }
    case EngineClass::Video:
    case EngineClass::VideoEnhance: {
      const Command* exact = inRows(mediaRows, code);
      return exact ? exact : inFamilies(mediaFamilies, code);
    }
    case EngineClass::Copy:
      return nullptr;
  }
  return nullptr;
}

uint32_t commandLength(Length rule, uint32_t header) {
  switch (rule) {
    case Length::One:
      return 1;
    case Length::Bits6:
      return (header & 0x3f) + 2;
    case Length::Bits8:
      return (header & 0xff) + 2;
    case Length::Bits10:
      return (header & 0x3ff) + 2;
    case Length::Bits12:
      return (header & 0xfff) + 2;
    case Length::Bits16:
      return (header & 0xffff) + 2;
  }
  return 1;
}

uint32_t guessedLength(uint32_t header) {
  constexpr uint32_t firstLongMi = 0x10;
  switch (header >> 29) {
    case typeMi:
      return (header >> 23 & 0x3f) < firstLongMi ? 1 : (header & 0xff) + 2;
    case type2d:
    case type3d:
      return (header & 0xff) + 2;
    default:
      return 0;
  }
}

}  // namespace fake_gpu
