// The out-of-order strategy: rotation, and what barriers and markers mean under every legal completion order.
#include <map>

#include "fixture.h"

namespace clze::l0::test {
namespace {

class OutOfOrderTest : public BackendTest {
 protected:
  static constexpr auto kCopy = Fn::zeCommandListAppendMemoryCopy;

  // Appends a copy and remembers it by its event.
  void command(Queue& queue) {
    auto event = context->events(false).borrow();
    ASSERT_TRUE(event.ok());
    ASSERT_TRUE(copyOne(queue, {.signal = event->get()}));
    commands.push_back(*std::move(event));
  }
  size_t completed() const {
    size_t count = 0;
    for (const Event& event : commands) count += fake.isSignalled(event.get()) ? 1 : 0;
    return count;
  }
  void TearDown() override {
    commands.clear();
    BackendTest::TearDown();
  }
  std::vector<Event> commands;
};

TEST_F(OutOfOrderTest, CommandsGoRoundFourListsWithoutBarriersOrEvents) {
  const auto queue = outOfOrder();
  std::map<ze_command_list_handle_t, int> used;
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(copyOne(*queue));
    ++used[fake.calls.back().list];
  }
  EXPECT_EQ(used.size(), 4u);
  for (const auto& [list, times] : used) EXPECT_EQ(times, 2);
  EXPECT_EQ(fake.count(Fn::zeCommandListAppendBarrier), 0u);
  EXPECT_EQ(fake.count(Fn::zeEventCreate), 0u);
}

TEST_F(OutOfOrderTest, ListsAreSpreadOverHardwareQueues) {
  fake.device.computeGroup.queueCount = 2;
  const auto queue = outOfOrder();
  std::vector<uint64_t> indexes;
  for (const Call& call : fake.calls) {
    if (call.fn == Fn::zeCommandListCreateImmediate) indexes.push_back(call.numbers[1]);
  }
  EXPECT_THAT(indexes, testing::ElementsAre(0, 1, 0, 1));
}

TEST_F(OutOfOrderTest, IndependentCommandsMayOvertake) {
  bool overtaken = false;
  for (int attempt = 0; attempt < 20 && !overtaken; ++attempt) {
    const auto queue = outOfOrder();
    for (int i = 0; i < 8; ++i) ASSERT_TRUE(copyOne(*queue));
    fake.completionOrder.clear();
    ASSERT_TRUE(fake.runAll());
    overtaken = !std::is_sorted(fake.completionOrder.begin(), fake.completionOrder.end());
  }
  EXPECT_TRUE(overtaken);
}

// Whatever order the device picks, everything before a barrier completes before anything after it.
TEST_F(OutOfOrderTest, ABarrierParts) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    fake.random.seed(seed);
    const auto queue = outOfOrder();
    const size_t before = seed % 7;
    for (size_t i = 0; i < before; ++i) command(*queue);
    auto passed = context->events(false).borrow();
    ASSERT_TRUE(passed.ok());
    ASSERT_TRUE(queue->barrier({.signal = passed->get()}));
    for (size_t i = 0; i < 6; ++i) command(*queue);
    while (fake.step()) {
      bool late = false;
      for (size_t i = before; i < commands.size(); ++i) late = late || fake.isSignalled(commands[i].get());
      size_t early = 0;
      for (size_t i = 0; i < before; ++i) early += fake.isSignalled(commands[i].get()) ? 1 : 0;
      if (late || fake.isSignalled(passed->get())) {
        EXPECT_EQ(early, before);
      }
    }
    EXPECT_EQ(fake.pendingCommands(), 0u);
    EXPECT_EQ(completed(), before + 6);
    EXPECT_TRUE(fake.isSignalled(passed->get()));
    ASSERT_TRUE(queue->finish());
    commands.clear();
  }
}

TEST_F(OutOfOrderTest, ABarrierWaitsForEventsOfOthers) {
  const auto queue = outOfOrder();
  const auto other = handleOf<ze_event_handle_t>(0x77);
  ASSERT_TRUE(queue->barrier({.waits = {&other, 1}}));
  for (int i = 0; i < 4; ++i) command(*queue);
  fake.runAll();
  EXPECT_EQ(completed(), 0u);
  fake.signal(other);
  EXPECT_TRUE(fake.runAll());
  EXPECT_EQ(completed(), 4u);
}

TEST_F(OutOfOrderTest, BarriersOfAnIdleQueueCostNothing) {
  const auto queue = outOfOrder();
  const size_t calls = fake.calls.size();
  ASSERT_TRUE(queue->barrier({}));
  EXPECT_EQ(fake.calls.size(), calls);
}

