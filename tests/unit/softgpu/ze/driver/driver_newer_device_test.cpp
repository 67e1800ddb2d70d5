// Drivers, devices and queues: functions newer than API 1.4, and the optional ones of 1.4.
#include "tests/unit/softgpu/ze/driver/newer_fixture.h"

namespace softgpu::test {
namespace {

namespace n = softgpu::newer;

class NewerDeviceTest : public NewerTest {
 protected:
  void SetUp() override {
    if (layerValidates()) GTEST_SKIP() << "the layer refuses before the driver does";
    NewerTest::SetUp();
  }
};

TEST_F(NewerDeviceTest, DefaultContextIsTheDrivers) {
  void* function = nullptr;
  ASSERT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zeDriverGetDefaultContext", &function),
            ZE_RESULT_SUCCESS);
  const auto get = reinterpret_cast<ze_context_handle_t (*)(ze_driver_handle_t)>(function);
  EXPECT_EQ(get(nullptr), nullptr);
  EXPECT_EQ(get(foreign<ze_driver_handle_t>()), nullptr);
  auto* made = get(driver);
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(get(driver), made);
  EXPECT_EQ(zeContextDestroy(made), kInvalid);
  const auto desc = described<ze_host_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC);
  void* memory = nullptr;
  ASSERT_EQ(zeMemAllocHost(made, &desc, 64, 0, &memory), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFree(made, memory), ZE_RESULT_SUCCESS);
}

