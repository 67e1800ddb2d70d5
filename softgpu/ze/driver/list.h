// Command lists, regular and immediate: appending records a command, or hands it to the list's stream.
// Threads: as the specification has it, one thread at a time appends to a list.
#pragma once

#include <level_zero/ze_api.h>

#include <memory>
#include <utility>

#include "softgpu/ze/driver/queue.h"

namespace softgpu::driver {

// The events of one append call.
struct EventArgs {
  ze_event_handle_t signal = nullptr;
  uint32_t waitCount = 0;
  ze_event_handle_t* waits = nullptr;
};

class List : public Object {
 public:
  using Handle = ze_command_list_handle_t;
  static constexpr Kind kKind = Kind::List;
  // Immediate with a stream: asynchronous; without: commands run inside the append call.
  List(std::shared_ptr<Context> context, bool immediate, std::shared_ptr<Stream> stream,
       uint32_t ordinal = 0);

  bool immediate() const { return immediate_; }
  uint32_t ordinal() const { return ordinal_; }  // of its queue group
  // Ok where kernels can be launched: not in the group that only copies.
  ze_result_t launches() const {
    return ordinal_ == 0 ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE;
  }
  bool wait(Deadline deadline) const { return !stream_ || stream_->wait(deadline); }
  ze_result_t close();
  ze_result_t reset();
  // Null while the list is open.
  std::shared_ptr<const CommandArray> contents() const { return closed_; }
  // Ok when commands may be appended.
  ze_result_t open() const { return closed_ ? ZE_RESULT_ERROR_INVALID_ARGUMENT : ZE_RESULT_SUCCESS; }

  template <class Body>
  ze_result_t append(const EventArgs& events, Body body) {
    return add(std::make_shared<BodyCommand<Body>>(std::move(body)), events);
  }

 private:
  ze_result_t add(std::shared_ptr<Command> command, const EventArgs& events);

  std::shared_ptr<Context> context_;
  const bool immediate_;
  const uint32_t ordinal_;
  std::shared_ptr<Stream> stream_;
  CommandArray recorded_;
  std::shared_ptr<const CommandArray> closed_;
};

}  // namespace softgpu::driver
