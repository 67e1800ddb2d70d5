// Mutable command lists: arguments, group counts and sizes, offsets, events and kernels of closed lists.
#include <array>

#include "tests/unit/softgpu/ze/driver/newer_fixture.h"

namespace softgpu::test {
namespace {

namespace n = softgpu::newer;

class MutableTest : public NewerTest {
 protected:
  void SetUp() override {
    if (layerValidates()) GTEST_SKIP() << "the layer does not know what the lists chain";
    NewerTest::SetUp();
  }
  ze_command_list_handle_t mutableList() {
    const n::MutableListDesc desc;
    return inOrderRegular(&desc);
  }
  ze_result_t nextId(ze_command_list_handle_t list, uint64_t* id, uint32_t flags = 0) {
    n::MutableCommandIdDesc desc;
    desc.flags = flags;
    return call("zeCommandListGetNextCommandIdExp", list, static_cast<const n::MutableCommandIdDesc*>(&desc),
                id);
  }
  ze_result_t nextId(ze_command_list_handle_t list, uint64_t* id, std::vector<ze_kernel_handle_t> kernels,
                     uint32_t flags = n::kMutableKernel | n::kMutableArguments | n::kMutableGroupCount) {
    n::MutableCommandIdDesc desc;
    desc.flags = flags;
    return call("zeCommandListGetNextCommandIdWithKernelsExp", list,
                static_cast<const n::MutableCommandIdDesc*>(&desc), static_cast<uint32_t>(kernels.size()),
                kernels.data(), id);
  }
  template <class Change>
  ze_result_t update(ze_command_list_handle_t list, const Change& change) {
    n::MutableCommandsDesc desc;
    desc.pNext = &change;
    return call("zeCommandListUpdateMutableCommandsExp", list,
                static_cast<const n::MutableCommandsDesc*>(&desc));
  }
  template <class T>
  static n::MutableArgumentDesc argument(uint64_t id, uint32_t index, const T& value) {
    n::MutableArgumentDesc desc;
    desc.commandId = id;
    desc.argIndex = index;
    desc.argSize = sizeof(T);  // NOLINT(bugprone-sizeof-expression): T may be a pointer
    desc.pArgValue = &value;
    return desc;
  }
  static n::MutableGroupCountDesc count(uint64_t id, const ze_group_count_t& groups) {
    n::MutableGroupCountDesc desc;
    desc.commandId = id;
    desc.pGroupCount = &groups;
    return desc;
  }
  static n::MutableTripleDesc triple(ze_structure_type_t type, uint64_t id, uint32_t x) {
    n::MutableTripleDesc desc;
    desc.stype = type;
    desc.commandId = id;
    desc.x = x;
    desc.y = desc.z = type == n::kStypeMutableGroupSize ? 1 : 0;
    return desc;
  }
  // fill(memory, value) on 4 groups of 1.
  void appendFill(ze_command_list_handle_t list, ze_kernel_handle_t fill, uint32_t* memory, uint32_t value,
                  ze_event_handle_t signal = nullptr, std::vector<ze_event_handle_t> waits = {}) {
    ASSERT_EQ(setArgument(fill, 0, memory), ZE_RESULT_SUCCESS);
    ASSERT_EQ(setArgument(fill, 1, value), ZE_RESULT_SUCCESS);
    ASSERT_EQ(
        zeCommandListAppendLaunchKernel(list, fill, &kGroups, signal, static_cast<uint32_t>(waits.size()),
                                        waits.empty() ? nullptr : waits.data()),
        ZE_RESULT_SUCCESS);
  }
  void close(ze_command_list_handle_t list) { ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS); }
  void run(ze_command_list_handle_t list) {
    if (queue_ == nullptr) queue_ = queue();
    ASSERT_EQ(zeCommandQueueExecuteCommandLists(queue_, 1, &list, nullptr), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeCommandQueueSynchronize(queue_, kForever), ZE_RESULT_SUCCESS);
  }
  static constexpr ze_group_count_t kGroups{4, 1, 1};

