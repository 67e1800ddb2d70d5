// A GEM object as the kernel keeps it: the buffer, who uses it on the engines, and its name as a dma-buf.
// One per buffer in the process, shared by the handles of all open files.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "tests/intel/fake_gpu/engine/fence.h"
#include "tests/intel/fake_gpu/memory/object.h"

namespace fake_gpu {

class Gem {
 public:
  enum class Origin { Created, UserMemory, Imported };

  Gem(std::shared_ptr<Object> object, Origin origin);
  ~Gem();
  Gem(const Gem&) = delete;
  Gem& operator=(const Gem&) = delete;

  Object& object() const { return *object_; }
  const std::shared_ptr<Object>& shared() const { return object_; }
  uint64_t size() const { return object_->size(); }
  Origin origin() const { return origin_; }

  // The reservation: jobs of one buffer wait for its writers, and writers for everybody.
  struct Use {
    std::shared_ptr<Fence> fence;
    bool writes;
    uint16_t engineClass;  // as I915_ENGINE_CLASS_*, for BUSY
  };
  void use(Use use);
  std::vector<Use> uses();  // those not finished
  // False at the timeout (negative: for ever).
  bool waitIdle(std::chrono::nanoseconds timeout, bool writersOnly = false);

 private:
  const std::shared_ptr<Object> object_;
  const Origin origin_;
  std::mutex mutex_;
  std::vector<Use> uses_;
};

// All buffers that have a dma-buf, by the file's inode: importing one's own export gives the same buffer.
class DmaBufs {
 public:
  // A new fd of the buffer, or a negative errno.
  static int exportFd(const std::shared_ptr<Gem>& gem);
  // Null: not a file that can be mapped; `error` is the negative errno.
  static std::shared_ptr<Gem> import(int fd, int& error);
  // Null: the fd is no buffer of a live handle.
  static std::shared_ptr<Gem> find(int fd);
};

}  // namespace fake_gpu
