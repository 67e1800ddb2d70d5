// External semaphores and their entry points (API 1.12).
#include "softgpu/ze/driver/external_semaphore.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>
#include <vector>

#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/list.h"

namespace softgpu::driver {
namespace {

constexpr char kMagic[] = "softgpuT";
constexpr char kSignalCall[] = "zeCommandListAppendSignalExternalSemaphoreExt";
constexpr char kWaitCall[] = "zeCommandListAppendWaitExternalSemaphoreExt";

std::string objectBehind(int fd) {
  char link[128];
  const ssize_t length = readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), link, sizeof(link));
  return length > 0 ? std::string(link, static_cast<size_t>(length)) : std::string();
}

class BinarySemaphore final : public ExternalSemaphore {
 public:
  explicit BinarySemaphore(int fd) : fd_(fd) {}
  ~BinarySemaphore() override { close(fd_); }

  void signal(uint64_t) override {
    const uint64_t one = 1;
    if (write(fd_, &one, sizeof(one)) != sizeof(one)) {
      strict::misuse(kSignalCall, "the eventfd takes no more signals");
    }
  }
  bool signalled(uint64_t) const override { return ready(0); }
  bool wait(uint64_t, Deadline deadline) const override {
    constexpr int kSlice = 20;  // ms; poll() knows no point in time
    while (!ready(deadline.passed() ? 0 : kSlice)) {
      if (deadline.passed()) return ready(0);
    }
    return true;
  }
  // Never waits: should somebody else have taken the signal, the stream must not stop here.
  void take() override {
    uint64_t taken = 0;
    const iovec target{&taken, sizeof(taken)};
    ssize_t got = preadv2(fd_, &target, 1, -1, RWF_NOWAIT);
    if (got < 0 && (errno == EOPNOTSUPP || errno == EINVAL || errno == ENOSYS) && ready(0)) {
      got = read(fd_, &taken, sizeof(taken));
    }
    if (got < 0 && strict::on()) strict::misuse(kWaitCall, "somebody else has taken the semaphore's signal");
  }

 private:
  bool ready(int milliseconds) const {
    pollfd wanted{fd_, POLLIN, 0};
    return poll(&wanted, 1, milliseconds) > 0 && (wanted.revents & POLLIN) != 0;
  }
  const int fd_;
};

class TimelineSemaphore final : public ExternalSemaphore {
 public:
  explicit TimelineSemaphore(TimelineFile* file) : file_(file) {}
  ~TimelineSemaphore() override { munmap(file_, sizeof(TimelineFile)); }