 private:
  ze_command_queue_handle_t queue_ = nullptr;
};

TEST_F(MutableTest, NumbersAreChecked) {
  uint64_t id = 0;
  EXPECT_EQ(nextId(inOrderRegular(), &id), kInvalid) << "not mutable";
  EXPECT_EQ(nextId(immediate(), &id), kInvalid);
  auto* list = mutableList();
  EXPECT_EQ(nextId(list, nullptr), kNullPointer);
  EXPECT_EQ(nextId(list, &id, 0x100), kBadEnumeration);
  EXPECT_EQ(nextId(list, &id, n::kMutableGraphArguments), kLacksEnumeration);
  EXPECT_EQ(nextId(list, &id, n::kMutableKernel), kInvalid) << "between which kernels?";
  EXPECT_EQ(nextId(list, &id, {kernel("fill")}, n::kMutableArguments), kInvalid) << "kernels for nothing";
  EXPECT_EQ(nextId(list, &id, {foreign<ze_kernel_handle_t>()}), kInvalid);
  uint64_t other = 0;
  ASSERT_EQ(nextId(list, &id), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(list, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(nextId(list, &other), ZE_RESULT_SUCCESS);
  EXPECT_NE(id, other);
  close(list);
  EXPECT_EQ(nextId(list, &id), kInvalid) << "closed";
  n::MutableListDesc desc;
  desc.flags = 2;
  auto listDesc = described<ze_command_list_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC, &desc);
  ze_command_list_handle_t made = nullptr;
  EXPECT_EQ(zeCommandListCreate(context, device, &listDesc, &made), kBadEnumeration);
  desc.stype = n::kStypeMutableCommands;
  EXPECT_EQ(zeCommandListCreate(context, device, &listDesc, &made), kLacksEnumeration);
}

TEST_F(MutableTest, ListsAndDeviceSayIt) {
  ze_bool_t is = 2;
  EXPECT_EQ(call("zeCommandListIsMutableExp", mutableList(), static_cast<ze_bool_t*>(nullptr)), kNullPointer);
  ASSERT_EQ(call("zeCommandListIsMutableExp", mutableList(), &is), ZE_RESULT_SUCCESS);
  EXPECT_EQ(is, 1);
  ASSERT_EQ(call("zeCommandListIsMutableExp", regular(), &is), ZE_RESULT_SUCCESS);
  EXPECT_EQ(is, 0);
  n::MutableListProperties lists;
  auto properties = described<ze_device_properties_t>(ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES, &lists);
  ASSERT_EQ(zeDeviceGetProperties(device, &properties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(lists.commandFlags, 0x7fU);
}

TEST_F(MutableTest, UpdatesAreChecked) {
  auto* memory = shared<uint32_t>(16);
  const uint32_t value = 8;
  auto* list = mutableList();
  uint64_t id = 0;
  uint64_t barrier = 0;
  ASSERT_EQ(nextId(list, &id, n::kMutableGroupCount | n::kMutableArguments), ZE_RESULT_SUCCESS);
  appendFill(list, kernel("fill"), memory, 1);
  ASSERT_EQ(nextId(list, &barrier), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(list, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(update(list, argument(id, 1, value)), kInvalid) << "not closed yet";
  close(list);
  EXPECT_EQ(update(list, argument(id + 100, 1, value)), kInvalid) << "no such command";
  EXPECT_EQ(update(list, argument(barrier, 1, value)), kInvalid) << "no launch";
  EXPECT_EQ(update(list, argument(id, 7, value)), ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_INDEX);
  EXPECT_EQ(update(list, argument(id, 0, uint16_t{8})), ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE);
  EXPECT_EQ(update(list, triple(n::kStypeMutableGroupSize, id, 2)), kInvalid) << "was not announced";
  n::MutableGroupCountDesc nothing;
  nothing.commandId = id;
  EXPECT_EQ(update(list, nothing), kNullPointer);
  EXPECT_EQ(update(list, n::MutableListDesc{}), kLacksEnumeration);
  EXPECT_EQ(call("zeCommandListUpdateMutableCommandSignalEventExp", list, id, kNoEvent), kInvalid)
      << "was not announced";
  EXPECT_EQ(call("zeCommandListUpdateMutableCommandSignalEventExp", list, barrier, events(1)[0]), kInvalid)
      << "signalled none before";
  EXPECT_EQ(call("zeCommandListUpdateMutableCommandWaitEventsExp", list, barrier, uint32_t{1}, kNoEvents),
            ZE_RESULT_ERROR_INVALID_SIZE);
  const n::MutableCommandsDesc* const none = nullptr;
  EXPECT_EQ(call("zeCommandListUpdateMutableCommandsExp", list, none), kNullPointer);
}

TEST_F(MutableTest, ListIsClosedAgainBeforeItRuns) {
  auto* memory = shared<uint32_t>(16);
  const uint32_t value = 8;
  auto* list = mutableList();
  uint64_t id = 0;
  ASSERT_EQ(nextId(list, &id), ZE_RESULT_SUCCESS);
  appendFill(list, kernel("fill"), memory, 1);
  close(list);
  ASSERT_EQ(update(list, argument(id, 1, value)), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandQueueExecuteCommandLists(queue(), 1, &list, nullptr), kInvalid);
  EXPECT_EQ(append(list, nullptr), kInvalid) << "nor does it take commands";
  close(list);
  run(list);
  EXPECT_EQ(memory[0], 8U);
}

TEST_F(MutableTest, LaunchesChange) {
  auto* memory = shared<uint32_t>(32);
  auto* fill = kernel("fill");
  auto* list = mutableList();
  std::array<uint64_t, 2> ids{};
  ASSERT_EQ(nextId(list, &ids[0]), ZE_RESULT_SUCCESS);
  appendFill(list, fill, memory, 1);
  ASSERT_EQ(nextId(list, &ids[1]), ZE_RESULT_SUCCESS);
  appendFill(list, fill, memory + 16, 2);
  close(list);
  run(list);
  EXPECT_EQ(memory[3], 1U);
  EXPECT_EQ(memory[4], 0U);
  EXPECT_EQ(memory[16], 2U);
  // Two groups of three from 5 on, filled with 9; the other command stays, and the kernel object, too.
  const uint32_t value = 9;
  const ze_group_count_t groups{2, 1, 1};
  auto offset = triple(n::kStypeMutableGlobalOffset, ids[0], 5);
  auto size = triple(n::kStypeMutableGroupSize, ids[0], 3);
  size.pNext = &offset;
  auto groupCount = count(ids[0], groups);
  groupCount.pNext = &size;
  auto first = argument(ids[0], 1, value);
  first.pNext = &groupCount;
  ASSERT_EQ(update(list, first), ZE_RESULT_SUCCESS);
  close(list);
  std::fill_n(memory, 32, 0);
  run(list);
  for (uint32_t i = 0; i < 16; ++i) EXPECT_EQ(memory[i], i >= 5 && i < 11 ? 9U : 0U) << i;
  EXPECT_EQ(memory[16], 2U);
  EXPECT_EQ(memory[19], 2U);
  // Once more, after it ran: what was changed before stays.
  auto* elsewhere = memory + 8;
  ASSERT_EQ(update(list, argument(ids[0], 0, elsewhere)), ZE_RESULT_SUCCESS);
  close(list);
  std::fill_n(memory, 32, 0);
  run(list);
  EXPECT_EQ(memory[12], 0U);
  EXPECT_EQ(memory[13], 9U);
}

TEST_F(MutableTest, ExecutionInFlightKeepsItsCommands) {
  if (std::getenv("SOFTGPU_STRICT") != nullptr) ::testing::internal::CaptureStderr();
  auto* memory = shared<uint32_t>(16);
  const auto gate = events(1)[0];
  auto* list = mutableList();
  uint64_t id = 0;
  ASSERT_EQ(nextId(list, &id), ZE_RESULT_SUCCESS);
  appendFill(list, kernel("fill"), memory, 1, nullptr, {gate});
  close(list);
  auto* commands = queue();
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(commands, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  const uint32_t value = 8;
  ASSERT_EQ(update(list, argument(id, 1, value)), ZE_RESULT_SUCCESS);
  close(list);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueSynchronize(commands, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[0], 1U);
  if (std::getenv("SOFTGPU_STRICT") != nullptr) {
    EXPECT_THAT(::testing::internal::GetCapturedStderr(),
                ::testing::HasSubstr("is changed while it is executing"));
  }
}

TEST_F(MutableTest, EventsChange) {
  auto* memory = shared<uint32_t>(16);
  const auto all = events(4);
  auto* list = mutableList();
  uint64_t id = 0;
  ASSERT_EQ(nextId(list, &id), ZE_RESULT_SUCCESS);
  appendFill(list, kernel("fill"), memory, 1, all[0], {all[1]});
  close(list);
  ASSERT_EQ(zeEventHostSignal(all[1]), ZE_RESULT_SUCCESS);
  run(list);
  EXPECT_EQ(zeEventQueryStatus(all[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostReset(all[1]), ZE_RESULT_SUCCESS);
  std::array<ze_event_handle_t, 1> waits = {all[3]};
  ASSERT_EQ(call("zeCommandListUpdateMutableCommandSignalEventExp", list, id, all[2]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeCommandListUpdateMutableCommandWaitEventsExp", list, id, uint32_t{1}, waits.data()),
            ZE_RESULT_SUCCESS);
  close(list);
  auto* commands = queue();
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(commands, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(all[2], 1'000'000), ZE_RESULT_NOT_READY);
  ASSERT_EQ(zeEventHostSignal(all[3]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSynchronize(all[2], kForever), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueSynchronize(commands, kForever), ZE_RESULT_SUCCESS);
  // No events at all; and one again.
  ASSERT_EQ(zeEventHostReset(all[2]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostReset(all[3]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeCommandListUpdateMutableCommandSignalEventExp", list, id, kNoEvent), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeCommandListUpdateMutableCommandWaitEventsExp", list, id, uint32_t{1}, kNoEvents),
            ZE_RESULT_SUCCESS);
  close(list);
  run(list);
  EXPECT_EQ(zeEventQueryStatus(all[2]), ZE_RESULT_NOT_READY);
  ASSERT_EQ(call("zeCommandListUpdateMutableCommandSignalEventExp", list, id, all[2]), ZE_RESULT_SUCCESS);
  close(list);
  run(list);
  EXPECT_EQ(zeEventQueryStatus(all[2]), ZE_RESULT_SUCCESS);
}

TEST_F(MutableTest, KernelsChange) {
  auto* memory = shared<uint32_t>(16);
  auto* fill = kernel("fill");
  auto* counter = kernel("count");
  auto* list = mutableList();
  uint64_t id = 0;
  ASSERT_EQ(nextId(list, &id, {fill, counter}), ZE_RESULT_SUCCESS);
  appendFill(list, fill, memory, 5);
  close(list);
  const auto change = [&](ze_kernel_handle_t to) {
    return call("zeCommandListUpdateMutableCommandKernelsExp", list, uint32_t{1}, &id, &to);
  };
  EXPECT_EQ(change(kernel("spin")), n::kInvalidKernelHandle);
  ASSERT_EQ(change(counter), ZE_RESULT_SUCCESS);
  const ze_group_count_t groups{7, 1, 1};
  EXPECT_EQ(zeCommandListClose(list), kInvalid) << "no group count for the new kernel";
  ASSERT_EQ(update(list, count(id, groups)), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListClose(list), kInvalid) << "nor its argument";
  ASSERT_EQ(update(list, argument(id, 0, memory)), ZE_RESULT_SUCCESS);
  close(list);
  run(list);
  EXPECT_EQ(memory[0], 7U) << "counted";
}

}  // namespace
}  // namespace softgpu::test
