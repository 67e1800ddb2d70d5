// What every test of the driver needs: the loader's driver, a context, memory that is freed, lists that are
// destroyed.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <level_zero/ze_api.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <vector>

namespace softgpu::test {

inline constexpr uint64_t kForever = UINT64_MAX;
// A value that is no live handle of the driver.
template <class H>
H foreign() {
  return reinterpret_cast<H>(uintptr_t{0xdead0000});
}

// Functions and structures the loader does not know get the handles of its own unchanged then. It wraps them
// when told to, and when there is more than one driver.
inline bool handlesAreWrapped() {
  const char* drivers = std::getenv("ZE_ENABLE_ALT_DRIVERS");
  return std::getenv("ZE_ENABLE_LOADER_INTERCEPT") != nullptr ||
         (drivers != nullptr && std::strchr(drivers, ',') != nullptr);
}
// The loader's validation layer, which looks at arguments before the driver does.
inline bool layerValidates() { return std::getenv("ZE_ENABLE_PARAMETER_VALIDATION") != nullptr; }

template <class T>
T described(ze_structure_type_t stype, const void* pNext = nullptr) {
  T desc;
  std::memset(&desc, 0, sizeof(desc));
  desc.stype = stype;
  desc.pNext = const_cast<void*>(pNext);
  return desc;
}

class DriverTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(zeInit(0), ZE_RESULT_SUCCESS);
    uint32_t count = 1;
    ASSERT_EQ(zeDriverGet(&count, &driver), ZE_RESULT_SUCCESS);
    ASSERT_EQ(count, 1U);
    ASSERT_EQ(zeDeviceGet(driver, &count, &device), ZE_RESULT_SUCCESS);
    ASSERT_EQ(count, 1U);
    const auto desc = described<ze_context_desc_t>(ZE_STRUCTURE_TYPE_CONTEXT_DESC);
    ASSERT_EQ(zeContextCreate(driver, &desc, &context), ZE_RESULT_SUCCESS);
  }
  // Last made, first destroyed.
  void TearDown() override {
    while (!cleanups_.empty()) {
      cleanups_.back()();
      cleanups_.pop_back();
    }
    EXPECT_EQ(zeContextDestroy(context), ZE_RESULT_SUCCESS);
  }
  void atEnd(std::function<void()> cleanup) { cleanups_.push_back(std::move(cleanup)); }

  template <class T>
  T* shared(size_t count, const void* pNext = nullptr) {
    const auto deviceDesc =
        described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, pNext);
    const auto hostDesc = described<ze_host_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC);
    void* memory = nullptr;
    EXPECT_EQ(zeMemAllocShared(context, &deviceDesc, &hostDesc, count * sizeof(T), 0, device, &memory),
              ZE_RESULT_SUCCESS);
    atEnd([=, this] { EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS); });
    return static_cast<T*>(memory);
  }

  ze_command_list_handle_t immediate(ze_command_queue_mode_t mode = ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS) {
    auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
    desc.mode = mode;
    ze_command_list_handle_t list = nullptr;
    EXPECT_EQ(zeCommandListCreateImmediate(context, device, &desc, &list), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS); });
    return list;
  }

  ze_command_list_handle_t regular() {
    const auto desc = described<ze_command_list_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC);
    ze_command_list_handle_t list = nullptr;
    EXPECT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS); });
    return list;
  }

  ze_command_queue_handle_t queue(ze_command_queue_mode_t mode = ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS) {
    auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
    desc.mode = mode;
    ze_command_queue_handle_t queue = nullptr;
    EXPECT_EQ(zeCommandQueueCreate(context, device, &desc, &queue), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeCommandQueueDestroy(queue), ZE_RESULT_SUCCESS); });
    return queue;
  }

  std::vector<ze_event_handle_t> events(uint32_t count, bool timestamps = false) {
    auto poolDesc = described<ze_event_pool_desc_t>(ZE_STRUCTURE_TYPE_EVENT_POOL_DESC);
    poolDesc.flags = ZE_EVENT_POOL_FLAG_HOST_VISIBLE;
    if (timestamps) poolDesc.flags |= ZE_EVENT_POOL_FLAG_KERNEL_TIMESTAMP;
    poolDesc.count = count;
    ze_event_pool_handle_t pool = nullptr;
    EXPECT_EQ(zeEventPoolCreate(context, &poolDesc, 0, nullptr, &pool), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeEventPoolDestroy(pool), ZE_RESULT_SUCCESS); });
    std::vector<ze_event_handle_t> made(count);
    for (uint32_t i = 0; i < count; ++i) {
      auto desc = described<ze_event_desc_t>(ZE_STRUCTURE_TYPE_EVENT_DESC);
      desc.index = i;
      EXPECT_EQ(zeEventCreate(pool, &desc, &made[i]), ZE_RESULT_SUCCESS);
      atEnd([event = made[i]] { EXPECT_EQ(zeEventDestroy(event), ZE_RESULT_SUCCESS); });
    }
    return made;
  }

  // A module of the fake engine; `behaviour` is the word after the header.
  static std::vector<uint32_t> words(uint32_t behaviour = 0) {
    return {0x07230203, 0x00010000, 0, 1, 0, behaviour};
  }
  // A kernel of a module in a SPIR-V file, on the shipped driver.
  ze_kernel_handle_t kernelOfFile(const char* path, const char* name) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> spirv((std::istreambuf_iterator<char>(file)), {});
    auto desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC);
    desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
    desc.inputSize = spirv.size();
    desc.pInputModule = reinterpret_cast<const uint8_t*>(spirv.data());
    ze_module_handle_t module = nullptr;
    EXPECT_EQ(zeModuleCreate(context, device, &desc, &module, nullptr), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeModuleDestroy(module), ZE_RESULT_SUCCESS); });
    auto kernelDesc = described<ze_kernel_desc_t>(ZE_STRUCTURE_TYPE_KERNEL_DESC);
    kernelDesc.pKernelName = name;
    ze_kernel_handle_t kernel = nullptr;
    EXPECT_EQ(zeKernelCreate(module, &kernelDesc, &kernel), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeKernelDestroy(kernel), ZE_RESULT_SUCCESS); });
    return kernel;
  }
  // The caller destroys it.
  ze_module_handle_t looseModule() {
    const auto spirv = words();
    auto desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC);
    desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
    desc.inputSize = spirv.size() * sizeof(uint32_t);
    desc.pInputModule = reinterpret_cast<const uint8_t*>(spirv.data());
    ze_module_handle_t module = nullptr;
    EXPECT_EQ(zeModuleCreate(context, device, &desc, &module, nullptr), ZE_RESULT_SUCCESS);
    return module;
  }
  ze_module_handle_t module() {
    ze_module_handle_t module = looseModule();
    atEnd([=] { EXPECT_EQ(zeModuleDestroy(module), ZE_RESULT_SUCCESS); });
    return module;
  }
  ze_kernel_handle_t kernel(const char* name) {
    auto desc = described<ze_kernel_desc_t>(ZE_STRUCTURE_TYPE_KERNEL_DESC);
    desc.pKernelName = name;
    ze_kernel_handle_t kernel = nullptr;
    EXPECT_EQ(zeKernelCreate(module(), &desc, &kernel), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeKernelDestroy(kernel), ZE_RESULT_SUCCESS); });
    return kernel;
  }
  template <class T>
  static ze_result_t setArgument(ze_kernel_handle_t kernel, uint32_t index, const T& value) {
    return zeKernelSetArgumentValue(kernel, index, sizeof(T), &value);  // NOLINT(bugprone-sizeof-expression)
  }

  // Waits for all that was appended to an asynchronous immediate list.
  void finish(ze_command_list_handle_t list) {
    const auto event = events(1)[0];
    ASSERT_EQ(zeCommandListAppendBarrier(list, event, 0, nullptr), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeEventHostSynchronize(event, kForever), ZE_RESULT_SUCCESS);
  }

  ze_driver_handle_t driver = nullptr;
  ze_device_handle_t device = nullptr;
  ze_context_handle_t context = nullptr;

 private:
  std::vector<std::function<void()>> cleanups_;
};

}  // namespace softgpu::test
