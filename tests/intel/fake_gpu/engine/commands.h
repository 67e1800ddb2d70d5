// The table of commands (commands.def) and finding the one a header begins.
#pragma once
#include <cstdint>
#include <span>

#include "tests/intel/fake_gpu/engine/engine.h"

namespace fake_gpu {

class Effects;

// What the command streamer does after a command.
enum class Flow {
  Next,
  Jumped,   // it set the address itself
  Blocked,  // the same command again later
  Ended,    // the batch is done
};

enum class Length : uint8_t { One, Bits6, Bits8, Bits10, Bits12, Bits16 };

using Dwords = std::span<const uint32_t>;

struct Command {
  const char* name;
  Length length;
  Flow (Effects::*effect)(Dwords);  // null: skipped
};

// Null: the engine does not know it.
const Command* findCommand(EngineClass engine, uint32_t header);

// Dwords of the command, its header included.
uint32_t commandLength(Length rule, uint32_t header);
// A guess for unknown commands from their type alone; 0: none, the stream cannot be followed.
uint32_t guessedLength(uint32_t header);

}  // namespace fake_gpu
