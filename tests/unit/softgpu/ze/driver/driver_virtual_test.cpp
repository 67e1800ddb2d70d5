// Reserved addresses and the physical memory mapped into them.
#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "l0backend/api/ze_newer.h"
#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

constexpr auto kNone = ZE_MEMORY_ACCESS_ATTRIBUTE_NONE;
constexpr auto kReadWrite = ZE_MEMORY_ACCESS_ATTRIBUTE_READWRITE;
constexpr auto kReadOnly = ZE_MEMORY_ACCESS_ATTRIBUTE_READONLY;
constexpr auto kInvalid = ZE_RESULT_ERROR_INVALID_ARGUMENT;

// Anywhere would do, but the validation layer of loader 1.8 takes no null for it.
void* const kHint = reinterpret_cast<void*>(uintptr_t{1} << 40);

class VirtualTest : public DriverTest {
 protected:
  void SetUp() override {
    DriverTest::SetUp();
    ASSERT_EQ(zeVirtualMemQueryPageSize(context, device, 1, &page), ZE_RESULT_SUCCESS);
  }
  std::byte* reserve(size_t size) {
    void* base = nullptr;
    EXPECT_EQ(zeVirtualMemReserve(context, kHint, size, &base), ZE_RESULT_SUCCESS);
    atEnd([=, this] { EXPECT_EQ(zeVirtualMemFree(context, base, size), ZE_RESULT_SUCCESS); });
    return static_cast<std::byte*>(base);
  }
  static ze_physical_mem_desc_t physicalDesc(size_t size) {
    auto desc = described<ze_physical_mem_desc_t>(ZE_STRUCTURE_TYPE_PHYSICAL_MEM_DESC);
    desc.size = size;
    return desc;
  }
  // Made before what it is mapped into, so that it is destroyed after that.
  ze_physical_mem_handle_t physical(size_t size) {
    auto desc = physicalDesc(size);
    ze_physical_mem_handle_t memory = nullptr;
    EXPECT_EQ(zePhysicalMemCreate(context, device, &desc, &memory), ZE_RESULT_SUCCESS);
    atEnd([=, this] { EXPECT_EQ(zePhysicalMemDestroy(context, memory), ZE_RESULT_SUCCESS); });
    return memory;
  }
  ze_result_t map(std::byte* at, size_t size, ze_physical_mem_handle_t memory, size_t offset = 0,
                  ze_memory_access_attribute_t access = kReadWrite) {
    return zeVirtualMemMap(context, at, size, memory, offset, access);
  }
  size_t page = 0;
};

