// Mutable command lists: closed, changed, closed again. Executions that still run keep the commands they
// began with.
#include <algorithm>

#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/list.h"
#include "softgpu/ze/driver/mutable_commands.h"

namespace softgpu::driver {
namespace {

constexpr uint32_t kAllFlags = 0xff;

// What a command signals that has been told to signal no event.
class UnseenPoint final : public SyncPoint {
 public:
  bool signalled() const override { return true; }
  bool wait(Deadline) const override { return true; }
  void signal(uint64_t, uint64_t) override {}
  ze_kernel_timestamp_result_t times() const override { return {}; }
};

class ChangedCommand final : public Command {
 public:
  explicit ChangedCommand(const MutableCommand& from) : body_(from.body) {
    waits = from.waits;
    signal = from.signal;
    barrier = body_->barrier;
    uses = body_->uses;
    const auto recordedPoint = [](const auto& point) { return point->submittedWait() != nullptr; };
    recorded = std::any_of(waits.begin(), waits.end(), recordedPoint) || (signal && recordedPoint(signal));
    // The events may have changed, and what they were is no longer used.
    std::erase_if(uses.objects,
                  [](uint64_t key) { return (key & 0xff) == static_cast<uint64_t>(Event::kKind); });
    for (const uint64_t event : from.events) {
      if (event != 0) uses.objects.push_back(event);
    }
  }
  void execute() const override { body_->execute(); }

