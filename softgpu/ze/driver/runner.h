// Runs the commands of one stream: one after the other, or under chaos in any order that barriers, events and
// the in-order flag leave open. Threads: one at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "softgpu/ze/driver/chaos.h"
#include "softgpu/ze/driver/command.h"

namespace softgpu::driver {

// Either one command or the contents of a closed list; then a word to set to 1.
struct Task {
  std::shared_ptr<const Command> command;
  std::shared_ptr<const CommandArray> list;
  std::shared_ptr<WaitWord> fence;
  bool inOrder = false;
  std::shared_ptr<const strict::Uses> uses = nullptr;  // the list and the queue, while commands of it remain

  // For strict mode: at submission, on the application's thread.
  void announce() const;
};

class Runner {
 public:
  using Cancelled = std::function<bool()>;
  Runner() : dice_(chaos::on() ? chaos::nextSerial() : 0) {}

  // Commands of a list have all run when this returns; a single one may be left over. False when cancelled.
  bool run(const Task& task, const Cancelled& cancelled);
  // Runs what is left over.
  void drain();
  bool empty() const { return started_.empty(); }
  chaos::Dice& dice() { return dice_; }

 private:
  bool start(const std::shared_ptr<const Command>& command, bool inOrder, const Cancelled& cancelled);
  void finish(const Command& command);
  void finishOne();

  chaos::Dice dice_;
  // Begun in the order of the list, with all waits over; the specification says no more about them.
  CommandArray started_;
  const strict::Uses* listUses_ = nullptr;
  size_t left_ = 0;  // commands of the list
};

}  // namespace softgpu::driver
