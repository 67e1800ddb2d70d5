// Command lists, regular and immediate: appending records a command, or hands it to the list's stream.
// Threads: as the specification has it, one thread at a time appends to a list.
#pragma once

#include <level_zero/ze_api.h>

#include <memory>
#include <utility>
#include <vector>

#include "softgpu/ze/driver/mutable_commands.h"
#include "softgpu/ze/driver/queue.h"

namespace softgpu::driver {

// The events of one append call.
struct EventArgs {
  ze_event_handle_t signal = nullptr;
  uint32_t waitCount = 0;
  ze_event_handle_t* waits = nullptr;
  std::vector<std::shared_ptr<SyncPoint>> points = {};  // waited for, too
};

class List : public Object {
 public:
  using Handle = ze_command_list_handle_t;
  static constexpr Kind kKind = Kind::List;
  // Immediate with a stream: asynchronous; without: commands run inside the append call.
  List(std::shared_ptr<Context> context, bool immediate, bool inOrder, std::shared_ptr<Stream> stream);

  // What it was made with, for those who ask.
  struct Origin {
    ze_context_handle_t context = nullptr;
    ze_device_handle_t device = nullptr;
    uint32_t ordinal = 0, index = 0;    // of its queue group, and in it
    ze_command_list_flags_t flags = 0;  // of a regular list
    Queue::Origin queue = {};           // of an immediate one
  } origin;

  bool immediate() const { return immediate_; }
  bool inOrder() const { return inOrder_; }
  // Ok where kernels can be launched: not in the group that only copies.
  ze_result_t launches() const {
    SOFTGPU_REQUIRE_SAID(origin.ordinal == 0, ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE,
                         "the queue group of the command list only copies");
    return ZE_RESULT_SUCCESS;
  }
  bool wait(Deadline deadline) const { return !stream_ || stream_->wait(deadline); }
  ze_result_t close();
  ze_result_t reset();
  // Null while the list is open.
  std::shared_ptr<const CommandArray> contents() const { return closed_; }
  // Ok when commands may be appended.
  ze_result_t open() const {
    SOFTGPU_REQUIRE_SAID(!closed_, ZE_RESULT_ERROR_INVALID_ARGUMENT, "the command list is closed");
    SOFTGPU_REQUIRE_SAID(!updating_, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                         "the command list is being changed, and takes no more commands");
    return ZE_RESULT_SUCCESS;
  }

  // A closed list of the same commands.
  std::shared_ptr<List> clone() const;
  // Of an immediate list: the commands of closed ones, between the waits and the signal.
  ze_result_t appendLists(const EventArgs& events, std::vector<std::shared_ptr<const CommandArray>> contents);

  // Mutable lists (list_mutable.cpp). A command's number is for the next that is appended; of a launch the
  // list is told afterwards. The first change opens a closed list for changes, not for commands.
  void makeMutable() { mutables_ = std::make_unique<MutableCommands>(); }
  bool isMutable() const { return mutables_ != nullptr; }
  ze_result_t nextCommand(uint32_t flags, std::vector<std::shared_ptr<Kernel>> kernels, uint64_t* id);
  void noteLaunch(const Kernel& kernel, const ze_group_count_t& groups, bool together);
  ze_result_t beginUpdate(uint64_t id, MutableCommand** command);
  ze_result_t changeSignal(uint64_t id, ze_event_handle_t handle);
  ze_result_t changeWaits(uint64_t id, uint32_t count, ze_event_handle_t* handles);

  template <class Body>
  ze_result_t append(const EventArgs& events, Body body) {
    return add(std::make_shared<BodyCommand<Body>>(std::move(body)), events);
  }
  // For what only moves bytes of the application's.
  template <class Body>
  ze_result_t appendTransfer(const EventArgs& events, Body body) {
    auto command = std::make_shared<BodyCommand<Body>>(std::move(body));
    command->transfers = true;
    return add(std::move(command), events);
  }
  // For what is ordered with all commands before and after it.
  template <class Body>
  ze_result_t appendBarrier(const EventArgs& events, Body body) {
    auto command = std::make_shared<BodyCommand<Body>>(std::move(body));
    command->barrier = true;
    return add(std::move(command), events);
  }

 private:
  ze_result_t add(std::shared_ptr<Command> command, const EventArgs& events);
  void noteMutable(const std::shared_ptr<const Command>& body, const EventArgs& events);
  ze_result_t finishUpdate();
  ze_result_t addWait(ze_event_handle_t handle, Command& command) const;

  std::shared_ptr<Context> context_;
  const bool immediate_, inOrder_;
  std::shared_ptr<Stream> stream_;
  ListCounters counters_;
  CommandArray recorded_;
  std::shared_ptr<const CommandArray> closed_;
  std::unique_ptr<MutableCommands> mutables_;  // null: the list is not mutable
  bool updating_ = false;                      // recorded_ is the closed list, which is being changed
};

}  // namespace softgpu::driver
