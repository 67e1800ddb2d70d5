// Follows one job's batch: reads commands, names them, lets them take effect, and remembers the last ones for
// reports. Runs in slices on the engine's thread, so that a job which waits lets others go on.
#pragma once
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "tests/intel/fake_gpu/engine/effects.h"

namespace fake_gpu {

class Walker {
 public:
  enum class State {
    Running,  // the slice's budget is used up
    Blocked,  // in a semaphore
    Done,
    Stopped,  // reported; the rest of the batch cannot be followed
  };
  struct Facts {
    std::string place;  // "TGL rcs0, context 3"
    EngineClass engine = EngineClass::Render;
    Generation generation = Generation::Gen12;
    EngineCounts* counts = nullptr;
    bool imageEnds = true;
    std::function<void(const Violation&)> report;
    StoreLog stored;
    std::function<void(const std::string&)> trace;  // null: off
  };

  Walker(Facts facts, HardwareState& state, std::shared_ptr<const AddressSpace> space, uint64_t batch);

  State run(uint32_t commands, const std::atomic<bool>& stop);
  bool usedUnlisted() const { return memory_.usedUnlisted(); }
  // Commands done so far: progress.
  uint64_t commands() const { return done_; }
  const Waiting& waiting() const { return effects_.waiting(); }
  uint64_t address() const { return position_.command; }
  // "MI_SEMAPHORE_WAIT at 0x1000", and the commands before it.
  std::string command() const;
  std::string trail() const;

 private:
  struct Past {
    uint64_t address = 0;
    uint32_t header = 0;
    const char* name = nullptr;
  };
  static constexpr size_t pastCommands = 16;
  static constexpr uint32_t maxViolations = 16;  // of one job; a broken batch would repeat itself for ever

  bool fetch(uint64_t address, uint32_t dwords);
  bool isBatchThatFirmwareWouldWrite();
  void report(const std::string& what);

  Facts facts_;
  GpuMemory memory_;
  Position position_;
  Effects effects_;
  std::vector<uint32_t> dwords_;
  std::array<Past, pastCommands> past_{};
  uint64_t seen_ = 0;
  uint64_t done_ = 0;
  uint32_t violations_ = 0;
  const char* name_ = "";
  bool onlyZeros_ = false;  // since the last jump
  bool again_ = false;      // the command is a blocked one, tried again
};

}  // namespace fake_gpu
