// The batched strategy: what is submitted when, in which order it runs, and what becomes of failures.
#include "fixture.h"

namespace clze::l0::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BatchedTest : public BackendTest {
 protected:
  std::unique_ptr<Queue> batched() { return makeQueue({.batched = true}); }
  std::vector<std::string> newCalls() {
    auto names = fake.names();
    names.erase(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(seen_));
    seen_ += names.size();
    return names;
  }
  size_t executions() const { return fake.count(Fn::zeCommandQueueExecuteCommandLists); }
  Event event() {
    auto borrowed = context->events(false).borrow();
    EXPECT_TRUE(borrowed.ok());
    return *std::move(borrowed);
  }
  bool inOrderSoFar() const {
    return std::is_sorted(fake.completionOrder.begin(), fake.completionOrder.end());
  }

 private:
  size_t seen_ = 0;
};

TEST_F(BatchedTest, TheQueueIsAsynchronousOnTheComputeGroup) {
  fake.device.computeGroup.ordinal = 3;
  const auto queue = makeQueue({.batched = true, .highPriority = true});
  const Call& call = fake.calls.back();
  ASSERT_EQ(call.fn, Fn::zeCommandQueueCreate);
  EXPECT_THAT(call.numbers, ElementsAre(3, 0, 0, ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS,
                                        ZE_COMMAND_QUEUE_PRIORITY_PRIORITY_HIGH, 0));
}

TEST_F(BatchedTest, TheFirstCommandOfAnIdleQueueIsSubmittedAtOnce) {
  const auto queue = batched();
  newCalls();
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_THAT(newCalls(), ElementsAre("zeCommandListCreate", "zeFenceCreate", "zeCommandListAppendMemoryCopy",
                                      "zeCommandListClose", "zeCommandQueueExecuteCommandLists"));
  ASSERT_TRUE(queue->flush());
  EXPECT_THAT(newCalls(), IsEmpty());
  EXPECT_EQ(fake.count(Fn::zeEventCreate), 0u);
}

TEST_F(BatchedTest, CommandsBehindItAreGatheredUntilTheFlush) {
  const auto queue = batched();
  ASSERT_TRUE(copyOne(*queue));
  newCalls();
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_THAT(newCalls(), ElementsAre("zeFenceQueryStatus", "zeCommandListCreate", "zeFenceCreate",
                                      "zeCommandListAppendBarrier", "zeCommandListAppendMemoryCopy"));
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_THAT(newCalls(), ElementsAre("zeCommandListAppendBarrier", "zeCommandListAppendMemoryCopy"));
  ASSERT_TRUE(queue->flush());
  EXPECT_THAT(newCalls(), ElementsAre("zeCommandListClose", "zeCommandQueueExecuteCommandLists"));
  EXPECT_TRUE(fake.runAll());
  EXPECT_EQ(fake.completionOrder.size(), 5u);
  EXPECT_TRUE(inOrderSoFar());
}

TEST_F(BatchedTest, AfterAFlushABusyDeviceGathersAndADryOneDoesNot) {
  const auto queue = batched();
  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(queue->flush());
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_EQ(executions(), 1u);
  ASSERT_TRUE(queue->flush());
  EXPECT_EQ(executions(), 2u);
  EXPECT_TRUE(fake.runAll());
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_EQ(executions(), 3u);
}

TEST_F(BatchedTest, ABurstIsHandedOverAtABound) {
  const auto queue = batched();
  for (int i = 0; i < 1 + 32 * 3 + 5; ++i) ASSERT_TRUE(copyOne(*queue));
  EXPECT_EQ(executions(), 4u);
  ASSERT_TRUE(queue->finish());
  EXPECT_EQ(executions(), 5u);
  EXPECT_EQ(fake.pendingCommands(), 0u);
  EXPECT_TRUE(inOrderSoFar());
}

TEST_F(BatchedTest, ListsOfADeviceFarBehindGetLonger) {
  const auto queue = batched();
  for (int i = 0; i < 1 + 32 * 15 + 1023; ++i) ASSERT_TRUE(copyOne(*queue));
  EXPECT_EQ(executions(), 16u);
  ASSERT_TRUE(copyOne(*queue));
  EXPECT_EQ(executions(), 17u);
  ASSERT_TRUE(queue->finish());
  EXPECT_TRUE(inOrderSoFar());
}

