// Borrowing and giving back events.
#include "fixture.h"

namespace clze::l0::test {
namespace {

using EventTest = BackendTest;

TEST_F(EventTest, AGivenBackEventIsResetAndLentAgain) {
  ze_event_handle_t first = nullptr;
  {
    auto event = context->events(false).borrow();
    ASSERT_TRUE(event.ok());
    first = event->get();
    fake.signal(first);
  }
  EXPECT_EQ(fake.count(Fn::zeEventHostReset), 1u);
  EXPECT_FALSE(fake.isSignalled(first));
  auto again = context->events(false).borrow();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->get(), first);
  EXPECT_EQ(fake.count(Fn::zeEventCreate), 1u);
}

TEST_F(EventTest, PoolsHold64AndTimestampsHaveTheirOwn) {
  std::vector<Event> held;
  for (int i = 0; i < 65; ++i) {
    auto event = context->events(false).borrow();
    ASSERT_TRUE(event.ok());
    held.push_back(*std::move(event));
  }
  EXPECT_EQ(fake.count(Fn::zeEventPoolCreate), 2u);
  auto stamped = context->events(true).borrow();
  ASSERT_TRUE(stamped.ok());
  EXPECT_EQ(fake.count(Fn::zeEventPoolCreate), 3u);

  std::set<std::pair<uint64_t, uint64_t>> places;
  std::vector<uint64_t> poolFlags;
  for (const Call& call : fake.calls) {
    if (call.fn == Fn::zeEventCreate) places.insert({call.numbers[0], call.numbers[1]});
    if (call.fn == Fn::zeEventPoolCreate) poolFlags.push_back(call.numbers[0]);
  }
  EXPECT_EQ(places.size(), 66u);  // no place of a pool is used twice
  EXPECT_THAT(poolFlags,
              testing::ElementsAre(ZE_EVENT_POOL_FLAG_HOST_VISIBLE, ZE_EVENT_POOL_FLAG_HOST_VISIBLE,
                                   ZE_EVENT_POOL_FLAG_HOST_VISIBLE | ZE_EVENT_POOL_FLAG_KERNEL_TIMESTAMP));
}

TEST_F(EventTest, AnEventThatCannotBeResetIsNotLentAgain) {
  fake.always[Fn::zeEventHostReset] = ZE_RESULT_ERROR_DEVICE_LOST;
  { ASSERT_TRUE(context->events(false).borrow().ok()); }
  EXPECT_EQ(fake.count(Fn::zeEventDestroy), 1u);
  { ASSERT_TRUE(context->events(false).borrow().ok()); }
  EXPECT_EQ(fake.count(Fn::zeEventCreate), 2u);
}

// The command would still be on the device, and write to memory that the caller is about to give up.
TEST_F(EventTest, AWaitThatFailsOnceIsTakenUpAgain) {
  auto event = context->events(false).borrow();
  ASSERT_TRUE(event.ok());
  fake.signal(event->get());
  fake.failCall(0, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  const auto waited = event->wait(UINT64_MAX);
  ASSERT_TRUE(waited.ok());
  EXPECT_TRUE(*waited);
  EXPECT_EQ(fake.count(Fn::zeEventHostSynchronize), 2u);
  fake.failCall(0, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  const auto asked = event->signalled();
  ASSERT_TRUE(asked.ok());
  EXPECT_TRUE(*asked);

  fake.always[Fn::zeEventHostSynchronize] = ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY;
  EXPECT_EQ(event->wait(UINT64_MAX).code(), CL_OUT_OF_HOST_MEMORY);
  fake.always[Fn::zeEventHostSynchronize] = ZE_RESULT_ERROR_DEVICE_LOST;
  const size_t before = fake.count(Fn::zeEventHostSynchronize);
  EXPECT_EQ(event->wait(UINT64_MAX).code(), CL_OUT_OF_RESOURCES);
  EXPECT_EQ(fake.count(Fn::zeEventHostSynchronize), before + 1);
}

TEST_F(EventTest, WaitingTellsNotYetFromFailure) {
  auto event = context->events(false).borrow();
  ASSERT_TRUE(event.ok());
  auto now = event->signalled();
  ASSERT_TRUE(now.ok());
  EXPECT_FALSE(*now);
  fake.signal(event->get());
  now = event->signalled();
  ASSERT_TRUE(now.ok());
  EXPECT_TRUE(*now);
  fake.always[Fn::zeEventHostSynchronize] = ZE_RESULT_ERROR_DEVICE_LOST;
  EXPECT_EQ(event->wait(UINT64_MAX).code(), CL_OUT_OF_RESOURCES);
}

TEST_F(EventTest, AssigningOverAnEventGivesTheOldOneBack) {
  auto a = context->events(false).borrow();
  auto b = context->events(false).borrow();
  ASSERT_TRUE(a.ok() && b.ok());
  *a = *std::move(b);
  EXPECT_EQ(fake.count(Fn::zeEventHostReset), 1u);
}

}  // namespace
}  // namespace clze::l0::test
