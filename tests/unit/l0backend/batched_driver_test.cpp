// The batched strategy on a driver through the real loader: values that show the order across hand-overs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "l0backend/queue/queue.h"
#include "tests/support/data.h"
#include "tests/unit/l0backend/on_a_driver.h"

namespace clze::l0::test {
namespace {

constexpr size_t kSize = 1 << 16;

class BatchedDriverTest : public OnADriver {
 protected:
  std::unique_ptr<Queue> queue() {
    auto made = Queue::create(*context, *device, {.batched = true});
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }
  Allocation host() {
    auto made = allocate(*context, *device, kSize, 64, Placement::Host);
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }
  static int at(const Allocation& memory, size_t place) { return static_cast<int>(memory.data()[place]); }
};

// Each step reads what the step before wrote.
TEST_F(BatchedDriverTest, OrderHoldsAcrossBoundsFlushesAndWaits) {
  const auto q = queue();
  const Allocation a = host(), b = host();
  for (int round = 1; round <= 400; ++round) {
    const auto byte = static_cast<uint8_t>(round);
    ASSERT_TRUE(q->fill(a.data(), &byte, 1, kSize, {}));
    ASSERT_TRUE(q->copy(b.data(), a.data(), kSize, {}));
    ASSERT_TRUE(q->copy(a.data() + kSize / 2, b.data(), kSize / 2, {}));
    if (round % 7 == 0) {
      ASSERT_TRUE(q->flush());
    }
    if (round % 97 != 0) continue;
    ASSERT_TRUE(q->finish());
    for (const size_t place : {size_t{0}, kSize / 2, kSize - 1}) {
      DATA_ASSERT_EQ(at(a, place), byte);
      DATA_ASSERT_EQ(at(b, place), byte);
    }
  }
  ASSERT_TRUE(q->finish());  // the memory goes before the queue
}

// The flush is what the event of the other side needs.
TEST_F(BatchedDriverTest, TwoQueuesTakeTurnsThroughEvents) {
  const auto one = queue(), two = queue();
  const Allocation a = host(), b = host();
  std::vector<Event> used;
  ze_event_handle_t before = nullptr;
  for (int round = 1; round <= 100; ++round) {
    const auto byte = static_cast<uint8_t>(round);
    auto filled = context->events(false).borrow(), copied = context->events(false).borrow();
    ASSERT_TRUE(filled.ok() && copied.ok());
    const ze_event_handle_t between = filled->get();
    ASSERT_TRUE(one->fill(
        a.data(), &byte, 1, kSize,
        {.waits = std::span<const ze_event_handle_t>(&before, round > 1 ? 1 : 0), .signal = between}));
    ASSERT_TRUE(one->flush());
    ASSERT_TRUE(two->copy(b.data(), a.data(), kSize, {.waits = {&between, 1}, .signal = copied->get()}));
    ASSERT_TRUE(two->flush());
    before = copied->get();
    used.push_back(*std::move(filled));
    used.push_back(*std::move(copied));
  }
  ASSERT_TRUE(used.back().wait(UINT64_MAX));
  DATA_EXPECT_EQ(at(b, kSize - 1), 100);
  ASSERT_TRUE(one->finish());
  ASSERT_TRUE(two->finish());
}

TEST_F(BatchedDriverTest, ThreadsAppendFlushAndWait) {
  const auto q = queue();
  constexpr int kThreads = 4;
  std::vector<Allocation> memory;
  for (int i = 0; i < kThreads; ++i) memory.push_back(host());
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 1; round <= 200; ++round) {
        const auto byte = static_cast<uint8_t>(round);
        bool fine = q->fill(memory[static_cast<size_t>(i)].data(), &byte, 1, 64, {}).ok();
        if (round % 5 == i) fine = q->flush().ok() && fine;
        if (round % 50 == 0) fine = q->finish().ok() && fine;
        if (!fine) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(q->finish());
  EXPECT_EQ(failures, 0);
  for (const Allocation& part : memory) DATA_EXPECT_EQ(at(part, 63), 200);
}

}  // namespace
}  // namespace clze::l0::test
