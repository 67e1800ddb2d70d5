// USM: allocation, free, queries, limits.
#include <unistd.h>

#include <bit>

#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

class MemoryTest : public DriverTest {
 protected:
  ze_device_mem_alloc_desc_t deviceDesc =
      described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC);
  ze_host_mem_alloc_desc_t hostDesc =
      described<ze_host_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC);
  ze_result_t allocate(size_t size, size_t alignment, void** out) {
    return zeMemAllocDevice(context, &deviceDesc, size, alignment, device, out);
  }
  ze_memory_allocation_properties_t properties(const void* ptr, ze_device_handle_t* owner = nullptr) {
    auto result =
        described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES);
    EXPECT_EQ(zeMemGetAllocProperties(context, ptr, &result, owner), ZE_RESULT_SUCCESS);
    return result;
  }
};

TEST_F(MemoryTest, BadHandlesRefused) {
  void* memory = nullptr;
  EXPECT_EQ(zeMemAllocDevice(nullptr, &deviceDesc, 64, 0, device, &memory),
            ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(zeMemAllocDevice(context, &deviceDesc, 64, 0, nullptr, &memory),
            ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(zeMemAllocDevice(foreign<ze_context_handle_t>(), &deviceDesc, 64, 0, device, &memory),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeMemFree(nullptr, &memory), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
}

TEST_F(MemoryTest, BadArgumentsAreErrors) {
  void* memory = nullptr;
  EXPECT_EQ(zeMemAllocDevice(context, nullptr, 64, 0, device, &memory), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(allocate(64, 0, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(allocate(0, 0, &memory), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  EXPECT_EQ(allocate(64, (size_t{1} << 32) + 1, &memory), ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
  EXPECT_EQ(allocate(SIZE_MAX / 2, 0, &memory), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  const auto unknown = described<ze_base_desc_t>(ZE_STRUCTURE_TYPE_FENCE_DESC);
  deviceDesc.pNext = &unknown;
  EXPECT_EQ(allocate(64, 0, &memory), ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  EXPECT_EQ(memory, nullptr);
  EXPECT_EQ(zeMemFree(context, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
}

// As Intel's driver does.
TEST_F(MemoryTest, AlignmentsThatAreNoPowerOfTwoAreRoundedUp) {
  if (layerValidates()) GTEST_SKIP() << "the layer refuses before the driver does";
  for (const size_t alignment : {size_t{3}, size_t{4095}, size_t{100000}}) {
    void* memory = nullptr;
    ASSERT_EQ(allocate(64, alignment, &memory), ZE_RESULT_SUCCESS) << alignment;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % std::bit_ceil(alignment), 0U) << alignment;
    EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  }
}

TEST_F(MemoryTest, FreeTakesOnlyBasesOfLiveAllocations) {
  void* memory = nullptr;
  ASSERT_EQ(allocate(4096, 0, &memory), ZE_RESULT_SUCCESS);
  int onStack = 0;
  EXPECT_EQ(zeMemFree(context, &onStack), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeMemFree(context, static_cast<char*>(memory) + 64), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

TEST_F(MemoryTest, AlignmentIsHonoured) {
  for (size_t alignment = 1; alignment <= size_t{1} << 22; alignment *= 2) {
    void* memory = nullptr;
    ASSERT_EQ(allocate(100, alignment, &memory), ZE_RESULT_SUCCESS) << alignment;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % alignment, 0U);
    std::memset(memory, 0xff, 100);
    EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  }
}

TEST_F(MemoryTest, EachTypeIsReported) {
  void *onDevice = nullptr, *onHost = nullptr;
  ASSERT_EQ(allocate(4096, 0, &onDevice), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeMemAllocHost(context, &hostDesc, 4096, 0, &onHost), ZE_RESULT_SUCCESS);
  auto* both = shared<char>(4096);

  ze_device_handle_t owner = nullptr;
  EXPECT_EQ(properties(onDevice, &owner).type, ZE_MEMORY_TYPE_DEVICE);
  EXPECT_EQ(owner, device);
  EXPECT_EQ(properties(both, &owner).type, ZE_MEMORY_TYPE_SHARED);
  EXPECT_EQ(owner, device);
  EXPECT_EQ(properties(onHost).type, ZE_MEMORY_TYPE_HOST);
  int onStack = 0;
  EXPECT_EQ(properties(&onStack).type, ZE_MEMORY_TYPE_UNKNOWN);
  EXPECT_NE(properties(onDevice).id, properties(onHost).id);
  EXPECT_EQ(properties(onDevice).id, properties(static_cast<char*>(onDevice) + 4095).id);
  EXPECT_EQ(properties(both).pageSize, static_cast<uint64_t>(sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(zeMemFree(context, onDevice), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFree(context, onHost), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties(onDevice).type, ZE_MEMORY_TYPE_UNKNOWN);
}

TEST_F(MemoryTest, AddressRangeIsTheAllocations) {
  auto* memory = shared<char>(1000);
  void* base = nullptr;
  size_t size = 0;
  ASSERT_EQ(zeMemGetAddressRange(context, memory + 999, &base, &size), ZE_RESULT_SUCCESS);
  EXPECT_EQ(base, memory);
  EXPECT_EQ(size, 1000U);
  EXPECT_EQ(zeMemGetAddressRange(context, memory, nullptr, &size), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemGetAddressRange(context, memory + 1000, &base, &size), ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

TEST_F(MemoryTest, NewMemoryIsZeroed) {
  auto* memory = shared<char>(10000);
  EXPECT_EQ(std::count(memory, memory + 10000, 0), 10000);
}

TEST_F(MemoryTest, RelaxedLimitsAllowMoreThanOneAllocationMay) {
  auto properties = described<ze_device_properties_t>(ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES);
  ASSERT_EQ(zeDeviceGetProperties(device, &properties), ZE_RESULT_SUCCESS);
  uint32_t one = 1;
  auto total = described<ze_device_memory_properties_t>(ZE_STRUCTURE_TYPE_DEVICE_MEMORY_PROPERTIES);
  ASSERT_EQ(zeDeviceGetMemoryProperties(device, &one, &total), ZE_RESULT_SUCCESS);
  void* memory = nullptr;
  EXPECT_EQ(allocate(properties.maxMemAllocSize + 1, 0, &memory), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  auto relaxed = described<ze_relaxed_allocation_limits_exp_desc_t>(
      ZE_STRUCTURE_TYPE_RELAXED_ALLOCATION_LIMITS_EXP_DESC);
  relaxed.flags = ZE_RELAXED_ALLOCATION_LIMITS_EXP_FLAG_MAX_SIZE;
  deviceDesc.pNext = &relaxed;
  EXPECT_EQ(allocate(total.totalSize + 1, 0, &memory), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  if (total.totalSize == properties.maxMemAllocSize) GTEST_SKIP() << "this machine has too little memory";
  ASSERT_EQ(allocate(properties.maxMemAllocSize + 1, 0, &memory), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}

TEST_F(MemoryTest, DeviceMemoryIsFinite) {
  uint32_t one = 1;
  auto total = described<ze_device_memory_properties_t>(ZE_STRUCTURE_TYPE_DEVICE_MEMORY_PROPERTIES);
  ASSERT_EQ(zeDeviceGetMemoryProperties(device, &one, &total), ZE_RESULT_SUCCESS);
  const size_t piece = total.totalSize / 2 + 4096;
  auto relaxed = described<ze_relaxed_allocation_limits_exp_desc_t>(
      ZE_STRUCTURE_TYPE_RELAXED_ALLOCATION_LIMITS_EXP_DESC);
  relaxed.flags = ZE_RELAXED_ALLOCATION_LIMITS_EXP_FLAG_MAX_SIZE;
  deviceDesc.pNext = &relaxed;
  void *first = nullptr, *second = nullptr;
  ASSERT_EQ(allocate(piece, 0, &first), ZE_RESULT_SUCCESS);
  EXPECT_EQ(allocate(piece, 0, &second), ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_EQ(zeMemFree(context, first), ZE_RESULT_SUCCESS);
  ASSERT_EQ(allocate(piece, 0, &second), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFree(context, second), ZE_RESULT_SUCCESS);
}

TEST_F(MemoryTest, FreePoliciesWaitForTheDevice) {
  auto desc = described<ze_memory_free_ext_desc_t>(ZE_STRUCTURE_TYPE_MEMORY_FREE_EXT_DESC);
  desc.freePolicy = 4;
  void* memory = nullptr;
  ASSERT_EQ(allocate(1 << 20, 0, &memory), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFreeExt(context, &desc, memory), ZE_RESULT_ERROR_INVALID_ENUMERATION);

  // The fill is still to come when the memory is freed: it must find the memory there.
  const auto list = immediate();
  const auto gate = events(1)[0];
  const uint8_t pattern = 5;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 1, 1 << 20, nullptr, 1,
                                          const_cast<ze_event_handle_t*>(&gate)),
            ZE_RESULT_SUCCESS);
  desc.freePolicy = ZE_DRIVER_MEMORY_FREE_POLICY_EXT_FLAG_DEFER_FREE;
  EXPECT_EQ(zeMemFreeExt(context, &desc, memory), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties(memory).type, ZE_MEMORY_TYPE_UNKNOWN);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  finish(list);

  ASSERT_EQ(allocate(1 << 20, 0, &memory), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &pattern, 1, 1 << 20, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  desc.freePolicy = ZE_DRIVER_MEMORY_FREE_POLICY_EXT_FLAG_BLOCKING_FREE;
  EXPECT_EQ(zeMemFreeExt(context, &desc, memory), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFreeExt(context, &desc, memory), ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace softgpu::test
