// Event pools and memory that two processes share: the second is this program again, at its disabled test.
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "tests/unit/softgpu/ze/driver/newer_fixture.h"

namespace softgpu::test {
namespace {

constexpr char kVariable[] = "SOFTGPU_TEST_IPC";  // what the second process is given, as hexadecimal digits

struct Given {
  ze_ipc_event_pool_handle_t pool;
  ze_ipc_mem_handle_t memory;
};

class IpcTest : public DriverTest {
 protected:
  ze_event_pool_handle_t pool(ze_event_pool_flags_t flags, uint32_t count = 3) {
    auto desc = described<ze_event_pool_desc_t>(ZE_STRUCTURE_TYPE_EVENT_POOL_DESC);
    desc.flags = ZE_EVENT_POOL_FLAG_HOST_VISIBLE | flags;
    desc.count = count;
    ze_event_pool_handle_t made = nullptr;
    EXPECT_EQ(zeEventPoolCreate(context, &desc, 0, nullptr, &made), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeEventPoolDestroy(made), ZE_RESULT_SUCCESS); });
    return made;
  }
  ze_event_handle_t event(ze_event_pool_handle_t from, uint32_t index) {
    auto desc = described<ze_event_desc_t>(ZE_STRUCTURE_TYPE_EVENT_DESC);
    desc.index = index;
    ze_event_handle_t made = nullptr;
    EXPECT_EQ(zeEventCreate(from, &desc, &made), ZE_RESULT_SUCCESS);
    return made;
  }
  ze_event_handle_t ownEvent(ze_event_pool_handle_t from, uint32_t index) {
    auto* made = event(from, index);
    atEnd([=] { EXPECT_EQ(zeEventDestroy(made), ZE_RESULT_SUCCESS); });
    return made;
  }
};

