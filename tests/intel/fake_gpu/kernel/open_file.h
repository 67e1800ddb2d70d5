// What one open() of a node owns: handles of buffers, contexts, address spaces, syncobjs. Ioctls of one file
// come from any thread; each table has its own lock, and none is held while a job is waited for.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/guarded.h"
#include "tests/intel/fake_gpu/counts/tally.h"
#include "tests/intel/fake_gpu/engine/engine.h"
#include "tests/intel/fake_gpu/kernel/device.h"
#include "tests/intel/fake_gpu/kernel/gem.h"
#include "tests/intel/fake_gpu/kernel/syncobj.h"

namespace fake_gpu {

// Numbers for things: the lowest free one for contexts and spaces would be the kernel's way, but numbers that
// are never used again let a stale one show as an error.
template <class T>
class Table {
 public:
  uint32_t add(T value) {
    const uint32_t number = next_++;
    entries_.emplace(number, std::move(value));
    return number;
  }
  T* find(uint32_t number) {
    const auto entry = entries_.find(number);
    return entry == entries_.end() ? nullptr : &entry->second;
  }
  std::optional<T> take(uint32_t number) {
    auto node = entries_.extract(number);
    return node.empty() ? std::nullopt : std::optional<T>(std::move(node.mapped()));
  }
  std::map<uint32_t, T>& entries() { return entries_; }

 private:
  uint32_t next_ = 1;
  std::map<uint32_t, T> entries_;
};

// An i915 address space: where buffers without an address of their own were put.
class PpGtt {
 public:
  PpGtt() {
    tally().spacesCreated++;
    tally().spacesAlive++;
  }
  ~PpGtt() { tally().spacesAlive--; }
  PpGtt(const PpGtt&) = delete;
  PpGtt& operator=(const PpGtt&) = delete;

  // The buffer's address, the same at each execution. Below 4 GiB unless `high`.
  uint64_t addressOf(const Gem& gem, bool high, uint64_t alignment);
  void forget(const Gem& gem);
  // What executions have bound here and nobody has closed: the hardware still finds it, listed again or not.
  const std::shared_ptr<AddressSpace>& bound() const { return bound_; }

 private:
  const std::shared_ptr<AddressSpace> bound_ = std::make_shared<AddressSpace>();
  std::mutex mutex_;
  std::map<uint64_t, std::pair<uint64_t, uint64_t>> byObject_;  // object's id -> address, bytes
  std::map<uint64_t, uint64_t> taken_;                          // address -> bytes
};

struct EngineSlot {
  EngineClass engine;
  uint32_t instance;
};

// An i915 context, or xe's exec queue: jobs of it run in order on each engine.
struct GemContext {
  std::shared_ptr<Context> context;
  std::shared_ptr<PpGtt> space;
  uint32_t spaceNumber = 0;  // the number that VM_CREATE gave; 0: its own
  std::vector<std::optional<EngineSlot>>
      engines;  // set by CONTEXT_PARAM_ENGINES; execbuffer's ring is an index
  bool hasEngineMap = false;
  bool isRecoverable = true;
  bool isPersistent = true;
  int64_t priority = 0;
};

// xe's VM: bindings that stay.
struct XeSpace {
  std::shared_ptr<AddressSpace> space = std::make_shared<AddressSpace>();
  bool isLongRunning = false;
  // Ends of the jobs that were submitted and may still run.
  using Running = clze::Guarded<std::vector<std::shared_ptr<Fence>>>;
  std::shared_ptr<Running> running = std::make_shared<Running>();
};

class OpenFile {
 public:
  OpenFile(Device& device, bool render);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  Device& device() { return device_; }
  const DeviceProfile& profile() const { return device_.profile(); }
  bool isRender() const { return render_; }
  // 0 or a negative errno.
  int ioctl(unsigned long request, void* argument);
  // A CPU map of the buffer that MMAP_OFFSET named by `offset`; MAP_FAILED with errno.
  void* map(void* address, size_t bytes, int protection, int flags, uint64_t offset);
  static uint64_t mapOffsetOf(const Gem& gem);

  uint32_t addHandle(const std::shared_ptr<Gem>& gem);  // the same number for a buffer it has already
  std::shared_ptr<Gem> gem(uint32_t handle);            // null: no such handle
  int closeHandle(uint32_t handle);

  clze::Guarded<Table<GemContext>> contexts;
  clze::Guarded<Table<std::shared_ptr<PpGtt>>> spaces;
  clze::Guarded<Table<XeSpace>> xeSpaces;
  clze::Guarded<Table<std::shared_ptr<Syncobj>>> syncobjs;

 private:
  struct Handles {
    Table<std::shared_ptr<Gem>> byNumber;
    std::map<uint64_t, uint32_t> numberOf;  // by object id
  };
  Device& device_;
  const bool render_;
  clze::Guarded<Handles> handles_;
};

}  // namespace fake_gpu
