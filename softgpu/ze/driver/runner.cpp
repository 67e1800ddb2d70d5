// The order of commands.
#include "softgpu/ze/driver/runner.h"

#include <utility>

#include "softgpu/ze/driver/device_only.h"
#include "softgpu/ze/driver/fault.h"
#include "softgpu/ze/driver/guard.h"

namespace softgpu::driver {
namespace {

constexpr size_t kMostStarted = 16;
constexpr uint32_t kDelay = 300;  // microseconds

bool waitFor(const Command& command, const Runner::Cancelled& cancelled) {
  // How often a blocked stream looks whether its queue was destroyed.
  constexpr uint64_t kSlice = 20'000'000;  // ns
  for (const auto& point : command.waits) {
    while (!point->wait(Deadline::after(kSlice))) {
      if (fault::deviceLost || cancelled()) return false;
    }
  }
  return true;
}

bool ready(const Command& command) {
  for (const auto& point : command.waits) {
    if (!point->signalled()) return false;
  }
  return true;
}

}  // namespace

void Task::announce() const {
  if (command) strict::begin(command->uses);
  if (list) {
    for (const auto& one : *list) strict::begin(one->uses);
  }
  if (uses) strict::begin(*uses);
}

bool Runner::run(const Task& task, const Cancelled& cancelled) {
  if (task.command && !start(task.command, task.inOrder, cancelled)) {
    if (strict::on()) strict::end(task.command->uses);
    return false;
  }
  if (task.list) {
    left_ = task.list->size();
    listUses_ = task.uses.get();
    size_t done = 0;
    for (const auto& command : *task.list) {
      if (!start(command, task.inOrder, cancelled)) break;
      ++done;
    }
    drain();
    if (listUses_ != nullptr) strict::end(*std::exchange(listUses_, nullptr));
    if (strict::on()) {
      for (size_t i = done; i < task.list->size(); ++i) strict::end((*task.list)[i]->uses);
    }
    if (done < task.list->size()) return false;
  }
  if (task.fence && !fault::deviceLost) {
    if (chaos::on()) dice_.dawdle(kDelay);
    task.fence->store(1);
  }
  return true;
}

void Runner::drain() {
  while (!started_.empty()) finishOne();
}

bool Runner::start(const std::shared_ptr<const Command>& command, bool inOrder, const Cancelled& cancelled) {
  if (fault::deviceLost) return false;
  const bool mayOverlap = chaos::on() && !inOrder && !command->barrier;
  if (!mayOverlap) {
    drain();
    if (!waitFor(*command, cancelled)) return false;
    finish(*command);
    return true;
  }
  // What it waits for may be among what was begun before.
  while (!started_.empty() && !ready(*command)) finishOne();
  if (!waitFor(*command, cancelled)) return false;
  started_.push_back(command);
  while (started_.size() > kMostStarted) finishOne();
  while (!started_.empty() && dice_.below(3) == 0) finishOne();
  return true;
}

void Runner::finishOne() {
  const size_t index = dice_.below(started_.size());
  const auto command = std::move(started_[index]);
  started_.erase(started_.begin() + static_cast<std::ptrdiff_t>(index));
  finish(*command);
}

void Runner::finish(const Command& command) {
  if (chaos::on()) dice_.dawdle(kDelay);
  if (strict::on()) strict::commandRuns();
  const uint64_t start = command.signal ? timestampNow() : 0;
  // A lost device runs nothing any more.
  if (!fault::deviceLost) {
    const device_only::Access access;
    if (command.transfers) {
      if (const auto trap = trap::run([&] { command.execute(); }))
        guard::commandTrapped(command.uses.call, *trap);
    } else {
      command.execute();
    }
  }
  const uint64_t end = command.signal ? timestampNow() : 0;
  if (chaos::on()) dice_.dawdle(kDelay);
  // Before the event tells the host that it may destroy what was used.
  if (strict::on()) {
    strict::end(command.uses);
    if (left_ > 0 && --left_ == 0 && listUses_ != nullptr) strict::end(*std::exchange(listUses_, nullptr));
    if (command.signal && command.signal->needsReset() && command.signal->signalled() && !fault::deviceLost) {
      strict::misuse(command.uses.call, "the event is signalled again without a reset in between");
    }
    strict::commandRan();
  }
  if (command.signal && !fault::deviceLost) command.signal->signal(start, end);
}

}  // namespace softgpu::driver
