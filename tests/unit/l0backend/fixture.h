// What queue tests start from: a fake Level Zero, a context and one kernel.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_ze.h"
#include "l0backend/queue/queue.h"

namespace clze::l0::test {

template <class Handle>
Handle handleOf(uint64_t number) {
  return reinterpret_cast<Handle>(number);
}

class BackendTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = Context::create(fake.driver, {&fake.device});
    ASSERT_TRUE(made.ok());
    context = std::move(*made);
  }
  void TearDown() override {
    kernel.reset();
    context.reset();
    EXPECT_THAT(fake.misuse, testing::IsEmpty());
    EXPECT_EQ(fake.liveObjects(), 0u);
  }

  std::unique_ptr<Queue> makeQueue(const QueueSettings& settings) {
    auto queue = Queue::create(*context, fake.device, settings);
    EXPECT_TRUE(queue.ok());
    return queue ? std::move(*queue) : nullptr;
  }
  std::unique_ptr<Queue> inOrder() { return makeQueue({}); }
  std::unique_ptr<Queue> outOfOrder() { return makeQueue({.outOfOrder = true}); }

  void makeKernel() {
    std::string log;
    const uint32_t words[] = {0x07230203};
    auto module = Module::fromSpirv(*context, fake.device, words, "", {}, log);
    ASSERT_TRUE(module.ok());
    auto made = Kernel::create(*module, fake.device, "k");
    ASSERT_TRUE(made.ok());
    kernel = std::move(*made);
  }

  static ArgBlock::Arg value(uint32_t number) {
    ArgBlock::Arg arg;
    arg.size = sizeof(number);
    const auto* bytes = reinterpret_cast<const std::byte*>(&number);
    arg.bytes.assign(bytes, sizeof(number));
    return arg;
  }
  static ArgBlock::Arg pointer(uint64_t address, uint64_t object) {
    ArgBlock::Arg arg;
    arg.size = sizeof(address);
    const auto* bytes = reinterpret_cast<const std::byte*>(&address);
    arg.bytes.assign(bytes, sizeof(address));
    arg.object = object;
    return arg;
  }
  static ArgBlock block(std::vector<ArgBlock::Arg> args) {
    ArgBlock made;
    made.id = nextArgBlockId();
    made.args = std::move(args);
    return made;
  }

  Result<void> copyOne(Queue& queue, const Sync& sync = {}) {
    return queue.copy(handleOf<void*>(1), handleOf<void*>(2), 16, sync);
  }

  Fake fake;
  std::unique_ptr<Context> context;
  std::unique_ptr<Kernel> kernel;
};

}  // namespace clze::l0::test
