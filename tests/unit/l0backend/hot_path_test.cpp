// The launch of an unchanged kernel allocates nothing.
#include <cstdlib>
#include <new>

#include "fixture.h"

namespace {
thread_local size_t allocations = 0;
}  // namespace

// Counting replacements of the global allocation functions, for this test program only.
void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size != 0 ? size : 1)) return memory;
  std::abort();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size != 0 ? size : 1);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace clze::l0::test {
namespace {

class HotPathTest : public BackendTest {
 protected:
  void SetUp() override {
    BackendTest::SetUp();
    makeKernel();
    fake.holdAll = true;  // the fake's own bookkeeping would allocate
  }
};

TEST_F(HotPathTest, TheCounterCounts) {
  const size_t before = allocations;
  const auto number = std::make_unique<int>(1);
  EXPECT_EQ(allocations, before + static_cast<size_t>(*number));
}

TEST_F(HotPathTest, ARepeatedLaunchAllocatesNothing) {
  for (const bool unordered : {false, true}) {
    const auto queue = makeQueue({.outOfOrder = unordered});
    const ArgBlock args = block({value(1), pointer(0x1000, 1)});
    const Launch launch = {.kernel = kernel.get(), .args = &args, .groupSize = {8, 1, 1}};
    ASSERT_TRUE(queue->launch(launch, {}));
    const size_t before = allocations;
    const size_t calls = fake.calls.size();
    bool fine = true;
    for (int i = 0; i < 100; ++i) fine = fine && queue->launch(launch, {}).ok();
    EXPECT_EQ(allocations, before);
    EXPECT_TRUE(fine);
    EXPECT_EQ(fake.calls.size() - calls, unordered ? 100u : 200u);
    fake.failAlways(Fn::zeCommandListAppendBarrier, ZE_RESULT_ERROR_DEVICE_LOST);  // nothing here completes
    EXPECT_FALSE(queue->finish().ok());
    fake.always.clear();
    fake.always[Fn::zeEventHostSynchronize] = ZE_RESULT_SUCCESS;
  }
}

TEST_F(HotPathTest, NewValuesOfTheSameArgumentsAllocateNothing) {
  const auto queue = inOrder();
  const ArgBlock one = block({value(1), value(2)});
  const ArgBlock two = block({value(3), value(2)});
  const Launch first = {.kernel = kernel.get(), .args = &one};
  const Launch second = {.kernel = kernel.get(), .args = &two};
  ASSERT_TRUE(queue->launch(first, {}));
  ASSERT_TRUE(queue->launch(second, {}));
  const size_t before = allocations;
  bool fine = true;
  for (int i = 0; i < 50; ++i) fine = fine && queue->launch(first, {}).ok() && queue->launch(second, {}).ok();
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(fine);
  fake.always[Fn::zeEventHostSynchronize] = ZE_RESULT_SUCCESS;
}

}  // namespace
}  // namespace clze::l0::test
