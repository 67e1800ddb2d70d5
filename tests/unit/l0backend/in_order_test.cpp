// The in-order strategy: how many calls, and which.
#include "fixture.h"

namespace clze::l0::test {
namespace {

using testing::ElementsAre;

class InOrderTest : public BackendTest {
 protected:
  std::vector<std::string> newCalls() {
    auto names = fake.names();
    names.erase(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(seen_));
    seen_ += names.size();
    return names;
  }

 private:
  size_t seen_ = 0;
};

TEST_F(InOrderTest, TheListIsAsynchronousOnTheComputeGroup) {
  fake.device.computeGroup.ordinal = 3;
  const auto queue = makeQueue({.highPriority = true});
  const Call& call = fake.calls.back();
  ASSERT_EQ(call.fn, Fn::zeCommandListCreateImmediate);
  EXPECT_THAT(call.numbers, ElementsAre(3, 0, 0, ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS,
                                        ZE_COMMAND_QUEUE_PRIORITY_PRIORITY_HIGH, 0));
}

TEST_F(InOrderTest, BarriersStandBetweenCommandsOnlyAndNoEventIsMade) {
  const auto queue = inOrder();
  newCalls();
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_THAT(newCalls(), ElementsAre("zeCommandListAppendMemoryCopy"));
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_THAT(newCalls(), ElementsAre("zeCommandListAppendBarrier", "zeCommandListAppendMemoryCopy"));
  EXPECT_EQ(fake.count(Fn::zeEventCreate), 0u);
}

TEST_F(InOrderTest, DriversThatOrderListsNeedNoBarriers) {
  fake.device.caps.inOrderLists = true;
  const auto queue = inOrder();
  EXPECT_EQ(fake.calls.back().numbers[2], 2u);  // the in-order flag
  newCalls();
  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_THAT(newCalls(), ElementsAre("zeCommandListAppendMemoryCopy", "zeCommandListAppendMemoryCopy"));
}

TEST_F(InOrderTest, CommandsCompleteInOrder) {
  const auto queue = inOrder();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(copyOne(*queue));
  EXPECT_TRUE(fake.runAll());
  EXPECT_TRUE(std::is_sorted(fake.completionOrder.begin(), fake.completionOrder.end()));
}

TEST_F(InOrderTest, FinishWaitsOnceAndThenNotAtAll) {
  const auto queue = inOrder();
  newCalls();
  ASSERT_TRUE(queue->finish());
  EXPECT_THAT(newCalls(), ElementsAre());
  ASSERT_TRUE(copyOne(*queue));
  newCalls();
  ASSERT_TRUE(queue->finish());
  EXPECT_EQ(fake.pendingCommands(), 0u);
  newCalls();
  ASSERT_TRUE(queue->finish());
  EXPECT_THAT(newCalls(), ElementsAre());
  // The barrier of finish() also orders what comes next.
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_THAT(newCalls(), ElementsAre("zeCommandListAppendMemoryCopy"));
}

TEST_F(InOrderTest, WaitsAndSignalGoWithTheCommand) {
  const auto queue = inOrder();
  const auto waited = handleOf<ze_event_handle_t>(0x77);
  fake.signal(waited);
  auto signal = context->events(false).borrow();
  ASSERT_TRUE(signal.ok());
  ASSERT_TRUE(copyOne(*queue, {.waits = {&waited, 1}, .signal = signal->get()}));
  const Call& call = fake.calls.back();
  EXPECT_EQ(call.waitCount, 1u);
  EXPECT_EQ(call.waits[0], waited);
  EXPECT_EQ(call.signal, signal->get());
  ASSERT_TRUE(queue->finish());
  EXPECT_TRUE(fake.isSignalled(signal->get()));
}

TEST_F(InOrderTest, AMarkerSignalsAfterAllEarlierCommandsAndAfterItsWaits) {
  const auto queue = inOrder();
  const auto waited = handleOf<ze_event_handle_t>(0x77);
  auto signal = context->events(false).borrow();
  ASSERT_TRUE(signal.ok());
  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(queue->marker({.waits = {&waited, 1}, .signal = signal->get()}));
  EXPECT_FALSE(fake.runAll());
  EXPECT_FALSE(fake.isSignalled(signal->get()));
  fake.signal(waited);
  EXPECT_TRUE(fake.runAll());
  EXPECT_TRUE(fake.isSignalled(signal->get()));
  // Even where a barrier's waits take the place of earlier commands, the copy came first.
  EXPECT_TRUE(std::is_sorted(fake.completionOrder.begin(), fake.completionOrder.end()));
}

TEST_F(InOrderTest, ABarrierWithNothingToSayIsNoCall) {
  const auto queue = inOrder();
  ASSERT_TRUE(copyOne(*queue));
  newCalls();
  ASSERT_TRUE(queue->barrier({}));
  ASSERT_TRUE(queue->flush());
  EXPECT_THAT(newCalls(), ElementsAre());
}

TEST_F(InOrderTest, ALostDeviceIsAnErrorAndItsEventIsNotLentAgain) {
  const auto queue = inOrder();
  ASSERT_TRUE(copyOne(*queue));
  fake.always[Fn::zeEventHostSynchronize] = ZE_RESULT_ERROR_DEVICE_LOST;
  EXPECT_EQ(queue->finish().code(), CL_OUT_OF_RESOURCES);
  fake.always.clear();
  EXPECT_EQ(fake.count(Fn::zeEventHostReset), 0u);
  EXPECT_TRUE(queue->finish());
}

TEST_F(InOrderTest, AQueueThatCannotBeMadeIsAnError) {
  fake.failAlways(Fn::zeCommandListCreateImmediate, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  EXPECT_EQ(Queue::create(*context, fake.device, {}).code(), CL_OUT_OF_HOST_MEMORY);
}

}  // namespace
}  // namespace clze::l0::test
