// Queues and fences, asynchronous execution and its order.
#include <atomic>

#include "l0backend/api/ze_newer.h"
#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

using QueueTest = DriverTest;

TEST_F(QueueTest, BadHandlesRefused) {
  EXPECT_EQ(zeCommandQueueSynchronize(nullptr, 0), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(zeCommandQueueDestroy(foreign<ze_command_queue_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeFenceQueryStatus(foreign<ze_fence_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto list = foreign<ze_command_list_handle_t>();
  EXPECT_EQ(zeCommandQueueExecuteCommandLists(queue(), 1, &list, nullptr), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeCommandQueueExecuteCommandLists(queue(), 1, nullptr, nullptr),
            ZE_RESULT_ERROR_INVALID_NULL_POINTER);
}

TEST_F(QueueTest, BadDescriptionsAreErrors) {
  auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
  ze_command_queue_handle_t made = nullptr;
  EXPECT_EQ(zeCommandQueueCreate(context, device, nullptr, &made), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  desc.ordinal = 1;
  EXPECT_EQ(zeCommandQueueCreate(context, device, &desc, &made), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  desc.ordinal = 0;
  desc.index = 1000;
  EXPECT_EQ(zeCommandQueueCreate(context, device, &desc, &made), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  desc.index = 0;
  desc.flags = 1U << 20;
  EXPECT_EQ(zeCommandQueueCreate(context, device, &desc, &made), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  desc.flags = 0;
  desc.mode = static_cast<ze_command_queue_mode_t>(9);
  EXPECT_EQ(zeCommandQueueCreate(context, device, &desc, &made), ZE_RESULT_ERROR_INVALID_ENUMERATION);
}

TEST_F(QueueTest, InOrderFlagIsTaken) {
  if (std::getenv("ZE_ENABLE_VALIDATION_LAYER") != nullptr)
    GTEST_SKIP() << "the layer is older than the flag";
  auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
  desc.flags = clze::ze_newer::kQueueFlagInOrder;
  ze_command_list_handle_t list = nullptr;
  ASSERT_EQ(zeCommandListCreateImmediate(context, device, &desc, &list), ZE_RESULT_SUCCESS);
  finish(list);
  EXPECT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS);
}

TEST_F(QueueTest, OnlyClosedRegularListsAreExecuted) {
  const auto q = queue();
  auto open = regular();
  EXPECT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &open, nullptr), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto now = immediate();
  EXPECT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &now, nullptr),
            ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE);
  EXPECT_EQ(zeCommandQueueExecuteCommandLists(q, 0, &open, nullptr), ZE_RESULT_ERROR_INVALID_SIZE);
}

TEST_F(QueueTest, ExecutionIsAsynchronousAndFencesTellItsEnd) {
  const auto q = queue();
  auto list = regular();
  auto gate = events(1)[0];
  auto* memory = shared<uint32_t>(4);
  const uint32_t pattern = 77;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 4, 16, nullptr, 1, &gate),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  const auto desc = described<ze_fence_desc_t>(ZE_STRUCTURE_TYPE_FENCE_DESC);
  ze_fence_handle_t fence = nullptr;
  ASSERT_EQ(zeFenceCreate(q, &desc, &fence), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeFenceQueryStatus(fence), ZE_RESULT_NOT_READY);
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, fence), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandQueueSynchronize(q, 0), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeCommandQueueSynchronize(q, 1'000'000), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeFenceHostSynchronize(fence, 0), ZE_RESULT_NOT_READY);
  EXPECT_EQ(memory[0], 0U);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeFenceHostSynchronize(fence, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[3], 77U);
  EXPECT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, fence),
            ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT)
      << "a signalled fence must be reset first";
  EXPECT_EQ(zeFenceReset(fence), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeFenceQueryStatus(fence), ZE_RESULT_NOT_READY);
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, fence), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeFenceHostSynchronize(fence, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeFenceDestroy(fence), ZE_RESULT_SUCCESS);
}

TEST_F(QueueTest, FenceMayBeginSignalled) {
  const auto q = queue();
  auto desc = described<ze_fence_desc_t>(ZE_STRUCTURE_TYPE_FENCE_DESC);
  desc.flags = 2;
  ze_fence_handle_t fence = nullptr;
  EXPECT_EQ(zeFenceCreate(q, &desc, &fence), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  desc.flags = ZE_FENCE_FLAG_SIGNALED;
  ASSERT_EQ(zeFenceCreate(q, &desc, &fence), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeFenceQueryStatus(fence), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeFenceDestroy(fence), ZE_RESULT_SUCCESS);
}

TEST_F(QueueTest, ListsRunInTheOrderGiven) {
  for (const auto mode : {ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS, ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS}) {
    const auto q = queue(mode);
    auto* memory = shared<uint32_t>(1);
    ze_command_list_handle_t lists[3];
    for (uint32_t i = 0; i < 3; ++i) {
      lists[i] = regular();
      ASSERT_EQ(zeCommandListAppendMemoryFill(lists[i], memory, &i, 4, 4, nullptr, 0, nullptr),
                ZE_RESULT_SUCCESS);
      ASSERT_EQ(zeCommandListClose(lists[i]), ZE_RESULT_SUCCESS);
    }
    for (int round = 0; round < 100; ++round) {
      ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 3, lists, nullptr), ZE_RESULT_SUCCESS);
    }
    ASSERT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
    EXPECT_EQ(*memory, 2U);
  }
}

TEST_F(QueueTest, SynchronousQueueIsDoneOnReturn) {
  const auto q = queue(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto list = regular();
  auto* memory = shared<uint32_t>(1);
  const uint32_t pattern = 3;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 4, 4, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 3U);
}

TEST_F(QueueTest, QueuesRunAtTheSameTime) {
  // Each queue waits for an event the other signals: only two threads of execution can get through.
  ze_command_queue_handle_t queues[] = {queue(), queue()};
  ze_command_list_handle_t lists[] = {regular(), regular()};
  auto e = events(2);
  ASSERT_EQ(zeCommandListAppendSignalEvent(lists[0], e[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendWaitOnEvents(lists[0], 1, &e[1]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendWaitOnEvents(lists[1], 1, &e[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendSignalEvent(lists[1], e[1]), ZE_RESULT_SUCCESS);
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(zeCommandListClose(lists[i]), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeCommandQueueExecuteCommandLists(queues[i], 1, &lists[i], nullptr), ZE_RESULT_SUCCESS);
  }
  for (auto* q : queues) EXPECT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
}

TEST_F(QueueTest, DestroyingAQueueFinishesItsWork) {
  auto list = regular();
  auto* memory = shared<uint8_t>(1 << 22);
  const uint8_t pattern = 9;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 1, 1 << 22, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  const auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
  ze_command_queue_handle_t q = nullptr;
  ASSERT_EQ(zeCommandQueueCreate(context, device, &desc, &q), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueDestroy(q), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[(1 << 22) - 1], 9);
}

TEST_F(QueueTest, DestroyingAQueueThatWaitsForNobodyEnds) {
  auto list = regular();
  auto never = events(1)[0];
  auto* memory = shared<uint32_t>(1);
  const uint32_t pattern = 1;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 4, 4, nullptr, 1, &never),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  const auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
  ze_command_queue_handle_t q = nullptr;
  ASSERT_EQ(zeCommandQueueCreate(context, device, &desc, &q), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandQueueDestroy(q), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 0U);
}

}  // namespace
}  // namespace softgpu::test
