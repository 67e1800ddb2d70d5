// Keeps objects alive while commands that use them are on the device, without an event a command: references
// are gathered in chunks, a chunk is closed with one Level Zero event, and dropped when that has been
// signalled, or earlier when somebody has seen a later command end.
#pragma once

#include <cstdint>
#include <vector>

#include "icd/object/object.h"
#include "l0backend/queue/queue.h"

namespace clze::icd {

// Lives in a queue's state, under its lock. Lists it hands out are let go by the caller without that lock,
// since dropping references runs destructors; recycle() takes the empty list back.
class InFlight {
 public:
  struct Kept {
    Ref<Object> object;
    uint64_t command = 0;  // the last one that uses it
  };
  using List = std::vector<Kept>;

  // Commands are numbered in the order they are appended; begins the next one.
  uint64_t begin() { return ++command_; }
  // The last one begun.
  uint64_t position() const { return command_; }
  // An object of the command begun last (a kernel's argument block, a buffer, an event waited for).
  void keep(Object* object);
  // Asked after a command was appended: it is time to close().
  bool full() const { return current_.size() >= kChunk; }
  // Closes the chunk, and moves finished ones to `dropped`.
  void close(l0::Queue& queue, l0::EventProvider& events, List& dropped);
  // All commands up to `position` have completed.
  void completed(uint64_t position, List& dropped);
  void recycle(List&& emptied);
  bool empty() const { return current_.empty() && chunks_.empty(); }

 private:
  static constexpr size_t kChunk = 256;     // references a chunk holds before it is closed
  static constexpr size_t kLookBack = 4;    // a kernel launched again and again is kept once
  static constexpr size_t kSpareLists = 8;  // so that a steady state allocates nothing
  struct Chunk {
    List objects;
    l0::Event done;  // signalled after the last command of the chunk
  };
  // What no command after `position` uses.
  static void moveTo(List& dropped, List& objects, uint64_t position = UINT64_MAX);

  uint64_t command_ = 0;
  List current_;
  std::vector<Chunk> chunks_;  // oldest first; a few
  std::vector<List> spare_;
};

}  // namespace clze::icd
