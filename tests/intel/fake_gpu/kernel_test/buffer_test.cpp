// Buffers: made, mapped, shared by dma-buf, tiled; and refused where a part's kernel refuses.
#include <sys/stat.h>

#include "tests/intel/fake_gpu/kernel_test/node.h"

namespace fake_gpu::test {
namespace {

using BufferTest = NodeTest;

TEST_F(BufferTest, NoSizeIsRefused) {
  drm_i915_gem_create create{};
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_CREATE, create), EINVAL);
}

TEST_F(BufferTest, UnknownHandlesAreRefused) {
  EXPECT_EQ(closeHandle(tgl, 77), EINVAL);
  drm_i915_gem_mmap_offset offset{};
  offset.handle = 77;
  offset.flags = I915_MMAP_OFFSET_WB;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_MMAP_OFFSET, offset), ENOENT);
  drm_prime_handle prime{};
  prime.handle = 77;
  EXPECT_EQ(request(tgl, DRM_IOCTL_PRIME_HANDLE_TO_FD, prime), ENOENT);
  drm_i915_gem_wait wait{};
  wait.bo_handle = 77;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_WAIT, wait), ENOENT);
}

TEST_F(BufferTest, ClosedHandleIsNotUsedAgain) {
  const uint32_t first = buffer(tgl);
  EXPECT_EQ(closeHandle(tgl, first), 0);
  EXPECT_EQ(closeHandle(tgl, first), EINVAL);
  const uint32_t second = buffer(tgl);
  EXPECT_NE(first, second);
  EXPECT_EQ(closeHandle(tgl, second), 0);
}

TEST_F(BufferTest, HandleOfOneFileIsNoneOfAnother) {
  const uint32_t handle = buffer(tgl);
  EXPECT_EQ(closeHandle(dg2, handle), EINVAL);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
}

TEST_F(BufferTest, NoDescriptorOfABufferIsRefused) {
  drm_prime_handle prime{};
  prime.fd = -1;
  EXPECT_EQ(request(tgl, DRM_IOCTL_PRIME_FD_TO_HANDLE, prime), EBADF);
  prime.fd = tgl;
  EXPECT_EQ(request(tgl, DRM_IOCTL_PRIME_FD_TO_HANDLE, prime), EINVAL);
}

TEST_F(BufferTest, MapPastTheEndIsRefused) {
  const uint32_t handle = buffer(tgl, 4096);
  drm_i915_gem_mmap_offset offset{};
  offset.handle = handle;
  offset.flags = I915_MMAP_OFFSET_WB;
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_MMAP_OFFSET, offset), 0);
  EXPECT_EQ(mmap(nullptr, 8192, PROT_READ, MAP_SHARED, tgl, static_cast<off_t>(offset.offset)), MAP_FAILED);
  EXPECT_EQ(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, dg2, static_cast<off_t>(offset.offset)), MAP_FAILED)
      << "another file's buffer";
  EXPECT_EQ(closeHandle(tgl, handle), 0);
}

TEST_F(BufferTest, MapsShareTheBuffersBytesAndAreCounted) {
  const uint32_t handle = buffer(tgl, 8192);
  uint32_t* first = map(tgl, handle, 8192, I915_MMAP_OFFSET_WB);
  uint32_t* second = map(tgl, handle, 8192, I915_MMAP_OFFSET_WC);
  EXPECT_EQ(counted().mappingsAlive, 2u);
  EXPECT_EQ(counted().mappedBytesAlive, 16384u);
  first[1000] = 42;
  EXPECT_EQ(second[1000], 42u);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
  EXPECT_EQ(first[1000], 42u) << "a map outlives the handle";
  munmap(first, 8192);
  munmap(second, 8192);
}

TEST_F(BufferTest, MapAtAFixedAddressEndsTheOneThatWasThere) {
  const uint32_t handle = buffer(tgl);
  uint32_t* at = map(tgl, handle, 4096, I915_MMAP_OFFSET_WB);
  ASSERT_EQ(mmap(at, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), at);
  EXPECT_EQ(counted().mappingsAlive, 0u);
  EXPECT_EQ(at[0], 0u);
  munmap(at, 4096);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
}

