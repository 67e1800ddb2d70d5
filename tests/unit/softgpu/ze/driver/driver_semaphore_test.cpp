// External semaphores: eventfds (binary) and memfds (timelines), signalled here, by the device or by another
// process.
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <climits>

#include "tests/unit/softgpu/ze/driver/newer_fixture.h"

namespace softgpu::test {
namespace {

namespace n = softgpu::newer;
using Handle = n::ExternalSemaphoreHandle;
constexpr char kVariable[] = "SOFTGPU_TEST_SEMAPHORE";

// The layout of docs/softgpu.md, written down again.
struct Timeline {
  std::array<char, 8> magic;
  std::atomic<uint64_t> value;
  std::atomic<uint32_t> changes;
};

void signalTimeline(Timeline& timeline, uint64_t value) {
  timeline.value = value;
  timeline.changes.fetch_add(1);
  syscall(SYS_futex, &timeline.changes, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

class SemaphoreTest : public NewerTest {
 protected:
  ze_result_t import(uint32_t flags, int fd, Handle* semaphore) {
    n::ExternalSemaphoreFdDesc file;
    file.fd = fd;
    n::ExternalSemaphoreDesc desc;
    desc.flags = flags;
    desc.pNext = &file;
    return call("zeDeviceImportExternalSemaphoreExt", device,
                static_cast<const n::ExternalSemaphoreDesc*>(&desc), semaphore);
  }
  Handle imported(uint32_t flags, int fd) {
    Handle semaphore = nullptr;
    EXPECT_EQ(import(flags, fd, &semaphore), ZE_RESULT_SUCCESS);
    atEnd(
        [=, this] { EXPECT_EQ(call("zeDeviceReleaseExternalSemaphoreExt", semaphore), ZE_RESULT_SUCCESS); });
    return semaphore;
  }
  int eventFd() {
    const int fd = eventfd(0, EFD_CLOEXEC);
    EXPECT_GE(fd, 0);
    atEnd([=] { close(fd); });
    return fd;
  }
  int memFd(const char* magic = "softgpuT", size_t size = sizeof(Timeline), int seals = F_SEAL_SHRINK) {
    const int fd = memfd_create("timeline", MFD_ALLOW_SEALING);
    EXPECT_GE(fd, 0);
    EXPECT_EQ(ftruncate(fd, static_cast<off_t>(size)), 0);
    EXPECT_EQ(pwrite(fd, magic, std::strlen(magic), 0), static_cast<ssize_t>(std::strlen(magic)));
    EXPECT_EQ(fcntl(fd, F_ADD_SEALS, seals), 0);
    atEnd([=] { close(fd); });
    return fd;
  }
  Timeline& mapped(int fd) {
    void* memory = mmap(nullptr, sizeof(Timeline), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    EXPECT_NE(memory, MAP_FAILED);
    atEnd([=] { munmap(memory, sizeof(Timeline)); });
    return *static_cast<Timeline*>(memory);
  }
  ze_result_t signal(ze_command_list_handle_t list, Handle semaphore, uint64_t value = 0,
                     ze_event_handle_t event = nullptr, std::vector<ze_event_handle_t> waits = {}) {
    n::ExternalSemaphoreSignal parameters;
    parameters.value = value;
    return call("zeCommandListAppendSignalExternalSemaphoreExt", list, uint32_t{1}, &semaphore, &parameters,
                event, static_cast<uint32_t>(waits.size()), waits.empty() ? nullptr : waits.data());
  }
  ze_result_t wait(ze_command_list_handle_t list, Handle semaphore, uint64_t value = 0,
                   ze_event_handle_t event = nullptr) {
    n::ExternalSemaphoreWait parameters;
    parameters.value = value;
    return call("zeCommandListAppendWaitExternalSemaphoreExt", list, uint32_t{1}, &semaphore, &parameters,
                event, uint32_t{0}, kNoEvents);
  }
};

TEST_F(SemaphoreTest, DescriptorsAreChecked) {
  Handle semaphore = nullptr;
  EXPECT_EQ(import(0x200, eventFd(), &semaphore), kBadEnumeration);
  EXPECT_EQ(import(1U << 1, eventFd(), &semaphore), kLacksEnumeration) << "of another system";
  EXPECT_EQ(import(0, eventFd(), &semaphore), kLacksEnumeration) << "no type";
  EXPECT_EQ(import(n::kSemaphoreOpaqueFd, -1, &semaphore), kInvalid);
  EXPECT_EQ(import(n::kSemaphoreOpaqueFd, 12345, &semaphore), kInvalid) << "not open";
  EXPECT_EQ(import(n::kSemaphoreOpaqueFd, memFd(), &semaphore), kInvalid);
  EXPECT_EQ(import(n::kSemaphoreTimelineFd, eventFd(), &semaphore), kInvalid);
  EXPECT_EQ(import(n::kSemaphoreTimelineFd, memFd("softgpuX"), &semaphore), kInvalid);
  EXPECT_EQ(import(n::kSemaphoreTimelineFd, memFd("softgpuT", 16), &semaphore), kInvalid) << "too small";
  EXPECT_EQ(import(n::kSemaphoreTimelineFd, memFd("softgpuT", 4096, F_SEAL_GROW), &semaphore), kInvalid)
      << "may shrink";
  EXPECT_EQ(
      import(n::kSemaphoreTimelineFd, memFd("softgpuT", 4096, F_SEAL_SHRINK | F_SEAL_WRITE), &semaphore),
      kInvalid)
      << "nobody can signal it";
  EXPECT_EQ(import(n::kSemaphoreOpaqueFd, eventFd(), nullptr), kNullPointer);
  n::ExternalSemaphoreDesc alone;
  alone.flags = n::kSemaphoreOpaqueFd;
  EXPECT_EQ(call("zeDeviceImportExternalSemaphoreExt", device,
                 static_cast<const n::ExternalSemaphoreDesc*>(&alone), &semaphore),
            kInvalid)
      << "no descriptor";
  EXPECT_EQ(call("zeDeviceReleaseExternalSemaphoreExt", Handle{nullptr}), kNullHandle);
  EXPECT_EQ(call("zeDeviceReleaseExternalSemaphoreExt", foreign<Handle>()), kInvalid);
}

TEST_F(SemaphoreTest, CommandsAreChecked) {
  auto* semaphore = imported(n::kSemaphoreOpaqueFd, eventFd());
  auto* list = immediate();
  EXPECT_EQ(signal(regular(), semaphore), kInvalid) << "only immediate lists";
  EXPECT_EQ(wait(regular(), semaphore), kInvalid);
  EXPECT_EQ(signal(list, nullptr), kNullHandle);
  EXPECT_EQ(wait(list, foreign<Handle>()), kInvalid);
  n::ExternalSemaphoreSignal parameters;
  Handle* const none = nullptr;
  n::ExternalSemaphoreSignal* const nothing = nullptr;
  const char* name = "zeCommandListAppendSignalExternalSemaphoreExt";
  EXPECT_EQ(call(name, list, uint32_t{1}, none, &parameters, kNoEvent, uint32_t{0}, kNoEvents), kNullPointer);
  EXPECT_EQ(call(name, list, uint32_t{1}, &semaphore, nothing, kNoEvent, uint32_t{0}, kNoEvents),
            kNullPointer);
  EXPECT_EQ(call(name, list, uint32_t{1}, &semaphore, &parameters, kNoEvent, uint32_t{1}, kNoEvents),
            ZE_RESULT_ERROR_INVALID_SIZE);
}

TEST_F(SemaphoreTest, BinaryGoesFromHostToDeviceAndBack) {
  const int fd = eventFd();
  auto* semaphore = imported(n::kSemaphoreOpaqueFd, fd);
  auto* list = immediate();
  const auto passed = events(1)[0];
  ASSERT_EQ(wait(list, semaphore, 0, passed), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(passed, 2'000'000), ZE_RESULT_NOT_READY);
  ASSERT_EQ(eventfd_write(fd, 1), 0);
  ASSERT_EQ(zeEventHostSynchronize(passed, kForever), ZE_RESULT_SUCCESS);
  pollfd readable{fd, POLLIN, 0};
  EXPECT_EQ(poll(&readable, 1, 0), 0) << "the wait has taken the signal";
  const auto gate = events(1)[0];
  ASSERT_EQ(signal(list, semaphore, 0, nullptr, {gate}), ZE_RESULT_SUCCESS);
  EXPECT_EQ(poll(&readable, 1, 2), 0) << "before the event it waits for";
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  ASSERT_EQ(poll(&readable, 1, 60'000), 1);
  finish(list);
}

TEST_F(SemaphoreTest, TimelineCounts) {
  const int fd = memFd();
  auto& timeline = mapped(fd);
  auto* semaphore = imported(n::kSemaphoreTimelineFd, fd);
  auto* list = immediate();
  auto* other = immediate();
  const auto passed = events(3);
  ASSERT_EQ(wait(list, semaphore, 0, passed[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(wait(list, semaphore, 5, passed[1]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(wait(other, semaphore, 9, passed[2]), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(passed[0], kForever), ZE_RESULT_SUCCESS) << "value 0 is there";
  signalTimeline(timeline, 4);
  EXPECT_EQ(zeEventHostSynchronize(passed[1], 2'000'000), ZE_RESULT_NOT_READY);
  signalTimeline(timeline, 6);
  ASSERT_EQ(zeEventHostSynchronize(passed[1], kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(passed[2]), ZE_RESULT_NOT_READY);
  const uint32_t before = timeline.changes;
  ASSERT_EQ(signal(list, semaphore, 9), ZE_RESULT_SUCCESS) << "from one stream to the other";
  ASSERT_EQ(zeEventHostSynchronize(passed[2], kForever), ZE_RESULT_SUCCESS);
  finish(list);
  EXPECT_EQ(timeline.value, 9U);
  EXPECT_GT(timeline.changes, before) << "waiters of other processes sleep on it";
}

TEST_F(SemaphoreTest, BlockedWaitHoldsUpNoOtherStream) {
  const int fd = eventFd();
  auto* semaphore = imported(n::kSemaphoreOpaqueFd, fd);
  auto* blocked = immediate();
  ASSERT_EQ(wait(blocked, semaphore), ZE_RESULT_SUCCESS);
  auto* memory = shared<uint32_t>(1);
  auto* count = kernel("count");
  ASSERT_EQ(setArgument(count, 0, memory), ZE_RESULT_SUCCESS);
  const ze_group_count_t groups{1, 1, 1};
  auto* list = immediate();
  ASSERT_EQ(zeCommandListAppendLaunchKernel(list, count, &groups, nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  finish(list);
  EXPECT_EQ(*memory, 1U);
  ASSERT_EQ(eventfd_write(fd, 1), 0);
  finish(blocked);
}

TEST_F(SemaphoreTest, SignalThatGoesBackIsToldOf) {
  if (std::getenv("SOFTGPU_STRICT") == nullptr) GTEST_SKIP() << "told of in strict mode";
  const int fd = memFd();
  auto& timeline = mapped(fd);
  timeline.value = 7;
  auto* semaphore = imported(n::kSemaphoreTimelineFd, fd);
  auto* list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(signal(list, semaphore, 7), ZE_RESULT_SUCCESS);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), ::testing::HasSubstr("no greater value"));
  EXPECT_EQ(timeline.value, 7U);
}

TEST_F(SemaphoreTest, AnotherProcessSignals) {
  const int fd = memFd();
  auto& timeline = mapped(fd);
  auto* semaphore = imported(n::kSemaphoreTimelineFd, fd);
  auto* list = immediate();
  const auto passed = events(1)[0];
  ASSERT_EQ(wait(list, semaphore, 2, passed), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setenv(kVariable, std::to_string(fd).c_str(), 1), 0);
  const pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "semaphore", "--gtest_also_run_disabled_tests",
          "--gtest_filter=SemaphoreTest.DISABLED_SecondProcess", nullptr);
    _exit(99);
  }
  unsetenv(kVariable);
  ASSERT_EQ(signal(list, semaphore, 3), ZE_RESULT_SUCCESS)
      << "what the other process waits for, after its signal";
  EXPECT_EQ(zeEventHostSynchronize(passed, 60'000'000'000), ZE_RESULT_SUCCESS);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(timeline.value, 3U);
  finish(list);
}

// The other side of the test above: its device signals and waits.
TEST_F(SemaphoreTest, DISABLED_SecondProcess) {
  const char* text = std::getenv(kVariable);
  if (text == nullptr) GTEST_SKIP() << "started by hand";
  const int fd = std::stoi(text);
  auto* semaphore = imported(n::kSemaphoreTimelineFd, fd);
  auto* list = immediate();
  const auto seen = events(1)[0];
  ASSERT_EQ(signal(list, semaphore, 2), ZE_RESULT_SUCCESS);
  ASSERT_EQ(wait(list, semaphore, 3, seen), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(seen, 60'000'000'000), ZE_RESULT_SUCCESS);
}

}  // namespace
}  // namespace softgpu::test
