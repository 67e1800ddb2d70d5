// Keeps objects alive while commands that use them are on the device, without an event a command: references
// are gathered in chunks, a chunk is closed with one Level Zero event, and dropped when that has been
// signalled.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "icd/object/object.h"
#include "l0backend/queue/queue.h"

namespace clze::icd {

// Lives in a queue's state, under its lock.
class InFlight {
 public:
  // One command's object (a kernel's argument block, a buffer, an event waited for).
  void keep(Object* object);
  // After a command was appended: closes the chunk when it is full, and drops finished chunks into `dropped`.
  // References in `dropped` are let go by the caller without the queue's lock, since they run destructors.
  Result<void> advance(l0::Queue& queue, l0::EventProvider& events, std::vector<Ref<Object>>& dropped);
  // Everything appended so far has completed.
  void clear(std::vector<Ref<Object>>& dropped);
  bool empty() const { return current_.empty() && chunks_.empty(); }

 private:
  static constexpr size_t kChunk = 256;  // references a chunk holds before it is closed
  struct Chunk {
    std::vector<Ref<Object>> objects;
    l0::Event done;
  };
  std::vector<Ref<Object>> current_;
  std::deque<Chunk> chunks_;
  std::vector<std::vector<Ref<Object>>> spare_;  // emptied vectors, so that a steady state allocates nothing
};

}  // namespace clze::icd
