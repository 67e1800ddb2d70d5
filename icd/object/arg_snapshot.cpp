// Snapshots go round.
#include "icd/object/arg_snapshot.h"

#include <utility>

namespace clze::icd {

void ArgSnapshot::lastRelease() {
  objects.clear();
  // The pool may go with this reference, and the snapshot with it.
  const Ref<SnapshotPool> pool = std::move(pool_);
  pool->giveBack(std::unique_ptr<ArgSnapshot>(this));
}

SnapshotPool::~SnapshotPool() {
  // One by one: a chain of owners would be destroyed by recursion.
  auto free = free_.lock();
  while (free->first) free->first = std::move(free->first->next_);
}

Ref<ArgSnapshot> SnapshotPool::take() {
  std::unique_ptr<ArgSnapshot> taken;
  {
    auto free = free_.lock();
    if (free->first) {
      taken = std::move(free->first);
      free->first = std::move(taken->next_);
      --free->count;
    }
  }
  if (taken) {
    taken->revive();
  } else {
    taken = std::make_unique<ArgSnapshot>();
  }
  taken->pool_ = Ref<SnapshotPool>(this);
  return Ref<ArgSnapshot>::adopt(taken.release());
}

void SnapshotPool::giveBack(std::unique_ptr<ArgSnapshot> snapshot) {
  auto free = free_.lock();
  if (free->count == kMost) return;  // destroyed once the lock is left
  snapshot->next_ = std::move(free->first);
  free->first = std::move(snapshot);
  ++free->count;
}

}  // namespace clze::icd
