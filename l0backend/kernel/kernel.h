// A kernel on one device, its arguments as an immutable block, and what one launch is.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/light_mutex.h"
#include "l0backend/kernel/arg_bytes.h"
#include "l0backend/module/module.h"

namespace clze::l0 {

// Arguments as zeKernelSetArgumentValue takes them. Never changed once made, so that an enqueue can keep a
// reference to it while the application sets the next values. Equal ids mean equal contents.
struct ArgBlock {
  struct Arg {
    size_t size = 0;
    bool null = false;  // local memory (size bytes), or a null buffer
    ArgBytes bytes;     // value, pointer or handle
    // What a pointer or handle stands for, unique in the process; 0: not said. An address may come back as
    // another object, so pointer-sized bytes without it are passed on at each new block even when equal.
    uint64_t object = 0;
    // Unique for each value ever set: equal ones are not compared further. 0: not said.
    uint64_t stamp = 0;
  };
  uint64_t id = 0;  // unique in the process
  std::vector<Arg> args;
  bool usesPointersIndirectly = false;
};
uint64_t nextArgBlockId();

using Size3 = std::array<uint32_t, 3>;
// Each launch compares sizes: in place, where the array's own operator calls memcmp.
inline bool sameSize(const Size3& one, const Size3& other) {
  return one[0] == other[0] && one[1] == other[1] && one[2] == other[2];
}

struct KernelProperties {
  Size3 requiredGroupSize = {0, 0, 0};
  uint32_t maxGroupSize = 0, preferredMultiple = 1, maxSubgroupSize = 0, maxSubgroups = 0;
  uint64_t localBytes = 0, privateBytes = 0, spillBytes = 0;
};

class Kernel {
 public:
  static Result<std::unique_ptr<Kernel>> create(std::shared_ptr<Module> module, const Device& device,
                                                const std::string& name);
  const KernelProperties& properties() const { return properties_; }
  uint64_t id() const { return id_; }  // unique in the process
  // The driver's choice for a global size; the last one is remembered.
  Result<Size3> suggestGroupSize(const Size3& globalSize) const;

 private:
  friend class Queue;
  const uint64_t id_ = nextArgBlockId();
  std::shared_ptr<Module> module_;
  KernelHandle handle_;
  KernelProperties properties_;
  // Passes on what differs from the bound state. mutex_ held; no Level Zero call when nothing differs.
  Result<void> bind(const ArgBlock& args, const Size3& groupSize, const Size3& offset);
  Result<void> bindArgs(const ArgBlock& args);

  // Held from setting arguments to the append that snapshots them: the handle is not thread-safe.
  mutable LightMutex mutex_;
  mutable Size3 askedSize_ = {0, 0, 0}, suggestedSize_ = {0, 0, 0};  // suggestGroupSize()'s last
  uint64_t boundArgs_ = 0;                                           // id of the ArgBlock last set
  struct Bound {
    ArgBlock::Arg arg;
    bool valid = false;  // false: setting it has failed, or it was never tried
  };
  std::vector<Bound> bound_;  // its contents
  bool boundIndirect_ = false;
  Size3 boundGroupSize_ = {0, 0, 0};
  Size3 boundOffset_ = {0, 0, 0};
};

struct Launch {
  Kernel* kernel = nullptr;
  const ArgBlock* args = nullptr;
  Size3 groupSize = {1, 1, 1}, groupCount = {1, 1, 1}, offset = {0, 0, 0};
};

}  // namespace clze::l0
