// Counter-based events: made alone or by a pool, signalled by in-order lists, never reset.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>

#include "tests/support/child.h"
#include "tests/unit/softgpu/ze/driver/newer_fixture.h"

namespace softgpu::test {
namespace {

namespace n = softgpu::newer;
constexpr char kVariable[] = "SOFTGPU_TEST_COUNTER";
constexpr auto kReady = ZE_RESULT_SUCCESS;
constexpr auto kNotReady = ZE_RESULT_NOT_READY;
constexpr uint32_t kBothLists = n::kCounterImmediate | n::kCounterRegular;

class CounterEventTest : public NewerTest {
 protected:
  void SetUp() override {
    if (layerValidates()) GTEST_SKIP() << "the layer is older than the in-order flags";
    NewerTest::SetUp();
  }
  ze_result_t create(const n::CounterBasedEventDesc& desc, ze_event_handle_t* event) {
    return call("zeEventCounterBasedCreate", context, device, &desc, event);
  }
  ze_event_handle_t counted(uint32_t flags = kBothLists, const void* pNext = nullptr) {
    n::CounterBasedEventDesc desc;
    desc.flags = flags | n::kCounterHostVisible;
    desc.pNext = pNext;
    ze_event_handle_t event = nullptr;
    EXPECT_EQ(create(desc, &event), ZE_RESULT_SUCCESS);
    return event;
  }
  ze_event_handle_t ownCounted(uint32_t flags = kBothLists, const void* pNext = nullptr) {
    auto* event = counted(flags, pNext);
    atEnd([=] { EXPECT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS); });
    return event;
  }
  void execute(ze_command_queue_handle_t queue, ze_command_list_handle_t list) {
    ASSERT_EQ(zeCommandQueueExecuteCommandLists(queue, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  }
};

TEST_F(CounterEventTest, DescriptionsAreChecked) {
  n::CounterBasedEventDesc desc;
  ze_event_handle_t event = nullptr;
  const n::CounterBasedEventDesc* const none = nullptr;
  ze_event_handle_t* const nowhere = nullptr;
  EXPECT_EQ(call("zeEventCounterBasedCreate", context, device, none, &event), kNullPointer);
  EXPECT_EQ(create(desc, nowhere), kNullPointer);
  EXPECT_EQ(call("zeEventCounterBasedCreate", context, ze_device_handle_t{nullptr}, &desc, &event),
            kNullHandle);
  desc.flags = 0x80;
  EXPECT_EQ(create(desc, &event), kBadEnumeration);
  desc.flags = n::kCounterGraphExternal;
  EXPECT_EQ(create(desc, &event), kLacksEnumeration);
  desc.flags = n::kCounterDeviceTimestamp | n::kCounterHostTimestamp;
  EXPECT_EQ(create(desc, &event), kInvalid);
  desc.flags = n::kCounterIpc | n::kCounterHostTimestamp;
  EXPECT_EQ(create(desc, &event), kInvalid) << "timestamps are not shared";
  desc.flags = 0;
  desc.wait = 8;
  EXPECT_EQ(create(desc, &event), kBadEnumeration);
  desc.wait = 0;
  const n::MutableListDesc strange;
  desc.pNext = &strange;
  EXPECT_EQ(create(desc, &event), kLacksEnumeration);
  n::EventSyncModeDesc mode;
  mode.flags = 8;
  desc.pNext = &mode;
  EXPECT_EQ(create(desc, &event), kBadEnumeration);
  mode.flags = 1;
  ASSERT_EQ(create(desc, &event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS);
}

TEST_F(CounterEventTest, StorageOfTheApplicationIsChecked) {
  uint64_t most = 0;
  ASSERT_EQ(call("zeDeviceGetCounterBasedEventMaxValue", device, &most), ZE_RESULT_SUCCESS);
  EXPECT_GE(most, uint64_t{UINT32_MAX});
  auto* memory = shared<uint64_t>(4);
  uint64_t local = 0;
  n::CounterBasedEventDesc desc;
  ze_event_handle_t event = nullptr;
  n::ExternalSyncDesc external;
  desc.pNext = &external;
  EXPECT_EQ(create(desc, &event), kNullPointer);
  external.deviceAddress = external.hostAddress = &local;
  EXPECT_EQ(create(desc, &event), kInvalid) << "not of the device";
  external.deviceAddress = external.hostAddress = memory;
  external.completionValue = most + 1;
  EXPECT_EQ(create(desc, &event), kInvalid);
  n::AggregateDesc aggregate;
  aggregate.deviceAddress = memory;
  aggregate.completionValue = 2;
  desc.pNext = &aggregate;
  EXPECT_EQ(create(desc, &event), kInvalid) << "adds nothing";
  aggregate.incrementValue = 1;
  external.completionValue = 1;
  aggregate.pNext = &external;
  EXPECT_EQ(create(desc, &event), kInvalid) << "two storages";
  aggregate.pNext = nullptr;
  aggregate.deviceAddress = reinterpret_cast<uint64_t*>(reinterpret_cast<char*>(memory) + 4);
  EXPECT_EQ(create(desc, &event), ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
}

TEST_F(CounterEventTest, OnlyInOrderListsOfItsKindSignalIt) {
  auto* event = ownCounted(n::kCounterRegular);
  EXPECT_EQ(append(immediate(), event), kInvalid) << "not in order";
  EXPECT_EQ(append(regular(), event), kInvalid) << "not in order";
  EXPECT_EQ(append(inOrderImmediate(), event), kInvalid) << "for regular lists";
  EXPECT_EQ(append(inOrderRegular(), ownCounted(0)), kInvalid) << "for immediate lists by default";
  EXPECT_EQ(append(inOrderRegular(), event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(append(immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS), nullptr, {ownCounted(0)}), ZE_RESULT_SUCCESS)
      << "any list waits";
}

TEST_F(CounterEventTest, HostNeitherSignalsNorResetsIt) {
  auto* event = ownCounted();
  EXPECT_EQ(zeEventHostSignal(event), kInvalid);
  EXPECT_EQ(zeEventHostReset(event), kInvalid);
  EXPECT_EQ(zeCommandListAppendEventReset(inOrderImmediate(), event), kInvalid);
  EXPECT_EQ(zeEventQueryStatus(event), kReady) << "complete until it is appended";
}

TEST_F(CounterEventTest, IsReusedWithoutReset) {
  auto* event = ownCounted();
  const auto gates = events(2);
  auto* list = inOrderImmediate();
  for (auto* gate : gates) {
    ASSERT_EQ(append(list, event, {gate}), ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeEventQueryStatus(event), kNotReady);
    EXPECT_EQ(zeEventHostSynchronize(event, 1'000'000), kNotReady);
    ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeEventHostSynchronize(event, kForever), kReady);
  }
}

TEST_F(CounterEventTest, WaitIsForTheAppendBeforeIt) {
  auto* event = ownCounted();
  const auto gate = events(1)[0];
  const auto done = events(1)[0];
  auto* first = inOrderImmediate();
  auto* waiting = inOrderImmediate();
  auto* later = inOrderImmediate();
  ASSERT_EQ(append(first, event), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(waiting, done, {event}), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(later, event, {gate}), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(done, kForever), kReady) << "the point of the first append";
  EXPECT_EQ(zeEventQueryStatus(event), kNotReady) << "the point of the last append";
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(event, kForever), kReady);
}

TEST_F(CounterEventTest, MayBeDestroyedInFlight) {
  auto* event = counted();
  const auto gate = events(1)[0];
  const auto done = events(1)[0];
  auto* list = inOrderImmediate();
  ASSERT_EQ(append(list, event, {gate}), ZE_RESULT_SUCCESS);
  auto* waiting = inOrderImmediate();
  ASSERT_EQ(append(waiting, done, {event}), ZE_RESULT_SUCCESS);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "no misuse";
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(done, kForever), kReady);
}

TEST_F(CounterEventTest, RegularListMakesItAnewInEachExecution) {
  auto* event = ownCounted();
  const auto gate = events(1)[0];
  auto* list = inOrderRegular();
  auto* commands = queue();
  ASSERT_EQ(append(list, event, {gate}), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendEventReset(list, gate), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(event), kNotReady) << "appended, not run";
  uint64_t last = 0;
  for (int i = 0; i < 3; ++i) {
    execute(commands, list);
    EXPECT_EQ(zeEventQueryStatus(event), kNotReady) << i;
    uint64_t value = 0, address = 0;
    ASSERT_EQ(call("zeEventCounterBasedGetDeviceAddress", event, &value, &address), ZE_RESULT_SUCCESS);
    const std::atomic_ref counter(*reinterpret_cast<uint64_t*>(address));
    EXPECT_GT(value, last);
    EXPECT_LT(counter.load(), value);
    last = value;
    ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeEventHostSynchronize(event, kForever), kReady) << i;
    EXPECT_GE(counter.load(), value);
    ASSERT_EQ(zeCommandQueueSynchronize(commands, kForever), ZE_RESULT_SUCCESS);
  }
}

TEST_F(CounterEventTest, RegularListMayUseItTwice) {
  auto* event = ownCounted();
  auto* memory = shared<uint32_t>(2);
  auto* list = inOrderRegular();
  auto* other = regular();
  const uint32_t one = 1;
  auto* count = kernel("count");
  const ze_group_count_t groups{1, 1, 1};
  ASSERT_EQ(setArgument(count, 0, memory), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendLaunchKernel(list, count, &groups, event, 0, nullptr), ZE_RESULT_SUCCESS);
  auto* waitedFor = event;
  ASSERT_EQ(zeCommandListAppendLaunchKernel(list, count, &groups, nullptr, 1, &waitedFor), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendLaunchKernel(list, count, &groups, event, 1, &waitedFor), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendMemoryFill(other, memory + 1, &one, 4, 4, nullptr, 1, &waitedFor),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(other), ZE_RESULT_SUCCESS);
  auto* commands = queue();
  auto* others = queue();
  for (uint32_t i = 1; i <= 2; ++i) {
    memory[1] = 0;
    execute(commands, list);
    execute(others, other);
    ASSERT_EQ(zeEventHostSynchronize(event, kForever), kReady);
    EXPECT_EQ(memory[0], 3 * i);
    ASSERT_EQ(zeCommandQueueSynchronize(commands, kForever), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeCommandQueueSynchronize(others, kForever), ZE_RESULT_SUCCESS);
    EXPECT_EQ(memory[1], 1U);
  }
}

// The example of the specification: in the first execution each list waits for the other, in the second the
// first list finds the event of the second complete.
TEST_F(CounterEventTest, RegularListsMayWaitForEachOther) {
  auto* a = ownCounted();
  auto* b = ownCounted();
  auto* one = inOrderRegular();
  auto* two = inOrderRegular();
  ASSERT_EQ(append(one, a), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(two, nullptr, {a}), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(two, b), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(one, nullptr, {b}), ZE_RESULT_SUCCESS);
  const auto done = events(1)[0];
  ASSERT_EQ(append(one, done), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(one), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(two), ZE_RESULT_SUCCESS);
  auto* first = queue();
  auto* second = queue();
  execute(first, one);
  EXPECT_EQ(zeEventHostSynchronize(a, kForever), kReady);
  EXPECT_EQ(zeEventHostSynchronize(done, 2'000'000), kNotReady) << "the other list was not executed";
  execute(second, two);
  ASSERT_EQ(zeEventHostSynchronize(done, kForever), kReady);
  ASSERT_EQ(zeEventHostReset(done), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueSynchronize(second, kForever), ZE_RESULT_SUCCESS);
  execute(first, one);
  EXPECT_EQ(zeEventHostSynchronize(done, kForever), kReady) << "finds the event of the first execution";
}

TEST_F(CounterEventTest, ListsAppendedToAnImmediateOneSignalIt) {
  auto* event = ownCounted();
  const auto gate = events(1)[0];
  auto* list = inOrderRegular();
  ASSERT_EQ(append(list, event, {gate}), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  auto* direct = inOrderImmediate();
  auto* all = ownCounted();
  std::array<ze_command_list_handle_t, 2> lists = {list, list};
  ASSERT_EQ(call("zeCommandListImmediateAppendCommandListsExp", direct, uint32_t{2}, lists.data(), all,
                 uint32_t{0}, kNoEvents),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(event), kNotReady);
  EXPECT_EQ(zeEventQueryStatus(all), kNotReady);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(all, kForever), kReady);
  EXPECT_EQ(zeEventQueryStatus(event), kReady);
}

TEST_F(CounterEventTest, ApplicationCompletesItsOwnStorage) {
  auto* memory = shared<uint64_t>(1);
  n::ExternalSyncDesc external;
  external.deviceAddress = external.hostAddress = memory;
  external.completionValue = 5;
  auto* event = ownCounted(kBothLists, &external);
  const auto done = events(1)[0];
  ASSERT_EQ(append(immediate(), done, {event}), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(event), kNotReady);
  uint64_t value = 0, address = 0;
  ASSERT_EQ(call("zeEventCounterBasedGetDeviceAddress", event, &value, &address), ZE_RESULT_SUCCESS);
  EXPECT_EQ(value, 5U);
  EXPECT_EQ(address, reinterpret_cast<uint64_t>(memory));
  std::atomic_ref(*memory).store(4);
  EXPECT_EQ(zeEventHostSynchronize(event, 1'000'000), kNotReady);
  std::atomic_ref(*memory).store(6);
  EXPECT_EQ(zeEventHostSynchronize(event, kForever), kReady);
  EXPECT_EQ(zeEventHostSynchronize(done, kForever), kReady);
  // A signal replaces the storage.
  std::atomic_ref(*memory).store(0);
  ASSERT_EQ(append(inOrderImmediate(), event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(event, kForever), kReady);
  EXPECT_EQ(*memory, 0U);
}

TEST_F(CounterEventTest, AggregateAddsUpSeveralCommands) {
  uint32_t increment = 0;
  ASSERT_EQ(call("zeDeviceGetAggregatedCopyOffloadIncrementValue", device, &increment), ZE_RESULT_SUCCESS);
  EXPECT_EQ(increment, 1U);
  auto* memory = shared<uint64_t>(1);
  n::AggregateDesc aggregate;
  aggregate.deviceAddress = memory;
  aggregate.incrementValue = 3;
  aggregate.completionValue = 9;
  auto* event = ownCounted(kBothLists, &aggregate);
  const auto gate = events(1)[0];
  ASSERT_EQ(append(inOrderImmediate(), event), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(inOrderImmediate(), event), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(inOrderImmediate(), event, {gate}), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(event, 1'000'000), kNotReady);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(event, kForever), kReady);
  EXPECT_EQ(std::atomic_ref(*memory).load(), 9U);
}

TEST_F(CounterEventTest, TimestampsAreOfTheLastAppend) {
  ze_kernel_timestamp_result_t times{};
  auto* list = inOrderImmediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* plain = ownCounted();
  ASSERT_EQ(append(list, plain), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryKernelTimestamp(plain, &times), ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  auto* event = ownCounted(kBothLists | n::kCounterHostTimestamp);
  auto* out = shared<ze_kernel_timestamp_result_t>(1);
  auto* asked = event;
  EXPECT_EQ(zeCommandListAppendQueryKernelTimestamps(list, 1, &asked, out, nullptr, nullptr, 0, nullptr),
            ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT)
      << "never appended";
  uint64_t last = 0;
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(append(list, event), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeEventQueryKernelTimestamp(event, &times), ZE_RESULT_SUCCESS);
    EXPECT_GT(times.global.kernelStart, last);
    EXPECT_GE(times.global.kernelEnd, times.global.kernelStart);
    last = times.global.kernelEnd;
  }
  ASSERT_EQ(zeCommandListAppendQueryKernelTimestamps(list, 1, &asked, out, nullptr, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(out->global.kernelEnd, last);
}

TEST_F(CounterEventTest, PoolsMakeThemToo) {
  n::CounterBasedPoolDesc counters;
  counters.flags = 4;
  auto desc = described<ze_event_pool_desc_t>(ZE_STRUCTURE_TYPE_EVENT_POOL_DESC, &counters);
  desc.flags = ZE_EVENT_POOL_FLAG_HOST_VISIBLE;
  desc.count = 2;
  ze_event_pool_handle_t pool = nullptr;
  EXPECT_EQ(zeEventPoolCreate(context, &desc, 0, nullptr, &pool), kBadEnumeration);
  counters.flags = n::kPoolCounterRegular;
  desc.flags |= ZE_EVENT_POOL_FLAG_IPC;
  EXPECT_EQ(zeEventPoolCreate(context, &desc, 0, nullptr, &pool), kUnsupported);
  desc.flags = ZE_EVENT_POOL_FLAG_HOST_VISIBLE;
  counters.stype = n::kStypeMutableList;
  EXPECT_EQ(zeEventPoolCreate(context, &desc, 0, nullptr, &pool), kLacksEnumeration);
  counters.stype = n::kStypeCounterBasedPool;
  ASSERT_EQ(zeEventPoolCreate(context, &desc, 0, nullptr, &pool), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeEventPoolDestroy(pool), ZE_RESULT_SUCCESS); });
  auto eventDesc = described<ze_event_desc_t>(ZE_STRUCTURE_TYPE_EVENT_DESC);
  eventDesc.index = 1;
  eventDesc.signal = ZE_EVENT_SCOPE_FLAG_HOST;
  ze_event_handle_t event = nullptr;
  ASSERT_EQ(zeEventCreate(pool, &eventDesc, &event), ZE_RESULT_SUCCESS);
  ze_event_handle_t second = nullptr;
  EXPECT_EQ(zeEventCreate(pool, &eventDesc, &second), kInvalid) << "the place is taken";
  EXPECT_EQ(append(inOrderImmediate(), event), kInvalid) << "for regular lists";
  EXPECT_EQ(zeEventHostReset(event), kInvalid);
  auto* list = inOrderRegular();
  ASSERT_EQ(append(list, event), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  execute(queue(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS), list);
  EXPECT_EQ(zeEventHostSynchronize(event, kForever), kReady);
  EXPECT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventCreate(pool, &eventDesc, &second), ZE_RESULT_SUCCESS) << "the place is free again";
  EXPECT_EQ(zeEventDestroy(second), ZE_RESULT_SUCCESS);
}

TEST_F(CounterEventTest, EventsSayHowTheyWereMade) {
  const auto plain = events(1)[0];
  n::CounterBasedEventDesc desc;
  desc.flags = n::kCounterImmediate | n::kCounterHostVisible;
  desc.signal = ZE_EVENT_SCOPE_FLAG_HOST;
  desc.wait = ZE_EVENT_SCOPE_FLAG_DEVICE;
  ze_event_handle_t event = nullptr;
  ASSERT_EQ(create(desc, &event), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS); });
  ze_event_pool_handle_t pool = nullptr;
  EXPECT_EQ(call("zeEventGetEventPool", event, &pool), kInvalid) << "of no pool";
  EXPECT_EQ(call("zeEventGetEventPool", plain, static_cast<ze_event_pool_handle_t*>(nullptr)), kNullPointer);
  ASSERT_EQ(call("zeEventGetEventPool", plain, &pool), ZE_RESULT_SUCCESS);
  ze_context_handle_t itsContext = nullptr;
  ASSERT_EQ(call("zeEventPoolGetContextHandle", pool, &itsContext), ZE_RESULT_SUCCESS);
  EXPECT_EQ(itsContext, context);
  ze_event_scope_flags_t scope = 9;
  ASSERT_EQ(call("zeEventGetSignalScope", plain, &scope), ZE_RESULT_SUCCESS);
  EXPECT_EQ(scope, 0U);
  ASSERT_EQ(call("zeEventGetSignalScope", event, &scope), ZE_RESULT_SUCCESS);
  EXPECT_EQ(scope, unsigned{ZE_EVENT_SCOPE_FLAG_HOST});
  ASSERT_EQ(call("zeEventGetWaitScope", event, &scope), ZE_RESULT_SUCCESS);
  EXPECT_EQ(scope, unsigned{ZE_EVENT_SCOPE_FLAG_DEVICE});
  uint32_t flags = 9;
  ASSERT_EQ(call("zeEventGetCounterBasedFlags", plain, &flags), ZE_RESULT_SUCCESS);
  EXPECT_EQ(flags, 0U);
  ASSERT_EQ(call("zeEventGetCounterBasedFlags", event, &flags), ZE_RESULT_SUCCESS);
  EXPECT_EQ(flags, desc.flags);
  uint64_t value = 0, address = 0;
  EXPECT_EQ(call("zeEventCounterBasedGetDeviceAddress", plain, &value, &address), kInvalid);
  ASSERT_EQ(call("zeEventCounterBasedGetDeviceAddress", event, &value, &address), ZE_RESULT_SUCCESS);
  EXPECT_GE(*reinterpret_cast<const uint64_t*>(address), value) << "complete";
}