TEST_F(OutOfOrderTest, AMarkerSignalsAfterAllEarlierCommands) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    fake.random.seed(seed);
    const auto queue = outOfOrder();
    for (int i = 0; i < 6; ++i) command(*queue);
    auto passed = context->events(false).borrow();
    ASSERT_TRUE(passed.ok());
    ASSERT_TRUE(queue->marker({.signal = passed->get()}));
    while (fake.step()) {
      if (fake.isSignalled(passed->get())) {
        EXPECT_EQ(completed(), 6u);
      }
    }
    EXPECT_TRUE(fake.isSignalled(passed->get()));
    ASSERT_TRUE(queue->finish());
    commands.clear();
  }
}

// A marker after a barrier is after what is before the barrier, also in lists it did not gather itself.
TEST_F(OutOfOrderTest, AMarkerRightAfterABarrierIsAfterItsCommands) {
  const auto queue = outOfOrder();
  const auto other = handleOf<ze_event_handle_t>(0x77);
  auto passed = context->events(false).borrow();
  ASSERT_TRUE(passed.ok());
  ASSERT_TRUE(queue->barrier({.waits = {&other, 1}}));
  ASSERT_TRUE(queue->marker({.signal = passed->get()}));
  fake.runAll();
  EXPECT_FALSE(fake.isSignalled(passed->get()));
  fake.signal(other);
  fake.runAll();
  EXPECT_TRUE(fake.isSignalled(passed->get()));
}

TEST_F(OutOfOrderTest, AMarkerHoldsNothingBack) {
  const auto queue = outOfOrder();
  const auto other = handleOf<ze_event_handle_t>(0x77);
  auto passed = context->events(false).borrow();
  ASSERT_TRUE(passed.ok());
  ASSERT_TRUE(queue->marker({.waits = {&other, 1}, .signal = passed->get()}));
  for (int i = 0; i < 8; ++i) command(*queue);
  fake.runAll();
  EXPECT_EQ(completed(), 8u);
  EXPECT_FALSE(fake.isSignalled(passed->get()));
  fake.signal(other);
  EXPECT_TRUE(fake.runAll());
}

TEST_F(OutOfOrderTest, ForwardingDoesNotWaitForTheQueue) {
  const auto queue = outOfOrder();
  const auto stuck = handleOf<ze_event_handle_t>(0x77);
  const auto done = handleOf<ze_event_handle_t>(0x78);
  fake.signal(done);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(copyOne(*queue, {.waits = {&stuck, 1}}));
  auto passed = context->events(false).borrow();
  ASSERT_TRUE(passed.ok());
  ASSERT_TRUE(queue->forward({.waits = {&done, 1}, .signal = passed->get()}));
  fake.runAll();
  EXPECT_TRUE(fake.isSignalled(passed->get()));
  fake.signal(stuck);
  EXPECT_TRUE(fake.runAll());
}

TEST_F(OutOfOrderTest, FinishEmptiesEveryListAndGivesAllEventsBack) {
  const auto queue = outOfOrder();
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 7; ++i) ASSERT_TRUE(copyOne(*queue));
    ASSERT_TRUE(queue->barrier({}));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(copyOne(*queue));
  }
  ASSERT_TRUE(queue->finish());
  EXPECT_EQ(fake.pendingCommands(), 0u);
  const size_t calls = fake.calls.size();
  ASSERT_TRUE(queue->finish());
  EXPECT_EQ(fake.calls.size(), calls);
  // All came back: the same number again needs no new event.
  const size_t made = fake.count(Fn::zeEventCreate);
  EXPECT_EQ(fake.count(Fn::zeEventHostReset), made);
}

// Misuse (an event reset while a command mentions it) is watched by the fake; TearDown looks.
TEST_F(OutOfOrderTest, EventsAreReusedWithoutHarmAndWithoutGrowth) {
  const auto queue = outOfOrder();
  for (uint32_t round = 0; round < 500; ++round) {
    for (uint32_t i = 0; i < round % 6; ++i) ASSERT_TRUE(copyOne(*queue));
    if (round % 3 != 0) {
      ASSERT_TRUE(queue->barrier({}));
    } else {
      auto passed = context->events(false).borrow();
      ASSERT_TRUE(passed.ok());
      ASSERT_TRUE(queue->marker({.signal = passed->get()}));
      ASSERT_TRUE(passed->wait(UINT64_MAX).ok());
      while (fake.mentioned(passed->get())) ASSERT_TRUE(fake.step());
    }
    for (uint32_t i = 0; i < round % 11; ++i) fake.step();
  }
  EXPECT_THAT(fake.misuse, testing::IsEmpty());
  EXPECT_LT(fake.count(Fn::zeEventCreate), 200u);
  ASSERT_TRUE(queue->finish());
}

}  // namespace
}  // namespace clze::l0::test
