// Strict mode finds accesses outside of memory: by kernels in each way in which work-items run, by copies,
// and, of what no fault shows, by the bytes around the memory when it is freed. The device is lost then,
// hence a process for each.
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "tests/support/child.h"
#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kCount = 1024;  // ints
constexpr uint32_t kGroupSize = 16;

// What the child shall do: variables of its environment.
const char* asked(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

class GuardTest : public DriverTest {
 protected:
  void* allocate(std::string_view type, size_t size, size_t alignment = 0, const void* pNext = nullptr) {
    const auto deviceDesc =
        described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, pNext);
    const auto hostDesc = described<ze_host_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC, pNext);
    void* memory = nullptr;
    if (type == "host") {
      EXPECT_EQ(zeMemAllocHost(context, &hostDesc, size, alignment, &memory), ZE_RESULT_SUCCESS);
    } else if (type == "device") {
      EXPECT_EQ(zeMemAllocDevice(context, &deviceDesc, size, alignment, device, &memory), ZE_RESULT_SUCCESS);
    } else {
      EXPECT_EQ(zeMemAllocShared(context, &deviceDesc, &hostDesc, size, alignment, device, &memory),
                ZE_RESULT_SUCCESS);
    }
    return memory;
  }

  ze_kernel_handle_t guardKernel(const char* name) { return kernelOfFile(SOFTGPU_GUARD_MODULE, name); }

  ze_result_t launch(ze_command_list_handle_t list, ze_kernel_handle_t kernel, const void* memory, int64_t at,
                     ze_event_handle_t signal, bool together = false) {
    EXPECT_EQ(setArgument(kernel, 0, memory), ZE_RESULT_SUCCESS);
    EXPECT_EQ(setArgument(kernel, 1, at), ZE_RESULT_SUCCESS);
    auto properties = described<ze_kernel_properties_t>(ZE_STRUCTURE_TYPE_KERNEL_PROPERTIES);
    EXPECT_EQ(zeKernelGetProperties(kernel, &properties), ZE_RESULT_SUCCESS);
    if (properties.numKernelArgs == 3) {
      EXPECT_EQ(zeKernelSetArgumentValue(kernel, 2, (kGroupSize + 1) * sizeof(int), nullptr),
                ZE_RESULT_SUCCESS);
    }
    EXPECT_EQ(zeKernelSetGroupSize(kernel, kGroupSize, 1, 1), ZE_RESULT_SUCCESS);
    const ze_group_count_t groups{4, 1, 1};
    const auto append =
        together ? zeCommandListAppendLaunchCooperativeKernel : zeCommandListAppendLaunchKernel;
    return append(list, kernel, &groups, signal, 0, nullptr);
  }

  // Runs the test of that name alone; what it and the driver write on stderr.
  static std::string reportOf(const char* test, int wanted = 0) {
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(clze::test::runAlone(test), wanted);
    return ::testing::internal::GetCapturedStderr();
  }
  static std::string reportOf(const std::string& kernel, const std::string& type,
                              const std::string& mistake) {
    ::setenv("GUARD_KERNEL", kernel.c_str(), 1);
    ::setenv("GUARD_MEMORY", type.c_str(), 1);
    ::setenv("GUARD_MISTAKE", mistake.c_str(), 1);
    return reportOf("GuardTest.DISABLED_Kernel");
  }
};