TEST_F(BatchedTest, ListsAreUsedAgain) {
  const auto queue = batched();
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(copyOne(*queue));
    ASSERT_TRUE(queue->finish());
  }
  EXPECT_EQ(executions(), 150u);
  EXPECT_LE(fake.count(Fn::zeCommandListCreate), 3u);
  EXPECT_LE(fake.count(Fn::zeFenceCreate), 3u);
  EXPECT_TRUE(inOrderSoFar());
}

TEST_F(BatchedTest, AnUnchangedLoneLaunchIsExecutedAgainAsItIs) {
  makeKernel();
  const auto queue = batched();
  const ArgBlock args = block({value(1)});
  Launch launch = {.kernel = kernel.get(), .args = &args};
  const auto lone = [&](const Launch& which) {
    EXPECT_TRUE(queue->launch(which, {}));
    EXPECT_TRUE(queue->finish());
    return newCalls();
  };
  lone(launch);
  EXPECT_THAT(lone(launch),
              ElementsAre("zeCommandQueueExecuteCommandLists", "zeFenceHostSynchronize", "zeFenceReset"));
  Launch wider = launch;
  wider.groupCount = {2, 1, 1};
  lone(wider);
  EXPECT_EQ(fake.calls[fake.calls.size() - 5].numbers[0], 2u);
  // Either is still there.
  EXPECT_EQ(lone(launch).size(), 3u);
  EXPECT_EQ(lone(wider).size(), 3u);
  const ArgBlock other = block({value(2)});
  launch.args = &other;
  EXPECT_GT(lone(launch).size(), 3u);
  EXPECT_EQ(fake.completionOrder.size(), 6u);
}

TEST_F(BatchedTest, ALaunchIsRepeatedWithItsOwnEventOnly) {
  makeKernel();
  const auto queue = batched();
  const ArgBlock args = block({value(1)});
  const Launch launch = {.kernel = kernel.get(), .args = &args};
  const auto launches = [&](const Event& signal) {
    const size_t before = fake.count(Fn::zeCommandListAppendLaunchKernel);
    EXPECT_TRUE(queue->launch(launch, {.signal = signal.get()}));
    EXPECT_TRUE(queue->finish());
    EXPECT_TRUE(fake.isSignalled(signal.get()));
    return fake.count(Fn::zeCommandListAppendLaunchKernel) - before;
  };
  const Event other = event();
  EXPECT_EQ(launches(event()), 1u);
  EXPECT_EQ(launches(other), 1u);
  // Given back, reset, and lent again.
  EXPECT_EQ(launches(event()), 0u);
  const Event last = event();
  EXPECT_EQ(launches(last), 0u);
  fake.always[Fn::zeEventHostReset] = ZE_RESULT_ERROR_DEVICE_LOST;
  { const Event gone = event(); }
  fake.always.clear();
  // A handle may now be another event's.
  EXPECT_EQ(fake.misuse.size(), 0u);
  const Event fresh = event();
  EXPECT_EQ(launches(fresh), 1u);
}

TEST_F(BatchedTest, ALaunchThatWaitsIsNotRepeated) {
  makeKernel();
  const auto queue = batched();
  const ArgBlock args = block({value(1)});
  const Launch launch = {.kernel = kernel.get(), .args = &args};
  const auto waited = handleOf<ze_event_handle_t>(0x77);
  fake.signal(waited);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(queue->launch(launch, {.waits = {&waited, 1}}));
    ASSERT_TRUE(queue->finish());
  }
  EXPECT_EQ(fake.count(Fn::zeCommandListAppendLaunchKernel), 3u);
}

