// What SOFTGPU_STRICT reports: each misuse once, on stderr, and nothing of correct use.
#include <atomic>
#include <thread>

#include "softgpu/ze/driver/newer_api.h"
#include "strict_fixture.h"
#include "tests/support/child.h"

namespace softgpu::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class StrictTest : public StrictDriverTest {
 protected:
  static uint32_t exitCodeOf(const char* level, const char* test) {
    const std::string old = std::getenv("SOFTGPU_STRICT");
    ::setenv("SOFTGPU_STRICT", level, 1);
    const int code = clze::test::runAlone(test);
    ::setenv("SOFTGPU_STRICT", old.c_str(), 1);
    return static_cast<uint32_t>(code);
  }
};

TEST_F(StrictTest, TellsOfAStaleHandleAndWhoDestroyedIt) {
  const auto desc = described<ze_command_list_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC);
  ze_command_list_handle_t list = nullptr;
  ASSERT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS);
  EXPECT_THAT(reportOf([&] { EXPECT_NE(zeCommandListClose(list), ZE_RESULT_SUCCESS); }),
              AllOf(HasSubstr("misuse: zeCommandListClose: refused with INVALID_ARGUMENT: command list"),
                    HasSubstr("was destroyed by zeCommandListDestroy")));
}

TEST_F(StrictTest, TellsOfALookAtAnEventThatIsNotTheHosts) {
  void* create = nullptr;
  ASSERT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zeEventCounterBasedCreate", &create),
            ZE_RESULT_SUCCESS);
  newer::CounterBasedEventDesc desc;
  for (const uint32_t flags : {0U, newer::kCounterHostVisible}) {
    desc.flags = flags;
    ze_event_handle_t event = nullptr;
    ASSERT_EQ(reinterpret_cast<ze_result_t (*)(ze_context_handle_t, ze_device_handle_t, const void*,
                                               ze_event_handle_t*)>(create)(context, device, &desc, &event),
              ZE_RESULT_SUCCESS);
    const auto report = reportOf([&] { EXPECT_EQ(zeEventHostSynchronize(event, 0), ZE_RESULT_SUCCESS); });
    EXPECT_THAT(report, flags == 0 ? HasSubstr("without the flag HOST_VISIBLE") : HasSubstr(""));
    EXPECT_EQ(report.empty(), flags != 0);
    ASSERT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS);
  }
}

TEST_F(StrictTest, TellsOfAHandleOfAnotherKind) {
  const auto event = events(1)[0];
  const auto report = reportOf(
      [&] { EXPECT_NE(zeFenceReset(reinterpret_cast<ze_fence_handle_t>(event)), ZE_RESULT_SUCCESS); });
  EXPECT_THAT(report, AllOf(HasSubstr("event 0x"), HasSubstr("is given where a fence is wanted")));
}

TEST_F(StrictTest, TellsOfAMemoryOrdinalThatDoesNotExist) {
  auto desc = described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC);
  desc.ordinal = 1;
  void* memory = nullptr;
  EXPECT_THAT(reportOf([&] {
                EXPECT_EQ(zeMemAllocDevice(context, &desc, 64, 0, device, &memory), ZE_RESULT_SUCCESS)
                    << "drivers do not look at it";
              }),
              HasSubstr("misuse: zeMemAllocDevice: memory ordinal 1 of a device with one memory"));
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}

TEST_F(StrictTest, TellsOfAForeignHandle) {
  EXPECT_THAT(reportOf([] { zeFenceReset(foreign<ze_fence_handle_t>()); }),
              HasSubstr("is no handle of this driver"));
}

TEST_F(StrictTest, TellsOfAnEventDestroyedInUse) {
  const auto list = immediate();
  const auto gate = events(1)[0];
  void* memory = device1K();
  const auto poolDesc = [] {
    auto desc = described<ze_event_pool_desc_t>(ZE_STRUCTURE_TYPE_EVENT_POOL_DESC);
    desc.count = 1;
    return desc;
  }();
  ze_event_pool_handle_t pool = nullptr;
  ASSERT_EQ(zeEventPoolCreate(context, &poolDesc, 0, nullptr, &pool), ZE_RESULT_SUCCESS);
  const auto desc = described<ze_event_desc_t>(ZE_STRUCTURE_TYPE_EVENT_DESC);
  ze_event_handle_t signal = nullptr;
  ASSERT_EQ(zeEventCreate(pool, &desc, &signal), ZE_RESULT_SUCCESS);
  const uint8_t zero = 0;
  auto wait = gate;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &zero, 1, 1, signal, 1, &wait), ZE_RESULT_SUCCESS);
  EXPECT_THAT(reportOf([&] { zeEventDestroy(signal); }),
              AllOf(HasSubstr("misuse: zeEventDestroy: event"), HasSubstr("1 unfinished command(s) use it")));
  zeEventHostSignal(gate);
  finish(list);
  // What the command used is free now that it has run.
  EXPECT_THAT(reportOf([&] { zeMemFree(context, memory); }), IsEmpty());
  EXPECT_EQ(zeEventPoolDestroy(pool), ZE_RESULT_SUCCESS);
}

