// Command lists: recording, closing, replay, reset; barriers and hints.
#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

using ListTest = DriverTest;

TEST_F(ListTest, BadHandlesRefused) {
  EXPECT_EQ(zeCommandListClose(nullptr), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(zeCommandListAppendBarrier(foreign<ze_command_list_handle_t>(), nullptr, 0, nullptr),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const auto desc = described<ze_command_list_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC);
  ze_command_list_handle_t list = nullptr;
  ASSERT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListDestroy(list), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeCommandListReset(list), ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

TEST_F(ListTest, BadDescriptionsAreErrors) {
  auto desc = described<ze_command_list_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC);
  ze_command_list_handle_t list = nullptr;
  EXPECT_EQ(zeCommandListCreate(context, device, nullptr, &list), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  desc.commandQueueGroupOrdinal = 1;
  EXPECT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  desc.commandQueueGroupOrdinal = 0;
  desc.flags = 1U << 30;
  if (layerValidates()) {
    EXPECT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  } else {
    ASSERT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_SUCCESS)
        << "as with Intel's driver";
    EXPECT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS);
  }
  if (!layerValidates()) {  // older layers do not know newer flags
    desc.flags = 1U << 4;
    ASSERT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_SUCCESS) << "hint of API 1.14";
    EXPECT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS);
  }
  desc.flags = 0;
  const auto unknown = described<ze_base_desc_t>(ZE_STRUCTURE_TYPE_FENCE_DESC);
  desc.pNext = &unknown;
  EXPECT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
}

TEST_F(ListTest, ClosedListIsImmutable) {
  const auto list = regular();
  auto* memory = shared<char>(8);
  const char one = 1, two = 2;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &one, 1, 4, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  // Passes, and never runs, as with Intel's driver.
  EXPECT_EQ(zeCommandListAppendMemoryFill(list, memory, &two, 1, 8, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListAppendMemoryPrefetch(list, memory, 8), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto closed = list;
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(queue(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS), 1, &closed, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[3], 1);
  EXPECT_EQ(memory[4], 0);
  ASSERT_EQ(zeCommandListReset(list), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListAppendBarrier(list, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
}

TEST_F(ListTest, ImmediateListStaysOpenWhenClosedOrReset) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  EXPECT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  auto* memory = shared<uint32_t>(1);
  uint32_t pattern = 7;
  EXPECT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 4, 4, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 7U);
  EXPECT_EQ(zeCommandListReset(list), ZE_RESULT_SUCCESS);
  pattern = 8;
  EXPECT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 4, 4, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 8U);
}

TEST_F(ListTest, ClosingTwiceKeepsTheCommands) {
  auto list = regular();
  const auto q = queue();
  auto* memory = shared<uint32_t>(1);
  const uint32_t pattern = 9;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 4, 4, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 9U);
}

TEST_F(ListTest, ReplaysAndForgetsOnReset) {
  auto list = regular();
  const auto q = queue();
  auto* memory = shared<uint32_t>(2);
  ASSERT_EQ(zeCommandListAppendMemoryCopy(list, &memory[1], &memory[0], 4, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  for (uint32_t i = 1; i < 10; ++i) {
    memory[0] = i;
    ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
    EXPECT_EQ(memory[1], i);
  }
  memory[0] = 100;
  ASSERT_EQ(zeCommandListReset(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[1], 9U);
}

TEST_F(ListTest, ResetWhileRunningLeavesTheRunAlone) {
  auto list = regular();
  const auto q = queue();
  auto gate = events(1)[0];
  auto* memory = shared<uint32_t>(1);
  const uint32_t pattern = 6;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 4, 4, nullptr, 1, &gate),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListReset(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 6U);
}

TEST_F(ListTest, ImmediateCommandsRunInOrder) {
  const auto list = immediate();
  auto* memory = shared<uint32_t>(2);
  for (uint32_t i = 0; i < 2000; ++i) {
    ASSERT_EQ(zeCommandListAppendMemoryFill(list, &memory[0], &i, 4, 4, nullptr, 0, nullptr),
              ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeCommandListAppendMemoryCopy(list, &memory[1], &memory[0], 4, nullptr, 0, nullptr),
              ZE_RESULT_SUCCESS);
  }
  finish(list);
  EXPECT_EQ(memory[1], 1999U);
}

TEST_F(ListTest, SynchronousImmediateListIsDoneOnReturn) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* memory = shared<uint32_t>(1);
  const uint32_t pattern = 0xabcd;
  auto event = events(1)[0];
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 4, 4, event, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 0xabcdU);
  EXPECT_EQ(zeEventQueryStatus(event), ZE_RESULT_SUCCESS);
}

TEST_F(ListTest, HostSynchronizeOfNewerApi) {
  void* address = nullptr;
  ASSERT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zeCommandListHostSynchronize", &address),
            ZE_RESULT_SUCCESS);
  if (handlesAreWrapped()) GTEST_SKIP() << "the loader does not unwrap for it";
  auto* synchronize = reinterpret_cast<ze_result_t (*)(ze_command_list_handle_t, uint64_t)>(address);
  EXPECT_EQ(synchronize(regular(), 0), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const auto list = immediate();
  auto gate = events(1)[0];
  ASSERT_EQ(zeCommandListAppendWaitOnEvents(list, 1, &gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(synchronize(list, 1000), ZE_RESULT_NOT_READY);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(synchronize(list, kForever), ZE_RESULT_SUCCESS);
}

TEST_F(ListTest, BarriersAndHints) {
  const auto list = immediate();
  auto* memory = shared<char>(100);
  const void* ranges[] = {memory};
  const size_t sizes[] = {100}, tooLong[] = {101};
  auto e = events(2);
  EXPECT_EQ(zeCommandListAppendMemoryRangesBarrier(list, 1, tooLong, ranges, nullptr, 0, nullptr),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeCommandListAppendMemoryRangesBarrier(list, 1, nullptr, ranges, nullptr, 0, nullptr),
            ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  ASSERT_EQ(zeCommandListAppendMemoryRangesBarrier(list, 1, sizes, ranges, e[0], 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendBarrier(list, e[1], 1, &e[0]), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(e[1], kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(e[0]), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListAppendMemoryPrefetch(list, memory, 100), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListAppendMemoryPrefetch(list, nullptr, 100), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(zeCommandListAppendMemAdvise(list, device, memory, 100, ZE_MEMORY_ADVICE_SET_READ_MOSTLY),
            ZE_RESULT_SUCCESS);
  if (!layerValidates()) {
    EXPECT_EQ(zeCommandListAppendMemAdvise(list, device, memory, 100, static_cast<ze_memory_advice_t>(9)),
              ZE_RESULT_SUCCESS)
        << "of API 1.5";
  }
  EXPECT_EQ(zeCommandListAppendMemAdvise(list, device, memory, 100, static_cast<ze_memory_advice_t>(10)),
            ZE_RESULT_ERROR_INVALID_ENUMERATION);
}

}  // namespace
}  // namespace softgpu::test