TEST_F(CounterEventTest, HandlesForOtherProcessesAreChecked) {
  n::IpcCounterBasedHandle handle{};
  ze_event_handle_t opened = nullptr;
  EXPECT_EQ(call("zeEventCounterBasedGetIpcHandle", ownCounted(), &handle), kInvalid)
      << "made without the flag";
  EXPECT_EQ(call("zeEventCounterBasedGetIpcHandle", events(1)[0], &handle), kInvalid) << "has no counter";
  EXPECT_EQ(call("zeEventCounterBasedOpenIpcHandle", context, handle, &opened), kInvalid) << "all zeros";
  auto* event = ownCounted(kBothLists | n::kCounterIpc);
  EXPECT_EQ(call("zeEventCounterBasedCloseIpcHandle", event), kInvalid) << "not opened";
  ASSERT_EQ(call("zeEventCounterBasedGetIpcHandle", event, &handle), ZE_RESULT_SUCCESS)
      << "complete as it is";
  ASSERT_EQ(call("zeEventCounterBasedOpenIpcHandle", context, handle, &opened), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(opened), kReady);
  n::IpcCounterBasedHandle again{};
  EXPECT_EQ(call("zeEventCounterBasedGetIpcHandle", opened, &again), kInvalid) << "of another process";
  EXPECT_EQ(zeEventDestroy(opened), kInvalid) << "it is closed instead";
  EXPECT_EQ(call("zeEventCounterBasedCloseIpcHandle", opened), ZE_RESULT_SUCCESS);
}

