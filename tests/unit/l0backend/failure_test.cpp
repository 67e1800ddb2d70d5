// Each Level Zero call of a whole session fails once, in turn: the failure is reported as a code, nothing
// leaks, and no event is reused while a command still mentions it.
#include "fixture.h"

namespace clze::l0::test {
namespace {

// Everything a program does. Returns the first failure.
Result<void> session(Fake& fake, const QueueSettings& settings) {
  CLZE_TRY_ASSIGN(const auto context, Context::create(fake.driver, {&fake.device}));
  std::string log;
  const uint32_t words[] = {0x07230203};
  CLZE_TRY_ASSIGN(const auto module, Module::fromSpirv(*context, fake.device, words, "", {}, log));
  CLZE_TRY_ASSIGN(const auto kernel, Kernel::create(module, fake.device, "k"));
  CLZE_TRY_ASSIGN(const auto image,
                  createImage(*context, fake.device, {CL_R, CL_UNORM_INT8}, {.width = 8, .height = 8}));
  CLZE_TRY_ASSIGN(const auto sampler, createSampler(*context, fake.device, {}));
  CLZE_TRY_ASSIGN(const auto memory, allocate(*context, fake.device, 1 << 20, 64, Placement::Device));
  CLZE_TRY_ASSIGN(const auto event, context->events(false).borrow());
  CLZE_TRY_ASSIGN(const auto queue, Queue::create(*context, fake.device, settings));

  const auto commands = [&]() -> Result<void> {
    ArgBlock args;
    args.id = nextArgBlockId();
    args.usesPointersIndirectly = true;
    args.args.resize(1);
    args.args[0].size = 4;
    args.args[0].bytes.assign("abc", 4);
    for (int i = 0; i < 6; ++i) {
      CLZE_TRY(queue->launch({.kernel = kernel.get(), .args = &args, .offset = {1, 0, 0}}, {}));
    }
    CLZE_TRY(queue->barrier({}));
    std::array<uint8_t, 64> pattern = {};
    pattern[3] = 1;
    CLZE_TRY(queue->fill(memory.data(), pattern.data(), 64, 1 << 16, {}));
    CLZE_TRY(queue->fill(memory.data(), pattern.data(), 1, 64, {}));
    const ze_image_region_t region = {0, 0, 0, 8, 8, 1};
    CLZE_TRY(queue->imageToMemory(memory.data(), 16, 128, image.get(), region, 8, {}));
    CLZE_TRY(queue->memoryToImage(image.get(), region, memory.data(), 8, 64, 8, {}));
    CLZE_TRY(queue->marker({.signal = event.get()}));
    CLZE_TRY(
        queue->copyRect({memory.data(), {}, 100, 1000}, {memory.data() + 5000, {}, 50, 500}, {10, 2, 2}, {}));
    CLZE_TRY(queue->barrier({}));
    CLZE_TRY(queue->copy(memory.data(), memory.data() + 64, 64, {}));
    return queue->finish();
  };
  const auto outcome = commands();
  // As a program does after an error: wait, then release.
  static_cast<void>(queue->finish());
  return outcome;
}

class FailureTest : public testing::TestWithParam<QueueSettings> {};

TEST_P(FailureTest, EveryCallMayFail) {
  size_t calls = 0;
  {
    Fake fake;
    ASSERT_TRUE(session(fake, GetParam()));
    calls = fake.calls.size();
    EXPECT_EQ(fake.liveObjects(), 0u);
    EXPECT_THAT(fake.misuse, testing::IsEmpty());
  }
  ASSERT_GT(calls, 60u);
  size_t reported = 0;
  for (size_t nth = 0; nth < calls; ++nth) {
    Fake fake;
    fake.failCall(nth, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
    const auto outcome = session(fake, GetParam());
    const std::string name = nameOf(fake.calls[nth].fn);
    EXPECT_EQ(fake.liveObjects(), 0u) << name << ", call " << nth;
    EXPECT_THAT(fake.misuse, testing::IsEmpty()) << name << ", call " << nth;
    if (!outcome) {
      ++reported;
      const bool building = name == "zeModuleCreate";
      EXPECT_EQ(outcome.code(), CL_OUT_OF_HOST_MEMORY) << name << building;
    } else {
      // Only what a program cannot act on, or what has another way, may pass in silence.
      EXPECT_TRUE(name.find("Destroy") != std::string::npos || name.find("Reset") != std::string::npos ||
                  name.find("Free") != std::string::npos || name.find("BuildLog") != std::string::npos ||
                  name == "zeEventQueryStatus" || name == "zeFenceQueryStatus" ||
                  name == "zeKernelGetProperties" || name == "zeEventHostSynchronize" ||
                  name == "zeFenceHostSynchronize")
          << name << ", call " << nth;
    }
  }
  EXPECT_GT(reported, calls / 3);
}

INSTANTIATE_TEST_SUITE_P(Strategies, FailureTest,
                         testing::Values(QueueSettings{}, QueueSettings{.outOfOrder = true},
                                         QueueSettings{.batched = true}),
                         [](const auto& info) {
                           return info.param.outOfOrder ? "OutOfOrder"
                                  : info.param.batched  ? "Batched"
                                                        : "InOrder";
                         });

}  // namespace
}  // namespace clze::l0::test
