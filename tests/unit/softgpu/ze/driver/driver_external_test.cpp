// Memory that crosses a border: import and export by fd, IPC handles.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

class ExternalTest : public DriverTest {
 protected:
  static int memfd(size_t size) {
    const int fd = memfd_create("test", MFD_CLOEXEC);
    EXPECT_EQ(ftruncate(fd, static_cast<off_t>(size)), 0);
    return fd;
  }
  static bool isOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }
  ze_result_t import(int fd, size_t size, void** out,
                     ze_external_memory_type_flags_t flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF) {
    auto external = described<ze_external_memory_import_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD);
    external.flags = flags;
    external.fd = fd;
    const auto desc =
        described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, &external);
    return zeMemAllocDevice(context, &desc, size, 0, device, out);
  }
};

TEST_F(ExternalTest, WhatCannotBeImportedStaysTheApplications) {
  void* memory = nullptr;
  EXPECT_EQ(import(-1, 64, &memory), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  int pipes[2];
  ASSERT_EQ(pipe(pipes), 0);
  EXPECT_EQ(import(pipes[0], 64, &memory), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_TRUE(isOpen(pipes[0]));
  close(pipes[0]);
  close(pipes[1]);

  const int small = memfd(4096);
  EXPECT_EQ(import(small, 4097, &memory), ZE_RESULT_ERROR_INVALID_ARGUMENT) << "larger than the object";
  EXPECT_TRUE(isOpen(small));
  EXPECT_EQ(import(small, 4096, &memory, ZE_EXTERNAL_MEMORY_TYPE_FLAG_OPAQUE_WIN32),
            ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  EXPECT_EQ(import(small, 4096, &memory, 0), ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  EXPECT_TRUE(isOpen(small));
  close(small);
  EXPECT_EQ(memory, nullptr);
}

TEST_F(ExternalTest, ImportSharesMemoryAndClosesTheFd) {
  constexpr size_t kSize = 3 * 4096;
  for (const auto flags : {ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF, ZE_EXTERNAL_MEMORY_TYPE_FLAG_OPAQUE_FD}) {
    const int fd = memfd(kSize);
    auto* view = static_cast<uint8_t*>(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    view[5000] = 42;
    void* memory = nullptr;
    ASSERT_EQ(import(fd, 4096, &memory, flags), ZE_RESULT_SUCCESS);
    EXPECT_FALSE(isOpen(fd));
    EXPECT_EQ(static_cast<uint8_t*>(memory)[5000], 42) << "the whole object is there";
    static_cast<uint8_t*>(memory)[1] = 7;
    EXPECT_EQ(view[1], 7);
    size_t size = 0;
    ASSERT_EQ(zeMemGetAddressRange(context, memory, nullptr, &size), ZE_RESULT_SUCCESS);
    EXPECT_EQ(size, kSize);
    EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
    EXPECT_EQ(view[1], 7);
    munmap(view, kSize);
  }
}

TEST_F(ExternalTest, ReadOnlyFdIsWritableForTheDevice) {
  const int fd = memfd(4096);
  const int readOnly = open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(readOnly, 0);
  void* memory = nullptr;
  ASSERT_EQ(import(readOnly, 4096, &memory), ZE_RESULT_SUCCESS);
  static_cast<char*>(memory)[0] = 'x';
  char read = 0;
  ASSERT_EQ(pread(fd, &read, 1, 0), 1);
  EXPECT_EQ(read, 'x');
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  close(fd);
}

TEST_F(ExternalTest, HostMemoryCanBeImportedSharedCannot) {
  auto external = described<ze_external_memory_import_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD);
  external.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  external.fd = memfd(4096);
  const auto host = described<ze_host_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC, &external);
  const auto onDevice = described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC);
  void* memory = nullptr;
  EXPECT_EQ(zeMemAllocShared(context, &onDevice, &host, 4096, 0, device, &memory),
            ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  EXPECT_TRUE(isOpen(external.fd));
  ASSERT_EQ(zeMemAllocHost(context, &host, 4096, 0, &memory), ZE_RESULT_SUCCESS);
  EXPECT_FALSE(isOpen(external.fd));
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}

TEST_F(ExternalTest, ExportNeedsToHaveBeenAskedForSharedMemory) {
  auto* plain = shared<char>(4096);
  auto fdOut = described<ze_external_memory_export_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_FD);
  fdOut.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  fdOut.fd = -5;
  auto properties =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES, &fdOut);
  EXPECT_EQ(zeMemGetAllocProperties(context, plain, &properties, nullptr),
            ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  EXPECT_EQ(fdOut.fd, -5);
  auto wish = described<ze_external_memory_export_desc_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC);
  wish.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_D3D11_TEXTURE;
  const auto desc = described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, &wish);
  void* memory = nullptr;
  EXPECT_EQ(zeMemAllocDevice(context, &desc, 4096, 0, device, &memory),
            ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
}

TEST_F(ExternalTest, ExportedMemoryComesBackByImport) {
  auto wish = described<ze_external_memory_export_desc_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC);
  wish.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  const auto desc = described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, &wish);
  void* memory = nullptr;
  ASSERT_EQ(zeMemAllocDevice(context, &desc, 10000, 0, device, &memory), ZE_RESULT_SUCCESS);
  auto fdOut = described<ze_external_memory_export_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_FD);
  fdOut.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  auto properties =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES, &fdOut);
  ASSERT_EQ(zeMemGetAllocProperties(context, memory, &properties, nullptr), ZE_RESULT_SUCCESS);
  void* again = nullptr;
  ASSERT_EQ(import(fdOut.fd, 10000, &again), ZE_RESULT_SUCCESS);
  EXPECT_NE(memory, again);
  std::strcpy(static_cast<char*>(memory) + 9000, "shared");
  EXPECT_STREQ(static_cast<char*>(again) + 9000, "shared");
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  EXPECT_STREQ(static_cast<char*>(again) + 9000, "shared") << "the import outlives the exporter";
  EXPECT_EQ(zeMemFree(context, again), ZE_RESULT_SUCCESS);
}