TEST_F(CounterEventTest, AnotherProcessWaitsForThePointItWasGiven) {
  auto* event = ownCounted(kBothLists | n::kCounterIpc);
  const auto gate = events(1)[0];
  const auto later = events(1)[0];
  auto* list = inOrderImmediate();
  ASSERT_EQ(append(list, event, {gate}), ZE_RESULT_SUCCESS);
  n::IpcCounterBasedHandle handle{};
  ASSERT_EQ(call("zeEventCounterBasedGetIpcHandle", event, &handle), ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(list, event, {later}), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setenv(kVariable, toHex(handle).c_str(), 1), 0);
  // The other process tells by its exit code; it waits while the command here has not run.
  std::array<int, 2> pipes{};
  ASSERT_EQ(pipe(pipes.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    ::dup2(pipes[1], 3);
    execl("/proc/self/exe", "counter", "--gtest_also_run_disabled_tests",
          "--gtest_filter=CounterEventTest.DISABLED_SecondProcess", nullptr);
    _exit(99);
  }
  unsetenv(kVariable);
  char word = 0;
  ASSERT_EQ(read(pipes[0], &word, 1), 1);
  EXPECT_EQ(word, 'n') << "not ready there";
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(zeEventQueryStatus(event), kNotReady) << "the later append";
  ASSERT_EQ(zeEventHostSignal(later), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSynchronize(event, kForever), kReady);
  close(pipes[0]);
  close(pipes[1]);
}

// The other side of the test above.
TEST_F(CounterEventTest, DISABLED_SecondProcess) {
  const char* hex = std::getenv(kVariable);
  if (hex == nullptr) GTEST_SKIP() << "started by hand";
  const auto handle = fromHex<n::IpcCounterBasedHandle>(hex);
  ze_event_handle_t opened = nullptr;
  ASSERT_EQ(call("zeEventCounterBasedOpenIpcHandle", context, handle, &opened), ZE_RESULT_SUCCESS);
  const char word = zeEventQueryStatus(opened) == kNotReady ? 'n' : 'r';
  ASSERT_EQ(write(3, &word, 1), 1);
  // On the device here, and on the host.
  const auto done = events(1)[0];
  ASSERT_EQ(append(immediate(), done, {opened}), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(opened, 60'000'000'000), kReady);
  EXPECT_EQ(zeEventHostSynchronize(done, 60'000'000'000), kReady);
  EXPECT_EQ(call("zeEventCounterBasedCloseIpcHandle", opened), ZE_RESULT_SUCCESS);
}

}  // namespace
}  // namespace softgpu::test
