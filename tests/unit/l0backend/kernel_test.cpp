// Launches: only what differs from the last launch of the kernel is passed on.
#include "fixture.h"

namespace clze::l0::test {
namespace {

class KernelTest : public BackendTest {
 protected:
  void SetUp() override {
    BackendTest::SetUp();
    makeKernel();
  }
  Result<void> launch(Queue& queue, const ArgBlock& args, const Size3& group = {8, 1, 1},
                      const Size3& offset = {0, 0, 0}) {
    before_ = fake.calls.size();
    return queue.launch({.kernel = kernel.get(),
                         .args = &args,
                         .groupSize = group,
                         .groupCount = {4, 2, 1},
                         .offset = offset},
                        {});
  }
  // Indexes of the arguments that the last launch set.
  std::vector<uint64_t> argumentsSet() const {
    std::vector<uint64_t> indexes;
    for (size_t i = before_; i < fake.calls.size(); ++i) {
      if (fake.calls[i].fn == Fn::zeKernelSetArgumentValue) indexes.push_back(fake.calls[i].numbers[0]);
    }
    return indexes;
  }
  size_t callsOfLaunch() const { return fake.calls.size() - before_; }

 private:
  size_t before_ = 0;
};

TEST_F(KernelTest, ARepeatedLaunchIsABarrierAndALaunch) {
  const auto queue = inOrder();
  const ArgBlock args = block({value(1), pointer(0x1000, 1)});
  ASSERT_TRUE(launch(*queue, args));
  EXPECT_THAT(argumentsSet(), testing::ElementsAre(0, 1));
  ASSERT_TRUE(launch(*queue, args));
  EXPECT_EQ(callsOfLaunch(), 2u);
  EXPECT_THAT(fake.names()[fake.calls.size() - 2], "zeCommandListAppendBarrier");
  EXPECT_EQ(fake.calls.back().fn, Fn::zeCommandListAppendLaunchKernel);
  EXPECT_EQ(fake.calls.back().numbers[0], 4u);
  EXPECT_EQ(fake.calls.back().numbers[1], 2u);
  EXPECT_EQ(fake.count(Fn::zeEventCreate), 0u);
  EXPECT_EQ(fake.count(Fn::zeKernelSetGlobalOffsetExp), 0u);
}

TEST_F(KernelTest, OnlyWhatDiffersIsSet) {
  const auto queue = inOrder();
  ASSERT_TRUE(launch(*queue, block({value(1), value(2), pointer(0x1000, 1)})));
  ASSERT_TRUE(launch(*queue, block({value(1), value(3), pointer(0x1000, 1)})));
  EXPECT_THAT(argumentsSet(), testing::ElementsAre(1));
  EXPECT_LE(callsOfLaunch(), 3u);
}

// The same address may be another object: drivers bind allocations and image states, not numbers.
TEST_F(KernelTest, AReusedAddressIsSetAnew) {
  const auto queue = inOrder();
  ASSERT_TRUE(launch(*queue, block({pointer(0x1000, 1)})));
  ASSERT_TRUE(launch(*queue, block({pointer(0x1000, 2)})));
  EXPECT_THAT(argumentsSet(), testing::ElementsAre(0));
  ASSERT_TRUE(launch(*queue, block({pointer(0x1000, 0)})));
  ASSERT_TRUE(launch(*queue, block({pointer(0x1000, 0)})));
  EXPECT_THAT(argumentsSet(), testing::ElementsAre(0));
}

TEST_F(KernelTest, NullAndLocalArgumentsHaveNoValue) {
  const auto queue = inOrder();
  ArgBlock::Arg local;
  local.size = 256;
  local.null = true;
  ASSERT_TRUE(launch(*queue, block({local})));
  const auto set = std::find_if(fake.calls.begin(), fake.calls.end(),
                                [](const Call& call) { return call.fn == Fn::zeKernelSetArgumentValue; });
  ASSERT_NE(set, fake.calls.end());
  EXPECT_EQ(set->numbers[1], 256u);
  EXPECT_EQ(set->numbers[2], 0u);
}

TEST_F(KernelTest, GroupSizeAndOffsetAreSetWhenTheyChange) {
  const auto queue = inOrder();
  const ArgBlock args = block({});
  ASSERT_TRUE(launch(*queue, args, {8, 1, 1}, {0, 0, 0}));
  ASSERT_TRUE(launch(*queue, args, {8, 2, 1}, {0, 0, 0}));
  ASSERT_TRUE(launch(*queue, args, {8, 2, 1}, {5, 0, 0}));
  ASSERT_TRUE(launch(*queue, args, {8, 2, 1}, {5, 0, 0}));
  ASSERT_TRUE(launch(*queue, args, {8, 2, 1}, {0, 0, 0}));
  EXPECT_EQ(fake.count(Fn::zeKernelSetGroupSize), 2u);
  EXPECT_EQ(fake.count(Fn::zeKernelSetGlobalOffsetExp), 2u);
}

TEST_F(KernelTest, IndirectAccessIsAskedForOnce) {
  const auto queue = inOrder();
  ArgBlock args = block({});
  args.usesPointersIndirectly = true;
  ASSERT_TRUE(launch(*queue, args));
  args.id = nextArgBlockId();
  ASSERT_TRUE(launch(*queue, args));
  EXPECT_EQ(fake.count(Fn::zeKernelSetIndirectAccess), 1u);
}

TEST_F(KernelTest, AFailedArgumentIsSetAgainNextTime) {
  const auto queue = inOrder();
  const ArgBlock args = block({value(1), value(2)});
  fake.failAlways(Fn::zeKernelSetArgumentValue, ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE);
  EXPECT_EQ(launch(*queue, args).code(), CL_INVALID_ARG_SIZE);
  EXPECT_EQ(fake.count(Fn::zeCommandListAppendLaunchKernel), 0u);
  fake.always.clear();
  ASSERT_TRUE(launch(*queue, args));
  EXPECT_THAT(argumentsSet(), testing::ElementsAre(0, 1));
}

TEST_F(KernelTest, AFailedGroupSizeIsSetAgainNextTime) {
  const auto queue = inOrder();
  const ArgBlock args = block({});
  fake.failAlways(Fn::zeKernelSetGroupSize, ZE_RESULT_ERROR_INVALID_GROUP_SIZE_DIMENSION);
  EXPECT_EQ(launch(*queue, args).code(), CL_INVALID_WORK_GROUP_SIZE);
  fake.always.clear();
  ASSERT_TRUE(launch(*queue, args));
  EXPECT_EQ(fake.count(Fn::zeKernelSetGroupSize), 2u);
}

TEST_F(KernelTest, ADriverThatRefusesTheChainedStructureStillGivesProperties) {
  std::string log;
  const uint32_t words[] = {0x07230203};
  auto module = Module::fromSpirv(*context, fake.device, words, "", {}, log);
  ASSERT_TRUE(module.ok());
  fake.failCall(1, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);  // after zeKernelCreate
  auto made = Kernel::create(*module, fake.device, "k");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ((*made)->properties().preferredMultiple, 1u);
}

}  // namespace
}  // namespace clze::l0::test
