// What commands do: one member for each effect named in commands.def, over one context's state and one job's
// memory. Used by the engine's thread only.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/intel/fake_gpu/engine/commands.h"
#include "tests/intel/fake_gpu/engine/gpu_memory.h"
#include "tests/intel/fake_gpu/engine/registers.h"
#include "tests/intel/fake_gpu/engine/tiling.h"

namespace fake_gpu {

// What a context keeps on an engine from batch to batch.
struct HardwareState {
  HardwareState(EngineClass engine, uint32_t instance, uint64_t timestampHz)
      : registers(engine, instance, timestampHz) {}

  Registers registers;
  uint32_t predicateMode = 0;  // of MI_SET_PREDICATE
  struct Base {
    uint64_t address = 0;
    bool known = false;
  };
  Base general, surface, dynamic, indirect, instruction, bindingTables;
  uint64_t descriptors = 0;  // interface descriptors, from the dynamic base
  uint64_t descriptorBytes = 0;
};

// Where the streamer is. Effects which jump change it.
struct Position {
  uint64_t command = 0;  // address of the command now
  uint64_t next = 0;
  std::vector<uint64_t> returns;
};

// A semaphore that is not satisfied, for reports.
struct Waiting {
  uint64_t address = 0;  // or a register's, see isRegister
  uint32_t value = 0;
  uint32_t wanted = 0;
  const char* comparison = "";
  bool isRegister = false;
};

// Told of every store to memory, for reports of hangs.
using StoreLog = std::function<void(uint64_t address, uint64_t value, uint32_t bytes, const char* command)>;

class Effects {
 public:
  struct Environment {
    Generation generation;
    EngineCounts* counts;
    std::function<void(const std::string&)> report;  // a violation of the command now
    StoreLog stored;
    bool imageEnds = true;
  };
  Effects(Environment environment, HardwareState& state, GpuMemory& memory, Position& position)
      : environment_(std::move(environment)), state_(state), memory_(memory), position_(position) {}

  // Is the command skipped because of MI_SET_PREDICATE?
  bool isPredicatedAway(uint32_t header) const;
  const Waiting& waiting() const { return waiting_; }
  void setName(const char* name) { name_ = name; }

  Flow skip(Dwords) { return Flow::Next; }
  // effects_mi.cpp
  Flow setPredicate(Dwords);
  Flow predicate(Dwords);
  Flow batchStart(Dwords);
  Flow batchEnd(Dwords);
  Flow conditionalBatchEnd(Dwords);
  Flow semaphoreWait(Dwords);
  Flow storeData(Dwords);
  Flow loadRegisterImmediate(Dwords);
  Flow storeRegister(Dwords);
  Flow loadRegisterMemory(Dwords);
  Flow loadRegisterRegister(Dwords);
  Flow copyMemory(Dwords);
  Flow atomic(Dwords);
  Flow flushDw(Dwords);
  Flow reportPerformance(Dwords);
  Flow math(Dwords);
  // effects_render.cpp
  Flow pipeControl(Dwords);
  Flow stateBaseAddress(Dwords);
  Flow bindingTablePool(Dwords);
  Flow curbeLoad(Dwords);
  Flow descriptorLoad(Dwords);
  Flow gpgpuWalker(Dwords);
  Flow computeWalker(Dwords);
  Flow countWalker(Dwords);
  Flow countMedia(Dwords);
  // effects_blit.cpp
  Flow blockCopy(Dwords);
  Flow fastCopy(Dwords);
  Flow sourceCopy(Dwords);
  Flow fastColor(Dwords);
  Flow color(Dwords);
  Flow memoryCopy(Dwords);
  Flow memorySet(Dwords);
  Flow unknownBlit(Dwords);

 private:
  bool tooShort(Dwords dwords, size_t needed);
  void store(uint64_t address, uint64_t value, uint32_t bytes);
  uint32_t loadRegister(uint32_t address, bool relative) { return state_.registers.read(address, relative); }
  void checkDescriptor(const uint32_t* descriptor, uint32_t bindingTableMask);
  void checkBindingTable(uint32_t pointer, uint32_t entries);
  void checkSurface(uint64_t address, uint32_t entry);
  void checkIndirectData(const HardwareState::Base& base, uint64_t offset, uint64_t bytes);
  bool isXeHp() const { return environment_.generation >= Generation::XeHpg; }
  bool isXe2() const { return environment_.generation >= Generation::Xe2; }

  struct Surface {
    SurfaceLayout memory;
    uint64_t address = 0;
    uint64_t xElement = 0;  // first element, row and slice
    uint64_t y = 0;
    uint64_t slice = 0;
  };
  void copyRectangle(const Surface& to, const Surface& from, uint64_t width, uint64_t height,
                     uint32_t elementBytes);
  void fillRectangle(const Surface& to, uint64_t width, uint64_t height, const void* element,
                     uint32_t elementBytes);
  bool blockTiling(uint32_t field, bool isVolume, Surface& surface);

  Environment environment_;
  HardwareState& state_;
  GpuMemory& memory_;
  Position& position_;
  Waiting waiting_;
  const char* name_ = "";
};

}  // namespace fake_gpu