TEST_F(StrictTest, TellsOfMemoryFreedInUseByAKernel) {
  const auto list = immediate();
  auto gate = events(1)[0];
  void* memory = device1K();
  const auto fill = kernel("fill");
  ASSERT_EQ(setArgument(fill, 0, memory), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(fill, 1, 7U), ZE_RESULT_SUCCESS);
  // No work-group: the launch touches nothing, yet names the memory.
  const ze_group_count_t none{0, 1, 1};
  ASSERT_EQ(zeCommandListAppendLaunchKernel(list, fill, &none, nullptr, 1, &gate), ZE_RESULT_SUCCESS);
  EXPECT_THAT(reportOf([&] { zeMemFree(context, memory); }),
              AllOf(HasSubstr("misuse: zeMemFree: memory at"), HasSubstr("1 unfinished command(s) use it")));
  zeEventHostSignal(gate);
  finish(list);
}

TEST_F(StrictTest, TellsOfAListThatUsesWhatIsGone) {
  const auto list = regular();
  void* memory = device1K();
  auto* other = shared<uint8_t>(1);
  ASSERT_EQ(zeCommandListAppendMemoryPrefetch(list, memory, 1), ZE_RESULT_SUCCESS);
  const void* ranges[] = {memory, other};
  const size_t sizes[] = {1, 1};
  ASSERT_EQ(zeCommandListAppendMemoryRangesBarrier(list, 2, sizes, ranges, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  const auto q = queue();
  auto executed = list;
  EXPECT_THAT(reportOf([&] { zeCommandQueueExecuteCommandLists(q, 1, &executed, nullptr); }),
              AllOf(HasSubstr("zeCommandListAppendMemoryRangesBarrier that uses memory allocation"),
                    HasSubstr("destroyed by zeMemFree")));
  zeCommandQueueSynchronize(q, kForever);
}

TEST_F(StrictTest, TellsWhichArgumentIsNotSet) {
  const auto list = regular();
  const auto fill = kernel("fill");
  const ze_group_count_t groups{1, 1, 1};
  ASSERT_EQ(setArgument(fill, 1, 7U), ZE_RESULT_SUCCESS);
  EXPECT_THAT(reportOf([&] { zeCommandListAppendLaunchKernel(list, fill, &groups, nullptr, 0, nullptr); }),
              HasSubstr("argument 0 of kernel \"fill\" is not set"));
}

TEST_F(StrictTest, TellsOfACopyBeyondTheEnd) {
  const auto list = immediate();
  auto* memory = shared<uint8_t>(1 << 16);
  uint8_t bytes[8] = {};
  EXPECT_THAT(reportOf([&] {
                zeCommandListAppendMemoryCopy(list, memory + (1 << 16) - 4, bytes, 8, nullptr, 0, nullptr);
              }),
              AllOf(HasSubstr("8 bytes from 0x"), HasSubstr("end outside the allocation")));
}

TEST_F(StrictTest, TellsOfAClosedAndOfAnOpenList) {
  auto list = regular();
  const auto q = queue();
  EXPECT_THAT(reportOf([&] { zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr); }),
              HasSubstr("the command list is not closed"));
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  EXPECT_THAT(reportOf([&] { zeCommandListAppendBarrier(list, nullptr, 0, nullptr); }),
              HasSubstr("misuse: zeCommandListAppendBarrier: the command list is closed"));
  EXPECT_THAT(reportOf([&] { zeCommandListClose(list); }), HasSubstr("closed already"));
}

TEST_F(StrictTest, TellsOfTwoThreadsOnOneList) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  const auto all = events(2);
  auto gate = all[0];
  // The first thread stays inside its call until the gate opens.
  auto* inside = shared<uint64_t>(1);
  *inside = 0;
  std::thread first([&] {
    zeCommandListAppendWriteGlobalTimestamp(list, inside, all[1], 0, nullptr);
    zeCommandListAppendBarrier(list, nullptr, 1, &gate);
  });
  std::string report;
  // The barrier's call begins soon after the stamp's end; calls in between find the list free.
  while (report.empty()) {
    report = reportOf([&] { zeCommandListAppendMemoryPrefetch(list, inside, 1); });
  }
  zeEventHostSignal(gate);
  first.join();
  EXPECT_THAT(report, HasSubstr("is in use by another thread in zeCommandListAppend"));
}

