// Functions newer than API 1.4, as zeDriverGetExtensionFunctionAddress hands them out.
#include <array>

#include "tests/unit/softgpu/ze/driver/newer_fixture.h"

namespace softgpu::test {
namespace {

namespace newer = clze::ze_newer;

TEST_F(NewerTest, DriversOfAKind) {
  uint32_t count = 0;
  ze_driver_handle_t* const none = nullptr;
  newer::InitDriverTypeDesc desc;
  EXPECT_EQ(call("zeInitDrivers", &count, none, &desc), ZE_RESULT_ERROR_INVALID_ENUMERATION) << "no kind";
  desc.flags = newer::kInitDriverNpu;
  count = 5;
  ASSERT_EQ(call("zeInitDrivers", &count, none, &desc), ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, 0U);
  desc.flags = newer::kInitDriverGpu | newer::kInitDriverNpu;
  ASSERT_EQ(call("zeInitDrivers", &count, none, &desc), ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, 1U);
  ze_driver_handle_t found = nullptr;
  ASSERT_EQ(call("zeInitDrivers", &count, &found, &desc), ZE_RESULT_SUCCESS);
  EXPECT_EQ(found, driver);
}

TEST_F(NewerTest, ListsSayHowTheyWereMade) {
  auto* list = regular();
  auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
  desc.index = 2;
  ze_command_list_handle_t direct = nullptr;
  ASSERT_EQ(zeCommandListCreateImmediate(context, device, &desc, &direct), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeCommandListDestroy(direct), ZE_RESULT_SUCCESS); });
  uint32_t number = 9;
  EXPECT_EQ(call("zeCommandListImmediateGetIndex", list, &number), kInvalid);
  ASSERT_EQ(call("zeCommandListImmediateGetIndex", direct, &number), ZE_RESULT_SUCCESS);
  EXPECT_EQ(number, 2U);
  ASSERT_EQ(call("zeCommandListGetOrdinal", list, &number), ZE_RESULT_SUCCESS);
  EXPECT_EQ(number, 0U);
  ze_bool_t immediate = 1;
  ASSERT_EQ(call("zeCommandListIsImmediate", list, &immediate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(immediate, 0);
  ASSERT_EQ(call("zeCommandListIsImmediate", direct, &immediate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(immediate, 1);
  ze_context_handle_t itsContext = nullptr;
  ze_device_handle_t itsDevice = nullptr;
  ASSERT_EQ(call("zeCommandListGetContextHandle", list, &itsContext), ZE_RESULT_SUCCESS);
  EXPECT_EQ(itsContext, context);
  ASSERT_EQ(call("zeCommandListGetDeviceHandle", direct, &itsDevice), ZE_RESULT_SUCCESS);
  EXPECT_EQ(itsDevice, device);
  itsDevice = device;
  ASSERT_EQ(call("zeDeviceGetRootDevice", device, &itsDevice), ZE_RESULT_SUCCESS);
  EXPECT_EQ(itsDevice, nullptr) << "no sub-device";
}

TEST_F(NewerTest, LaunchTakesItsArgumentsAlong) {
  auto* list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* fill = kernel("fill");
  auto* memory = shared<uint32_t>(64);
  uint32_t value = 21;
  std::array<void*, 2> arguments = {&memory, &value};
  const ze_group_count_t groups{4, 1, 1};
  const auto launch = [&](newer::GroupSize size, void** values, const void* next) {
    return call("zeCommandListAppendLaunchKernelWithArguments", list, fill, groups, size, values, next,
                kNoEvent, uint32_t{0}, kNoEvents);
  };
  EXPECT_EQ(launch({8, 1, 1}, nullptr, nullptr), kNullPointer);
  EXPECT_EQ(launch({0, 1, 1}, arguments.data(), nullptr), ZE_RESULT_ERROR_INVALID_GROUP_SIZE_DIMENSION);
  const newer::InitDriverTypeDesc strange;
  EXPECT_EQ(launch({8, 1, 1}, arguments.data(), &strange), ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  ASSERT_EQ(launch({8, 1, 1}, arguments.data(), nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[31], 21U);
  EXPECT_EQ(memory[32], 0U);
  auto* geometry = kernel("geometry");
  auto* out = shared<uint64_t>(16);
  size_t local = 48;
  std::array<void*, 2> more = {&out, &local};
  ASSERT_EQ(call("zeCommandListAppendLaunchKernelWithArguments", list, geometry, ze_group_count_t{1, 1, 1},
                 newer::GroupSize{2, 2, 1}, more.data(), static_cast<const void*>(nullptr), kNoEvent,
                 uint32_t{0}, kNoEvents),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(out[10], 48U) << "bytes of local memory";
}

TEST_F(NewerTest, LaunchWithParametersMayBeCooperative) {
  auto* list = immediate();
  auto* meet = kernel("meet");
  auto* arrived = shared<uint32_t>(1);
  ASSERT_EQ(setArgument(meet, 0, arrived), ZE_RESULT_SUCCESS);
  newer::LaunchCooperativeDesc together;
  together.isCooperative = 1;
  ze_group_count_t groups{100000, 1, 1};
  const auto launch = [&] {
    return call("zeCommandListAppendLaunchKernelWithParameters", list, meet,
                static_cast<const ze_group_count_t*>(&groups), static_cast<const void*>(&together), kNoEvent,
                uint32_t{0}, kNoEvents);
  };
  EXPECT_EQ(launch(), kInvalid) << "too many to be at work at once";
  groups.groupCountX = 7;
  ASSERT_EQ(launch(), ZE_RESULT_SUCCESS);
  finish(list);
  EXPECT_EQ(*arrived, 7U);
}

TEST_F(NewerTest, HostFunctionRunsInOrder) {
  auto* list = immediate();
  auto* memory = shared<uint32_t>(2);
  const newer::HostFunction twice = [](void* data) {
    auto* words = static_cast<uint32_t*>(data);
    words[1] = words[0] * 2;
  };
  const auto append = [&](newer::HostFunction function, ze_event_handle_t signal) {
    return call("zeCommandListAppendHostFunction", list, function, static_cast<void*>(memory),
                static_cast<const void*>(nullptr), signal, uint32_t{0}, kNoEvents);
  };
  const auto done = events(1)[0];
  EXPECT_EQ(append(nullptr, done), kNullPointer);
  const uint32_t value = 4;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &value, 4, 4, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(append(twice, done), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSynchronize(done, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[1], 8U);
}

TEST_F(NewerTest, ClosedListsAreClonedAndAppended) {
  auto* list = regular();
  auto* memory = shared<uint32_t>(1);
  auto* count = kernel("count");
  ASSERT_EQ(setArgument(count, 0, memory), ZE_RESULT_SUCCESS);
  const ze_group_count_t groups{1, 1, 1};
  ASSERT_EQ(zeCommandListAppendLaunchKernel(list, count, &groups, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  ze_command_list_handle_t clone = nullptr;
  EXPECT_EQ(call("zeCommandListCreateCloneExp", list, &clone), kInvalid) << "still open";
  auto* direct = immediate();
  const auto append = [&](ze_command_list_handle_t to, std::array<ze_command_list_handle_t, 2> lists,
                          ze_event_handle_t signal) {
    return call("zeCommandListImmediateAppendCommandListsExp", to, uint32_t{2}, lists.data(), signal,
                uint32_t{0}, kNoEvents);
  };
  EXPECT_EQ(append(direct, {list, list}, nullptr), kInvalid) << "still open";
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeCommandListCreateCloneExp", list, &clone), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeCommandListDestroy(clone), ZE_RESULT_SUCCESS); });
  EXPECT_EQ(append(list, {clone, clone}, nullptr), ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE);
  EXPECT_EQ(append(direct, {clone, direct}, nullptr), ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE);
  ASSERT_EQ(zeCommandListReset(list), ZE_RESULT_SUCCESS) << "the clone has commands of its own";
  const auto done = events(1)[0];
  ASSERT_EQ(append(direct, {clone, clone}, done), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSynchronize(done, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 2U);
}

TEST_F(NewerTest, TimestampsOfTheHostsClock) {
  auto* list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  const auto event = events(1, true)[0];
  newer::QueryKernelTimestampsResults results;
  ze_kernel_timestamp_result_t kernelTimes{};
  newer::SynchronizedTimestamps synchronized{};
  results.pKernelTimestampsBuffer = &kernelTimes;
  results.pSynchronizedTimestampsBuffer = &synchronized;
  uint32_t count = 0;
  const auto query = [&](ze_event_handle_t of) {
    return call("zeEventQueryKernelTimestampsExt", of, device, &count, &results);
  };
  EXPECT_EQ(query(events(1)[0]), kInvalid) << "its pool has no timestamps";
  ASSERT_EQ(query(event), ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, 1U);
  EXPECT_EQ(query(event), ZE_RESULT_NOT_READY);
  ASSERT_EQ(zeCommandListAppendBarrier(list, event, 0, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(query(event), ZE_RESULT_SUCCESS);
  uint64_t host = 0, onDevice = 0;
  ASSERT_EQ(zeDeviceGetGlobalTimestamps(device, &host, &onDevice), ZE_RESULT_SUCCESS);
  EXPECT_EQ(synchronized.globalEnd, kernelTimes.global.kernelEnd);
  EXPECT_GT(synchronized.globalStart, 0U);
  EXPECT_LE(synchronized.globalEnd, host);
}

TEST_F(NewerTest, PoolsSayTheirFlags) {
  auto desc = described<ze_event_pool_desc_t>(ZE_STRUCTURE_TYPE_EVENT_POOL_DESC);
  desc.flags = ZE_EVENT_POOL_FLAG_IPC | ZE_EVENT_POOL_FLAG_HOST_VISIBLE;
  desc.count = 1;
  ze_event_pool_handle_t pool = nullptr;
  ASSERT_EQ(zeEventPoolCreate(context, &desc, 0, nullptr, &pool), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeEventPoolDestroy(pool), ZE_RESULT_SUCCESS); });
  ze_event_pool_flags_t flags = 0;
  ASSERT_EQ(call("zeEventPoolGetFlags", pool, &flags), ZE_RESULT_SUCCESS);
  EXPECT_EQ(flags, desc.flags);
  ze_ipc_event_pool_handle_t handle{};
  EXPECT_EQ(call("zeEventPoolPutIpcHandle", context, handle), kInvalid);
  ASSERT_EQ(zeEventPoolGetIpcHandle(pool, &handle), ZE_RESULT_SUCCESS);
  EXPECT_EQ(call("zeEventPoolPutIpcHandle", context, handle), ZE_RESULT_SUCCESS);
}

}  // namespace
}  // namespace softgpu::test
