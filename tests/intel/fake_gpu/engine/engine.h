// The engines of a fake device: a worker thread each (made at first use), which runs jobs in the order of
// each context and switches to another context while one waits in a semaphore, as the hardware's schedulers
// do.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/intel/fake_gpu/engine/fence.h"
#include "tests/intel/fake_gpu/memory/address_space.h"

namespace fake_gpu {

enum class EngineClass { Render, Copy, Video, VideoEnhance, Compute };
const char* name(EngineClass engine);  // "rcs", "bcs", "vcs", "vecs", "ccs"

// What the command streams of a part look like.
enum class Generation {
  Gen9,   // SKL, CFL
  Gen11,  // ICL
  Gen12,  // TGL, RKL, ADL-S, ADL-P, DG1
  XeHpg,  // DG2, MTL, ARL
  Xe2,    // LNL, BMG
  Xe3,    // PTL
};

struct Profile {
  std::string device;  // for messages: "TGL"
  Generation generation = Generation::Gen12;
  uint64_t timestampHz = 19200000;  // of the command streamers' TIMESTAMP register
};

// The engines' clock: CLOCK_MONOTONIC in ticks of `hz`. REG_READ and ENGINE_CYCLES must answer with the same.
uint64_t gpuTimestamp(uint64_t hz);

// A hardware context (i915 context, xe exec queue). Jobs of one context run in order on each engine.
// The kernel half makes it, answers EIO and reset statistics from it, and drops it; queued jobs keep it
// alive.
class Context {
 public:
  explicit Context(uint32_t id) : id(id) {}
  const uint32_t id;
  std::atomic<bool> lost{false};            // a job hung: every later job is cancelled
  std::atomic<uint32_t> batchesActive{0};   // guilty: hangs of this context
  std::atomic<uint32_t> batchesPending{0};  // jobs cancelled because of a hang
};

enum class Outcome {
  Done,
  Stopped,    // the batch could not be walked to its end (unknown command, not resident): reported as a
              // violation
  Hung,       // no progress for the hang limit
  Cancelled,  // the context was lost before, or the fence it waited for failed
};

struct Job {
  EngineClass engine = EngineClass::Render;
  uint32_t instance = 0;
  std::shared_ptr<Context> context;
  std::shared_ptr<const AddressSpace> space;
  uint64_t batch = 0;  // 0: no batch, only fences
  std::vector<std::shared_ptr<Fence>> waits;
  std::shared_ptr<Fence> done;          // may be null
  std::function<void(Outcome)> onDone;  // on the worker, before `done` signals: user fences, object counts
  // A batch that may wait for ever for work by design (direct submission's ring): no hang is reported for it.
  bool longRunning = false;
};

struct Violation {
  std::string what;   // one line
  std::string where;  // device, engine, context, command and its address
  std::string trail;  // the commands before it, one line each; may be empty
};

struct Hang {
  std::string text;  // many lines: what waited, for what, queued jobs, last stores
};

// Filled by the engines, read at any time.
struct EngineCounts {
  std::atomic<uint64_t> jobs{0}, commands{0}, stores{0}, walkers{0}, waits{0}, blockedWaits{0}, switches{0},
      blits{0}, blitBytes{0}, surfaces{0}, mediaCommands{0}, violations{0}, hangs{0};
  // Jobs that touched an object of an earlier execution which they did not list: i915 finds it as long as it
  // is not evicted.
  std::atomic<uint64_t> unlistedJobs{0};
};

struct EngineSettings {
  Profile profile;
  std::chrono::milliseconds hangLimit{10000};
  bool imageEnds = true;  // check that images end inside an object
  // Both are called on worker threads, without any lock of the engines held.
  std::function<void(const Violation&)> onViolation;
  std::function<void(const Hang&)> onHang;
  int traceLevel = 0;  // 1: every job, 2: every command, to `trace`
  std::function<void(const std::string&)> trace;
};

// All engines of one device. Leak it in the library: threads outlive static destructors. In a forked child
// every submitted job is cancelled at once, since the workers are not there.
class Engines {
 public:
  explicit Engines(EngineSettings settings);
  ~Engines();  // waits for running jobs' slices, then cancels what is queued: for tests
  Engines(const Engines&) = delete;
  Engines& operator=(const Engines&) = delete;

  void submit(Job job);
  // True once nothing is queued or running; false at the timeout.
  bool waitIdle(std::chrono::milliseconds timeout);
  // Cancels the queued jobs of a context and stops the running one at its next command (context destroyed,
  // file closed).
  void cancel(const std::shared_ptr<Context>& context);
  const EngineCounts& counts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fake_gpu
