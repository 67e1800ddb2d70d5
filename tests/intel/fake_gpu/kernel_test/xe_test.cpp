// The xe driver's ioctls: what the device tells, bindings, queues and the two kinds of user fences.
#include "tests/intel/fake_gpu/kernel/xe_uapi.h"
#include "tests/intel/fake_gpu/kernel_test/node.h"

namespace fake_gpu::test {
namespace {

constexpr uint32_t batchEnd = 0x0a << 23;
constexpr uint32_t storeDword = 0x20 << 23 | 2;
constexpr uint32_t waitUntilEqual = 0x1c << 23 | 1 << 15 | 4 << 12 | 2;

class XeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    lnl = open(lunarLake, O_RDWR | O_CLOEXEC);
    bmg = open(battlemage, O_RDWR | O_CLOEXEC);
    ASSERT_GE(lnl, 0);
    ASSERT_GE(bmg, 0);
  }
  void TearDown() override {
    close(lnl);
    close(bmg);
    EXPECT_TRUE(waitIdle());
    const FakeGpuCounts end = counted();
    EXPECT_EQ(end.filesAlive, 0u);
    EXPECT_EQ(end.handlesAlive, 0u);
    EXPECT_EQ(end.contextsAlive, 0u);
    EXPECT_EQ(end.spacesAlive, 0u);
    EXPECT_EQ(end.mappingsAlive, 0u);
  }

  static int create(int fd, uint64_t bytes, uint32_t placement, uint32_t& handle) {
    xe::GemCreate create{};
    create.size = bytes;
    create.placement = placement;
    create.caching = 1;
    const int result = request(fd, xe::requestGemCreate, create);
    handle = create.handle;
    return result;
  }
  static int newSpace(int fd, uint32_t flags, uint32_t& number) {
    xe::SpaceCreate create{};
    create.flags = flags;
    const int result = request(fd, xe::requestSpaceCreate, create);
    number = create.space;
    return result;
  }
  static int bindOne(int fd, uint32_t space, uint32_t handle, uint64_t offset, uint64_t range,
                     uint64_t address, uint32_t operation = xe::bindMap, xe::Sync* sync = nullptr) {
    xe::Bind bind{};
    bind.space = space;
    bind.number = 1;
    bind.one.handle = handle;
    bind.one.offset = offset;
    bind.one.range = range;
    bind.one.address = address;
    bind.one.operation = operation;
    bind.syncs = sync ? 1 : 0;
    bind.syncList = reinterpret_cast<uintptr_t>(sync);
    return request(fd, xe::requestBind, bind);
  }
  static int newQueue(int fd, uint32_t space, uint16_t engine, uint32_t& number, uint16_t instance = 0) {
    xe::EngineInstance place{engine, instance, 0, 0};
    xe::QueueCreate create{};
    create.width = create.placements = 1;
    create.space = space;
    create.instances = reinterpret_cast<uintptr_t>(&place);
    const int result = request(fd, xe::requestQueueCreate, create);
    number = create.queue;
    return result;
  }

  int lnl = -1, bmg = -1;
};

TEST_F(XeTest, QueryOfAnotherSizeIsRefused) {
  xe::DeviceQuery query{};
  query.query = xe::queryConfiguration;
  ASSERT_EQ(request(lnl, xe::requestDeviceQuery, query), 0);
  EXPECT_EQ(query.size, sizeof(xe::Count) + xe::configurations * sizeof(uint64_t));
  query.size -= 8;
  EXPECT_EQ(request(lnl, xe::requestDeviceQuery, query), EINVAL);
  query.query = 99;
  query.size = 0;
  EXPECT_EQ(request(lnl, xe::requestDeviceQuery, query), EINVAL);
}

TEST_F(XeTest, ConfigurationTellsThePart) {
  for (const auto& [fd, id, local] : {std::tuple{lnl, 0x64A0u, 0u}, std::tuple{bmg, 0xE20Bu, 1u}}) {
    struct {
      xe::Count count;
      uint64_t values[xe::configurations];
    } answer{};
    xe::DeviceQuery query{};
    query.query = xe::queryConfiguration;
    query.size = sizeof(answer);
    query.data = reinterpret_cast<uintptr_t>(&answer);
    ASSERT_EQ(request(fd, xe::requestDeviceQuery, query), 0);
    EXPECT_EQ(answer.values[xe::configIdentity] & 0xffff, id);
    EXPECT_EQ(answer.values[xe::configFlags] & xe::configHasLocalMemory, local);
  }
}