TEST_F(BufferTest, DiscretePartHasTheFixedMapOnly) {
  const uint32_t there = buffer(dg2), here = buffer(tgl);
  drm_i915_gem_mmap_offset offset{};
  offset.handle = there;
  offset.flags = I915_MMAP_OFFSET_WB;
  EXPECT_EQ(request(dg2, DRM_IOCTL_I915_GEM_MMAP_OFFSET, offset), ENODEV);
  drm_i915_gem_mmap old{};
  old.handle = there;
  old.size = 4096;
  EXPECT_EQ(request(dg2, DRM_IOCTL_I915_GEM_MMAP, old), EOPNOTSUPP);
  offset.handle = here;
  offset.flags = I915_MMAP_OFFSET_FIXED;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_MMAP_OFFSET, offset), ENODEV);
  munmap(map(dg2, there, 4096, I915_MMAP_OFFSET_FIXED), 4096);
  EXPECT_EQ(closeHandle(dg2, there), 0);
  EXPECT_EQ(closeHandle(tgl, here), 0);
}

TEST_F(BufferTest, OldMapIsCountedAndUndone) {
  const uint32_t handle = buffer(tgl);
  drm_i915_gem_mmap old{};
  old.handle = handle;
  old.size = 4096;
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_MMAP, old), 0);
  EXPECT_EQ(counted().mappingsAlive, 1u);
  munmap(reinterpret_cast<void*>(old.addr_ptr), 4096);
  EXPECT_EQ(counted().mappingsAlive, 0u);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
}

TEST_F(BufferTest, ExportAndImportInOneFileGiveTheSameHandle) {
  const uint32_t handle = buffer(tgl);
  const int dmaBuf = exportFd(tgl, handle);
  EXPECT_EQ(counted().dmaBufsOpen, 1u);
  EXPECT_EQ(importFd(tgl, dmaBuf), handle);
  EXPECT_EQ(lseek(dmaBuf, 0, SEEK_END), 4096);
  close(dmaBuf);
  EXPECT_EQ(counted().dmaBufsOpen, 0u);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
  EXPECT_EQ(closeHandle(tgl, handle), EINVAL) << "one handle, however often imported";
}

TEST_F(BufferTest, AnotherDeviceImportsTheSameBytes) {
  const uint32_t handle = buffer(tgl);
  uint32_t* here = map(tgl, handle, 4096, I915_MMAP_OFFSET_WB);
  here[5] = 99;
  const int dmaBuf = exportFd(tgl, handle);
  const uint32_t imported = importFd(dg2, dmaBuf);
  close(dmaBuf);
  EXPECT_EQ(counted().objectsAlive, 1u) << "one buffer with two handles";
  EXPECT_EQ(counted().handlesAlive, 2u);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
  uint32_t* there = map(dg2, imported, 4096, I915_MMAP_OFFSET_FIXED);
  EXPECT_EQ(there[5], 99u);
  EXPECT_EQ(closeHandle(dg2, imported), 0);
  munmap(here, 4096);
  munmap(there, 4096);
}

TEST_F(BufferTest, DmaBufOutlivesItsHandle) {
  const uint32_t handle = buffer(tgl);
  uint32_t* at = map(tgl, handle, 4096, I915_MMAP_OFFSET_WB);
  at[0] = 7;
  munmap(at, 4096);
  const int dmaBuf = exportFd(tgl, handle);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
  EXPECT_EQ(counted().objectsAlive, 0u);
  const uint32_t again = importFd(tgl, dmaBuf);
  at = map(tgl, again, 4096, I915_MMAP_OFFSET_WB);
  EXPECT_EQ(at[0], 7u);
  munmap(at, 4096);
  close(dmaBuf);
  EXPECT_EQ(closeHandle(tgl, again), 0);
}

TEST_F(BufferTest, ForeignFilesAreImportedAsDmaBufs) {
  const int foreign = memfd_create("foreign", MFD_CLOEXEC);
  ASSERT_EQ(ftruncate(foreign, 10000), 0);
  const uint32_t value = 1234;
  ASSERT_EQ(pwrite(foreign, &value, sizeof(value), 64), static_cast<ssize_t>(sizeof(value)));
  const uint32_t handle = importFd(tgl, foreign);
  EXPECT_EQ(importFd(tgl, foreign), handle);
  uint32_t* at = map(tgl, handle, 4096, I915_MMAP_OFFSET_WB);
  EXPECT_EQ(at[16], 1234u);
  munmap(at, 4096);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
  close(foreign);
}

