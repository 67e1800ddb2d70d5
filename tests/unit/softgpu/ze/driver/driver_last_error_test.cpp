// zeDriverGetLastErrorDescription: why the latest failed call of a thread failed. Here without the strict
// mode.
#include <thread>

#include "tests/unit/softgpu/ze/driver/newer_fixture.h"

namespace softgpu::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class LastErrorTest : public NewerTest {
 protected:
  void SetUp() override {
    if (layerValidates()) GTEST_SKIP() << "the layer refuses before the driver does";
    NewerTest::SetUp();
  }
  std::string last() {
    const char* text = nullptr;
    EXPECT_EQ(call("zeDriverGetLastErrorDescription", driver, &text), ZE_RESULT_SUCCESS);
    return text != nullptr ? text : "null";
  }
};

TEST_F(LastErrorTest, ArgumentsAreChecked) {
  const char* text = nullptr;
  EXPECT_EQ(call("zeDriverGetLastErrorDescription", ze_driver_handle_t{nullptr}, &text), kNullHandle);
  EXPECT_EQ(call("zeDriverGetLastErrorDescription", driver, static_cast<const char**>(nullptr)),
            kNullPointer);
  EXPECT_THAT(last(), AllOf(StartsWith("zeDriverGetLastErrorDescription: INVALID_NULL_POINTER"),
                            HasSubstr("ppString")));
}

TEST_F(LastErrorTest, NamesTheCallTheResultAndTheReason) {
  const auto desc = described<ze_host_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC);
  void* memory = nullptr;
  EXPECT_EQ(zeMemAllocHost(context, &desc, 0, 0, &memory), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  EXPECT_EQ(last(), "zeMemAllocHost: UNSUPPORTED_SIZE: the size is 0");
  EXPECT_EQ(zeEventHostReset(foreign<ze_event_handle_t>()), kInvalid);
  EXPECT_THAT(last(), AllOf(StartsWith("zeEventHostReset: INVALID_ARGUMENT: "), HasSubstr("handle")));
}

TEST_F(LastErrorTest, SuccessAndNotReadyLeaveIt) {
  EXPECT_EQ(zeCommandListClose(nullptr), kNullHandle);
  const std::string before = last();
  EXPECT_THAT(before, StartsWith("zeCommandListClose: INVALID_NULL_HANDLE"));
  const auto event = events(1, true)[0];
  ze_kernel_timestamp_result_t times{};
  EXPECT_EQ(zeEventQueryStatus(event), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeEventQueryKernelTimestamp(event, &times), ZE_RESULT_NOT_READY);
  EXPECT_EQ(last(), before);
}

TEST_F(LastErrorTest, ReasonOfAnotherCallIsNotRepeated) {
  EXPECT_EQ(zeEventPoolCreate(context, nullptr, 0, nullptr, nullptr), kNullPointer);
  ze_event_pool_handle_t pool = nullptr;
  auto desc = described<ze_event_pool_desc_t>(ZE_STRUCTURE_TYPE_EVENT_POOL_DESC);
  EXPECT_EQ(zeEventPoolCreate(context, &desc, 0, nullptr, &pool), ZE_RESULT_ERROR_INVALID_SIZE);
  EXPECT_THAT(last(), AllOf(StartsWith("zeEventPoolCreate: INVALID_SIZE"), HasSubstr("count > 0")));
}

TEST_F(LastErrorTest, EachThreadHasItsOwn) {
  EXPECT_EQ(zeCommandListClose(nullptr), kNullHandle);
  std::string there = "nothing";
  std::thread([&] { there = last(); }).join();
  EXPECT_EQ(there, "");
  std::thread([&] {
    EXPECT_EQ(zeKernelDestroy(nullptr), kNullHandle);
    there = last();
  }).join();
  EXPECT_THAT(there, StartsWith("zeKernelDestroy"));
  EXPECT_THAT(last(), StartsWith("zeCommandListClose"));
}

}  // namespace
}  // namespace softgpu::test