TEST_F(XeTest, BuffersNeedWholePagesAndAPlace) {
  uint32_t handle = 0;
  EXPECT_EQ(create(lnl, 100, 1, handle), EINVAL);
  EXPECT_EQ(create(lnl, 4096, 0, handle), EINVAL);
  EXPECT_EQ(create(lnl, 65536, 2, handle), EINVAL) << "no local memory";
  EXPECT_EQ(create(bmg, 4096, 2, handle), EINVAL) << "local memory's pages are larger";
  EXPECT_EQ(create(bmg, 65536, 2, handle), 0);
}

TEST_F(XeTest, BindsOfWhatIsNotThereAreRefused) {
  uint32_t space = 0, handle = 0;
  ASSERT_EQ(create(lnl, 4096, 1, handle), 0);
  EXPECT_EQ(bindOne(lnl, 33, handle, 0, 4096, 0x10000), ENOENT);
  ASSERT_EQ(newSpace(lnl, 0, space), 0);
  EXPECT_EQ(bindOne(lnl, space, handle + 7, 0, 4096, 0x10000), ENOENT);
  EXPECT_EQ(bindOne(lnl, space, handle, 0, 1 << 20, 0x10000), EINVAL) << "past the buffer's end";
  EXPECT_EQ(bindOne(lnl, space, handle, 0, 4096, 0x10000, 9), EINVAL);
}

TEST_F(XeTest, QueuesNeedAnEngineAndASpace) {
  uint32_t space = 0, queue = 0;
  ASSERT_EQ(newSpace(lnl, 0, space), 0);
  EXPECT_EQ(newQueue(lnl, space, xe::classRender, queue, 5), EINVAL);
  EXPECT_EQ(newQueue(lnl, space + 1, xe::classRender, queue), ENOENT);
  EXPECT_EQ(newQueue(lnl, space, xe::classRender, queue), 0);
  xe::QueueDestroy destroy{};
  destroy.queue = queue;
  EXPECT_EQ(request(lnl, xe::requestQueueDestroy, destroy), 0);
  EXPECT_EQ(request(lnl, xe::requestQueueDestroy, destroy), ENOENT);
  xe::Execute execute{};
  execute.queue = queue;
  EXPECT_EQ(request(lnl, xe::requestExecute, execute), ENOENT);
}

// One buffer with the batch at its start and data in its second page.
class XeExecutionTest : public XeTest {
 protected:
  void SetUp() override {
    XeTest::SetUp();
    ASSERT_EQ(create(lnl, 8192, 1, handle), 0);
    xe::MapOffset offset{};
    offset.handle = handle;
    ASSERT_EQ(request(lnl, xe::requestMapOffset, offset), 0);
    void* at =
        mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, lnl, static_cast<off_t>(offset.offset));
    ASSERT_NE(at, MAP_FAILED);
    words = static_cast<uint32_t*>(at);
    data = reinterpret_cast<uint64_t*>(words + 1024);
    useSpace(0);
  }
  void TearDown() override {
    munmap(words, 8192);
    XeTest::TearDown();
  }
  void useSpace(uint32_t flags) {
    ASSERT_EQ(newSpace(lnl, flags, space), 0);
    ASSERT_EQ(newQueue(lnl, space, xe::classCompute, queue), 0);
    ASSERT_EQ(bindOne(lnl, space, handle, 0, 8192, address), 0);
  }
  void write(const std::vector<uint32_t>& batch) { std::memcpy(words, batch.data(), batch.size() * 4); }
  static uint32_t low(uint64_t value) { return static_cast<uint32_t>(value); }
  static uint32_t high(uint64_t value) { return static_cast<uint32_t>(value >> 32); }
  // Stores 7 into data[0] once data[2]'s low half is `value`.
  void writeWait(uint32_t value) {
    write({waitUntilEqual, value, low(address + 4096 + 16), high(address), storeDword, low(address + 4096),
           high(address), 7, batchEnd});
  }
  int submit(xe::Sync* syncs = nullptr, uint32_t number = 0) {
    xe::Execute execute{};
    execute.queue = queue;
    execute.batches = 1;
    execute.address = address;
    execute.syncs = number;
    execute.syncList = reinterpret_cast<uintptr_t>(syncs);
    return request(lnl, xe::requestExecute, execute);
  }
  int waitFor(const uint64_t* memory, uint64_t value, int64_t nanoseconds) {
    xe::WaitUserFence wait{};
    wait.address = reinterpret_cast<uintptr_t>(memory);
    wait.operation = xe::waitEqual;
    wait.value = value;
    wait.mask = ~uint64_t{0};
    wait.timeout = nanoseconds;
    return request(lnl, xe::requestWaitUserFence, wait);
  }

  static constexpr uint64_t address = 0x300000000;
  uint32_t handle = 0, space = 0, queue = 0;
  uint32_t* words = nullptr;
  uint64_t* data = nullptr;
};