TEST_F(IpcTest, PoolsAreChecked) {
  auto properties = described<ze_driver_ipc_properties_t>(ZE_STRUCTURE_TYPE_DRIVER_IPC_PROPERTIES);
  ASSERT_EQ(zeDriverGetIpcProperties(driver, &properties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.flags, unsigned{ZE_IPC_PROPERTY_FLAG_MEMORY | ZE_IPC_PROPERTY_FLAG_EVENT_POOL});
  ze_ipc_event_pool_handle_t handle{};
  EXPECT_EQ(zeEventPoolGetIpcHandle(pool(0), &handle), kInvalid) << "made without the flag";
  auto* mine = pool(ZE_EVENT_POOL_FLAG_IPC);
  EXPECT_EQ(zeEventPoolGetIpcHandle(mine, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(zeEventPoolCloseIpcHandle(mine), kInvalid) << "not opened";
  ze_event_pool_handle_t opened = nullptr;
  EXPECT_EQ(zeEventPoolOpenIpcHandle(context, handle, &opened), kInvalid) << "all zeros";
  ze_ipc_mem_handle_t memory{};
  ASSERT_EQ(zeMemGetIpcHandle(context, shared<char>(4096), &memory), ZE_RESULT_SUCCESS);
  std::memcpy(handle.data, memory.data, sizeof(handle.data));
  EXPECT_EQ(zeEventPoolOpenIpcHandle(context, handle, &opened), kInvalid) << "memory is no pool";
  ASSERT_EQ(zeEventPoolGetIpcHandle(mine, &handle), ZE_RESULT_SUCCESS);
  std::memcpy(memory.data, handle.data, sizeof(memory.data));
  void* address = nullptr;
  EXPECT_EQ(zeMemOpenIpcHandle(context, device, memory, 0, &address), kInvalid) << "nor a pool memory";
}

TEST_F(IpcTest, OpenedPoolSharesStateAndGoesWithItsEvents) {
  auto* mine = pool(ZE_EVENT_POOL_FLAG_IPC);
  ze_ipc_event_pool_handle_t handle{};
  ASSERT_EQ(zeEventPoolGetIpcHandle(mine, &handle), ZE_RESULT_SUCCESS);
  ze_event_pool_handle_t opened = nullptr;
  ASSERT_EQ(zeEventPoolOpenIpcHandle(context, handle, &opened), ZE_RESULT_SUCCESS);
  auto* here = ownEvent(mine, 1);
  ASSERT_EQ(zeEventHostSignal(here), ZE_RESULT_SUCCESS);
  auto* there = event(opened, 1);
  EXPECT_EQ(zeEventQueryStatus(there), ZE_RESULT_SUCCESS) << "opening keeps the state";
  ASSERT_EQ(zeEventHostReset(there), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(here), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeEventQueryStatus(ownEvent(mine, 0)), ZE_RESULT_NOT_READY);
  EXPECT_EQ(zeEventPoolDestroy(opened), kInvalid) << "it is closed instead";
  ASSERT_EQ(zeEventPoolCloseIpcHandle(opened), ZE_RESULT_SUCCESS);
  if (!handlesAreWrapped()) {
    EXPECT_EQ(zeEventQueryStatus(there), kInvalid) << "went with its pool";
  }
}

TEST_F(IpcTest, EventsAndMemoryReachAnotherProcess) {
  auto* mine = pool(ZE_EVENT_POOL_FLAG_IPC | ZE_EVENT_POOL_FLAG_KERNEL_TIMESTAMP);
  auto* start = ownEvent(mine, 0);
  auto* done = ownEvent(mine, 1);
  auto* seen = ownEvent(mine, 2);
  auto* memory = shared<uint32_t>(1024);
  memory[0] = 17;
  Given given{};
  ASSERT_EQ(zeEventPoolGetIpcHandle(mine, &given.pool), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeMemGetIpcHandle(context, memory, &given.memory), ZE_RESULT_SUCCESS);
  const std::string hex = toHex(given);
  ASSERT_EQ(setenv(kVariable, hex.c_str(), 1), 0);
  const pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "ipc", "--gtest_also_run_disabled_tests",
          "--gtest_filter=IpcTest.DISABLED_SecondProcess", nullptr);
    _exit(99);
  }
  unsetenv(kVariable);
  ASSERT_EQ(zeEventHostSignal(start), ZE_RESULT_SUCCESS);
  // The device waits here for what a device signals there.
  const auto list = immediate();
  ASSERT_EQ(zeCommandListAppendBarrier(list, seen, 1, &done), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSynchronize(seen, 60'000'000'000), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[1], 18U) << "what the other process made of memory[0]";
  EXPECT_EQ(zeEventQueryStatus(start), ZE_RESULT_NOT_READY) << "reset there";
  ze_kernel_timestamp_result_t times{};
  ASSERT_EQ(zeEventQueryKernelTimestamp(done, &times), ZE_RESULT_SUCCESS);
  EXPECT_GT(times.global.kernelStart, 0U);
  EXPECT_GE(times.global.kernelEnd, times.global.kernelStart);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// The other side of the test above.
TEST_F(IpcTest, DISABLED_SecondProcess) {
  const char* hex = std::getenv(kVariable);
  if (hex == nullptr) GTEST_SKIP() << "started by hand";
  const Given given = fromHex<Given>(hex);
  ze_event_pool_handle_t opened = nullptr;
  ASSERT_EQ(zeEventPoolOpenIpcHandle(context, given.pool, &opened), ZE_RESULT_SUCCESS);
  void* address = nullptr;
  ASSERT_EQ(zeMemOpenIpcHandle(context, device, given.memory, 0, &address), ZE_RESULT_SUCCESS);
  auto* start = event(opened, 0);
  auto* done = event(opened, 1);
  auto* seen = event(opened, 2);
  ASSERT_EQ(zeEventHostSynchronize(start, 60'000'000'000), ZE_RESULT_SUCCESS);
  auto* memory = static_cast<uint32_t*>(address);
  EXPECT_EQ(memory[0], 17U);
  const uint32_t next = memory[0] + 1;
  const auto list = immediate();
  ASSERT_EQ(zeCommandListAppendEventReset(list, start), ZE_RESULT_SUCCESS);
  ASSERT_EQ(
      zeCommandListAppendMemoryFill(list, memory + 1, &next, sizeof(next), sizeof(next), done, 0, nullptr),
      ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSynchronize(seen, 60'000'000'000), ZE_RESULT_SUCCESS);
  for (auto* made : {start, done, seen}) EXPECT_EQ(zeEventDestroy(made), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemCloseIpcHandle(context, address), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventPoolCloseIpcHandle(opened), ZE_RESULT_SUCCESS);
}

}  // namespace
}  // namespace softgpu::test