TEST_F(BufferTest, TilingIsRefusedOnDiscreteParts) {
  const uint32_t handle = buffer(dg2);
  drm_i915_gem_get_tiling get{};
  get.handle = handle;
  EXPECT_EQ(request(dg2, DRM_IOCTL_I915_GEM_GET_TILING, get), EOPNOTSUPP);
  drm_i915_gem_set_tiling set{};
  set.handle = handle;
  set.tiling_mode = I915_TILING_NONE;
  EXPECT_EQ(request(dg2, DRM_IOCTL_I915_GEM_SET_TILING, set), EOPNOTSUPP);
  EXPECT_EQ(closeHandle(dg2, handle), 0);
}

TEST_F(BufferTest, TilingWithAStrideOfNoTileIsRefused) {
  const uint32_t handle = buffer(tgl);
  drm_i915_gem_set_tiling set{};
  set.handle = handle;
  set.tiling_mode = I915_TILING_Y;
  set.stride = 100;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_SET_TILING, set), EINVAL);
  set.tiling_mode = 3;
  set.stride = 512;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_SET_TILING, set), EINVAL);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
}

TEST_F(BufferTest, TilingIsKeptAndGoesWithTheDmaBuf) {
  const uint32_t handle = buffer(tgl);
  drm_i915_gem_set_tiling set{};
  set.handle = handle;
  set.tiling_mode = I915_TILING_Y;
  set.stride = 512;
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_SET_TILING, set), 0);
  const int dmaBuf = exportFd(tgl, handle);
  EXPECT_EQ(closeHandle(tgl, handle), 0);
  drm_i915_gem_get_tiling get{};
  get.handle = importFd(tgl, dmaBuf);
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_GET_TILING, get), 0);
  EXPECT_EQ(get.tiling_mode, static_cast<uint32_t>(I915_TILING_Y));
  EXPECT_EQ(closeHandle(tgl, get.handle), 0);
  close(dmaBuf);
}

TEST_F(BufferTest, LocalMemoryIsRefusedWhereThereIsNone) {
  drm_i915_gem_memory_class_instance region{I915_MEMORY_CLASS_DEVICE, 0};
  drm_i915_gem_create_ext_memory_regions regions{};
  regions.base.name = I915_GEM_CREATE_EXT_MEMORY_REGIONS;
  regions.num_regions = 1;
  regions.regions = reinterpret_cast<uintptr_t>(&region);
  drm_i915_gem_create_ext create{};
  create.size = 4096;
  create.extensions = reinterpret_cast<uintptr_t>(&regions);
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_CREATE_EXT, create), EINVAL);
  ASSERT_EQ(request(dg2, DRM_IOCTL_I915_GEM_CREATE_EXT, create), 0);
  EXPECT_EQ(create.size, 65536u) << "pages of local memory";
  EXPECT_EQ(closeHandle(dg2, create.handle), 0);
}

TEST_F(BufferTest, UserMemoryMustBePages) {
  drm_i915_gem_userptr memory{};
  memory.user_ptr = 0x1001;
  memory.user_size = 4096;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_USERPTR, memory), EINVAL);
  void* pages = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memory.user_ptr = reinterpret_cast<uintptr_t>(pages);
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_USERPTR, memory), 0);
  drm_prime_handle prime{};
  prime.handle = memory.handle;
  EXPECT_EQ(request(tgl, DRM_IOCTL_PRIME_HANDLE_TO_FD, prime), ENODEV) << "user memory has no file";
  EXPECT_EQ(closeHandle(tgl, memory.handle), 0);
  munmap(pages, 4096);
}

TEST_F(BufferTest, ClosedNodeTakesItsBuffersAlong) {
  const int fd = open(tigerLake, O_RDWR);
  buffer(fd);
  buffer(fd);
  EXPECT_EQ(counted().objectsAlive, 2u);
  close(fd);
  EXPECT_EQ(counted().objectsAlive, 0u);
}

}  // namespace
}  // namespace fake_gpu::test