TEST_F(XeExecutionTest, BindsSignalAtTheProgramsAddress) {
  uint64_t fence = 0;
  xe::Sync sync{};
  sync.type = xe::syncUserFence;
  sync.flags = xe::syncSignals;
  sync.handleOrAddress = reinterpret_cast<uintptr_t>(&fence);
  sync.value = 11;
  ASSERT_EQ(bindOne(lnl, space, handle, 0, 4096, 0x500000000, xe::bindMap, &sync), 0);
  EXPECT_EQ(waitFor(&fence, 11, INT64_MAX), 0);
}

TEST_F(XeExecutionTest, JobsSignalAtTheGpusAddressWhenTheyEnd) {
  writeWait(3);
  xe::Sync sync{};
  sync.type = xe::syncUserFence;
  sync.flags = xe::syncSignals;
  sync.handleOrAddress = address + 4096 + 8;
  sync.value = 12;
  ASSERT_EQ(submit(&sync, 1), 0);
  EXPECT_EQ(waitFor(&data[1], 12, 1000000), ETIME);
  __atomic_store_n(&data[2], 3, __ATOMIC_RELEASE);
  EXPECT_EQ(waitFor(&data[1], 12, INT64_MAX), 0);
  EXPECT_EQ(data[0], 7u);
}

TEST_F(XeExecutionTest, SyncobjOfAJobIsWaitedForByTheNext) {
  drm_syncobj_create create{};
  ASSERT_EQ(request(lnl, DRM_IOCTL_SYNCOBJ_CREATE, create), 0);
  xe::Sync sync{};
  sync.handleOrAddress = create.handle;
  EXPECT_EQ(submit(&sync, 1), EINVAL) << "nothing was submitted that signals it";
  sync.flags = xe::syncSignals;
  writeWait(4);
  ASSERT_EQ(submit(&sync, 1), 0);
  drm_syncobj_wait wait{};
  wait.handles = reinterpret_cast<uintptr_t>(&create.handle);
  wait.count_handles = 1;
  EXPECT_EQ(request(lnl, DRM_IOCTL_SYNCOBJ_WAIT, wait), ETIME);
  __atomic_store_n(&data[2], 4, __ATOMIC_RELEASE);
  wait.timeout_nsec = INT64_MAX;
  EXPECT_EQ(request(lnl, DRM_IOCTL_SYNCOBJ_WAIT, wait), 0);
  EXPECT_EQ(data[0], 7u);
}

TEST_F(XeExecutionTest, UnboundBatchIsAViolation) {
  write({batchEnd});
  ASSERT_EQ(bindOne(lnl, space, 0, 0, 8192, address, xe::bindUnmap), 0);
  const uint64_t before = counted().violations;
  ASSERT_EQ(submit(), 0);
  EXPECT_TRUE(waitIdle());
  EXPECT_EQ(counted().violations, before + 1);
}

TEST_F(XeExecutionTest, BindingOutlivesItsHandleAndItsUndoingTheJob) {
  writeWait(5);
  ASSERT_EQ(submit(), 0);
  drm_gem_close close{};
  close.handle = handle;
  EXPECT_EQ(request(lnl, DRM_IOCTL_GEM_CLOSE, close), 0);
  ASSERT_EQ(bindOne(lnl, space, 0, 0, 8192, address, xe::bindUnmap), 0);
  const uint64_t before = counted().violations;
  __atomic_store_n(&data[2], 5, __ATOMIC_RELEASE);
  EXPECT_TRUE(waitIdle());
  EXPECT_EQ(counted().violations, before);
  EXPECT_EQ(data[0], 7u);
}

TEST_F(XeExecutionTest, UserMemoryIsBoundByItsAddress) {
  auto* memory =
      static_cast<uint32_t*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  EXPECT_EQ(bindOne(lnl, space, 0, reinterpret_cast<uintptr_t>(memory) + 8, 4096, 0x700000000,
                    xe::bindMapUserMemory),
            EINVAL);
  ASSERT_EQ(
      bindOne(lnl, space, 0, reinterpret_cast<uintptr_t>(memory), 4096, 0x700000000, xe::bindMapUserMemory),
      0);
  write({storeDword, low(0x700000000), high(0x700000000), 21, batchEnd});
  ASSERT_EQ(submit(), 0);
  EXPECT_TRUE(waitIdle());
  EXPECT_EQ(memory[0], 21u);
  munmap(memory, 4096);
}

}  // namespace
}  // namespace fake_gpu::test
