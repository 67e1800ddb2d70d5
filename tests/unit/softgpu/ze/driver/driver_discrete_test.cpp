// Memory of a discrete GPU (SOFTGPU_POSE=discrete): the host that touches it faults, in a process of its own
// here; kernels, copies and what else the device does reach it, on every thread that they run on.
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

#include "tests/support/child.h"
#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr size_t kSize = 4096;
constexpr size_t kTouched = 100;

std::string asked(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

class DiscreteTest : public DriverTest {
 protected:
  static constexpr auto kDeviceDesc = ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC;

  char* allocate(size_t size = kSize, const void* pNext = nullptr) {
    const auto desc = described<ze_device_mem_alloc_desc_t>(kDeviceDesc, pNext);
    void* memory = nullptr;
    EXPECT_EQ(zeMemAllocDevice(context, &desc, size, 0, device, &memory), ZE_RESULT_SUCCESS);
    atEnd([=, this] { EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS); });
    return static_cast<char*>(memory);
  }
  char* opened(char* memory) {
    ze_ipc_mem_handle_t handle{};
    void* other = nullptr;
    EXPECT_EQ(zeMemGetIpcHandle(context, memory, &handle), ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeMemOpenIpcHandle(context, device, handle, 0, &other), ZE_RESULT_SUCCESS);
    atEnd([=, this] { EXPECT_EQ(zeMemCloseIpcHandle(context, other), ZE_RESULT_SUCCESS); });
    return static_cast<char*>(other);
  }
  char* imported() {
    auto import = described<ze_external_memory_import_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD);
    import.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
    import.fd = memfd_create("test", MFD_CLOEXEC);
    EXPECT_EQ(ftruncate(import.fd, kSize), 0);
    return allocate(kSize, &import);
  }
  // Two pages of the device, each a mapping once the access of the second has changed.
  char* mapped() {
    size_t page = 0;
    void* base = nullptr;
    EXPECT_EQ(zeVirtualMemQueryPageSize(context, device, kSize, &page), ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeVirtualMemReserve(context, nullptr, 2 * page, &base), ZE_RESULT_SUCCESS);
    atEnd([=, this] { EXPECT_EQ(zeVirtualMemFree(context, base, 2 * page), ZE_RESULT_SUCCESS); });
    auto desc = described<ze_physical_mem_desc_t>(ZE_STRUCTURE_TYPE_PHYSICAL_MEM_DESC);
    desc.size = 2 * page;
    ze_physical_mem_handle_t memory = nullptr;
    EXPECT_EQ(zePhysicalMemCreate(context, device, &desc, &memory), ZE_RESULT_SUCCESS);
    atEnd([=, this] { EXPECT_EQ(zePhysicalMemDestroy(context, memory), ZE_RESULT_SUCCESS); });
    EXPECT_EQ(zeVirtualMemMap(context, base, 2 * page, memory, 0, ZE_MEMORY_ACCESS_ATTRIBUTE_READWRITE),
              ZE_RESULT_SUCCESS);
    atEnd([=, this] { EXPECT_EQ(zeVirtualMemUnmap(context, base, 2 * page), ZE_RESULT_SUCCESS); });
    EXPECT_EQ(zeVirtualMemSetAccessAttribute(context, static_cast<char*>(base) + page, page,
                                             ZE_MEMORY_ACCESS_ATTRIBUTE_READONLY),
              ZE_RESULT_SUCCESS);
    return static_cast<char*>(base);
  }
  char* memoryOf(const std::string& kind) {
    if (kind == "opened") return opened(allocate());
    if (kind == "imported") return imported();
    if (kind == "mapped") return mapped();
    char* memory = allocate();
    if (kind == "exported") opened(memory);
    return memory;
  }

  template <class Word>
  void fill(ze_command_list_handle_t list, char* memory, Word word, size_t size = kSize) {
    ASSERT_EQ(zeCommandListAppendMemoryFill(list, memory, &word, sizeof(word), size, nullptr, 0, nullptr),
              ZE_RESULT_SUCCESS);
  }
  // By a copy of the device.
  int contentsAt(ze_command_list_handle_t list, const char* memory, size_t index) {
    int value = -1;
    EXPECT_EQ(zeCommandListAppendMemoryCopy(list, &value, memory + index * sizeof(int), sizeof(int), nullptr,
                                            0, nullptr),
              ZE_RESULT_SUCCESS);
    finish(list);
    return value;
  }
  void expectUsable(ze_command_list_handle_t list, char* memory) {
    fill(list, memory, 0x01020304);
    EXPECT_EQ(contentsAt(list, memory, 1000), 0x01020304);
  }

  ze_kernel_handle_t guardKernel(const char* name) {
    ze_kernel_handle_t kernel = kernelOfFile(SOFTGPU_GUARD_MODULE, name);
    EXPECT_EQ(zeKernelSetGroupSize(kernel, 16, 1, 1), ZE_RESULT_SUCCESS);
    return kernel;
  }
  static void set(ze_kernel_handle_t kernel, const void* memory, int64_t at) {
    EXPECT_EQ(setArgument(kernel, 0, memory), ZE_RESULT_SUCCESS);
    EXPECT_EQ(setArgument(kernel, 1, at), ZE_RESULT_SUCCESS);
  }
  static void launch(ze_command_list_handle_t list, ze_kernel_handle_t kernel, uint32_t groups = 1) {
    const ze_group_count_t count{groups, 1, 1};
    EXPECT_EQ(zeCommandListAppendLaunchKernel(list, kernel, &count, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  }

  static std::string reportOf(const char* test, int wanted) {
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(clze::test::runAlone(test), wanted);
    return ::testing::internal::GetCapturedStderr();
  }
  static std::string touching(const char* how, const char* kind, const char* when) {
    ::setenv("DISCRETE_HOW", how, 1);
    ::setenv("DISCRETE_KIND", kind, 1);
    ::setenv("DISCRETE_WHEN", when, 1);
    return reportOf("DiscreteTest.DISABLED_Touches", -SIGSEGV);
  }
};

TEST_F(DiscreteTest, DISABLED_Touches) {
  char* memory = memoryOf(asked("DISCRETE_KIND"));
  if (asked("DISCRETE_WHEN") == "used") expectUsable(immediate(), memory);
  std::fprintf(stderr, "reached\n");
  if (asked("DISCRETE_HOW") == "write") {
    static_cast<volatile char*>(memory)[kTouched] = 1;
  } else {
    std::fprintf(stderr, "read %d\n", static_cast<volatile char*>(memory)[kTouched]);
  }
  std::fprintf(stderr, "survived\n");
}

TEST_F(DiscreteTest, TheHostFaults) {
  for (const char* how : {"read", "write"}) {
    for (const char* when : {"new", "used"}) {
      EXPECT_THAT(touching(how, "plain", when),
                  AllOf(HasSubstr("reached\nsoftgpu: misuse: the host touches 0x"),
                        HasSubstr(", at offset 100 of device memory at 0x"),
                        HasSubstr("of 4096 bytes, made by zeMemAllocDevice: "), Not(HasSubstr("survived"))));
    }
  }
}

TEST_F(DiscreteTest, TheHostFaultsOnEveryKindOfDeviceMemory) {
  const std::array<std::array<const char*, 2>, 4> rows = {{{"exported", "zeMemAllocDevice"},
                                                           {"opened", "zeMemOpenIpcHandle"},
                                                           {"imported", "zeMemAllocDevice"},
                                                           {"mapped", "zePhysicalMemCreate"}}};
  for (const auto& [kind, call] : rows) {
    for (const char* when : {"new", "used"}) {
      EXPECT_THAT(touching("read", kind, when),
                  AllOf(HasSubstr("at offset 100 of device memory at 0x"), HasSubstr(call)))
          << kind;
    }
  }
}

TEST_F(DiscreteTest, WithoutStrictModeTheHostFaultsInSilence) {
  ::setenv("SOFTGPU_STRICT", "0", 1);
  EXPECT_THAT(touching("write", "plain", "used"), Not(HasSubstr("softgpu:")));
  ::setenv("SOFTGPU_STRICT", "1", 1);
}

TEST_F(DiscreteTest, DISABLED_TouchesInAHostFunction) {
  static char* memory = nullptr;
  memory = allocate();
  using Append = ze_result_t (*)(ze_command_list_handle_t, void (*)(void*), void*, const void*,
                                 ze_event_handle_t, uint32_t, ze_event_handle_t*);
  void* append = nullptr;
  ASSERT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zeCommandListAppendHostFunction", &append),
            ZE_RESULT_SUCCESS);
  const auto list = immediate();
  expectUsable(list, memory);
  EXPECT_EQ(reinterpret_cast<Append>(append)(
                list, [](void*) { static_cast<volatile char*>(memory)[kTouched] = 1; }, nullptr, nullptr,
                nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  finish(list);
}
TEST_F(DiscreteTest, HostFunctionsAreTheHost) {
  EXPECT_THAT(reportOf("DiscreteTest.DISABLED_TouchesInAHostFunction", -SIGSEGV),
              HasSubstr("the host touches 0x"));
}

// A handler that was there before, and one that takes the driver's place.
void endWell(int) { _exit(42); }
TEST_F(DiscreteTest, DISABLED_HandlerBefore) {
  std::signal(SIGSEGV, endWell);
  char* memory = allocate();
  expectUsable(immediate(), memory);
  memory[kTouched] = 1;
}
TEST_F(DiscreteTest, DISABLED_HandlerAfter) {
  char* memory = allocate();
  const auto list = immediate();
  std::signal(SIGSEGV, endWell);
  const auto synchronous = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  const auto everywhere = guardKernel("everywhere");
  for (int i = 0; i < 20; ++i) {
    expectUsable(list, memory);
    char* fresh = allocate(1 << 20);
    set(everywhere, fresh, 3);
    launch(synchronous, everywhere, (1 << 20) / 64);
    EXPECT_EQ(contentsAt(list, fresh, 77), 3);
  }
  if (HasFailure()) _exit(1);
  memory[kTouched] = 1;
}
TEST_F(DiscreteTest, HandlersOfTheProgramGetItsFaults) {
  EXPECT_THAT(reportOf("DiscreteTest.DISABLED_HandlerBefore", 42), HasSubstr("the host touches 0x"));
  EXPECT_THAT(reportOf("DiscreteTest.DISABLED_HandlerAfter", 42), IsEmpty());
}

TEST_F(DiscreteTest, HostAndSharedMemoryAreTheHosts) {
  const auto hostDesc = described<ze_host_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC);
  void* host = nullptr;
  ASSERT_EQ(zeMemAllocHost(context, &hostDesc, kSize, 0, &host), ZE_RESULT_SUCCESS);
  int* both = shared<int>(kSize / sizeof(int));
  const auto list = immediate();
  for (int* memory : {static_cast<int*>(host), both}) {
    expectUsable(list, reinterpret_cast<char*>(memory));
    EXPECT_EQ(memory[5], 0x01020304);
    memory[5] = 6;
    EXPECT_EQ(contentsAt(list, reinterpret_cast<char*>(memory), 5), 6);
  }
  EXPECT_EQ(zeMemFree(context, host), ZE_RESULT_SUCCESS);
}

TEST_F(DiscreteTest, TheDeviceReachesEveryKind) {
  const auto list = immediate();
  for (const char* kind : {"plain", "exported", "opened", "imported", "mapped"}) {
    SCOPED_TRACE(kind);
    expectUsable(list, memoryOf(kind));
  }
}

TEST_F(DiscreteTest, KernelsReachItInEveryKindOfListAndWorkItem) {
  const auto list = immediate();
  const auto synchronous = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  const struct {
    const char* name;
    int adds;
  } rows[] = {{"plain", 7}, {"fissioned", 4}, {"coroutines", 8}};
  for (const auto& [name, adds] : rows) {
    SCOPED_TRACE(name);
    const auto kernel = guardKernel(name);
    if (adds != 7) {
      EXPECT_EQ(zeKernelSetArgumentValue(kernel, 2, 128, nullptr), ZE_RESULT_SUCCESS);
    }
    char* memory = allocate();
    set(kernel, memory, 9);
    launch(list, kernel);
    finish(list);
    launch(synchronous, kernel);
    const auto recorded = regular();
    launch(recorded, kernel);
    ze_command_list_handle_t closed = recorded;
    ASSERT_EQ(zeCommandListClose(closed), ZE_RESULT_SUCCESS);
    const auto q = queue();
    ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &closed, nullptr), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
    EXPECT_EQ(contentsAt(list, memory, 9), 3 * adds);
  }
}