TEST_F(StrictTest, TellsOfASecondSignalWithoutReset) {
  const auto event = events(1)[0];
  const auto list = immediate();
  EXPECT_THAT(reportOf([&] {
                zeCommandListAppendSignalEvent(list, event);
                finish(list);
              }),
              IsEmpty());
  EXPECT_THAT(reportOf([&] {
                zeCommandListAppendSignalEvent(list, event);
                finish(list);
              }),
              HasSubstr("misuse: zeCommandListAppendSignalEvent: the event is signalled again"));
  EXPECT_THAT(reportOf([&] { zeEventHostSignal(event); }), HasSubstr("signalled again"));
  zeEventHostReset(event);
  EXPECT_THAT(reportOf([&] { zeEventHostSignal(event); }), IsEmpty());
}

TEST_F(StrictTest, TellsOfAWaitThatNothingEnds) {
  const auto event = events(1)[0];
  // Read while the wait goes on, since only the report says when it has been found out.
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const int old = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  std::thread helper([&] { zeEventHostSynchronize(event, kForever); });
  std::string report;
  char letter = 0;
  while (letter != '\n' && ::read(ends[0], &letter, 1) == 1) report += letter;
  zeEventHostSignal(event);
  helper.join();
  ::dup2(old, STDERR_FILENO);
  for (const int fd : {old, ends[0], ends[1]}) ::close(fd);
  EXPECT_THAT(report, HasSubstr("misuse: zeEventHostSynchronize: waits for ever"));
}

TEST_F(StrictTest, TellsOfStructuresOfTheWrongOrNoType) {
  auto desc = described<ze_sampler_desc_t>(ZE_STRUCTURE_TYPE_IMAGE_DESC);
  ze_sampler_handle_t sampler = nullptr;
  EXPECT_THAT(reportOf([&] { zeSamplerCreate(context, device, &desc, &sampler); }),
              HasSubstr("type 0x13, and 0x1f is wanted"));
  zeSamplerDestroy(sampler);
  auto odd = described<ze_base_properties_t>(static_cast<ze_structure_type_t>(0));
  auto properties = described<ze_device_properties_t>(ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES, &odd);
  EXPECT_THAT(reportOf([&] { zeDeviceGetProperties(device, &properties); }),
              HasSubstr("type 0x0 in the pNext chain is not known"));
}

TEST_F(StrictTest, TellsOfADoubleFree) {
  void* memory = device1K();
  EXPECT_THAT(reportOf([&] { zeMemFree(context, memory); }), IsEmpty());
  EXPECT_THAT(reportOf([&] { zeMemFree(context, memory); }), HasSubstr("was freed before by zeMemFree"));
}

TEST_F(StrictTest, DistinguishesLackFromMisuse) {
  const auto desc = described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC);
  void* memory = nullptr;
  EXPECT_THAT(
      reportOf([&] { zeMemAllocDevice(context, &desc, size_t{1} << 60, 0, device, &memory); }),
      AllOf(HasSubstr("note: zeMemAllocDevice: refused with UNSUPPORTED_SIZE"), Not(HasSubstr("misuse"))));
}

TEST_F(StrictTest, DISABLED_Clean) { finish(immediate()); }
TEST_F(StrictTest, DISABLED_Misuses) { zeFenceReset(foreign<ze_fence_handle_t>()); }
TEST_F(StrictTest, DISABLED_Leaks) { device1K(); }

TEST_F(StrictTest, EndsTheProcessWithItsCodeAtFail) {
  EXPECT_EQ(exitCodeOf("fail", "StrictTest.DISABLED_Clean"), 0U);
  EXPECT_EQ(exitCodeOf("fail", "StrictTest.DISABLED_Misuses"), 86U);
  EXPECT_EQ(exitCodeOf("fail", "StrictTest.DISABLED_Leaks"), 86U);
  EXPECT_EQ(exitCodeOf("1", "StrictTest.DISABLED_Misuses"), 0U);
}

TEST_F(StrictTest, LeavesOutCallsThatAreExcepted) {
  ::setenv("SOFTGPU_STRICT_EXCEPT", "zeFenceCreate,zeFenceReset", 1);
  EXPECT_EQ(exitCodeOf("fail", "StrictTest.DISABLED_Misuses"), 0U);
  EXPECT_EQ(exitCodeOf("fail", "StrictTest.DISABLED_Leaks"), 86U);
  ::setenv("SOFTGPU_STRICT_EXCEPT", "leaks", 1);
  EXPECT_EQ(exitCodeOf("fail", "StrictTest.DISABLED_Leaks"), 0U);
  EXPECT_EQ(exitCodeOf("fail", "StrictTest.DISABLED_Misuses"), 86U);
  ::unsetenv("SOFTGPU_STRICT_EXCEPT");
}

}  // namespace
}  // namespace softgpu::test