TEST_F(NewerDeviceTest, SynchronizeWaitsForEveryQueue) {
  EXPECT_EQ(call("zeDeviceSynchronize", ze_device_handle_t{nullptr}), kNullHandle);
  auto* memory = shared<uint32_t>(2);
  auto* spin = kernel("spin");
  ASSERT_EQ(setArgument(spin, 0, memory), ZE_RESULT_SUCCESS);
  auto* out = memory + 1;
  ASSERT_EQ(setArgument(spin, 1, out), ZE_RESULT_SUCCESS);
  auto* list = immediate();
  const ze_group_count_t groups{1, 1, 1};
  ASSERT_EQ(zeCommandListAppendLaunchKernel(list, spin, &groups, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  const uint32_t one = 1;
  ASSERT_EQ(zeCommandListAppendMemoryFill(immediate(), memory, &one, 4, 4, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeDeviceSynchronize", device), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*out, 1U);
}

TEST_F(NewerDeviceTest, VectorWidths) {
  uint32_t count = 0;
  n::VectorWidths widths;
  EXPECT_EQ(call("zeDeviceGetVectorWidthPropertiesExt", device, static_cast<uint32_t*>(nullptr), &widths),
            kNullPointer);
  n::VectorWidths* const none = nullptr;
  ASSERT_EQ(call("zeDeviceGetVectorWidthPropertiesExt", device, &count, none), ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, 1U);
  ASSERT_EQ(call("zeDeviceGetVectorWidthPropertiesExt", device, &count, &widths), ZE_RESULT_SUCCESS);
  EXPECT_GE(widths.size, 1U);
  EXPECT_EQ(widths.preferred.ofInt, 1U);
  EXPECT_EQ(widths.native.ofDouble, 1U);
}

TEST_F(NewerDeviceTest, NoCacheIsReserved) {
  int memory = 0;
  EXPECT_EQ(zeDeviceReserveCacheExt(nullptr, 0, 0), kNullHandle);
  EXPECT_EQ(zeDeviceReserveCacheExt(device, 3, 4096), kUnsupported);
  EXPECT_EQ(zeDeviceReserveCacheExt(device, 0, 0), ZE_RESULT_SUCCESS) << "gives back what it does not have";
  EXPECT_EQ(zeDeviceSetCacheAdviceExt(device, nullptr, 1, ZE_CACHE_EXT_REGION_ZE_CACHE_REGION_DEFAULT),
            kNullPointer);
  EXPECT_EQ(zeDeviceSetCacheAdviceExt(device, &memory, 1, static_cast<ze_cache_ext_region_t>(3)),
            kBadEnumeration);
  EXPECT_EQ(zeDeviceSetCacheAdviceExt(device, &memory, 1, ZE_CACHE_EXT_REGION_ZE_CACHE_RESERVE_REGION),
            kUnsupported);
  EXPECT_EQ(zeDeviceSetCacheAdviceExt(device, &memory, 1, ZE_CACHE_EXT_REGION_ZE_CACHE_REGION_DEFAULT),
            ZE_RESULT_SUCCESS);
}

TEST_F(NewerDeviceTest, EachDeviceIsAVertexOfAFabricWithoutEdges) {
  uint32_t count = 0;
  EXPECT_EQ(zeFabricVertexGetExp(driver, nullptr, nullptr), kNullPointer);
  ASSERT_EQ(zeFabricVertexGetExp(driver, &count, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(count, 1U);
  ze_fabric_vertex_handle_t vertex = nullptr, same = nullptr;
  ASSERT_EQ(zeFabricVertexGetExp(driver, &count, &vertex), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeDeviceGetFabricVertexExp(device, nullptr), kNullPointer);
  ASSERT_EQ(zeDeviceGetFabricVertexExp(device, &same), ZE_RESULT_SUCCESS);
  EXPECT_EQ(vertex, same);
  ze_device_handle_t itsDevice = nullptr;
  EXPECT_EQ(zeFabricVertexGetDeviceExp(nullptr, &itsDevice), kNullHandle);
  EXPECT_EQ(zeFabricVertexGetDeviceExp(foreign<ze_fabric_vertex_handle_t>(), &itsDevice), kInvalid);
  EXPECT_EQ(zeFabricVertexGetDeviceExp(vertex, nullptr), kNullPointer);
  ASSERT_EQ(zeFabricVertexGetDeviceExp(vertex, &itsDevice), ZE_RESULT_SUCCESS);
  EXPECT_EQ(itsDevice, device);
  auto properties =
      described<ze_fabric_vertex_exp_properties_t>(ZE_STRUCTURE_TYPE_FABRIC_VERTEX_EXP_PROPERTIES);
  properties.remote = 1;
  ASSERT_EQ(zeFabricVertexGetPropertiesExp(vertex, &properties), ZE_RESULT_SUCCESS);
  auto deviceProperties = described<ze_device_properties_t>(ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES);
  ASSERT_EQ(zeDeviceGetProperties(device, &deviceProperties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(std::memcmp(properties.uuid.id, deviceProperties.uuid.id, sizeof(properties.uuid.id)), 0);
  EXPECT_EQ(properties.type, ZE_FABRIC_VERTEX_EXP_TYPE_DEVICE);
  EXPECT_FALSE(properties.remote);
  count = 7;
  ASSERT_EQ(zeFabricVertexGetSubVerticesExp(vertex, &count, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, 0U);
  count = 7;
  ASSERT_EQ(zeFabricEdgeGetExp(vertex, vertex, &count, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, 0U);
  EXPECT_EQ(zeFabricEdgeGetExp(vertex, nullptr, &count, nullptr), kNullHandle);
  ze_fabric_vertex_handle_t ends[2] = {};
  EXPECT_EQ(zeFabricEdgeGetVerticesExp(foreign<ze_fabric_edge_handle_t>(), &ends[0], &ends[1]), kInvalid);
}

TEST_F(NewerDeviceTest, ReadOnlyPagesAreEnforced) {
  n::ReadOnlyMemoryProperties readOnly;
  auto properties = described<ze_device_properties_t>(ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES, &readOnly);
  ASSERT_EQ(zeDeviceGetProperties(device, &properties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(readOnly.capability, n::kReadOnlyEnforced);
}

TEST_F(NewerDeviceTest, QueuesAndListsSayHowTheyWereMade) {
  auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
  desc.index = 1;
  desc.flags = ZE_COMMAND_QUEUE_FLAG_EXPLICIT_ONLY;
  desc.mode = ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS;
  desc.priority = ZE_COMMAND_QUEUE_PRIORITY_PRIORITY_HIGH;
  ze_command_queue_handle_t queue = nullptr;
  ASSERT_EQ(zeCommandQueueCreate(context, device, &desc, &queue), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeCommandQueueDestroy(queue), ZE_RESULT_SUCCESS); });
  ze_command_list_handle_t direct = nullptr;
  ASSERT_EQ(zeCommandListCreateImmediate(context, device, &desc, &direct), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeCommandListDestroy(direct), ZE_RESULT_SUCCESS); });
  uint32_t number = 9;
  EXPECT_EQ(call("zeCommandQueueGetIndex", queue, static_cast<uint32_t*>(nullptr)), kNullPointer);
  ASSERT_EQ(call("zeCommandQueueGetIndex", queue, &number), ZE_RESULT_SUCCESS);
  EXPECT_EQ(number, 1U);
  ASSERT_EQ(call("zeCommandQueueGetOrdinal", queue, &number), ZE_RESULT_SUCCESS);
  EXPECT_EQ(number, 0U);
  ze_command_queue_flags_t flags = 0;
  ze_command_queue_mode_t mode{};
  ze_command_queue_priority_t priority{};
  ASSERT_EQ(call("zeCommandQueueGetFlags", queue, &flags), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeCommandQueueGetMode", queue, &mode), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeCommandQueueGetPriority", queue, &priority), ZE_RESULT_SUCCESS);
  EXPECT_EQ(flags, desc.flags);
  EXPECT_EQ(mode, desc.mode);
  EXPECT_EQ(priority, desc.priority);
  auto* list = inOrderRegular();
  EXPECT_EQ(call("zeCommandListImmediateGetFlags", list, &flags), kInvalid);
  EXPECT_EQ(call("zeCommandListImmediateGetMode", list, &mode), kInvalid);
  EXPECT_EQ(call("zeCommandListImmediateGetPriority", list, &priority), kInvalid);
  flags = 0, mode = {}, priority = {};
  ASSERT_EQ(call("zeCommandListImmediateGetFlags", direct, &flags), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeCommandListImmediateGetMode", direct, &mode), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeCommandListImmediateGetPriority", direct, &priority), ZE_RESULT_SUCCESS);
  EXPECT_EQ(flags, desc.flags);
  EXPECT_EQ(mode, desc.mode);
  EXPECT_EQ(priority, desc.priority);
  ze_command_list_flags_t listFlags = 0;
  ASSERT_EQ(call("zeCommandListGetFlags", list, &listFlags), ZE_RESULT_SUCCESS);
  EXPECT_EQ(listFlags, unsigned{clze::ze_newer::kListFlagInOrder});
}

TEST_F(NewerDeviceTest, AppendsWithParametersTakeNoneYet) {
  auto* list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* memory = shared<uint32_t>(2);
  const uint32_t value = 5;
  const n::MutableListDesc strange;
  const auto fill = [&](const void* next) {
    return call("zeCommandListAppendMemoryFillWithParameters", list, static_cast<void*>(memory),
                static_cast<const void*>(&value), sizeof(value), sizeof(value), next, kNoEvent, uint32_t{0},
                kNoEvents);
  };
  const auto copy = [&](const void* next) {
    return call("zeCommandListAppendMemoryCopyWithParameters", list, static_cast<void*>(memory + 1),
                static_cast<const void*>(memory), sizeof(value), next, kNoEvent, uint32_t{0}, kNoEvents);
  };
  EXPECT_EQ(fill(&strange), kUnsupported);
  EXPECT_EQ(copy(&strange), kUnsupported);
  ASSERT_EQ(fill(nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(copy(nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[1], 5U);
  auto* inner = regular();
  auto* count = kernel("count");
  ASSERT_EQ(setArgument(count, 0, memory), ZE_RESULT_SUCCESS);
  const ze_group_count_t groups{1, 1, 1};
  ASSERT_EQ(zeCommandListAppendLaunchKernel(inner, count, &groups, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(inner), ZE_RESULT_SUCCESS);
  const auto append = [&](const void* next) {
    return call("zeCommandListImmediateAppendCommandListsWithParameters", list, uint32_t{1}, &inner, next,
                kNoEvent, uint32_t{0}, kNoEvents);
  };
  EXPECT_EQ(append(&strange), kUnsupported);
  ASSERT_EQ(append(nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(memory[0], 6U);
}

}  // namespace
}  // namespace softgpu::test
