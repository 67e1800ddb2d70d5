// The parts of the fake i915 driver, each adding its ioctls.
#pragma once
#include "tests/intel/fake_gpu/kernel/open_file.h"

namespace fake_gpu {

void addI915Queries(IoctlTable& table);   // GETPARAM, QUERY, REG_READ: what the device is
void addI915Buffers(IoctlTable& table);   // GEM_CREATE..., maps, tiling, waits
void addI915Contexts(IoctlTable& table);  // contexts and address spaces
void addI915Execution(IoctlTable& table);

// As I915_ENGINE_CLASS_*.
uint16_t i915Class(EngineClass engine);
std::optional<EngineClass> engineOfI915Class(uint16_t number);
// Does the device have it?
bool hasEngine(const DeviceProfile& profile, EngineSlot slot);
unsigned numberOfEngines(const DeviceProfile& profile, EngineClass engine);

}  // namespace fake_gpu
