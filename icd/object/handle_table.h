// Which handles are alive: every API object is in here from its creation to its last release, so that a
// released or foreign handle is refused without touching the memory it points at. Look-ups take no lock.
#pragma once

#include <cstdint>

namespace clze::icd {

enum class Kind : uint8_t { Platform = 1, Device, Context, Queue, Memory, Sampler, Program, Kernel, Event };

// Handles are at least 16-byte aligned. insert and erase are thread-safe; contains may run beside both.
void insertHandle(const void* handle, Kind kind);
void eraseHandle(const void* handle, Kind kind);
bool containsHandle(const void* handle, Kind kind);

}  // namespace clze::icd