TEST_F(GuardTest, DISABLED_Kernel) {
  const std::string_view mistake = asked("GUARD_MISTAKE");
  int64_t at = kCount - 1;
  if (mistake == "past") at = kCount;
  if (mistake == "before") at = -1;
  const auto kernel = guardKernel(asked("GUARD_KERNEL"));
  const auto list = immediate();
  const auto q = queue();
  const auto done = events(2);
  void* memory = allocate(asked("GUARD_MEMORY"), kCount * sizeof(int));
  // A good one first.
  ASSERT_EQ(launch(list, kernel, memory, 0, done[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSynchronize(done[0], kForever), ZE_RESULT_SUCCESS);
  if (mistake == "freed") {
    // The argument stays: what strict mode sees of it is the address.
    ASSERT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  }
  // Appending may find the device lost already, when the command has run.
  const ze_result_t appended = launch(list, kernel, memory, at, done[1]);
  EXPECT_TRUE(appended == ZE_RESULT_SUCCESS || appended == ZE_RESULT_ERROR_DEVICE_LOST) << appended;
  EXPECT_EQ(zeEventHostSynchronize(done[1], kForever), ZE_RESULT_ERROR_DEVICE_LOST);
  EXPECT_EQ(zeEventQueryStatus(done[1]), ZE_RESULT_ERROR_DEVICE_LOST);
  EXPECT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_ERROR_DEVICE_LOST);
  if (mistake != "freed") {
    EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  }
}

TEST_F(GuardTest, KernelsPastTheEnd) {
  for (const char* kernel : {"plain", "fissioned", "coroutines"}) {
    for (const std::string type : {"device", "host", "shared"}) {
      EXPECT_THAT(reportOf(kernel, type, "past"),
                  AllOf(HasSubstr(std::string("softgpu: misuse: kernel \"") + kernel + "\": group ("),
                        HasSubstr(", 0 bytes past the end of " + type + " memory at 0x"),
                        HasSubstr("of 4096 bytes, made by zeMemAlloc"), HasSubstr("; the device is lost\n")));
    }
  }
}

// Of each kernel with one kind of memory: the kinds differ in nothing more.
constexpr const char* kPairs[][2] = {{"plain", "device"}, {"fissioned", "host"}, {"coroutines", "shared"}};

TEST_F(GuardTest, KernelsBeforeTheStart) {
  for (const auto& [kernel, type] : kPairs) {
    EXPECT_THAT(reportOf(kernel, type, "before"),
                HasSubstr(std::string(", 4 bytes before the start of ") + type + " memory at 0x"));
  }
}

TEST_F(GuardTest, KernelsAfterTheFree) {
  for (const auto& [kernel, type] : kPairs) {
    EXPECT_THAT(reportOf(kernel, type, "freed"),
                AllOf(HasSubstr(std::string(", at offset 4092 of ") + type + " memory at 0x"),
                      HasSubstr(" and freed by zeMemFree")));
  }
}

// Several threads fault at the same place: one line.
TEST_F(GuardTest, IsToldOnce) {
  const std::string report = reportOf("fissioned", "device", "past");
  EXPECT_EQ(report.find("softgpu: misuse:"), report.rfind("softgpu: misuse:")) << report;
}

TEST_F(GuardTest, FailsTheProcessWhenAsked) {
  ::setenv("SOFTGPU_STRICT", "fail", 1);
  ::setenv("GUARD_KERNEL", "plain", 1);
  ::setenv("GUARD_MEMORY", "host", 1);
  ::setenv("GUARD_MISTAKE", "past", 1);
  EXPECT_THAT(reportOf("GuardTest.DISABLED_Kernel", 86), HasSubstr("past the end of host memory"));
  ::setenv("SOFTGPU_STRICT", "1", 1);
}

// Groups of a cooperative launch that wait for one that faulted.
TEST_F(GuardTest, DISABLED_Cooperative) {
  const auto kernel = guardKernel(asked("GUARD_KERNEL"));
  const auto list = immediate();
  const auto synchronous = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  const auto done = events(2);
  auto* memory = static_cast<int*>(allocate("shared", kCount * sizeof(int)));
  memory[0] = 0;
  ASSERT_EQ(launch(list, kernel, memory, 9, done[0], true), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSynchronize(done[0], kForever), ZE_RESULT_SUCCESS);
  EXPECT_GE(memory[9], 7);
  memory[0] = 0;
  if (asked("GUARD_MISTAKE") == std::string_view("synchronous")) {
    EXPECT_EQ(launch(synchronous, kernel, memory, kCount, nullptr, true), ZE_RESULT_ERROR_DEVICE_LOST);
  } else {
    EXPECT_EQ(launch(list, kernel, memory, kCount, done[1], true), ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeEventHostSynchronize(done[1], kForever), ZE_RESULT_ERROR_DEVICE_LOST);
  }
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}
TEST_F(GuardTest, CooperativeLaunchesEndWithTheDevice) {
  ::setenv("GUARD_MEMORY", "shared", 1);
  for (const char* kernel : {"waitsForTheFirst", "waitsForTheLast", "waitsInBarriers"}) {
    for (const char* how : {"synchronous", "asynchronous"}) {
      ::setenv("GUARD_KERNEL", kernel, 1);
      ::setenv("GUARD_MISTAKE", how, 1);
      const std::string report = reportOf("GuardTest.DISABLED_Cooperative");
      EXPECT_THAT(report, AllOf(HasSubstr(std::string("misuse: kernel \"") + kernel),
                                HasSubstr("0 bytes past the end of shared memory"),
                                HasSubstr("the device is lost\n")));
      EXPECT_EQ(report.find("softgpu: misuse:"), report.rfind("softgpu: misuse:")) << report;
    }
  }
}

// Without strict mode a kernel's fault is the process's, as that of any code.
TEST_F(GuardTest, WithoutStrictModeNothingIsCaught) {
  ::setenv("SOFTGPU_STRICT", "0", 1);
  EXPECT_EQ(clze::test::runAlone("GuardTest.DISABLED_Null"), -SIGSEGV);
  ::setenv("SOFTGPU_STRICT", "1", 1);
}
TEST_F(GuardTest, DISABLED_Null) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  EXPECT_EQ(launch(list, guardKernel("plain"), nullptr, 0, nullptr), ZE_RESULT_ERROR_DEVICE_LOST);
}
TEST_F(GuardTest, NullInASynchronousList) {
  EXPECT_THAT(reportOf("GuardTest.DISABLED_Null"), HasSubstr("touches null"));
}