TEST_F(VirtualTest, BadHandlesRefused) {
  void* base = nullptr;
  EXPECT_EQ(zeVirtualMemReserve(nullptr, kHint, page, &base), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(zePhysicalMemDestroy(context, nullptr), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  auto* mine = reserve(page);
  EXPECT_EQ(map(mine, page, nullptr), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(map(mine, page, foreign<ze_physical_mem_handle_t>()), kInvalid);
}

TEST_F(VirtualTest, ReservationsAreChecked) {
  void* base = nullptr;
  EXPECT_EQ(zeVirtualMemReserve(context, kHint, page, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(zeVirtualMemReserve(context, kHint, 0, &base), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  EXPECT_EQ(zeVirtualMemReserve(context, kHint, page + 1, &base), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  if (!layerValidates()) {
    size_t found = 0;
    EXPECT_EQ(zeVirtualMemQueryPageSize(context, device, 0, &found), ZE_RESULT_SUCCESS)
        << "as with Intel's driver";
    EXPECT_EQ(found, page);
  }
  auto* mine = reserve(4 * page);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(mine) % page, 0U);
  EXPECT_EQ(zeVirtualMemFree(context, mine, 2 * page), kInvalid) << "only as a whole";
  EXPECT_EQ(zeVirtualMemFree(context, mine + page, page), kInvalid);
  EXPECT_EQ(zeVirtualMemFree(context, mine + 1, page), ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
  EXPECT_EQ(zeVirtualMemFree(context, mine, 0), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  EXPECT_EQ(zeMemFree(context, mine), kInvalid) << "no allocation";
}

TEST_F(VirtualTest, WantedAddressIsTriedFirst) {
  void* first = nullptr;
  ASSERT_EQ(zeVirtualMemReserve(context, kHint, 2 * page, &first), ZE_RESULT_SUCCESS);
  void* second = nullptr;
  ASSERT_EQ(zeVirtualMemReserve(context, first, 2 * page, &second), ZE_RESULT_SUCCESS);
  EXPECT_NE(first, second) << "taken";
  EXPECT_EQ(zeVirtualMemFree(context, second, 2 * page), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeVirtualMemFree(context, first, 2 * page), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeVirtualMemReserve(context, first, 2 * page, &second), ZE_RESULT_SUCCESS);
  EXPECT_EQ(first, second);
  EXPECT_EQ(zeVirtualMemFree(context, second, 2 * page), ZE_RESULT_SUCCESS);
}

TEST_F(VirtualTest, PhysicalMemoryIsChecked) {
  ze_physical_mem_handle_t memory = nullptr;
  auto desc = physicalDesc(0);
  EXPECT_EQ(zePhysicalMemCreate(context, device, &desc, &memory), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  desc = physicalDesc(page + 4096);
  EXPECT_EQ(zePhysicalMemCreate(context, device, &desc, &memory), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  desc = physicalDesc(page << 40 >> 1);
  EXPECT_EQ(zePhysicalMemCreate(context, device, &desc, &memory), ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  desc = physicalDesc(page);
  EXPECT_EQ(zePhysicalMemCreate(context, device, &desc, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
}

TEST_F(VirtualTest, MappingsAreChecked) {
  auto* memory = physical(2 * page);
  auto* base = reserve(4 * page);
  EXPECT_EQ(map(base, 0, memory), ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  EXPECT_EQ(map(base + 4096, page, memory), ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
  EXPECT_EQ(map(base, page, memory, 4096), ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
  EXPECT_EQ(map(base, 4 * page, memory), kInvalid) << "longer than the physical memory";
  EXPECT_EQ(map(base, 2 * page, memory, page), kInvalid);
  EXPECT_EQ(map(base + 3 * page, 2 * page, memory), kInvalid) << "runs out of the reservation";
  EXPECT_EQ(map(base, page, memory, 0, static_cast<ze_memory_access_attribute_t>(3)),
            ZE_RESULT_ERROR_INVALID_ENUMERATION);
  EXPECT_EQ(zeVirtualMemUnmap(context, base - page, page), kInvalid) << "not reserved";
  EXPECT_EQ(zeVirtualMemUnmap(context, base, page), ZE_RESULT_SUCCESS)
      << "nothing there: as with Intel's driver";
  ASSERT_EQ(map(base + page, 2 * page, memory), ZE_RESULT_SUCCESS);
  EXPECT_EQ(map(base, 2 * page, memory), kInvalid) << "overlaps from the left";
  EXPECT_EQ(map(base + 2 * page, 2 * page, memory), kInvalid) << "overlaps to the right";
  EXPECT_EQ(zeVirtualMemUnmap(context, base, 2 * page), ZE_RESULT_SUCCESS) << "its first page is not mapped";
  EXPECT_EQ(zePhysicalMemDestroy(context, memory), ZE_RESULT_ERROR_HANDLE_OBJECT_IN_USE);
  EXPECT_EQ(zeVirtualMemUnmap(context, base + 2 * page, page), ZE_RESULT_SUCCESS);
}

TEST_F(VirtualTest, AnotherContextIsRefused) {
  auto* memory = physical(page);
  auto* base = reserve(page);
  const auto desc = described<ze_context_desc_t>(ZE_STRUCTURE_TYPE_CONTEXT_DESC);
  ze_context_handle_t other = nullptr;
  ASSERT_EQ(zeContextCreate(driver, &desc, &other), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeVirtualMemMap(other, base, page, memory, 0, kReadWrite), kInvalid);
  EXPECT_EQ(zeVirtualMemFree(other, base, page), kInvalid);
  EXPECT_EQ(zePhysicalMemDestroy(other, memory), kInvalid);
  EXPECT_EQ(zeContextDestroy(other), ZE_RESULT_SUCCESS);
}

TEST_F(VirtualTest, PagesAreSharedAtOffsetsAndKeepTheirContents) {
  auto* memory = physical(2 * page);
  auto* base = reserve(8 * page);
  ASSERT_EQ(map(base, 2 * page, memory), ZE_RESULT_SUCCESS);
  ASSERT_EQ(map(base + 4 * page, page, memory, page), ZE_RESULT_SUCCESS);
  base[page + 7] = std::byte{42};
  EXPECT_EQ(base[4 * page + 7], std::byte{42}) << "the same page seen twice";
  EXPECT_EQ(base[0], std::byte{0}) << "fresh memory is zero";
  ASSERT_EQ(zeVirtualMemUnmap(context, base + page, page), ZE_RESULT_SUCCESS) << "half of a mapping";
  base[9] = std::byte{1};
  ASSERT_EQ(zeVirtualMemUnmap(context, base + 4 * page, page), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeVirtualMemUnmap(context, base, page), ZE_RESULT_SUCCESS);
  ASSERT_EQ(map(base + 6 * page, 2 * page, memory), ZE_RESULT_SUCCESS) << "remapped elsewhere";
  EXPECT_EQ(base[6 * page + 9], std::byte{1});
  EXPECT_EQ(base[7 * page + 7], std::byte{42});
}

TEST_F(VirtualTest, MappedMemoryIsSharedByIpc) {
  auto* memory = physical(2 * page);
  auto* base = reserve(4 * page);
  ze_ipc_mem_handle_t handle{};
  EXPECT_EQ(zeMemGetIpcHandle(context, base, &handle), kInvalid) << "nothing is mapped";
  ASSERT_EQ(map(base, page, memory, page), ZE_RESULT_SUCCESS);
  base[5] = std::byte{42};
  const auto open = [&](const void* of) {
    EXPECT_EQ(zeMemGetIpcHandle(context, of, &handle), ZE_RESULT_SUCCESS);
    void* opened = nullptr;
    EXPECT_EQ(zeMemOpenIpcHandle(context, device, handle, 0, &opened), ZE_RESULT_SUCCESS);
    return static_cast<std::byte*>(opened);
  };
  auto* mapped = open(base);
  ASSERT_NE(mapped, nullptr);
  EXPECT_EQ(mapped[5], std::byte{42});
  mapped[6] = std::byte{7};
  EXPECT_EQ(base[6], std::byte{7});
  size_t size = 0;
  EXPECT_EQ(zeMemGetAddressRange(context, mapped, nullptr, &size), ZE_RESULT_SUCCESS);
  EXPECT_EQ(size, page);
  EXPECT_EQ(zeMemCloseIpcHandle(context, mapped), ZE_RESULT_SUCCESS);
  if (handlesAreWrapped()) return;  // the loader takes it for an address
  // By the physical memory's own handle all of it.
  auto* whole = open(memory);
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole[page + 6], std::byte{7});
  EXPECT_EQ(zeMemCloseIpcHandle(context, whole), ZE_RESULT_SUCCESS);
}

TEST_F(VirtualTest, AccessIsKeptPageByPage) {
  auto* memory = physical(2 * page);
  auto* base = reserve(4 * page);
  auto access = kReadWrite;
  size_t same = 0;
  EXPECT_EQ(zeVirtualMemGetAccessAttribute(context, base, 5 * page, &access, &same), kInvalid);
  EXPECT_EQ(zeVirtualMemGetAccessAttribute(context, base, page + 1, &access, &same),
            ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  EXPECT_EQ(zeVirtualMemSetAccessAttribute(context, base, page, kReadOnly), kInvalid) << "not mapped";
  ASSERT_EQ(zeVirtualMemGetAccessAttribute(context, base, 4 * page, &access, &same), ZE_RESULT_SUCCESS);
  EXPECT_EQ(access, kNone);
  EXPECT_EQ(same, 4 * page);
  ASSERT_EQ(map(base + page, 2 * page, memory), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeVirtualMemSetAccessAttribute(context, base + page, page, kReadOnly), ZE_RESULT_SUCCESS);
  const std::array<ze_memory_access_attribute_t, 4> expected = {kNone, kReadOnly, kReadWrite, kNone};
  for (size_t i = 0; i < 4; ++i) {
    ASSERT_EQ(zeVirtualMemGetAccessAttribute(context, base + i * page, (4 - i) * page, &access, &same),
              ZE_RESULT_SUCCESS);
    EXPECT_EQ(access, expected[i]) << i;
    EXPECT_EQ(same, page) << i;
  }
  ASSERT_EQ(zeVirtualMemSetAccessAttribute(context, base + page, 2 * page, kReadWrite), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeVirtualMemGetAccessAttribute(context, base + page, 3 * page, &access, &same),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(access, kReadWrite);
  EXPECT_EQ(same, 2 * page);
}

TEST_F(VirtualTest, CopiesUseWhatIsMappedAndNothingElse) {
  auto* first = physical(page);
  auto* second = physical(page);
  auto* base = reserve(4 * page);
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* plain = shared<char>(2 * page);
  const auto copy = [&](void* to, const void* from, size_t size) {
    return zeCommandListAppendMemoryCopy(list, to, from, size, nullptr, 0, nullptr);
  };
  EXPECT_EQ(copy(base, plain, 16), kInvalid) << "only reserved";
  EXPECT_EQ(copy(plain, base, 16), kInvalid);
  ASSERT_EQ(map(base, page, first), ZE_RESULT_SUCCESS);
  ASSERT_EQ(map(base + page, page, second), ZE_RESULT_SUCCESS);
  EXPECT_EQ(copy(base + page, plain, page + 1), kInvalid) << "runs out of the mapping";
  std::memset(plain, 7, 2 * page);
  ASSERT_EQ(copy(base, plain, 2 * page), ZE_RESULT_SUCCESS) << "two neighbours are one range";
  EXPECT_EQ(base[2 * page - 1], std::byte{7});
  ASSERT_EQ(zeVirtualMemSetAccessAttribute(context, base + page, page, kReadOnly), ZE_RESULT_SUCCESS);
  EXPECT_EQ(copy(base, plain, 2 * page), kInvalid) << "its second page is read-only";
  const char pattern = 1;
  EXPECT_EQ(zeCommandListAppendMemoryFill(list, base + page, &pattern, 1, 8, nullptr, 0, nullptr), kInvalid);
  EXPECT_EQ(copy(plain, base, 2 * page), ZE_RESULT_SUCCESS) << "which can be read";
  ASSERT_EQ(zeVirtualMemSetAccessAttribute(context, base + page, page, kNone), ZE_RESULT_SUCCESS);
  EXPECT_EQ(copy(plain, base, 2 * page), kInvalid);
  EXPECT_EQ(copy(plain, base, page), ZE_RESULT_SUCCESS);
}

TEST_F(VirtualTest, KernelsUseWhatIsMapped) {
  auto* memory = physical(page);
  auto* base = reserve(2 * page);
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* fill = kernel("fill");
  ASSERT_EQ(setArgument(fill, 0, base + page), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(fill, 1, uint32_t{11}), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetGroupSize(fill, 16, 1, 1), ZE_RESULT_SUCCESS);
  const ze_group_count_t groups{4, 1, 1};
  EXPECT_EQ(zeCommandListAppendLaunchKernel(list, fill, &groups, nullptr, 0, nullptr), kInvalid);
  ASSERT_EQ(map(base + page, page, memory), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendLaunchKernel(list, fill, &groups, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(reinterpret_cast<uint32_t*>(base + page)[63], 11U);
  EXPECT_EQ(reinterpret_cast<uint32_t*>(base + page)[64], 0U);
}

TEST_F(VirtualTest, QueriesTellOfMappedMemory) {
  auto* memory = physical(2 * page);
  auto* base = reserve(4 * page);
  auto properties =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES);
  ASSERT_EQ(zeMemGetAllocProperties(context, base, &properties, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.type, ZE_MEMORY_TYPE_UNKNOWN);
  void* start = nullptr;
  size_t size = 0;
  EXPECT_EQ(zeMemGetAddressRange(context, base, &start, &size), kInvalid);
  ASSERT_EQ(map(base + page, 2 * page, memory), ZE_RESULT_SUCCESS);
  ze_device_handle_t owner = nullptr;
  ASSERT_EQ(zeMemGetAllocProperties(context, base + 2 * page, &properties, &owner), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.type, ZE_MEMORY_TYPE_DEVICE);
  EXPECT_EQ(properties.pageSize, page);
  EXPECT_EQ(owner, device);
  ASSERT_EQ(zeMemGetAddressRange(context, base + 2 * page + 5, &start, &size), ZE_RESULT_SUCCESS);
  EXPECT_EQ(start, base + page);
  EXPECT_EQ(size, 2 * page);
  if (handlesAreWrapped()) return;
  void* function = nullptr;
  ASSERT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zePhysicalMemGetProperties", &function),
            ZE_RESULT_SUCCESS);
  using Properties = clze::ze_newer::PhysicalMemProperties;
  const auto get =
      reinterpret_cast<ze_result_t (*)(ze_context_handle_t, ze_physical_mem_handle_t, Properties*)>(function);
  EXPECT_EQ(get(context, memory, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  Properties physicalProperties;
  ASSERT_EQ(get(context, memory, &physicalProperties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(physicalProperties.size, 2 * page);
  EXPECT_EQ(physicalProperties.id, properties.id);
}

// Memory of another allocation, by a file.
TEST_F(VirtualTest, PhysicalMemoryIsImportedAndExported) {
  const auto wish =
      described<ze_external_memory_export_desc_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC);
  auto asked = wish;
  asked.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  auto* memory = shared<char>(1000, &asked);
  std::strcpy(memory + 900, "exported");
  auto file = described<ze_external_memory_export_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_FD);
  file.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  auto properties =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES, &file);
  ASSERT_EQ(zeMemGetAllocProperties(context, memory, &properties, nullptr), ZE_RESULT_SUCCESS);
  auto import = described<ze_external_memory_import_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD);
  import.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  import.fd = file.fd;
  auto desc = physicalDesc(2 * page);
  desc.pNext = &import;
  ze_physical_mem_handle_t imported = nullptr;
  EXPECT_EQ(zePhysicalMemCreate(context, device, &desc, &imported), kInvalid) << "the file is too small";
  EXPECT_GE(fcntl(file.fd, F_GETFD), 0) << "what is not imported stays the application's";
  desc.size = page;
  ASSERT_EQ(zePhysicalMemCreate(context, device, &desc, &imported), ZE_RESULT_SUCCESS);
  EXPECT_LT(fcntl(file.fd, F_GETFD), 0);
  atEnd([=, this] { EXPECT_EQ(zePhysicalMemDestroy(context, imported), ZE_RESULT_SUCCESS); });
  auto* base = reserve(page);
  ASSERT_EQ(map(base, page, imported), ZE_RESULT_SUCCESS);
  EXPECT_STREQ(reinterpret_cast<char*>(base) + 900, "exported");
  ASSERT_EQ(zeMemGetAllocProperties(context, base, &properties, nullptr), ZE_RESULT_SUCCESS);
  char text[9] = {};
  EXPECT_EQ(pread(file.fd, text, sizeof(text), 900), 9);
  EXPECT_STREQ(text, "exported");
  EXPECT_EQ(close(file.fd), 0);
  EXPECT_EQ(zeVirtualMemUnmap(context, base, page), ZE_RESULT_SUCCESS);
}

TEST_F(VirtualTest, HostMemoryHasTheHostsPages) {
  if (std::getenv("ZE_ENABLE_VALIDATION_LAYER") != nullptr)
    GTEST_SKIP() << "the flag is newer than the layer";
  auto desc = physicalDesc(4096);
  desc.flags = 2;  // on the host
  ze_physical_mem_handle_t memory = nullptr;
  ASSERT_EQ(zePhysicalMemCreate(context, device, &desc, &memory), ZE_RESULT_SUCCESS);
  atEnd([=, this] { EXPECT_EQ(zePhysicalMemDestroy(context, memory), ZE_RESULT_SUCCESS); });
  auto* base = reserve(page);
  ASSERT_EQ(map(base + 4096, 4096, memory), ZE_RESULT_SUCCESS);
  base[4096] = std::byte{3};
  auto properties =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES);
  ASSERT_EQ(zeMemGetAllocProperties(context, base + 4096, &properties, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.type, ZE_MEMORY_TYPE_HOST);
}

// An image copy writes one side and reads the other.
TEST_F(VirtualTest, ImageCopiesMindWhatTheyWrite) {
  auto* memory = physical(page);
  auto* at = reserve(page);
  ASSERT_EQ(map(at, page, memory, 0, kReadOnly), ZE_RESULT_SUCCESS);
  atEnd([=, this] { EXPECT_EQ(zeVirtualMemUnmap(context, at, page), ZE_RESULT_SUCCESS); });
  auto desc = described<ze_image_desc_t>(ZE_STRUCTURE_TYPE_IMAGE_DESC);
  desc.type = ZE_IMAGE_TYPE_2D;
  desc.format.layout = ZE_IMAGE_FORMAT_LAYOUT_8;
  desc.format.type = ZE_IMAGE_FORMAT_TYPE_UINT;
  desc.width = desc.height = 4;
  desc.depth = 1;
  ze_image_handle_t image = nullptr;
  ASSERT_EQ(zeImageCreate(context, device, &desc, &image), ZE_RESULT_SUCCESS);
  auto* list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  EXPECT_EQ(zeCommandListAppendImageCopyToMemory(list, at, image, nullptr, nullptr, 0, nullptr), kInvalid);
  EXPECT_EQ(zeCommandListAppendImageCopyToMemoryExt(list, at, image, nullptr, 8, 0, nullptr, 0, nullptr),
            kInvalid);
  EXPECT_EQ(zeCommandListAppendImageCopyFromMemory(list, image, at, nullptr, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeImageDestroy(image), ZE_RESULT_SUCCESS);
}

}  // namespace
}  // namespace softgpu::test
