// What may be changed in a closed list: the commands that zeCommandListGetNextCommandIdExp gave a number to,
// as they were appended and changed since (ZE_experimental_mutable_command_list). Threads: as the
// specification has it, one thread at a time changes a list.
#pragma once

#include <level_zero/ze_api.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "softgpu/ze/driver/command.h"
#include "softgpu/ze/driver/kernel.h"

namespace softgpu::driver {

struct MutableCommand {
  uint32_t flags = 0;                            // of ze_mutable_command_exp_flag_t
  std::vector<std::shared_ptr<Kernel>> kernels;  // it may be switched between these
  size_t index = 0;                              // in the list
  bool changed = false;                          // since the list was closed

  std::shared_ptr<const Command> body;
  std::vector<std::shared_ptr<SyncPoint>> waits;
  std::shared_ptr<SyncPoint> signal;
  std::vector<uint64_t> events;  // handles of both, for strict mode: the signal's first
  uint32_t waitCount = 0;

  // Of a launch: the kernel's state is the command's own. Null of other commands.
  std::shared_ptr<Kernel> kernel;
  ze_group_count_t groups{};
  bool together = false;  // cooperative
  bool launchChanged = false;
  bool countMissing = false;  // it was switched to another kernel
};

class MutableCommands {
 public:
  // The number of the next command; the flags have been checked.
  uint64_t next(uint32_t flags, std::vector<std::shared_ptr<Kernel>> kernels);
  // A command has been appended. Null unless a number was asked for it.
  MutableCommand* appended(size_t index);
  // The one with this number, if it was appended; else null.
  MutableCommand* find(uint64_t id);
  // The last that was appended, if it is at this place; else null.
  MutableCommand* at(size_t index);
  std::map<uint64_t, MutableCommand>& all() { return commands_; }
  void clear();

 private:
  static constexpr uint64_t kFirst = 1;
  uint64_t nextId_ = kFirst, asked_ = 0, last_ = 0;  // 0: none
  MutableCommand pending_;
  std::map<uint64_t, MutableCommand> commands_;
};

}  // namespace softgpu::driver