  void signal(uint64_t value) override {
    uint64_t now = file_->value.load();
    while (now < value && !file_->value.compare_exchange_weak(now, value)) {
    }
    if (now >= value && strict::on())
      strict::misuse(kSignalCall, "a timeline is signalled with no greater value");
    file_->changes.fetch_add(1);
    syscall(SYS_futex, &file_->changes, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  }
  bool signalled(uint64_t value) const override { return file_->value.load() >= value; }
  bool wait(uint64_t value, Deadline deadline) const override {
    for (;;) {
      const uint32_t seen = file_->changes.load();
      if (signalled(value)) return true;
      if (deadline.passed()) return false;
      // Slices: no process is trusted to wake us.
      const timespec slice{0, 20'000'000};
      syscall(SYS_futex, &file_->changes, FUTEX_WAIT, seen, &slice, nullptr, 0);
    }
  }
  void take() override {}

 private:
  TimelineFile* const file_;
};

ze_result_t importBinary(int fd, const std::string& object, std::shared_ptr<ExternalSemaphore>* semaphore) {
  SOFTGPU_REQUIRE_SAID(object.starts_with("anon_inode:[eventfd"), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the descriptor of a binary semaphore is an eventfd's");
  const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  SOFTGPU_REQUIRE(own >= 0, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  *semaphore = std::make_shared<BinarySemaphore>(own);
  return ZE_RESULT_SUCCESS;
}

ze_result_t importTimeline(int fd, const std::string& object, std::shared_ptr<ExternalSemaphore>* semaphore) {
  SOFTGPU_REQUIRE_SAID(object.starts_with("/memfd:"), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the descriptor of a timeline is a memfd's");
  struct stat status {};
  const int seals = fcntl(fd, F_GET_SEALS);
  SOFTGPU_REQUIRE_SAID(seals >= 0 && (seals & F_SEAL_SHRINK) != 0, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the memfd of a timeline is not sealed against shrinking");
  SOFTGPU_REQUIRE_SAID(fstat(fd, &status) == 0 && status.st_size >= static_cast<off_t>(sizeof(TimelineFile)),
                       ZE_RESULT_ERROR_INVALID_ARGUMENT, "the memfd is too small for a timeline");
  void* memory = mmap(nullptr, sizeof(TimelineFile), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  SOFTGPU_REQUIRE_SAID(memory != MAP_FAILED, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the memfd of a timeline cannot be mapped to be written");
  auto made = std::make_shared<TimelineSemaphore>(static_cast<TimelineFile*>(memory));
  SOFTGPU_REQUIRE_SAID(std::memcmp(memory, kMagic, sizeof(TimelineFile::magic)) == 0,
                       ZE_RESULT_ERROR_INVALID_ARGUMENT, "the memfd does not begin as a timeline does");
  *semaphore = std::move(made);
  return ZE_RESULT_SUCCESS;
}

// A semaphore at a value, as a command waits for it.
class SemaphorePoint final : public SyncPoint {
 public:
  SemaphorePoint(std::shared_ptr<ExternalSemaphore> semaphore, uint64_t value)
      : semaphore_(std::move(semaphore)), value_(value) {}
  bool signalled() const override { return semaphore_->signalled(value_); }
  bool wait(Deadline deadline) const override { return semaphore_->wait(value_, deadline); }
  void signal(uint64_t, uint64_t) override { semaphore_->signal(value_); }
  ze_kernel_timestamp_result_t times() const override { return {}; }

 private:
  const std::shared_ptr<ExternalSemaphore> semaphore_;
  const uint64_t value_;
};

struct Wanted {
  std::shared_ptr<ExternalSemaphore> semaphore;
  uint64_t value;
};

template <class Parameters>
ze_result_t readUses(const List& list, uint32_t count, newer::ExternalSemaphoreHandle* semaphores,
                     const Parameters* parameters, std::vector<Wanted>* uses) {
  SOFTGPU_REQUIRE_POINTER(semaphores);
  SOFTGPU_REQUIRE_POINTER(parameters);
  SOFTGPU_REQUIRE_SAID(list.immediate(), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "only immediate command lists signal semaphores or wait for them");
  SOFTGPU_REQUIRE(count > 0, ZE_RESULT_ERROR_INVALID_SIZE);
  for (uint32_t i = 0; i < count; ++i) {
    SOFTGPU_RESOLVE(ExternalSemaphore, semaphore, semaphores[i]);
    SOFTGPU_REQUIRE(parameters[i].pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    uses->push_back({semaphore, parameters[i].value});
  }
  return ZE_RESULT_SUCCESS;
}

}  // namespace

ze_result_t ExternalSemaphore::import(uint32_t type, int fd, std::shared_ptr<ExternalSemaphore>* semaphore) {
  SOFTGPU_REQUIRE_SAID(type == newer::kSemaphoreOpaqueFd || type == newer::kSemaphoreTimelineFd,
                       ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION,
                       "semaphores are one of OPAQUE_FD and VK_TIMELINE_SEMAPHORE_FD");
  const std::string object = objectBehind(fd);
  SOFTGPU_REQUIRE_SAID(fd >= 0 && !object.empty(), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the descriptor is not open");
  SOFTGPU_REQUIRE_SAID(!object.starts_with("anon_inode:sync") && !object.starts_with("anon_inode:[sync"),
                       ZE_RESULT_ERROR_UNSUPPORTED_FEATURE,
                       "the semaphore is a kernel driver's; softgpu takes eventfds and memfds");
  return type == newer::kSemaphoreOpaqueFd ? importBinary(fd, object, semaphore)
                                           : importTimeline(fd, object, semaphore);
}

ze_result_t ZE_APICALL deviceImportExternalSemaphoreExt(ze_device_handle_t hDevice,
                                                        const newer::ExternalSemaphoreDesc* desc,
                                                        newer::ExternalSemaphoreHandle* phSemaphore) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phSemaphore);
  SOFTGPU_REQUIRE((desc->flags & ~newer::kSemaphoreFlags) == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  const newer::ExternalSemaphoreFdDesc* file = nullptr;
  for (const auto* next = static_cast<const ze_base_desc_t*>(desc->pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    SOFTGPU_REQUIRE(next->stype == newer::kStypeSemaphoreFd, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    file = reinterpret_cast<const newer::ExternalSemaphoreFdDesc*>(next);
  }
  SOFTGPU_REQUIRE_SAID(file != nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "no ze_external_semaphore_fd_ext_desc_t is chained");
  std::shared_ptr<ExternalSemaphore> semaphore;
  SOFTGPU_TRY(ExternalSemaphore::import(desc->flags, file->fd, &semaphore));
  *phSemaphore = publish(std::move(semaphore));
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL deviceReleaseExternalSemaphoreExt(newer::ExternalSemaphoreHandle hSemaphore) {
  return destroy<ExternalSemaphore>(hSemaphore);
}

ze_result_t ZE_APICALL listAppendSignalExternalSemaphoreExt(
    ze_command_list_handle_t hCommandList, uint32_t numSemaphores,
    newer::ExternalSemaphoreHandle* phSemaphores, newer::ExternalSemaphoreSignal* signalParams,
    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  std::vector<Wanted> uses;
  SOFTGPU_TRY(readUses(*list, numSemaphores, phSemaphores, signalParams, &uses));
  return list->append({hSignalEvent, numWaitEvents, phWaitEvents, {}}, [uses = std::move(uses)] {
    for (const Wanted& use : uses) use.semaphore->signal(use.value);
  });
}

ze_result_t ZE_APICALL listAppendWaitExternalSemaphoreExt(
    ze_command_list_handle_t hCommandList, uint32_t numSemaphores,
    newer::ExternalSemaphoreHandle* phSemaphores, newer::ExternalSemaphoreWait* waitParams,
    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  std::vector<Wanted> uses;
  SOFTGPU_TRY(readUses(*list, numSemaphores, phSemaphores, waitParams, &uses));
  EventArgs events{hSignalEvent, numWaitEvents, phWaitEvents, {}};
  for (const Wanted& use : uses)
    events.points.push_back(std::make_shared<SemaphorePoint>(use.semaphore, use.value));
  return list->append(events, [uses = std::move(uses)] {
    for (const Wanted& use : uses) use.semaphore->take();
  });
}

}  // namespace softgpu::driver
