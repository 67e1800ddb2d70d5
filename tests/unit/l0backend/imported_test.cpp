// Imports as images: descriptors are neither lost nor closed twice, and what would crash a driver never
// reaches it.
#include "l0backend/image/imported.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "fixture.h"

namespace clze::l0::test {
namespace {

size_t openFds() {
  size_t count = 0;
  DIR* folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

// What the driver of a test does, and what it was given.
struct Driver2D {
  bool closes = true;  // the fd, on success
  ze_result_t result = ZE_RESULT_SUCCESS;
  size_t size = 1, rowPitch = 640,
         slicePitch = 471040;  // as Intel's driver of 22.43 answers for NV12 640x480
  int fd = -1;
  uint32_t calls = 0;
  ze_image_desc_t desc = {};
};
Driver2D* there = nullptr;

class ImportedTest : public BackendTest {
 protected:
  void SetUp() override {
    BackendTest::SetUp();
    there = &driver;
    fake.device.image.maxImageDims2D = 16384;
    fake.api.zeImageCreate = [](ze_context_handle_t, ze_device_handle_t, const ze_image_desc_t* desc,
                                ze_image_handle_t* image) {
      const auto& import = *static_cast<const ze_external_memory_import_fd_t*>(desc->pNext);
      EXPECT_EQ(import.stype, ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD);
      EXPECT_EQ(import.flags,
                static_cast<ze_external_memory_type_flags_t>(ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF));
      EXPECT_EQ(import.pNext, nullptr);
      there->desc = *desc;
      there->fd = import.fd;
      ++there->calls;
      if (there->result != ZE_RESULT_SUCCESS) return there->result;
      if (there->closes) close(import.fd);
      *image = handleOf<ze_image_handle_t>(0x1234);
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeImageDestroy = [](ze_image_handle_t) { return ZE_RESULT_SUCCESS; };
    fake.api.zeImageGetMemoryPropertiesExp = [](ze_image_handle_t, ze_image_memory_properties_exp_t* out) {
      out->size = there->size;
      out->rowPitch = there->rowPitch;
      out->slicePitch = there->slicePitch;
      return ZE_RESULT_SUCCESS;
    };
  }
  Result<ImportedImage> import(int fd, uint64_t bytes = 471040, uint32_t width = 640, uint32_t height = 480) {
    return importImage(*context, fake.device, mediaFormat(ZE_IMAGE_FORMAT_LAYOUT_NV12), width, height, fd,
                       bytes);
  }
  static UniqueFd memfd(off_t size) {
    UniqueFd fd(memfd_create("clze-test", MFD_CLOEXEC));
    EXPECT_EQ(ftruncate(fd.get(), size), 0);
    return fd;
  }
  Driver2D driver;
};

TEST_F(ImportedTest, GivesADuplicateThatIsClosedOnce) {
  const UniqueFd object = memfd(524288);
  for (const bool closes : {true, false}) {
    driver.closes = closes;
    const size_t before = openFds();
    ASSERT_TRUE(import(object.get()).ok());
    EXPECT_NE(driver.fd, object.get());
    EXPECT_EQ(openFds(), before);
    EXPECT_GE(fcntl(object.get(), F_GETFD), 0);
  }
  driver.result = ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY;
  const size_t before = openFds();
  EXPECT_FALSE(import(object.get()).ok());
  EXPECT_EQ(openFds(), before);
}

TEST_F(ImportedTest, TellsTheLayoutOfOldAndNewDrivers) {
  const UniqueFd object = memfd(524288);
  const auto old = import(object.get());
  ASSERT_TRUE(old.ok());
  EXPECT_EQ(old->rowPitch, 640u);
  EXPECT_EQ(old->bytes, 471040u);
  driver.size = 471040;
  driver.slicePitch = 0;
  EXPECT_EQ(import(object.get())->bytes, 471040u);
  EXPECT_EQ(driver.desc.width, 640u);
  EXPECT_EQ(driver.desc.height, 480u);
  EXPECT_EQ(driver.desc.format.layout, ZE_IMAGE_FORMAT_LAYOUT_NV12);
  EXPECT_EQ(driver.desc.format.type, ZE_IMAGE_FORMAT_TYPE_UNORM);
}

TEST_F(ImportedTest, WhatWouldCrashADriverNeverReachesIt) {
  const UniqueFd object = memfd(4096);
  const size_t before = openFds();
  EXPECT_EQ(import(-1).code(), CL_INVALID_VALUE);
  EXPECT_EQ(import(9999).code(), CL_INVALID_VALUE) << "no open file";
  EXPECT_EQ(import(object.get()).code(), CL_INVALID_VALUE) << "too small";
  EXPECT_EQ(import(object.get(), 0).code(), CL_INVALID_VALUE);
  EXPECT_EQ(import(object.get(), 4096, 0).code(), CL_INVALID_IMAGE_SIZE);
  EXPECT_EQ(import(object.get(), 4096, 16, 0).code(), CL_INVALID_IMAGE_SIZE);
  EXPECT_EQ(import(object.get(), 4096, 100000, 10).code(), CL_INVALID_IMAGE_SIZE);
  EXPECT_EQ(import(object.get(), 4096, 10, 100000).code(), CL_INVALID_IMAGE_SIZE);
  fake.api.zeImageGetMemoryPropertiesExp = nullptr;
  EXPECT_EQ(import(object.get(), 4096, 16, 16).code(), CL_INVALID_OPERATION) << "nothing to compare with";
  EXPECT_EQ(driver.calls, 0u);
  EXPECT_EQ(openFds(), before);
}

}  // namespace
}  // namespace clze::l0::test
