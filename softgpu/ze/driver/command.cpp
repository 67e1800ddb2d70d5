// Commands of one execution of a list.
#include "softgpu/ze/driver/command.h"

#include <algorithm>

namespace softgpu::driver {
namespace {

class Submitted final : public Command {
 public:
  explicit Submitted(std::shared_ptr<const Command> command) : command_(std::move(command)) {
    for (const auto& wait : command_->waits) {
      if (auto now = wait->submittedWait())
        waits.push_back(std::move(now));
      else
        waits.push_back(wait);
    }
    if (command_->signal) {
      signal = command_->signal->submittedSignal();
      if (!signal) signal = command_->signal;
    }
    barrier = command_->barrier;
    uses = command_->uses;
  }
  void execute() const override { command_->execute(); }

 private:
  const std::shared_ptr<const Command> command_;
};

}  // namespace

std::shared_ptr<const CommandArray> submitted(std::shared_ptr<const CommandArray> commands) {
  if (std::none_of(commands->begin(), commands->end(), [](const auto& one) { return one->recorded; })) {
    return commands;
  }
  auto result = std::make_shared<CommandArray>();
  result->reserve(commands->size());
  // In order: what waits for an earlier command of the list waits for it in this execution.
  for (const auto& command : *commands) {
    if (command->recorded) {
      result->push_back(std::make_shared<Submitted>(command));
    } else {
      result->push_back(command);
    }
  }
  return result;
}

}  // namespace softgpu::driver
