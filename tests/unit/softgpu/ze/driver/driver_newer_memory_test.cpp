// Memory and kernels: functions newer than API 1.4.
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/softgpu/ze/driver/newer_fixture.h"

namespace softgpu::test {
namespace {

namespace n = softgpu::newer;

class NewerMemoryTest : public NewerTest {
 protected:
  int exported(void* memory) {
    ze_external_memory_export_fd_t file{ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_FD, nullptr,
                                        ZE_EXTERNAL_MEMORY_TYPE_FLAG_OPAQUE_FD, -1};
    auto properties =
        described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES, &file);
    EXPECT_EQ(zeMemGetAllocProperties(context, memory, &properties, nullptr), ZE_RESULT_SUCCESS);
    atEnd([fd = file.fd] { close(fd); });
    return file.fd;
  }
};

TEST_F(NewerMemoryTest, HandlesAreGivenBack) {
  ze_ipc_mem_handle_t handle{};
  EXPECT_EQ(call("zeMemPutIpcHandle", context, handle), kInvalid) << "all zeros";
  auto* memory = shared<uint32_t>(64);
  *memory = 3;
  n::IpcMemHandleTypeDesc type;
  const auto get = [&](void* next) {
    return call("zeMemGetIpcHandleWithProperties", context, static_cast<const void*>(memory), next, &handle);
  };
  type.flags = 4;
  EXPECT_EQ(get(&type), kBadEnumeration);
  type.flags = n::kIpcMemFabric;
  EXPECT_EQ(get(&type), ZE_RESULT_SUCCESS)
      << "one that does not reach across a fabric, as with Intel's driver";
  n::MutableListDesc strange;
  EXPECT_EQ(get(&strange), kLacksEnumeration);
  type.flags = n::kIpcMemDefault;
  ASSERT_EQ(get(&type), ZE_RESULT_SUCCESS);
  EXPECT_EQ(call("zeMemPutIpcHandle", ze_context_handle_t{nullptr}, handle), kNullHandle);
  ASSERT_EQ(call("zeMemPutIpcHandle", context, handle), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 3U);
}

TEST_F(NewerMemoryTest, HandlesAndDescriptorsBecomeEachOther) {
  const ze_external_memory_export_desc_t exports{ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC, nullptr,
                                                 ZE_EXTERNAL_MEMORY_TYPE_FLAG_OPAQUE_FD};
  auto* memory = shared<uint32_t>(64, &exports);
  const int fd = exported(memory);
  ze_ipc_mem_handle_t handle{};
  const char* name = "zeMemGetIpcHandleFromFileDescriptorExp";
  EXPECT_EQ(call(name, context, uint64_t{UINT64_MAX}, &handle), kInvalid);
  const int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(call(name, context, static_cast<uint64_t>(other), &handle), kInvalid) << "no allocation's";
  close(other);
  EXPECT_EQ(call(name, context, static_cast<uint64_t>(fd), static_cast<ze_ipc_mem_handle_t*>(nullptr)),
            kNullPointer);
  uint64_t back = 0;
  EXPECT_EQ(call("zeMemGetFileDescriptorFromIpcHandleExp", context, handle, &back), kInvalid) << "all zeros";
  ASSERT_EQ(call(name, context, static_cast<uint64_t>(fd), &handle), ZE_RESULT_SUCCESS);
  ASSERT_EQ(call("zeMemGetFileDescriptorFromIpcHandleExp", context, handle, &back), ZE_RESULT_SUCCESS);
  EXPECT_EQ(back, static_cast<uint64_t>(fd));
  void* opened = nullptr;
  ASSERT_EQ(zeMemOpenIpcHandle(context, device, handle, 0, &opened), ZE_RESULT_SUCCESS);
  memory[5] = 55;
  EXPECT_EQ(static_cast<uint32_t*>(opened)[5], 55U);
  auto properties =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES);
  ASSERT_EQ(zeMemGetAllocProperties(context, opened, &properties, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.type, ZE_MEMORY_TYPE_SHARED) << "what it was made as";
  EXPECT_EQ(zeMemCloseIpcHandle(context, opened), ZE_RESULT_SUCCESS);
}

TEST_F(NewerMemoryTest, AtomicAttributesAreRemembered) {
  auto* memory = shared<uint32_t>(64);
  const auto set = [&](const void* at, size_t size, uint32_t attributes) {
    return call("zeMemSetAtomicAccessAttributeExp", context, device, at, size, attributes);
  };
  EXPECT_EQ(set(nullptr, 4, 0), kNullPointer);
  EXPECT_EQ(set(memory, 4, 0x80), kBadEnumeration);
  EXPECT_EQ(set(memory, 4, n::kAtomicHost | n::kAtomicNoHost), kInvalid);
  EXPECT_EQ(set(memory, 4, n::kAtomicNone | n::kAtomicDevice), kInvalid);
  EXPECT_EQ(set(memory, 4096, 0), kInvalid) << "ends outside";
  const auto onDevice = described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC);
  void* other = nullptr;
  ASSERT_EQ(zeMemAllocDevice(context, &onDevice, 64, 0, device, &other), ZE_RESULT_SUCCESS);
  EXPECT_EQ(set(other, 4, 0), kInvalid) << "no shared allocation";
  EXPECT_EQ(zeMemFree(context, other), ZE_RESULT_SUCCESS);
  uint32_t attributes = 1;
  const auto get = [&] {
    return call("zeMemGetAtomicAccessAttributeExp", context, device, static_cast<const void*>(memory),
                size_t{4}, &attributes);
  };
  ASSERT_EQ(get(), ZE_RESULT_SUCCESS);
  EXPECT_EQ(attributes, 0U) << "none set";
  ASSERT_EQ(set(memory, 4, n::kAtomicDevice | n::kAtomicNoHost), ZE_RESULT_SUCCESS);
  ASSERT_EQ(get(), ZE_RESULT_SUCCESS);
  EXPECT_EQ(attributes, n::kAtomicDevice | n::kAtomicNoHost);
}

