// Chunks of references.
#include "icd/command/in_flight.h"

#include <algorithm>
#include <iterator>

namespace clze::icd {

void InFlight::keep(Object* object) {
  // Newest first: a kernel launched again is among the last.
  const size_t look = std::min(kLookBack, current_.size());
  for (size_t back = 1; back <= look; ++back) {
    Kept& kept = current_[current_.size() - back];
    if (kept.object.get() == object) {
      kept.command = command_;
      return;
    }
  }
  if (current_.capacity() == 0 && !spare_.empty()) {
    current_ = std::move(spare_.back());
    spare_.pop_back();
  }
  current_.push_back({Ref<Object>(object), command_});
}

void InFlight::close(l0::Queue& queue, l0::EventProvider& events, List& dropped) {
  // When there is no event to be had the chunk stays open and the next command tries again.
  auto done = events.borrow();
  if (done) {
    // Even a failed append may signal later: the event stays with the chunk.
    static_cast<void>(queue.marker({.signal = done->get()}));
    chunks_.push_back({std::move(current_), *std::move(done)});
    current_ = List();
  }
  size_t finished = 0;
  while (finished < chunks_.size()) {
    const auto signalled = chunks_[finished].done.signalled();
    if (!signalled || !*signalled) break;
    moveTo(dropped, chunks_[finished].objects);
    ++finished;
  }
  chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(finished));
}

void InFlight::completed(uint64_t position, List& dropped) {
  for (Chunk& chunk : chunks_) moveTo(dropped, chunk.objects, position);
  moveTo(dropped, current_, position);
  // The marker of an emptied chunk may still be on its way; its event is lent on only after that.
  std::erase_if(chunks_, [](const Chunk& chunk) {
    if (!chunk.objects.empty()) return false;
    const auto signalled = chunk.done.signalled();
    return signalled && *signalled;
  });
}

void InFlight::recycle(List&& emptied) {
  if (spare_.size() < kSpareLists && emptied.capacity() != 0) spare_.push_back(std::move(emptied));
}

void InFlight::moveTo(List& dropped, List& objects, uint64_t position) {
  if (dropped.empty() && std::all_of(objects.begin(), objects.end(),
                                     [position](const Kept& kept) { return kept.command <= position; })) {
    std::swap(dropped, objects);
    return;
  }
  const auto done = std::stable_partition(objects.begin(), objects.end(),
                                          [position](const Kept& kept) { return kept.command > position; });
  dropped.insert(dropped.end(), std::make_move_iterator(done), std::make_move_iterator(objects.end()));
  objects.erase(done, objects.end());
}

}  // namespace clze::icd