// As with Intel's driver; in strict mode the memory may begin behind the start of the file.
TEST_F(ExternalTest, DeviceMemoryIsExportedUnasked) {
  const auto desc = described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC);
  void* memory = nullptr;
  ASSERT_EQ(zeMemAllocDevice(context, &desc, 4096, 4096, device, &memory), ZE_RESULT_SUCCESS);
  std::strcpy(static_cast<char*>(memory), "before");
  auto fdOut = described<ze_external_memory_export_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_FD);
  fdOut.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_OPAQUE_FD;
  auto properties =
      described<ze_memory_allocation_properties_t>(ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES, &fdOut);
  ASSERT_EQ(zeMemGetAllocProperties(context, memory, &properties, nullptr), ZE_RESULT_SUCCESS);
  std::strcpy(static_cast<char*>(memory) + 7, "after");
  void* again = nullptr;
  ASSERT_EQ(import(fdOut.fd, 4096, &again), ZE_RESULT_SUCCESS);
  EXPECT_STREQ(static_cast<char*>(again), "before");
  EXPECT_STREQ(static_cast<char*>(again) + 7, "after");
  EXPECT_EQ(zeMemFree(context, again), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}

TEST_F(ExternalTest, NoFdIsLeftBehind) {
  const auto countFds = [] {
    int count = 0;
    for (int fd = 0; fd < 1024; ++fd) count += isOpen(fd) ? 1 : 0;
    return count;
  };
  const int before = countFds();
  for (int i = 0; i < 100; ++i) {
    void* memory = nullptr;
    ASSERT_EQ(import(memfd(4096), 4096, &memory), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  }
  EXPECT_EQ(countFds(), before);
}

TEST_F(ExternalTest, IpcHandlesAreChecked) {
  int onStack = 0;
  ze_ipc_mem_handle_t handle{};
  EXPECT_EQ(zeMemGetIpcHandle(context, &onStack, &handle), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  void* memory = nullptr;
  EXPECT_EQ(zeMemOpenIpcHandle(context, device, handle, 0, &memory), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto* plain = shared<char>(64);
  EXPECT_EQ(zeMemCloseIpcHandle(context, plain), ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

TEST_F(ExternalTest, IpcHandleOpensInThisAndInAnotherProcess) {
  auto* memory = shared<char>(8192);
  std::strcpy(memory, "before");
  ze_ipc_mem_handle_t handle{};
  ASSERT_EQ(zeMemGetIpcHandle(context, memory, &handle), ZE_RESULT_SUCCESS);
  EXPECT_STREQ(memory, "before") << "contents survive the move into shared memory";
  void* other = nullptr;
  ASSERT_EQ(zeMemOpenIpcHandle(context, device, handle, 0, &other), ZE_RESULT_SUCCESS);
  std::strcpy(static_cast<char*>(other) + 100, "opened");
  EXPECT_STREQ(memory + 100, "opened");
  EXPECT_EQ(zeMemFree(context, other), ZE_RESULT_SUCCESS);

  const pid_t child = fork();
  if (child == 0) {
    void* mine = nullptr;
    if (zeMemOpenIpcHandle(context, device, handle, 0, &mine) != ZE_RESULT_SUCCESS) _exit(1);
    std::strcpy(static_cast<char*>(mine) + 200, "child");
    _exit(zeMemCloseIpcHandle(context, mine) == ZE_RESULT_SUCCESS ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_STREQ(memory + 200, "child");
}

}  // namespace
}  // namespace softgpu::test