TEST_F(NewerMemoryTest, AtomicAttributesOfTheSystemsMemoryAreRemembered) {
  std::vector<uint32_t> memory(64);
  const auto get = [&](const void* at) {
    uint32_t attributes = 99;
    EXPECT_EQ(call("zeMemGetAtomicAccessAttributeExp", context, device, at, size_t{4}, &attributes),
              ZE_RESULT_SUCCESS);
    return attributes;
  };
  EXPECT_EQ(get(memory.data()), 0U);
  const void* const start = memory.data();
  ASSERT_EQ(call("zeMemSetAtomicAccessAttributeExp", context, device, start, size_t{128},
                 uint32_t{n::kAtomicSystem}),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(get(memory.data() + 31), n::kAtomicSystem);
  EXPECT_EQ(get(memory.data() + 32), 0U);
}

// An application that holds a descriptor of the memory is told of that one.
TEST_F(NewerMemoryTest, TheDescriptorOfAHandleIsTheExportedOne) {
  const ze_external_memory_export_desc_t exports{ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC, nullptr,
                                                 ZE_EXTERNAL_MEMORY_TYPE_FLAG_OPAQUE_FD};
  auto* memory = shared<uint32_t>(64, &exports);
  ze_ipc_mem_handle_t handle{};
  ASSERT_EQ(zeMemGetIpcHandle(context, memory, &handle), ZE_RESULT_SUCCESS);
  uint64_t own = 0, known = 0;
  ASSERT_EQ(call("zeMemGetFileDescriptorFromIpcHandleExp", context, handle, &own), ZE_RESULT_SUCCESS);
  const int fd = exported(memory);
  EXPECT_NE(own, static_cast<uint64_t>(fd));
  ASSERT_EQ(call("zeMemGetFileDescriptorFromIpcHandleExp", context, handle, &known), ZE_RESULT_SUCCESS);
  EXPECT_EQ(known, static_cast<uint64_t>(fd));
  // Another file under the number is not taken for it.
  const int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(dup2(other, fd), fd);
  close(other);
  ASSERT_EQ(call("zeMemGetFileDescriptorFromIpcHandleExp", context, handle, &known), ZE_RESULT_SUCCESS);
  EXPECT_EQ(known, own);
}

TEST_F(NewerMemoryTest, KernelsShowTheirBinaryAndMemory) {
  auto* fill = kernel("fill");
  size_t size = 0;
  uint8_t* const none = nullptr;
  EXPECT_EQ(call("zeKernelGetBinaryExp", fill, static_cast<size_t*>(nullptr), none), kNullPointer);
  ASSERT_EQ(call("zeKernelGetBinaryExp", fill, &size, none), ZE_RESULT_SUCCESS);
  ASSERT_EQ(size, 4U) << "the fake engine's";
  std::vector<uint8_t> binary(size);
  size = 3;
  EXPECT_EQ(call("zeKernelGetBinaryExp", fill, &size, binary.data()), ZE_RESULT_ERROR_INVALID_SIZE);
  size = 4;
  ASSERT_EQ(call("zeKernelGetBinaryExp", fill, &size, binary.data()), ZE_RESULT_SUCCESS);
  EXPECT_EQ(std::memcmp(binary.data(), "FAKE", 4), 0);
  uint32_t count = 9;
  n::KernelAllocation* const nothing = nullptr;
  ASSERT_EQ(call("zeKernelGetAllocationPropertiesExp", fill, &count, nothing), ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, 0U) << "no argument is set";
  auto* memory = shared<uint32_t>(64);
  auto* inside = memory + 8;
  ASSERT_EQ(setArgument(fill, 0, inside), ZE_RESULT_SUCCESS);
  n::KernelAllocation allocation;
  count = 1;
  ASSERT_EQ(call("zeKernelGetAllocationPropertiesExp", fill, &count, &allocation), ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, 1U);
  EXPECT_EQ(allocation.base, reinterpret_cast<uint64_t>(memory));
  EXPECT_EQ(allocation.size, 256U);
  EXPECT_EQ(allocation.type, ZE_MEMORY_TYPE_SHARED);
  EXPECT_EQ(allocation.argIndex, 0U);
}

}  // namespace
}  // namespace softgpu::test