TEST_F(GuardTest, DISABLED_Local) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  void* memory = allocate("device", 64);
  const int64_t at = std::atoi(asked("GUARD_MISTAKE"));
  EXPECT_EQ(launch(list, guardKernel("pastLocal"), memory, at, nullptr), ZE_RESULT_ERROR_DEVICE_LOST);
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}
TEST_F(GuardTest, LocalMemory) {
  // 68 bytes, rounded up to the alignment of all types.
  ::setenv("GUARD_MISTAKE", "32", 1);
  EXPECT_THAT(reportOf("GuardTest.DISABLED_Local"), HasSubstr("past the end of 128 bytes of local memory"));
  ::setenv("GUARD_MISTAKE", "-9000", 1);
  EXPECT_THAT(reportOf("GuardTest.DISABLED_Local"), HasSubstr("before the start of local memory"));
}

TEST_F(GuardTest, DISABLED_Divides) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  void* memory = allocate("device", 64);
  const ze_result_t result = launch(list, guardKernel("divides"), memory, 1, nullptr);
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  std::fprintf(stderr, "result %#x\n", static_cast<unsigned>(result));
}
TEST_F(GuardTest, DivisionByZero) {
  EXPECT_THAT(reportOf("GuardTest.DISABLED_Divides"),
              AllOf(HasSubstr("divides by zero"), HasSubstr("result 0x70000001")));
}

TEST_F(GuardTest, DISABLED_CopyAfterFree) {
  const auto list = immediate();
  const auto all = events(2);
  auto gate = all[0];
  void* from = allocate("device", 4096);
  void* to = allocate("device", 4096);
  ASSERT_EQ(zeCommandListAppendMemoryCopy(list, to, from, 4096, all[1], 1, &gate), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeMemFree(context, from), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(all[1], kForever), ZE_RESULT_ERROR_DEVICE_LOST);
  EXPECT_EQ(zeMemFree(context, to), ZE_RESULT_SUCCESS);
}
TEST_F(GuardTest, CopiesOfFreedMemory) {
  EXPECT_THAT(reportOf("GuardTest.DISABLED_CopyAfterFree"),
              AllOf(HasSubstr("misuse: zeCommandListAppendMemoryCopy: the command touches 0x"),
                    HasSubstr("of device memory at 0x"), HasSubstr("freed by zeMemFree")));
}

