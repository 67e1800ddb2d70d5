// Order, waiting and hanging of jobs on the fake device's engines.
#include <sys/wait.h>
#include <unistd.h>

#include "tests/intel/fake_gpu/test/engine_fixture.h"

namespace fake_gpu {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class Scheduling : public EngineTest {
 protected:
  Memory data{0x100000};
};

TEST_F(Scheduling, WaitThatNothingSignalsIsAHangAndLosesTheContext) {
  make(Generation::Gen12, milliseconds(50));
  Batch batch(0x1000);
  batch.storeDword(data.address + 64, 5).wait(data.address, 4, 7).end();
  auto bound = space({&batch, &data});
  auto first = start(batch, bound);
  auto second = start(batch, bound);
  ASSERT_TRUE(first->wait(patience));
  ASSERT_TRUE(second->wait(patience));
  EXPECT_TRUE(first->failed());
  EXPECT_TRUE(second->failed());
  EXPECT_THAT(outcomes, ElementsAre(Outcome::Hung, Outcome::Cancelled));
  EXPECT_TRUE(context->lost);
  EXPECT_EQ(context->batchesActive, 1u);
  EXPECT_EQ(context->batchesPending, 1u);
  ASSERT_EQ(hangs.size(), 1u);
  EXPECT_THAT(hangs[0], HasSubstr("TEST rcs0, context 1"));
  EXPECT_THAT(hangs[0],
              HasSubstr("waits in MI_SEMAPHORE_WAIT at 0x1010: address 0x100000 has 0x0, wanted == 0x7"));
  EXPECT_THAT(hangs[0], HasSubstr("MI_STORE_DATA_IMM"));
  EXPECT_THAT(hangs[0], HasSubstr("0x000000100040 := 0x5 (4 bytes)"));
  EXPECT_THAT(hangs[0], HasSubstr("1 more queued"));
}

TEST_F(Scheduling, AnotherContextIsNotLostByAHang) {
  make(Generation::Gen12, milliseconds(50));
  Batch hanging(0x1000);
  hanging.wait(data.address, 4, 7).end();
  Batch good(0x2000);
  good.storeDword(data.address + 8, 9).end();
  auto bound = space({&hanging, &good, &data});
  auto other = std::make_shared<Context>(2);
  auto hung = start(hanging, bound);
  auto done = start(good, bound, EngineClass::Render, other);
  ASSERT_TRUE(done->wait(patience));
  EXPECT_FALSE(done->failed());
  ASSERT_TRUE(hung->wait(patience));
  EXPECT_TRUE(hung->failed());
  EXPECT_FALSE(other->lost);
}

TEST_F(Scheduling, LongRunningJobMayWaitPastTheLimit) {
  make(Generation::Gen12, milliseconds(20));
  Batch batch(0x1000);
  batch.wait(data.address, 4, 7).end();
  auto bound = space({&batch, &data});
  Job job;
  job.context = context;
  job.space = bound;
  job.batch = batch.address;
  job.done = std::make_shared<Fence>();
  job.longRunning = true;
  auto done = job.done;
  engines->submit(std::move(job));
  EXPECT_FALSE(done->wait(milliseconds(100)));
  data.set(0, 7u);
  EXPECT_TRUE(done->wait(patience));
  EXPECT_TRUE(hangs.empty());
}

TEST_F(Scheduling, EndlessLoopIsAHang) {
  make(Generation::Gen12, milliseconds(50));
  Batch batch(0x1000);
  batch.storeDword(data.address, 1).jump(0x1000);
  auto done = start(batch, space({&batch, &data}));
  ASSERT_TRUE(done->wait(patience));
  EXPECT_TRUE(done->failed());
  ASSERT_EQ(hangs.size(), 1u);
  EXPECT_THAT(hangs[0], HasSubstr("runs on without an end"));
}

TEST_F(Scheduling, FenceThatNothingSignalsIsAHang) {
  make(Generation::Gen12, milliseconds(50));
  Batch batch(0x1000);
  batch.end();
  auto done = start(batch, space({&batch}), EngineClass::Render, nullptr, {std::make_shared<Fence>()});
  ASSERT_TRUE(done->wait(patience));
  EXPECT_TRUE(done->failed());
  ASSERT_EQ(hangs.size(), 1u);
  EXPECT_THAT(hangs[0], HasSubstr("waits for a fence that nothing signals"));
}

TEST_F(Scheduling, OtherEngineSignalsTheWait) {
  Batch waiting(0x1000);
  waiting.wait(data.address, 1, 3).storeDword(data.address + 8, 1).end();
  Batch signalling(0x2000);
  signalling.storeDword(data.address, 3).end();
  auto bound = space({&waiting, &signalling, &data});
  auto waited = start(waiting, bound, EngineClass::Render);
  EXPECT_FALSE(waited->wait(milliseconds(20)));
  EXPECT_EQ(data.get(8), 0u);
  auto signalled = start(signalling, bound, EngineClass::Copy, std::make_shared<Context>(2));
  ASSERT_TRUE(waited->wait(patience));
  EXPECT_TRUE(signalled->wait(patience));
  EXPECT_EQ(data.get(8), 1u);
  EXPECT_EQ(engines->counts().waits, 1u);
  EXPECT_EQ(engines->counts().blockedWaits, 1u);
}

TEST_F(Scheduling, ContextThatWaitsDoesNotBlockTheOneThatSignals) {
  Batch waiting(0x1000);
  waiting.wait(data.address, 4, 3).storeDword(data.address + 8, 1).end();
  Batch signalling(0x2000);
  signalling.storeDword(data.address, 3).end();
  auto bound = space({&waiting, &signalling, &data});
  auto waited = start(waiting, bound);
  auto signalled = start(signalling, bound, EngineClass::Render, std::make_shared<Context>(2));
  EXPECT_TRUE(signalled->wait(patience));
  EXPECT_TRUE(waited->wait(patience));
  EXPECT_FALSE(waited->failed());
  EXPECT_EQ(data.get(8), 1u);
  EXPECT_GE(engines->counts().switches, 1u);
}

TEST_F(Scheduling, TwoContextsHandTheWorkToAndFro) {
  Batch one(0x1000), two(0x2000);
  for (uint32_t turn = 0; turn < 20; ++turn) {
    one.storeDword(data.address, turn + 1).wait(data.address + 4, 4, turn + 1);
    two.wait(data.address, 4, turn + 1).storeDword(data.address + 4, turn + 1);
  }
  one.end();
  two.end();
  auto bound = space({&one, &two, &data});
  auto first = start(one, bound);
  auto second = start(two, bound, EngineClass::Render, std::make_shared<Context>(2));
  EXPECT_TRUE(first->wait(patience));
  EXPECT_TRUE(second->wait(patience));
  EXPECT_EQ(data.get(4), 20u);
  EXPECT_TRUE(hangs.empty());
}

TEST_F(Scheduling, JobsOfAContextRunInOrder) {
  std::vector<std::unique_ptr<Batch>> batches;
  auto bound = space({&data});
  constexpr uint32_t count = 100;
  std::shared_ptr<Fence> last;
  for (uint32_t at = 0; at < count; ++at) {
    batches.push_back(std::make_unique<Batch>(0x1000 + 0x1000 * at));
    // Add one to what the job before left, if it is what that job should have left.
    batches.back()->wait(data.address, 4, at).storeDword(data.address, at + 1).end();
    bound->bind(batches.back()->binding());
    last = start(*batches.back(), bound);
  }
  ASSERT_TRUE(last->wait(patience));
  EXPECT_EQ(data.get(0), count);
  EXPECT_EQ(engines->counts().blockedWaits, 0u);
}

TEST_F(Scheduling, JobWaitsForItsFence) {
  Batch batch(0x1000);
  batch.storeDword(data.address, 1).end();
  auto before = std::make_shared<Fence>();
  auto done = start(batch, space({&batch, &data}), EngineClass::Render, nullptr, {before});
  EXPECT_FALSE(done->wait(milliseconds(20)));
  EXPECT_EQ(data.get(0), 0u);
  before->signal();
  EXPECT_TRUE(done->wait(patience));
  EXPECT_EQ(data.get(0), 1u);
}

TEST_F(Scheduling, CancelStopsTheRunningJobAndDropsTheQueue) {
  Batch batch(0x1000);
  batch.wait(data.address, 4, 7).end();
  auto bound = space({&batch, &data});
  auto first = start(batch, bound);
  auto second = start(batch, bound);
  engines->cancel(context);
  EXPECT_TRUE(first->wait(patience));
  EXPECT_TRUE(second->wait(patience));
  EXPECT_TRUE(first->failed());
  EXPECT_TRUE(second->failed());
  EXPECT_TRUE(hangs.empty());
  EXPECT_FALSE(context->lost);
}

TEST_F(Scheduling, WaitIdleTellsWhetherAllIsDone) {
  Batch batch(0x1000);
  batch.wait(data.address, 4, 7).end();
  EXPECT_TRUE(engines->waitIdle(milliseconds(0)));
  auto done = start(batch, space({&batch, &data}));
  EXPECT_FALSE(engines->waitIdle(milliseconds(20)));
  data.set(0, 7u);
  EXPECT_TRUE(engines->waitIdle(patience));
  EXPECT_TRUE(done->signalled());
}

TEST_F(Scheduling, EnginesGoAwayWithJobsQueued) {
  Batch batch(0x1000);
  batch.wait(data.address, 4, 7).end();
  auto bound = space({&batch, &data});
  auto first = start(batch, bound);
  auto second = start(batch, bound);
  engines.reset();
  EXPECT_TRUE(first->failed());
  EXPECT_TRUE(second->failed());
}

TEST_F(Scheduling, ForkedChildCancelsWhatItSubmits) {
  Batch batch(0x1000);
  batch.storeDword(data.address, 1).end();
  auto bound = space({&batch, &data});
  ASSERT_EQ(run(batch, bound), Outcome::Done);
  const pid_t child = fork();
  if (child == 0) {
    auto done = start(batch, bound);
    const bool right = done->failed() && engines->waitIdle(milliseconds(0));
    _exit(right ? 0 : 1);  // the threads to join are the parent's
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(Scheduling, ProcessEndsWithJobsQueued) {
  Batch batch(0x1000);
  batch.wait(data.address, 4, 7).end();
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    make(Generation::Gen12);  // the child's own, leaked as the library's are
    start(batch, space({&batch, &data}));
    (void)engines.release();
    exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace fake_gpu