TEST_F(BatchedTest, TwoQueuesWaitForEachOthersGatheredCommands) {
  const auto one = batched(), two = batched();
  ASSERT_TRUE(copyOne(*one));
  ASSERT_TRUE(copyOne(*two));
  std::vector<Event> events;
  for (int i = 0; i < 40; ++i) {
    events.push_back(event());
    Queue& from = i % 2 == 0 ? *one : *two;
    Queue& to = i % 2 == 0 ? *two : *one;
    ASSERT_TRUE(copyOne(from, {.signal = events.back().get()}));
    ASSERT_TRUE(from.flush());  // what a caller does before it names an event to another queue
    const ze_event_handle_t wait = events.back().get();
    ASSERT_TRUE(copyOne(to, {.waits = {&wait, 1}}));
  }
  ASSERT_TRUE(one->finish());
  ASSERT_TRUE(two->finish());
  EXPECT_EQ(fake.pendingCommands(), 0u);
  for (const Event& item : events) EXPECT_TRUE(fake.isSignalled(item.get()));
}

TEST_F(BatchedTest, AMarkerSignalsAfterAllEarlierCommandsAndAfterItsWaits) {
  const auto queue = batched();
  const auto waited = handleOf<ze_event_handle_t>(0x77);
  const Event signal = event();
  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(queue->marker({.waits = {&waited, 1}, .signal = signal.get()}));
  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(queue->flush());
  EXPECT_FALSE(fake.runAll());
  EXPECT_FALSE(fake.isSignalled(signal.get()));
  fake.signal(waited);
  EXPECT_TRUE(fake.runAll());
  EXPECT_TRUE(fake.isSignalled(signal.get()));
  EXPECT_TRUE(inOrderSoFar());
}

TEST_F(BatchedTest, AnIdleQueueSignalsAMarkerOnTheHost) {
  const auto queue = batched();
  const Event first = event(), second = event(), third = event();
  newCalls();
  ASSERT_TRUE(queue->marker({.signal = first.get()}));
  EXPECT_THAT(newCalls(), ElementsAre("zeEventHostSignal"));
  EXPECT_TRUE(fake.isSignalled(first.get()));

  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(queue->flush());
  ASSERT_TRUE(queue->barrier({.signal = second.get()}));
  ASSERT_TRUE(queue->flush());
  EXPECT_FALSE(fake.isSignalled(second.get()));  // the copy has not run
  EXPECT_TRUE(fake.runAll());
  EXPECT_TRUE(fake.isSignalled(second.get()));

  newCalls();
  ASSERT_TRUE(queue->barrier({.signal = third.get()}));
  EXPECT_THAT(newCalls(),
              ElementsAre("zeFenceQueryStatus", "zeFenceReset", "zeFenceReset", "zeEventHostSignal"));
  EXPECT_TRUE(fake.isSignalled(third.get()));
}

TEST_F(BatchedTest, AMarkerWhoseTimeIsAskedIsTheDevicesToSignal) {
  const auto queue = makeQueue({.batched = true, .timestamps = true});
  const Event signal = event();
  ASSERT_TRUE(queue->marker({.signal = signal.get()}));
  EXPECT_EQ(fake.count(Fn::zeEventHostSignal), 0u);
  EXPECT_EQ(executions(), 1u);
  EXPECT_TRUE(fake.runAll());
  EXPECT_TRUE(fake.isSignalled(signal.get()));
}

TEST_F(BatchedTest, AMarkerThatCannotBeSignalledIsAnError) {
  const auto queue = batched();
  const Event signal = event();
  fake.always[Fn::zeEventHostSignal] = ZE_RESULT_ERROR_DEVICE_LOST;
  EXPECT_FALSE(queue->marker({.signal = signal.get()}).ok());
  EXPECT_FALSE(fake.isSignalled(signal.get()));
}

TEST_F(BatchedTest, ABarrierWithNothingToSayIsNoCall) {
  const auto queue = batched();
  ASSERT_TRUE(copyOne(*queue));
  newCalls();
  ASSERT_TRUE(queue->barrier({}));
  EXPECT_THAT(newCalls(), IsEmpty());
}

TEST_F(BatchedTest, TheDestructorHandsOverAndWaits) {
  auto queue = batched();
  const Event signal = event();
  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(copyOne(*queue, {.signal = signal.get()}));
  queue.reset();
  EXPECT_TRUE(fake.isSignalled(signal.get()));
  EXPECT_EQ(fake.pendingCommands(), 0u);
}