 private:
  const std::shared_ptr<const Command> body_;
};

// The launch with what its kernel is now set to.
ze_result_t relaunch(MutableCommand& command) {
  SOFTGPU_REQUIRE_SAID(!command.countMissing, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the command's kernel was changed, and no group count was given for it");
  Launch launch;
  SOFTGPU_TRY(command.kernel->snapshot(&launch));
  auto run = [groups = command.groups, together = command.together, launch = std::move(launch)] {
    together ? launch.runTogether(groups) : launch.run(groups);
  };
  auto body = std::make_shared<BodyCommand<decltype(run)>>(std::move(run));
  body->barrier = command.body->barrier;
  if (strict::on()) {
    body->uses = strict::currentUses();
    body->uses.call = command.body->uses.call;
  }
  command.body = std::move(body);
  return ZE_RESULT_SUCCESS;
}

ze_result_t checkIdFlags(uint32_t flags, bool kernels, uint32_t* effective) {
  SOFTGPU_REQUIRE((flags & ~kAllFlags) == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE_SAID((flags & newer::kMutableGraphArguments) == 0, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION,
                       "there are no recorded graphs");
  *effective = flags != 0 ? flags : kAllFlags & ~(newer::kMutableKernel | newer::kMutableGraphArguments);
  SOFTGPU_REQUIRE_SAID(kernels == ((*effective & newer::kMutableKernel) != 0),
                       ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "kernels are given for commands whose kernel may change, and only for these");
  return ZE_RESULT_SUCCESS;
}

// The command of a chained structure, which all have the number at the same place.
uint64_t commandIdOf(const ze_base_desc_t& desc) {
  return reinterpret_cast<const newer::MutableTripleDesc&>(desc).commandId;
}

ze_result_t change(MutableCommand& command, const ze_base_desc_t& desc, uint32_t flag) {
  SOFTGPU_REQUIRE_SAID((command.flags & flag) != 0 && command.kernel, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "this of the command was not announced to change, or it is no launch");
  if (flag == newer::kMutableArguments) {
    const auto& argument = reinterpret_cast<const newer::MutableArgumentDesc&>(desc);
    SOFTGPU_TRY(command.kernel->setArgument(argument.argIndex, argument.argSize, argument.pArgValue));
  } else if (flag == newer::kMutableGroupCount) {
    const auto* groups = reinterpret_cast<const newer::MutableGroupCountDesc&>(desc).pGroupCount;
    SOFTGPU_REQUIRE_POINTER(groups);
    SOFTGPU_REQUIRE(!command.together || mayRunTogether(*groups), ZE_RESULT_ERROR_INVALID_ARGUMENT);
    command.groups = *groups;
    command.countMissing = false;
  } else {
    const auto& triple = reinterpret_cast<const newer::MutableTripleDesc&>(desc);
    if (flag == newer::kMutableGroupSize) {
      SOFTGPU_TRY(command.kernel->setGroupSize({triple.x, triple.y, triple.z}));
    } else {
      command.kernel->setGlobalOffset({triple.x, triple.y, triple.z});
    }
  }
  command.changed = command.launchChanged = true;
  return ZE_RESULT_SUCCESS;
}

uint32_t flagOf(ze_structure_type_t type) {
  if (type == newer::kStypeMutableArgument) return newer::kMutableArguments;
  if (type == newer::kStypeMutableGroupCount) return newer::kMutableGroupCount;
  if (type == newer::kStypeMutableGroupSize) return newer::kMutableGroupSize;
  return type == newer::kStypeMutableGlobalOffset ? newer::kMutableGlobalOffset : 0;
}

}  // namespace

uint64_t MutableCommands::next(uint32_t flags, std::vector<std::shared_ptr<Kernel>> kernels) {
  pending_ = {};
  pending_.flags = flags;
  pending_.kernels = std::move(kernels);
  asked_ = nextId_++;
  return asked_;
}

MutableCommand* MutableCommands::appended(size_t index) {
  if (asked_ == 0) return nullptr;
  last_ = std::exchange(asked_, 0);
  pending_.index = index;
  return &(commands_[last_] = std::exchange(pending_, {}));
}

MutableCommand* MutableCommands::find(uint64_t id) {
  const auto found = commands_.find(id);
  return found != commands_.end() ? &found->second : nullptr;
}

MutableCommand* MutableCommands::at(size_t index) {
  MutableCommand* last = find(last_);
  return last != nullptr && last->index == index ? last : nullptr;
}

void MutableCommands::clear() {
  commands_.clear();
  asked_ = last_ = 0;
}

void List::noteLaunch(const Kernel& kernel, const ze_group_count_t& groups, bool together) {
  if (!mutables_ || closed_ || recorded_.empty()) return;
  MutableCommand* command = mutables_->at(recorded_.size() - 1);
  if (command == nullptr) return;
  command->kernel = kernel.copy();
  command->groups = groups;
  command->together = together;
}

void List::noteMutable(const std::shared_ptr<const Command>& body, const EventArgs& events) {
  MutableCommand* command = mutables_->appended(recorded_.size() - 1);
  if (command == nullptr) return;
  command->body = body;
  command->waits = body->waits;
  command->signal = body->signal;
  command->waitCount = events.waitCount;
  command->events = {reinterpret_cast<uint64_t>(events.signal)};
  for (uint32_t i = 0; i < events.waitCount; ++i) {
    command->events.push_back(reinterpret_cast<uint64_t>(events.waits[i]));
  }
}

ze_result_t List::nextCommand(uint32_t flags, std::vector<std::shared_ptr<Kernel>> kernels, uint64_t* id) {
  SOFTGPU_REQUIRE_SAID(mutables_, ZE_RESULT_ERROR_INVALID_ARGUMENT, "the command list is not mutable");
  SOFTGPU_TRY(open());
  *id = mutables_->next(flags, std::move(kernels));
  return ZE_RESULT_SUCCESS;
}

ze_result_t List::beginUpdate(uint64_t id, MutableCommand** command) {
  SOFTGPU_REQUIRE_SAID(mutables_, ZE_RESULT_ERROR_INVALID_ARGUMENT, "the command list is not mutable");
  SOFTGPU_REQUIRE_SAID(closed_ || updating_, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the command list was not closed yet");
  *command = mutables_->find(id);
  SOFTGPU_REQUIRE_SAID(*command != nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "no command of the list has this number");
  if (!updating_) recorded_ = *std::exchange(closed_, nullptr);
  updating_ = true;
  return ZE_RESULT_SUCCESS;
}

ze_result_t List::finishUpdate() {
  for (auto& [id, command] : mutables_->all()) {
    if (command.launchChanged) SOFTGPU_TRY(relaunch(command));
    command.launchChanged = false;
    if (std::exchange(command.changed, false))
      recorded_[command.index] = std::make_shared<ChangedCommand>(command);
  }
  updating_ = false;
  return ZE_RESULT_SUCCESS;
}

ze_result_t List::changeSignal(uint64_t id, ze_event_handle_t handle) {
  MutableCommand* command = nullptr;
  SOFTGPU_TRY(beginUpdate(id, &command));
  SOFTGPU_REQUIRE_SAID((command->flags & newer::kMutableSignalEvent) != 0 && command->signal != nullptr,
                       ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the command has signalled no event, or it was not announced to change");
  std::shared_ptr<SyncPoint> point;
  bool counted = false;
  if (handle != nullptr) {
    const auto event = lookup<Event>(handle);
    SOFTGPU_REQUIRE(event, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    SOFTGPU_TRY(event->appended({immediate_, inOrder_, &counters_}, &point));
    counted = event->counterFlags() != 0;
  }
  // With none it keeps the right to another one later: a point that nobody looks at.
  command->signal = point ? std::move(point) : std::make_shared<UnseenPoint>();
  command->events[0] = counted ? 0 : reinterpret_cast<uint64_t>(handle);
  command->changed = true;
  return ZE_RESULT_SUCCESS;
}

ze_result_t List::changeWaits(uint64_t id, uint32_t count, ze_event_handle_t* handles) {
  MutableCommand* command = nullptr;
  SOFTGPU_TRY(beginUpdate(id, &command));
  SOFTGPU_REQUIRE_SAID((command->flags & newer::kMutableWaitEvents) != 0, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the command's wait events were not announced to change");
  SOFTGPU_REQUIRE_SAID(count == command->waitCount, ZE_RESULT_ERROR_INVALID_SIZE,
                       "the command was appended with another number of wait events");
  std::vector<std::shared_ptr<SyncPoint>> waits;
  std::vector<uint64_t> events = {command->events[0]};
  for (uint32_t i = 0; handles != nullptr && i < count; ++i) {
    if (handles[i] == nullptr) continue;
    const auto event = lookup<Event>(handles[i]);
    SOFTGPU_REQUIRE(event, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    if (auto point = event->current()) waits.push_back(std::move(point));
    if (event->counterFlags() == 0) events.push_back(reinterpret_cast<uint64_t>(handles[i]));
  }
  command->waits = std::move(waits);
  command->events = std::move(events);
  command->changed = true;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listGetNextCommandIdWithKernelsExp(ze_command_list_handle_t hCommandList,
                                                          const newer::MutableCommandIdDesc* desc,
                                                          uint32_t numKernels, ze_kernel_handle_t* phKernels,
                                                          uint64_t* pCommandId) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(pCommandId);
  SOFTGPU_REQUIRE(numKernels == 0 || phKernels != nullptr, ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  uint32_t flags = 0;
  SOFTGPU_TRY(checkIdFlags(desc->flags, numKernels > 0, &flags));
  std::vector<std::shared_ptr<Kernel>> kernels;
  for (uint32_t i = 0; i < numKernels; ++i) {
    SOFTGPU_RESOLVE(Kernel, kernel, phKernels[i]);
    kernels.push_back(kernel);
  }
  return list->nextCommand(flags, std::move(kernels), pCommandId);
}

ze_result_t ZE_APICALL listGetNextCommandIdExp(ze_command_list_handle_t hCommandList,
                                               const newer::MutableCommandIdDesc* desc,
                                               uint64_t* pCommandId) {
  return listGetNextCommandIdWithKernelsExp(hCommandList, desc, 0, nullptr, pCommandId);
}

ze_result_t ZE_APICALL listUpdateMutableCommandsExp(ze_command_list_handle_t hCommandList,
                                                    const newer::MutableCommandsDesc* desc) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE(desc->flags == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  for (const auto* next = static_cast<const ze_base_desc_t*>(desc->pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    const uint32_t flag = flagOf(next->stype);
    SOFTGPU_REQUIRE(flag != 0, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    MutableCommand* command = nullptr;
    SOFTGPU_TRY(list->beginUpdate(commandIdOf(*next), &command));
    SOFTGPU_TRY(change(*command, *next, flag));
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listUpdateMutableCommandSignalEventExp(ze_command_list_handle_t hCommandList,
                                                              uint64_t commandId,
                                                              ze_event_handle_t hSignalEvent) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  return list->changeSignal(commandId, hSignalEvent);
}

ze_result_t ZE_APICALL listUpdateMutableCommandWaitEventsExp(ze_command_list_handle_t hCommandList,
                                                             uint64_t commandId, uint32_t numWaitEvents,
                                                             ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  return list->changeWaits(commandId, numWaitEvents, phWaitEvents);
}

// A kernel that is switched to has no arguments yet, and the launch no group count.
ze_result_t ZE_APICALL listUpdateMutableCommandKernelsExp(ze_command_list_handle_t hCommandList,
                                                          uint32_t numKernels, uint64_t* pCommandId,
                                                          ze_kernel_handle_t* phKernels) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pCommandId);
  SOFTGPU_REQUIRE_POINTER(phKernels);
  for (uint32_t i = 0; i < numKernels; ++i) {
    SOFTGPU_RESOLVE(Kernel, kernel, phKernels[i]);
    MutableCommand* command = nullptr;
    SOFTGPU_TRY(list->beginUpdate(pCommandId[i], &command));
    const auto& allowed = command->kernels;
    SOFTGPU_REQUIRE_SAID(
        command->kernel && std::find(allowed.begin(), allowed.end(), kernel) != allowed.end(),
        newer::kInvalidKernelHandle, "the kernel is none of those the command was given");
    command->kernel = kernel->unset();
    command->changed = command->launchChanged = command->countMissing = true;
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL listIsMutableExp(ze_command_list_handle_t hCommandList, ze_bool_t* pIsMutable) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pIsMutable);
  *pIsMutable = list->isMutable() ? 1 : 0;
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver
