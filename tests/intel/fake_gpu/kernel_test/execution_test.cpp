// EXECBUFFER2: lists that are refused, addresses, relocations, and that the ioctl does not wait for the job.
#include <poll.h>

#include <chrono>
#include <thread>

#include "tests/intel/fake_gpu/kernel_test/node.h"

namespace fake_gpu::test {
namespace {

// Command streamer's words, as the hardware's documentation gives them.
constexpr uint16_t computeClass = 4;  // newer than Debian 12's header
constexpr uint32_t batchEnd = 0x0a << 23;
constexpr uint32_t storeDword = 0x20 << 23 | 2;  // address low, high, value
constexpr uint32_t waitUntilEqual =
    0x1c << 23 | 1 << 15 | 4 << 12 | 2;  // polls: memory equals the value; address

class ExecutionTest : public NodeTest {
 protected:
  void SetUp() override {
    NodeTest::SetUp();
    batch = buffer(tgl);
    target = buffer(tgl);
    commands = map(tgl, batch, 4096, I915_MMAP_OFFSET_WB);
    memory = map(tgl, target, 4096, I915_MMAP_OFFSET_WB);
    list[0].handle = target;
    list[0].offset = targetAddress;
    list[0].flags = EXEC_OBJECT_PINNED | EXEC_OBJECT_SUPPORTS_48B_ADDRESS | EXEC_OBJECT_WRITE;
    list[1].handle = batch;
    list[1].offset = batchAddress;
    list[1].flags = EXEC_OBJECT_PINNED | EXEC_OBJECT_SUPPORTS_48B_ADDRESS;
    execute.buffers_ptr = reinterpret_cast<uintptr_t>(list);
    execute.buffer_count = 2;
    execute.flags = I915_EXEC_RENDER;
  }
  void TearDown() override {
    munmap(commands, 4096);
    munmap(memory, 4096);
    NodeTest::TearDown();
  }

  void write(const std::vector<uint32_t>& words) { std::memcpy(commands, words.data(), words.size() * 4); }
  void writeStore(uint64_t address, uint32_t value) {
    write(
        {storeDword, static_cast<uint32_t>(address), static_cast<uint32_t>(address >> 32), value, batchEnd});
  }
  // Waits in the batch until the target's second word is `value`, then stores 5 into the first.
  void writeWait(uint32_t value) {
    write({waitUntilEqual, value, low(targetAddress + 4), high(targetAddress), storeDword, low(targetAddress),
           high(targetAddress), 5, batchEnd});
  }
  static uint32_t low(uint64_t address) { return static_cast<uint32_t>(address); }
  static uint32_t high(uint64_t address) { return static_cast<uint32_t>(address >> 32); }
  int submit() { return request(tgl, DRM_IOCTL_I915_GEM_EXECBUFFER2_WR, execute); }
  int wait(int64_t nanoseconds) {
    drm_i915_gem_wait wait{};
    wait.bo_handle = target;
    wait.timeout_ns = nanoseconds;
    return request(tgl, DRM_IOCTL_I915_GEM_WAIT, wait);
  }
  uint32_t busy(uint32_t handle) {
    drm_i915_gem_busy busy{};
    busy.handle = handle;
    EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_BUSY, busy), 0);
    return busy.busy;
  }
  void release(uint32_t value) { __atomic_store_n(&memory[1], value, __ATOMIC_RELEASE); }

  static constexpr uint64_t targetAddress = 0x100000000, batchAddress = 0x200000000;
  uint32_t batch = 0, target = 0;
  uint32_t *commands = nullptr, *memory = nullptr;
  drm_i915_gem_exec_object2 list[2] = {};
  drm_i915_gem_execbuffer2 execute{};
};

TEST_F(ExecutionTest, EmptyListIsRefused) {
  execute.buffer_count = 0;
  EXPECT_EQ(submit(), EINVAL);
}

TEST_F(ExecutionTest, UnknownContextIsRefused) {
  execute.rsvd1 = 55;
  EXPECT_EQ(submit(), ENOENT);
}

TEST_F(ExecutionTest, EngineThePartLacksIsRefused) {
  execute.flags = 7;
  EXPECT_EQ(submit(), EINVAL);
}

TEST_F(ExecutionTest, ClosedHandleIsRefusedAndReported) {
  writeStore(targetAddress, 1);
  const uint64_t before = counted().violations;
  EXPECT_EQ(closeHandle(tgl, target), 0);
  EXPECT_EQ(submit(), ENOENT);
  EXPECT_EQ(counted().violations, before + 1);
}

TEST_F(ExecutionTest, AddressesMustBePagesAndApart) {
  writeStore(targetAddress, 1);
  list[0].offset = targetAddress + 8;
  EXPECT_EQ(submit(), EINVAL);
  list[0].offset = uint64_t{1} << 47;  // canonical addresses repeat this bit above
  EXPECT_EQ(submit(), EINVAL);
  list[0].offset = batchAddress;
  EXPECT_EQ(submit(), ENOSPC);
}

TEST_F(ExecutionTest, BatchMustLieInItsBufferAndNotBeWritten) {
  writeStore(targetAddress, 1);
  execute.batch_start_offset = 4096;
  EXPECT_EQ(submit(), EINVAL);
  execute.batch_start_offset = 0;
  execute.batch_len = 8192;
  EXPECT_EQ(submit(), EINVAL);
  execute.batch_len = 0;
  list[1].flags |= EXEC_OBJECT_WRITE;
  EXPECT_EQ(submit(), EINVAL);
}

TEST_F(ExecutionTest, RelocationsAreRefusedAfterTigerLake) {
  drm_i915_gem_exec_object2 one{};
  drm_i915_gem_relocation_entry relocation{};
  one.handle = buffer(dg2);
  one.relocation_count = 1;
  one.relocs_ptr = reinterpret_cast<uintptr_t>(&relocation);
  drm_i915_gem_execbuffer2 there{};
  there.buffers_ptr = reinterpret_cast<uintptr_t>(&one);
  there.buffer_count = 1;
  EXPECT_EQ(request(dg2, DRM_IOCTL_I915_GEM_EXECBUFFER2_WR, there), EINVAL);
}

TEST_F(ExecutionTest, StoresIntoThePinnedBuffer) {
  writeStore(targetAddress + 12, 77);
  ASSERT_EQ(submit(), 0);
  EXPECT_EQ(wait(-1), 0);
  EXPECT_EQ(memory[3], 77u);
  EXPECT_EQ(busy(target), 0u);
}

TEST_F(ExecutionTest, BufferListedTwiceAtOneAddressIsTaken) {
  writeStore(targetAddress, 3);
  drm_i915_gem_exec_object2 three[3] = {list[0], list[0], list[1]};
  execute.buffers_ptr = reinterpret_cast<uintptr_t>(three);
  execute.buffer_count = 3;
  ASSERT_EQ(submit(), 0);
  EXPECT_EQ(wait(-1), 0);
  EXPECT_EQ(memory[0], 3u);
}

TEST_F(ExecutionTest, RelocationsPutAddressesIntoTheBatch) {
  write({storeDword, 0, 0, 88, batchEnd});
  drm_i915_gem_relocation_entry relocation{};
  relocation.target_handle = target;
  relocation.offset = 4;
  relocation.delta = 20;
  relocation.presumed_offset = ~uint64_t{0};
  relocation.write_domain = relocation.read_domains = I915_GEM_DOMAIN_RENDER;
  for (auto& each : list) each.offset = each.flags = 0;
  list[1].relocation_count = 1;
  list[1].relocs_ptr = reinterpret_cast<uintptr_t>(&relocation);
  ASSERT_EQ(submit(), 0);
  EXPECT_EQ(wait(-1), 0);
  EXPECT_EQ(memory[5], 88u);
  EXPECT_NE(list[0].offset, 0u);
  EXPECT_LT(list[0].offset, uint64_t{1} << 32) << "without the flag for 48 bits";
  EXPECT_EQ(relocation.presumed_offset, list[0].offset);
}

TEST_F(ExecutionTest, SubmissionDoesNotWaitForTheJob) {
  writeWait(9);
  ASSERT_EQ(submit(), 0);
  EXPECT_NE(busy(target), 0u);
  EXPECT_EQ(wait(1000000), ETIME);
  EXPECT_EQ(memory[0], 0u);
  release(9);
  EXPECT_EQ(wait(-1), 0);
  EXPECT_EQ(memory[0], 5u);
}

TEST_F(ExecutionTest, HandleClosedInFlightIsCountedAndTheJobStillEnds) {
  const uint64_t before = counted().closedInFlight;
  writeWait(1);
  ASSERT_EQ(submit(), 0);
  EXPECT_EQ(closeHandle(tgl, batch), 0);
  EXPECT_EQ(counted().closedInFlight, before + 1);
  release(1);
  EXPECT_EQ(wait(-1), 0);
  EXPECT_EQ(memory[0], 5u);
}

TEST_F(ExecutionTest, ClosedNodeEndsTheJobsOfItsFile) {
  const int fd = open(tigerLake, O_RDWR);
  const int dmaBufs[] = {exportFd(tgl, target), exportFd(tgl, batch)};
  list[0].handle = importFd(fd, dmaBufs[0]);
  list[1].handle = importFd(fd, dmaBufs[1]);
  close(dmaBufs[0]);
  close(dmaBufs[1]);
  writeWait(1);
  ASSERT_EQ(request(fd, DRM_IOCTL_I915_GEM_EXECBUFFER2_WR, execute), 0);
  EXPECT_NE(busy(target), 0u) << "a buffer is as busy in another file";
  close(fd);
  EXPECT_EQ(wait(-1), 0) << "though nobody releases it";
  EXPECT_EQ(memory[0], 0u);
}

TEST_F(ExecutionTest, OutFenceBecomesReadableWhenTheJobEnds) {
  writeWait(2);
  execute.flags |= I915_EXEC_FENCE_OUT;
  ASSERT_EQ(submit(), 0);
  const int fence = static_cast<int>(execute.rsvd2 >> 32);
  pollfd readable{fence, POLLIN, 0};
  EXPECT_EQ(poll(&readable, 1, 0), 0);
  release(2);
  EXPECT_EQ(poll(&readable, 1, 5000), 1);
  close(fence);
}

TEST_F(ExecutionTest, InFenceHoldsTheJobBack) {
  writeWait(3);
  execute.flags |= I915_EXEC_FENCE_OUT;
  ASSERT_EQ(submit(), 0);
  const int fence = static_cast<int>(execute.rsvd2 >> 32);

  // On the copy engine and on other buffers, so that only the fence orders it.
  const uint32_t otherBatch = buffer(tgl), other = buffer(tgl);
  uint32_t* words = map(tgl, otherBatch, 4096, I915_MMAP_OFFSET_WB);
  const uint32_t store[] = {storeDword, low(targetAddress), high(targetAddress), 6, batchEnd};
  std::memcpy(words, store, sizeof(store));
  drm_i915_gem_exec_object2 second[2] = {list[0], list[1]};
  second[0].handle = other;
  second[1].handle = otherBatch;
  drm_i915_gem_execbuffer2 later{};
  later.buffers_ptr = reinterpret_cast<uintptr_t>(second);
  later.buffer_count = 2;
  later.flags = I915_EXEC_BLT | I915_EXEC_FENCE_IN;
  later.rsvd2 = static_cast<uint32_t>(fence);
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_EXECBUFFER2_WR, later), 0);
  EXPECT_NE(busy(other), 0u);
  release(3);
  drm_i915_gem_wait end{};
  end.bo_handle = other;
  end.timeout_ns = -1;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_WAIT, end), 0);
  EXPECT_EQ(memory[0], 5u);
  munmap(words, 4096);
  close(fence);
}

TEST_F(ExecutionTest, ReaderWaitsForTheWriterOfItsBuffer) {
  writeWait(4);
  ASSERT_EQ(submit(), 0);
  const uint32_t otherBatch = buffer(tgl);
  uint32_t* words = map(tgl, otherBatch, 4096, I915_MMAP_OFFSET_WB);
  words[0] = batchEnd;
  drm_i915_gem_exec_object2 second[2] = {list[0], list[1]};
  second[0].flags &= ~static_cast<uint64_t>(EXEC_OBJECT_WRITE);
  second[1].handle = otherBatch;
  drm_i915_gem_execbuffer2 later{};
  later.buffers_ptr = reinterpret_cast<uintptr_t>(second);
  later.buffer_count = 2;
  later.flags = I915_EXEC_BLT;
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_EXECBUFFER2_WR, later), 0);
  EXPECT_NE(busy(otherBatch), 0u);
  release(4);
  EXPECT_EQ(wait(-1), 0);
  munmap(words, 4096);
}

TEST_F(ExecutionTest, SyncobjIsSignalledByTheJob) {
  drm_syncobj_create create{};
  ASSERT_EQ(request(tgl, DRM_IOCTL_SYNCOBJ_CREATE, create), 0);
  drm_i915_gem_exec_fence fence{};
  fence.handle = create.handle;
  fence.flags = I915_EXEC_FENCE_SIGNAL;
  execute.flags |= I915_EXEC_FENCE_ARRAY;
  execute.num_cliprects = 1;
  execute.cliprects_ptr = reinterpret_cast<uintptr_t>(&fence);
  writeWait(6);
  drm_syncobj_wait until{};
  until.handles = reinterpret_cast<uintptr_t>(&create.handle);
  until.count_handles = 1;
  EXPECT_EQ(request(tgl, DRM_IOCTL_SYNCOBJ_WAIT, until), EINVAL) << "no job was submitted";
  ASSERT_EQ(submit(), 0);
  EXPECT_EQ(request(tgl, DRM_IOCTL_SYNCOBJ_WAIT, until), ETIME);
  release(6);
  until.timeout_nsec = INT64_MAX;
  EXPECT_EQ(request(tgl, DRM_IOCTL_SYNCOBJ_WAIT, until), 0);
  drm_syncobj_destroy destroy{};
  destroy.handle = create.handle;
  EXPECT_EQ(request(tgl, DRM_IOCTL_SYNCOBJ_DESTROY, destroy), 0);
  EXPECT_EQ(request(tgl, DRM_IOCTL_SYNCOBJ_DESTROY, destroy), EINVAL);
}

TEST_F(ExecutionTest, EngineMapChoosesTheEngine) {
  drm_i915_gem_context_create_ext create{};
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_CONTEXT_CREATE_EXT, create), 0);
  I915_DEFINE_CONTEXT_PARAM_ENGINES(engines, 1) = {};
  engines.engines[0] = {computeClass, 0};
  drm_i915_gem_context_param parameter{};
  parameter.ctx_id = create.ctx_id;
  parameter.param = I915_CONTEXT_PARAM_ENGINES;
  parameter.size = sizeof(engines);
  parameter.value = reinterpret_cast<uintptr_t>(&engines);
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_CONTEXT_SETPARAM, parameter), ENOENT) << "Tiger Lake has none";
  engines.engines[0] = {I915_ENGINE_CLASS_COPY, 0};
  ASSERT_EQ(request(tgl, DRM_IOCTL_I915_GEM_CONTEXT_SETPARAM, parameter), 0);
  execute.rsvd1 = create.ctx_id;
  writeStore(targetAddress, 4);
  execute.flags = 1;
  EXPECT_EQ(submit(), EINVAL) << "the map has one engine";
  execute.flags = 0;
  ASSERT_EQ(submit(), 0);
  EXPECT_EQ(wait(-1), 0);
  EXPECT_EQ(memory[0], 4u);
  drm_i915_gem_context_destroy destroy{};
  destroy.ctx_id = create.ctx_id;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_CONTEXT_DESTROY, destroy), 0);
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GEM_CONTEXT_DESTROY, destroy), ENOENT);
}

}  // namespace
}  // namespace fake_gpu::test