// What is left of the pages: a write there shows when the memory is freed.
TEST_F(GuardTest, WritesBesideTheMemory) {
  for (const char* type : {"device", "host", "shared"}) {
    for (const ptrdiff_t at : {ptrdiff_t{1000}, ptrdiff_t{-1}}) {
      auto* memory = static_cast<char*>(allocate(type, 1000));
      memory[at] = 1;
      ::testing::internal::CaptureStderr();
      EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
      EXPECT_THAT(::testing::internal::GetCapturedStderr(),
                  AllOf(HasSubstr("misuse: zeMemFree: memory was written outside its bounds: "),
                        HasSubstr(at < 0 ? "1 bytes before the start" : "0 bytes past the end")));
    }
  }
}

TEST_F(GuardTest, NothingIsSaidOfUseWithinBounds) {
  for (const char* type : {"device", "host", "shared"}) {
    for (const size_t size : {size_t{1}, size_t{1000}, size_t{4096}, size_t{100'000}}) {
      auto* memory = static_cast<char*>(allocate(type, size));
      std::memset(memory, 1, size);
      ::testing::internal::CaptureStderr();
      EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
      EXPECT_THAT(::testing::internal::GetCapturedStderr(), IsEmpty());
    }
  }
}

TEST_F(GuardTest, AlignmentIsKept) {
  for (const size_t alignment : {1, 4, 64, 4096, 65536, 1 << 21}) {
    for (const size_t size : {1, 12, 5000}) {
      void* memory = allocate("device", size, alignment);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % alignment, 0U);
      // As near to the end of a page as that allows.
      const uintptr_t left = (4096 - (reinterpret_cast<uintptr_t>(memory) + size) % 4096) % 4096;
      EXPECT_LT(left, alignment);
      EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
    }
  }
}

// Copies that begin outside are refused, not only those that end there.
TEST_F(GuardTest, CopiesFromBesideTheMemory) {
  const auto list = immediate();
  auto* memory = static_cast<char*>(allocate("device", 4096));
  char bytes[8] = {};
  for (const char* from : {memory + 4096, memory - 8}) {
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(zeCommandListAppendMemoryCopy(list, bytes, from, 8, nullptr, 0, nullptr),
              ZE_RESULT_ERROR_INVALID_ARGUMENT);
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("of device memory at"));
  }
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}

// The fd of exported memory, and that of an IPC handle, show what the address shows.
TEST_F(GuardTest, SharedWithOthers) {
  ze_ipc_mem_handle_t handle{};
  auto* memory = static_cast<char*>(allocate("device", 1000));
  std::memset(memory, 0x11, 1000);
  ASSERT_EQ(zeMemGetIpcHandle(context, memory, &handle), ZE_RESULT_SUCCESS);
  void* opened = nullptr;
  ASSERT_EQ(zeMemOpenIpcHandle(context, device, handle, 0, &opened), ZE_RESULT_SUCCESS);
  EXPECT_EQ(std::memcmp(opened, memory, 1000), 0);
  memory[999] = 0x22;
  EXPECT_EQ(static_cast<char*>(opened)[999], 0x22);
  EXPECT_EQ(zeMemCloseIpcHandle(context, opened), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);

  auto wanted = described<ze_external_memory_export_desc_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC);
  wanted.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  memory = static_cast<char*>(allocate("device", 1000, 0, &wanted));
  memory[0] = 0x33;
  auto exported = described<ze_external_memory_export_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_FD);
  exported.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  auto properties =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES, &exported);
  ASSERT_EQ(zeMemGetAllocProperties(context, memory, &properties, nullptr), ZE_RESULT_SUCCESS);
  char first = 0;
  EXPECT_EQ(::pread(exported.fd, &first, 1, 0), 1);
  EXPECT_EQ(first, 0x33);
  ::close(exported.fd);
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}

// A fault that no kernel made is not ours: the handler of the program gets it.
void endWell(int) { _exit(42); }
TEST_F(GuardTest, DISABLED_OwnFault) {
  std::signal(SIGSEGV, endWell);
  const auto list = immediate();
  finish(list);
  *static_cast<volatile char*>(allocate("device", 4096)) = 1;
  static_cast<volatile char*>(allocate("device", 4096))[4096] = 1;
}
TEST_F(GuardTest, FaultsOfTheProgramAreItsOwn) {
  EXPECT_EQ(clze::test::runAlone("GuardTest.DISABLED_OwnFault"), 42);
}

}  // namespace
}  // namespace softgpu::test
