// Allocation, and who closes an imported dma-buf's descriptor.
#include "l0backend/memory/memory.h"

#include <dirent.h>
#include <sys/mman.h>

#include "fixture.h"

namespace clze::l0::test {
namespace {

class MemoryTest : public BackendTest {
 protected:
  static UniqueFd memfd(off_t size) {
    UniqueFd fd(memfd_create("clze-test", MFD_CLOEXEC));
    EXPECT_EQ(ftruncate(fd.get(), size), 0);
    return fd;
  }
  static size_t openFds() {
    size_t count = 0;
    DIR* folder = opendir("/proc/self/fd");
    while (readdir(folder) != nullptr) ++count;
    closedir(folder);
    return count;
  }
};

TEST_F(MemoryTest, PlacementFollowsTheKindOfDevice) {
  { ASSERT_TRUE(allocate(*context, fake.device, 64, 64, Placement::Default).ok()); }
  EXPECT_EQ(fake.count(Fn::zeMemAllocDevice), 1u);
  fake.device.properties.flags = ZE_DEVICE_PROPERTY_FLAG_INTEGRATED;
  {
    auto host = allocate(*context, fake.device, 64, 64, Placement::Default);
    ASSERT_TRUE(host.ok());
    EXPECT_TRUE(host->hostAccess());
  }
  EXPECT_EQ(fake.count(Fn::zeMemAllocHost), 1u);
  { ASSERT_TRUE(allocate(*context, fake.device, 64, 64, Placement::Device).ok()); }
  EXPECT_EQ(fake.count(Fn::zeMemAllocDevice), 2u);
  EXPECT_EQ(fake.count(Fn::zeMemFree), 3u);
}

TEST_F(MemoryTest, NoMemoryIsToldInOpenClTerms) {
  fake.failAlways(Fn::zeMemAllocDevice, ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  EXPECT_EQ(allocate(*context, fake.device, 64, 64, Placement::Device).code(),
            CL_MEM_OBJECT_ALLOCATION_FAILURE);
  fake.failAlways(Fn::zeMemAllocDevice, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  EXPECT_EQ(allocate(*context, fake.device, 64, 64, Placement::Device).code(), CL_OUT_OF_HOST_MEMORY);
}

TEST_F(MemoryTest, AMovedAllocationIsFreedOnce) {
  auto made = allocate(*context, fake.device, 64, 64, Placement::Device);
  ASSERT_TRUE(made.ok());
  Allocation a = *std::move(made);
  Allocation b = std::move(a);
  a = std::move(b);
  EXPECT_TRUE(a);
  a = Allocation();
  EXPECT_EQ(fake.count(Fn::zeMemFree), 1u);
}

// Two kinds of driver, success and failure: no descriptor is left over and none is closed twice.
TEST_F(MemoryTest, AnImportsDescriptorIsClosedExactlyOnce) {
  fake.device.caps.importDmaBuf = true;
  for (const bool closes : {false, true}) {
    fake.closesImportedFd = closes;
    const size_t before = openFds();
    {
      auto made = importDmaBuf(*context, fake.device, memfd(8192), 8192);
      ASSERT_TRUE(made.ok());
      EXPECT_EQ(made->size(), 8192u);
      EXPECT_FALSE(made->hostAccess());
    }
    if (closes) {
      EXPECT_EQ(close(fake.reusedFd), 0);  // it was left alone
    }
    EXPECT_EQ(openFds(), before);
  }
  const Call& import = *std::find_if(fake.calls.begin(), fake.calls.end(),
                                     [](const Call& call) { return call.fn == Fn::zeMemAllocDevice; });
  EXPECT_EQ(import.numbers[0], static_cast<uint64_t>(ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF));
  EXPECT_GE(import.numbers[1], 256u);  // numbered out of other threads' way
}

TEST_F(MemoryTest, ARefusedImportClosesTheDescriptor) {
  fake.device.caps.importDmaBuf = true;
  fake.failAlways(Fn::zeMemAllocDevice, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const size_t before = openFds();
  EXPECT_EQ(importDmaBuf(*context, fake.device, memfd(8192), 8192).code(), CL_MEM_OBJECT_ALLOCATION_FAILURE);
  EXPECT_EQ(openFds(), before);
}

TEST_F(MemoryTest, ImportsThatCannotBeRightNeverReachTheDriver) {
  const size_t before = openFds();
  EXPECT_EQ(importDmaBuf(*context, fake.device, memfd(8192), 8192).code(), CL_INVALID_OPERATION);
  fake.device.caps.importDmaBuf = true;
  EXPECT_EQ(importDmaBuf(*context, fake.device, memfd(4096), 8192).code(), CL_INVALID_VALUE);
  EXPECT_EQ(importDmaBuf(*context, fake.device, memfd(4096), 0).code(), CL_INVALID_VALUE);
  EXPECT_EQ(importDmaBuf(*context, fake.device, UniqueFd(), 4096).code(), CL_INVALID_VALUE);
  EXPECT_EQ(fake.count(Fn::zeMemAllocDevice), 0u);
  EXPECT_EQ(openFds(), before);
}

}  // namespace
}  // namespace clze::l0::test