TEST_F(BatchedTest, ACommandThatCannotBeAppendedLeavesThoseBeforeIt) {
  const auto queue = batched();
  const Event before = event(), after = event();
  ASSERT_TRUE(copyOne(*queue));
  ASSERT_TRUE(copyOne(*queue, {.signal = before.get()}));
  fake.always[Fn::zeCommandListAppendMemoryCopy] = ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY;
  EXPECT_EQ(copyOne(*queue).code(), CL_OUT_OF_HOST_MEMORY);
  fake.always.clear();
  ASSERT_TRUE(copyOne(*queue, {.signal = after.get()}));
  ASSERT_TRUE(queue->finish());
  EXPECT_TRUE(*before.signalled());
  EXPECT_TRUE(*after.signalled());
  EXPECT_TRUE(inOrderSoFar());
}

class HandOverFailure : public BatchedTest, public testing::WithParamInterface<Fn> {};

TEST_P(HandOverFailure, EndsEveryGatheredEventWithTheError) {
  const auto queue = batched();
  std::vector<Event> events;
  ASSERT_TRUE(copyOne(*queue));
  for (int i = 0; i < 5; ++i) {
    events.push_back(event());
    ASSERT_TRUE(copyOne(*queue, {.signal = events.back().get()}));
  }
  fake.always[GetParam()] = ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY;
  EXPECT_EQ(queue->flush().code(), CL_OUT_OF_RESOURCES);
  fake.always.clear();
  for (const Event& item : events) {
    EXPECT_EQ(item.wait(UINT64_MAX).code(), CL_OUT_OF_RESOURCES);
    EXPECT_EQ(item.signalled().code(), CL_OUT_OF_RESOURCES);
    // Whatever else waits for it on the device goes on.
    EXPECT_TRUE(fake.isSignalled(item.get()));
  }
  // They are not lent again, and the queue works on.
  const size_t destroyed = fake.count(Fn::zeEventDestroy);
  events.clear();
  EXPECT_EQ(fake.count(Fn::zeEventDestroy), destroyed + 5);
  const Event later = event();
  EXPECT_FALSE(*later.signalled());
  ASSERT_TRUE(copyOne(*queue, {.signal = later.get()}));
  ASSERT_TRUE(queue->finish());
  EXPECT_TRUE(*later.wait(UINT64_MAX));
}

INSTANTIATE_TEST_SUITE_P(Calls, HandOverFailure,
                         testing::Values(Fn::zeCommandListClose, Fn::zeCommandQueueExecuteCommandLists),
                         [](const auto& info) { return nameOf(info.param); });

TEST_F(BatchedTest, EventsOfALostDeviceThatCannotBeSignalledStillEnd) {
  const auto queue = batched();
  ASSERT_TRUE(copyOne(*queue));
  const Event signal = event();
  ASSERT_TRUE(copyOne(*queue, {.signal = signal.get()}));
  fake.always[Fn::zeCommandQueueExecuteCommandLists] = ZE_RESULT_ERROR_DEVICE_LOST;
  fake.always[Fn::zeEventHostSignal] = ZE_RESULT_ERROR_DEVICE_LOST;
  EXPECT_EQ(queue->finish().code(), CL_OUT_OF_RESOURCES);
  EXPECT_EQ(signal.wait(UINT64_MAX).code(), CL_OUT_OF_RESOURCES);
}

TEST_F(BatchedTest, ABoundThatCannotBeHandedOverFailsTheCallThatReachedIt) {
  const auto queue = batched();
  std::vector<Event> events;
  ASSERT_TRUE(copyOne(*queue));
  fake.always[Fn::zeCommandQueueExecuteCommandLists] = ZE_RESULT_ERROR_DEVICE_LOST;
  for (int i = 0; i < 31; ++i) {
    events.push_back(event());
    ASSERT_TRUE(copyOne(*queue, {.signal = events.back().get()}));
  }
  events.push_back(event());
  EXPECT_FALSE(copyOne(*queue, {.signal = events.back().get()}));
  for (const Event& item : events) EXPECT_FALSE(item.wait(UINT64_MAX).ok());
}

TEST_F(BatchedTest, AQueueThatCannotBeMadeIsAnError) {
  fake.failAlways(Fn::zeCommandQueueCreate, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  EXPECT_EQ(Queue::create(*context, fake.device, {.batched = true}).code(), CL_OUT_OF_HOST_MEMORY);
}

}  // namespace
}  // namespace clze::l0::test
