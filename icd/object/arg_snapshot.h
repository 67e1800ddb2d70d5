// Arguments of a launch and the objects they name: immutable once a command has them, and used again when the
// last command has let go.
#pragma once

#include <memory>
#include <vector>

#include "base/guarded.h"
#include "icd/object/object.h"
#include "l0backend/kernel/kernel.h"

namespace clze::icd {

class SnapshotPool;

class ArgSnapshot final : public Object {
 public:
  ArgSnapshot() = default;
  l0::ArgBlock block;
  std::vector<Ref<Object>> objects;  // memory and samplers

 private:
  friend class SnapshotPool;
  void lastRelease() override;

  Ref<SnapshotPool> pool_;             // while in use
  std::unique_ptr<ArgSnapshot> next_;  // while in the pool
};

// One kernel's snapshots that nobody uses, so that changing arguments allocates nothing in the long run.
class SnapshotPool final : public Object {
 public:
  SnapshotPool() = default;
  ~SnapshotPool() override;
  // With the arguments of an earlier use, and no objects.
  Ref<ArgSnapshot> take();

 private:
  friend class ArgSnapshot;
  static constexpr size_t kMost = 64;
  struct Free {
    std::unique_ptr<ArgSnapshot> first;
    size_t count = 0;
  };
  void giveBack(std::unique_ptr<ArgSnapshot> snapshot);

  Guarded<Free> free_;
};

}  // namespace clze::icd
