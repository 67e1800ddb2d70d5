// Events: host state, timeouts, timestamps.
#include <thread>

#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

class EventTest : public DriverTest {
 protected:
  ze_event_pool_desc_t poolDesc = described<ze_event_pool_desc_t>(ZE_STRUCTURE_TYPE_EVENT_POOL_DESC);
  ze_event_desc_t eventDesc = described<ze_event_desc_t>(ZE_STRUCTURE_TYPE_EVENT_DESC);
};

TEST_F(EventTest, BadHandlesRefused) {
  EXPECT_EQ(zeEventQueryStatus(nullptr), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(zeEventHostSignal(foreign<ze_event_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeEventPoolDestroy(foreign<ze_event_pool_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  EXPECT_EQ(zeCommandListAppendBarrier(list, foreign<ze_event_handle_t>(), 0, nullptr),
            ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  auto wait = foreign<ze_event_handle_t>();
  EXPECT_EQ(zeCommandListAppendBarrier(list, nullptr, 1, &wait),
            ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  EXPECT_EQ(zeCommandListAppendWaitOnEvents(list, 1, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(zeCommandListAppendBarrier(list, nullptr, 1, nullptr), ZE_RESULT_ERROR_INVALID_SIZE);
}

TEST_F(EventTest, BadDescriptionsAreErrors) {
  ze_event_pool_handle_t pool = nullptr;
  EXPECT_EQ(zeEventPoolCreate(context, nullptr, 0, nullptr, &pool), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(zeEventPoolCreate(context, &poolDesc, 0, nullptr, &pool), ZE_RESULT_ERROR_INVALID_SIZE)
      << "no events";
  poolDesc.count = 1;
  poolDesc.flags = 1U << 20;
  EXPECT_EQ(zeEventPoolCreate(context, &poolDesc, 0, nullptr, &pool), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  poolDesc.flags = 0;
  ASSERT_EQ(zeEventPoolCreate(context, &poolDesc, 1, &device, &pool), ZE_RESULT_SUCCESS);
  ze_event_handle_t event = nullptr, second = nullptr;
  eventDesc.index = 1;
  EXPECT_EQ(zeEventCreate(pool, &eventDesc, &event), ZE_RESULT_ERROR_INVALID_ARGUMENT) << "beyond the pool";
  eventDesc.index = 0;
  eventDesc.signal = 8;
  EXPECT_EQ(zeEventCreate(pool, &eventDesc, &event), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  eventDesc.signal = ZE_EVENT_SCOPE_FLAG_HOST;
  ASSERT_EQ(zeEventCreate(pool, &eventDesc, &event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventCreate(pool, &eventDesc, &second), ZE_RESULT_ERROR_INVALID_ARGUMENT) << "place in use";
  ASSERT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventCreate(pool, &eventDesc, &event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventPoolDestroy(pool), ZE_RESULT_SUCCESS);
}

TEST_F(EventTest, HostSignalQueryAndReset) {
  const auto event = events(1)[0];
  EXPECT_EQ(zeEventQueryStatus(event), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeEventHostSynchronize(event, 0), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeEventHostSynchronize(event, 1'000'000), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeEventHostSignal(event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(event, 0), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostReset(event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(event), ZE_RESULT_NOT_READY);
}

TEST_F(EventTest, SleepingHostIsWoken) {
  const auto event = events(1)[0];
  for (int round = 0; round < 50; ++round) {
    std::thread waker([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(round * 20));
      EXPECT_EQ(zeEventHostSignal(event), ZE_RESULT_SUCCESS);
    });
    EXPECT_EQ(zeEventHostSynchronize(event, kForever), ZE_RESULT_SUCCESS);
    waker.join();
    ASSERT_EQ(zeEventHostReset(event), ZE_RESULT_SUCCESS);
  }
}

TEST_F(EventTest, DeviceSignalsWaitsAndResets) {
  const auto list = immediate();
  auto e = events(3);
  ASSERT_EQ(zeCommandListAppendWaitOnEvents(list, 1, &e[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendEventReset(list, e[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendSignalEvent(list, e[1]), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(e[1], 2'000'000), ZE_RESULT_NOT_READY)
      << "the list waits for the first event";
  ASSERT_EQ(zeEventHostSignal(e[0]), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(e[1], kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(e[0]), ZE_RESULT_NOT_READY) << "reset by the device";
}

TEST_F(EventTest, EventMayBeDestroyedOnceItsCommandIsSubmitted) {
  const auto list = immediate();
  poolDesc.count = 1;
  ze_event_pool_handle_t pool = nullptr;
  ASSERT_EQ(zeEventPoolCreate(context, &poolDesc, 0, nullptr, &pool), ZE_RESULT_SUCCESS);
  ze_event_handle_t event = nullptr;
  ASSERT_EQ(zeEventCreate(pool, &eventDesc, &event), ZE_RESULT_SUCCESS);
  auto gate = events(1)[0];
  ASSERT_EQ(zeCommandListAppendBarrier(list, event, 1, &gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventPoolDestroy(pool), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  finish(list);
}

TEST_F(EventTest, TimestampsNeedAPoolForThem) {
  const auto plain = events(1)[0];
  ze_kernel_timestamp_result_t times{};
  ASSERT_EQ(zeEventHostSignal(plain), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryKernelTimestamp(plain, &times), ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  const auto timed = events(1, true)[0];
  EXPECT_EQ(zeEventQueryKernelTimestamp(timed, &times), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeEventQueryKernelTimestamp(timed, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
}

TEST_F(EventTest, TimestampsAreOrderedAndOnTheDeviceClock) {
  const auto list = immediate();
  auto timed = events(2, true);
  auto* memory = shared<uint8_t>(1 << 20);
  uint64_t hostBefore = 0, before = 0, hostAfter = 0, after = 0;
  ASSERT_EQ(zeDeviceGetGlobalTimestamps(device, &hostBefore, &before), ZE_RESULT_SUCCESS);
  const uint8_t pattern = 1;
  for (auto* event : timed) {
    ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 1, 1 << 20, event, 0, nullptr),
              ZE_RESULT_SUCCESS);
  }
  auto* stamp = shared<uint64_t>(1);
  ASSERT_EQ(zeCommandListAppendWriteGlobalTimestamp(list, stamp, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  auto* times = shared<ze_kernel_timestamp_result_t>(3);
  const size_t offsets[] = {sizeof(ze_kernel_timestamp_result_t), 0};
  ASSERT_EQ(
      zeCommandListAppendQueryKernelTimestamps(list, 2, timed.data(), times, offsets, nullptr, 0, nullptr),
      ZE_RESULT_SUCCESS);
  finish(list);
  ASSERT_EQ(zeDeviceGetGlobalTimestamps(device, &hostAfter, &after), ZE_RESULT_SUCCESS);
  ze_kernel_timestamp_result_t first{}, second{};
  ASSERT_EQ(zeEventQueryKernelTimestamp(timed[0], &first), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventQueryKernelTimestamp(timed[1], &second), ZE_RESULT_SUCCESS);
  EXPECT_GE(first.global.kernelStart, before);
  EXPECT_GE(first.global.kernelEnd, first.global.kernelStart);
  EXPECT_GE(second.global.kernelStart, first.global.kernelEnd);
  EXPECT_GE(*stamp, second.global.kernelEnd);
  EXPECT_GE(after, *stamp);
  EXPECT_EQ(times[1].context.kernelStart, first.context.kernelStart);
  EXPECT_EQ(times[0].context.kernelEnd, second.context.kernelEnd);
  EXPECT_EQ(times[2].global.kernelEnd, 0U);

  uint32_t count = 0;
  ASSERT_EQ(zeEventQueryTimestampsExp(timed[0], device, &count, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(count, 1U);
  ze_kernel_timestamp_result_t result{};
  ASSERT_EQ(zeEventQueryTimestampsExp(timed[0], device, &count, &result), ZE_RESULT_SUCCESS);
  EXPECT_EQ(result.global.kernelEnd, first.global.kernelEnd);
}

}  // namespace
}  // namespace softgpu::test