TEST_F(DiscreteTest, AllThreadsOfALaunchReachIt) {
  constexpr size_t kInts = 1 << 16;
  const auto list = immediate();
  const auto kernel = guardKernel("everywhere");
  for (int round = 0; round < 20; ++round) {
    char* memory = allocate(kInts * sizeof(int));
    set(kernel, memory, 2);
    launch(list, kernel, kInts / 16);
    const ze_group_count_t few{16, 1, 1};
    EXPECT_EQ(zeCommandListAppendLaunchCooperativeKernel(list, kernel, &few, nullptr, 0, nullptr),
              ZE_RESULT_SUCCESS);
    EXPECT_EQ(contentsAt(list, memory, 200), 4);
    EXPECT_EQ(contentsAt(list, memory, kInts - 1), 2);
  }
}

TEST_F(DiscreteTest, PointersInMemoryAreFollowed) {
  const auto list = immediate();
  char* holder = allocate();
  char* target = allocate();
  fill(list, holder, reinterpret_cast<uint64_t>(target));
  const auto kernel = guardKernel("follows");
  set(kernel, holder, 11);
  launch(list, kernel);
  EXPECT_EQ(contentsAt(list, target, 11), 7);
}

TEST_F(DiscreteTest, GroupCountsAndImagesAreReadFromIt) {
  const auto list = immediate();
  char* counts = allocate();
  fill(list, counts, uint32_t{1});
  char* memory = allocate();
  const auto kernel = guardKernel("plain");
  set(kernel, memory, 3);
  EXPECT_EQ(zeCommandListAppendLaunchKernelIndirect(list, kernel, reinterpret_cast<ze_group_count_t*>(counts),
                                                    nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(contentsAt(list, memory, 3), 7);

  auto desc = described<ze_image_desc_t>(ZE_STRUCTURE_TYPE_IMAGE_DESC);
  desc.type = ZE_IMAGE_TYPE_2D;
  desc.format = {ZE_IMAGE_FORMAT_LAYOUT_32, ZE_IMAGE_FORMAT_TYPE_UINT, ZE_IMAGE_FORMAT_SWIZZLE_R,
                 ZE_IMAGE_FORMAT_SWIZZLE_0, ZE_IMAGE_FORMAT_SWIZZLE_0, ZE_IMAGE_FORMAT_SWIZZLE_1};
  desc.width = 32;
  desc.height = 32;
  desc.depth = 1;
  ze_image_handle_t image = nullptr;
  ASSERT_EQ(zeImageCreate(context, device, &desc, &image), ZE_RESULT_SUCCESS);
  char* back = allocate();
  EXPECT_EQ(zeCommandListAppendImageCopyFromMemory(list, image, memory, nullptr, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListAppendImageCopyToMemory(list, back, image, nullptr, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(contentsAt(list, back, 3), 7);
  EXPECT_EQ(zeImageDestroy(image), ZE_RESULT_SUCCESS);
}

// What was there stays when memory is given a file.
TEST_F(DiscreteTest, SharingKeepsTheContents) {
  const auto list = immediate();
  char* memory = allocate();
  expectUsable(list, memory);
  char* other = opened(memory);
  EXPECT_EQ(contentsAt(list, other, 17), 0x01020304);
  fill(list, other, 5);
  EXPECT_EQ(contentsAt(list, memory, 17), 5);
}

TEST_F(DiscreteTest, ThreadsThatBlockTheSignal) {
  std::thread([this] {
    sigset_t all;
    sigfillset(&all);
    ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &all, nullptr), 0);
    char* memory = allocate();
    // The one makes a thread of the driver's, which inherits the mask; the other runs on this one.
    expectUsable(immediate(), memory);
    const auto synchronous = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
    fill(synchronous, memory, 8);
    EXPECT_EQ(contentsAt(synchronous, memory, 8), 8);
  }).join();
}

// A write between the end of the memory and that of its pages is still found when it is freed.
TEST_F(DiscreteTest, DamageIsStillSeen) {
  const auto desc = described<ze_device_mem_alloc_desc_t>(kDeviceDesc);
  void* memory = nullptr;
  ASSERT_EQ(zeMemAllocDevice(context, &desc, 1000, 0, device, &memory), ZE_RESULT_SUCCESS);
  const auto list = immediate();
  const auto kernel = guardKernel("plain");
  set(kernel, memory, 250);
  launch(list, kernel);
  finish(list);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("0 bytes past the end of device memory"));
}

}  // namespace
}  // namespace softgpu::test
