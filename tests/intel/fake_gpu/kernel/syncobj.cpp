// Syncobj ioctls. A sync_file is a pipe's read end: a byte arrives when the fence is reached.
#include "tests/intel/fake_gpu/kernel/syncobj.h"

#include <fcntl.h>
#include <libdrm/drm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "tests/intel/fake_gpu/kernel/open_file.h"

namespace fake_gpu {
namespace {

using Clock = std::chrono::steady_clock;

struct SyncFiles {
  std::mutex mutex;
  std::map<ino_t, std::weak_ptr<Fence>> byPipe;
};

SyncFiles& syncFiles() {
  static SyncFiles& kept = *new SyncFiles;
  return kept;
}

std::shared_ptr<Syncobj> find(OpenFile& file, uint32_t handle) {
  auto table = file.syncobjs.lock();
  const std::shared_ptr<Syncobj>* found = table->find(handle);
  return found ? *found : nullptr;
}

// Absolute CLOCK_MONOTONIC nanoseconds, as steady_clock's; a negative one is long past.
Clock::time_point pointInTime(int64_t nanoseconds) {
  return Clock::time_point(std::chrono::nanoseconds(std::max<int64_t>(nanoseconds, 0)));
}

bool waitUntil(const Fence& fence, Clock::time_point end) {
  const auto left = end - Clock::now();
  // Fence's "for ever" is negative, and a deadline that has passed is not.
  return fence.wait(std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(left)));
}

int create(OpenFile& file, drm_syncobj_create& create) {
  auto syncobj = std::make_shared<Syncobj>();
  if (create.flags & DRM_SYNCOBJ_CREATE_SIGNALED) {
    auto fence = std::make_shared<Fence>();
    fence->signal();
    syncobj->set(0, std::move(fence));
  }
  create.handle = file.syncobjs.lock()->add(std::move(syncobj));
  return 0;
}

int destroy(OpenFile& file, drm_syncobj_destroy& destroy) {
  return file.syncobjs.lock()->take(destroy.handle) ? 0 : -EINVAL;
}

int handleToFd(OpenFile& file, drm_syncobj_handle& handle) {
  const std::shared_ptr<Syncobj> syncobj = find(file, handle.handle);
  if (!syncobj) return -EINVAL;
  // Sharing a syncobj itself between processes is not here: only its present fence as a sync_file.
  if (!(handle.flags & DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE)) return -EOPNOTSUPP;
  const std::shared_ptr<Fence> fence = syncobj->fenceOf(0);
  if (!fence) return -EINVAL;
  const int fd = fenceToFd(fence);
  if (fd < 0) return fd;
  handle.fd = fd;
  return 0;
}

int fdToHandle(OpenFile& file, drm_syncobj_handle& handle) {
  if (!(handle.flags & DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE)) return -EOPNOTSUPP;
  const std::shared_ptr<Syncobj> syncobj = find(file, handle.handle);
  std::shared_ptr<Fence> fence = fenceOfFd(handle.fd);
  if (!syncobj || !fence) return -EINVAL;
  syncobj->set(0, std::move(fence));
  return 0;
}

// Waits of both kinds: `points` is null for binary ones.
int waitFor(OpenFile& file, uint64_t handles, uint64_t points, uint32_t count, uint32_t flags,
            int64_t timeout, uint32_t& firstSignalled) {
  if (count == 0) return -EINVAL;
  const auto end = pointInTime(timeout);
  struct Wanted {
    std::shared_ptr<Syncobj> syncobj;
    uint64_t point;
  };
  std::vector<Wanted> wanted;
  for (uint32_t i = 0; i < count; ++i) {
    std::shared_ptr<Syncobj> syncobj = find(file, user<uint32_t>(handles)[i]);
    if (!syncobj) return -ENOENT;
    wanted.push_back({std::move(syncobj), points ? user<uint64_t>(points)[i] : 0});
  }
  const bool forSubmit =
      flags & (DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT | DRM_SYNCOBJ_WAIT_FLAGS_WAIT_AVAILABLE);
  const bool onlyAvailable = flags & DRM_SYNCOBJ_WAIT_FLAGS_WAIT_AVAILABLE;
  if (flags & DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL) {
    for (const Wanted& each : wanted) {
      const std::shared_ptr<Fence> fence =
          forSubmit ? each.syncobj->waitSubmitted(each.point, end) : each.syncobj->fenceOf(each.point);
      if (!fence) return forSubmit ? -ETIME : -EINVAL;
      if (!onlyAvailable && !waitUntil(*fence, end)) return -ETIME;
    }
    return 0;
  }
  // Any of several: looked at in turn, a millisecond apart; nobody here waits so in a hot path.
  while (true) {
    for (uint32_t i = 0; i < count; ++i) {
      const std::shared_ptr<Fence> fence = wanted[i].syncobj->fenceOf(wanted[i].point);
      if (!fence && !forSubmit) return -EINVAL;
      if (fence && (onlyAvailable || fence->signalled())) {
        firstSignalled = i;
        return 0;
      }
    }
    if (Clock::now() >= end) return -ETIME;
    const std::shared_ptr<Fence> only = count == 1 ? wanted[0].syncobj->fenceOf(wanted[0].point) : nullptr;
    if (only) {
      waitUntil(*only, end);
    } else if (count == 1) {
      wanted[0].syncobj->waitSubmitted(wanted[0].point, end);
    } else {
      const timespec pause{0, 1000000};
      nanosleep(&pause, nullptr);
    }
  }
}

int wait(OpenFile& file, drm_syncobj_wait& wait) {
  return waitFor(file, wait.handles, 0, wait.count_handles, wait.flags, wait.timeout_nsec,
                 wait.first_signaled);
}

int timelineWait(OpenFile& file, drm_syncobj_timeline_wait& wait) {
  return waitFor(file, wait.handles, wait.points, wait.count_handles, wait.flags, wait.timeout_nsec,
                 wait.first_signaled);
}

int reset(OpenFile& file, drm_syncobj_array& array) {
  for (uint32_t i = 0; i < array.count_handles; ++i) {
    const std::shared_ptr<Syncobj> syncobj = find(file, user<uint32_t>(array.handles)[i]);
    if (!syncobj) return -ENOENT;
    syncobj->reset();
  }
  return 0;
}

int signal(OpenFile& file, drm_syncobj_array& array) {
  for (uint32_t i = 0; i < array.count_handles; ++i) {
    const std::shared_ptr<Syncobj> syncobj = find(file, user<uint32_t>(array.handles)[i]);
    if (!syncobj) return -ENOENT;
    auto fence = std::make_shared<Fence>();
    fence->signal();
    syncobj->set(0, std::move(fence));
  }
  return 0;
}

int timelineSignal(OpenFile& file, drm_syncobj_timeline_array& array) {
  for (uint32_t i = 0; i < array.count_handles; ++i) {
    const std::shared_ptr<Syncobj> syncobj = find(file, user<uint32_t>(array.handles)[i]);
    if (!syncobj) return -ENOENT;
    auto fence = std::make_shared<Fence>();
    fence->signal();
    syncobj->set(array.points ? user<uint64_t>(array.points)[i] : 0, std::move(fence));
  }
  return 0;
}

int query(OpenFile& file, drm_syncobj_timeline_array& array) {
  for (uint32_t i = 0; i < array.count_handles; ++i) {
    const std::shared_ptr<Syncobj> syncobj = find(file, user<uint32_t>(array.handles)[i]);
    if (!syncobj) return -ENOENT;
    user<uint64_t>(array.points)[i] =
        array.flags & DRM_SYNCOBJ_QUERY_FLAGS_LAST_SUBMITTED ? syncobj->submitted() : syncobj->reached();
  }
  return 0;
}

int transfer(OpenFile& file, drm_syncobj_transfer& transfer) {
  const std::shared_ptr<Syncobj> from = find(file, transfer.src_handle), to = find(file, transfer.dst_handle);
  if (!from || !to) return -ENOENT;
  std::shared_ptr<Fence> fence = from->fenceOf(transfer.src_point);
  if (!fence) return -EINVAL;
  to->set(transfer.dst_point, std::move(fence));
  return 0;
}

}  // namespace

std::shared_ptr<Fence> Syncobj::fenceLocked(uint64_t point) const {
  if (point == 0) return binary_;
  const auto reaching = points_.lower_bound(point);
  return reaching == points_.end() ? nullptr : reaching->second;
}

std::shared_ptr<Fence> Syncobj::fenceOf(uint64_t point) const {
  std::lock_guard lock(mutex_);
  return fenceLocked(point);
}

void Syncobj::set(uint64_t point, std::shared_ptr<Fence> fence) {
  std::lock_guard lock(mutex_);
  if (point == 0) {
    binary_ = std::move(fence);
  } else {
    points_[point] = std::move(fence);
  }
  changed_.notify_all();
}

void Syncobj::reset() {
  std::lock_guard lock(mutex_);
  binary_ = nullptr;
  points_.clear();
}

uint64_t Syncobj::reached() const {
  std::lock_guard lock(mutex_);
  uint64_t last = 0;
  for (const auto& [point, fence] : points_) {
    if (!fence->signalled()) break;
    last = point;
  }
  return last;
}

uint64_t Syncobj::submitted() const {
  std::lock_guard lock(mutex_);
  return points_.empty() ? 0 : points_.rbegin()->first;
}

std::shared_ptr<Fence> Syncobj::waitSubmitted(uint64_t point, Clock::time_point end) const {
  std::unique_lock lock(mutex_);
  const auto there = [this, point] { return fenceLocked(point) != nullptr; };
  if (end - Clock::now() > std::chrono::hours(24)) {
    changed_.wait(lock, there);
  } else {
    changed_.wait_until(lock, end, there);
  }
  return fenceLocked(point);
}

int fenceToFd(const std::shared_ptr<Fence>& fence) {
  int ends[2];
  if (syscall(SYS_pipe2, ends, O_CLOEXEC | O_NONBLOCK) != 0) return -errno;
  struct stat status {};
  syscall(SYS_fstat, ends[0], &status);
  {
    std::lock_guard lock(syncFiles().mutex);
    std::erase_if(syncFiles().byPipe, [](const auto& known) { return known.second.expired(); });
    syncFiles().byPipe[status.st_ino] = fence;
  }
  // The fence is kept for as long as it is not reached: an importer may ask for it later.
  fence->onSignal([writeEnd = ends[1], kept = fence] {
    const char reached = 1;
    syscall(SYS_write, writeEnd, &reached, 1);
    syscall(SYS_close, writeEnd);
  });
  return ends[0];
}

std::shared_ptr<Fence> fenceOfFd(int fd) {
  struct stat status {};
  if (syscall(SYS_fstat, fd, &status) != 0 || !S_ISFIFO(status.st_mode)) return nullptr;
  std::lock_guard lock(syncFiles().mutex);
  const auto known = syncFiles().byPipe.find(status.st_ino);
  if (known == syncFiles().byPipe.end()) return nullptr;
  std::shared_ptr<Fence> fence = known->second.lock();
  if (fence) return fence;
  // Reached long ago, and gone.
  fence = std::make_shared<Fence>();
  fence->signal();
  return fence;
}

void addSyncobjIoctls(IoctlTable& table) {
  enter<drm_syncobj_create, create>(table, DRM_IOCTL_SYNCOBJ_CREATE, "SYNCOBJ_CREATE");
  enter<drm_syncobj_destroy, destroy>(table, DRM_IOCTL_SYNCOBJ_DESTROY, "SYNCOBJ_DESTROY");
  enter<drm_syncobj_handle, handleToFd>(table, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, "SYNCOBJ_HANDLE_TO_FD");
  enter<drm_syncobj_handle, fdToHandle>(table, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, "SYNCOBJ_FD_TO_HANDLE");
  enter<drm_syncobj_wait, wait>(table, DRM_IOCTL_SYNCOBJ_WAIT, "SYNCOBJ_WAIT");
  enter<drm_syncobj_timeline_wait, timelineWait>(table, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT,
                                                 "SYNCOBJ_TIMELINE_WAIT");
  enter<drm_syncobj_array, reset>(table, DRM_IOCTL_SYNCOBJ_RESET, "SYNCOBJ_RESET");
  enter<drm_syncobj_array, signal>(table, DRM_IOCTL_SYNCOBJ_SIGNAL, "SYNCOBJ_SIGNAL");
  enter<drm_syncobj_timeline_array, timelineSignal>(table, DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL,
                                                    "SYNCOBJ_TIMELINE_SIGNAL");
  enter<drm_syncobj_timeline_array, query>(table, DRM_IOCTL_SYNCOBJ_QUERY, "SYNCOBJ_QUERY");
  enter<drm_syncobj_transfer, transfer>(table, DRM_IOCTL_SYNCOBJ_TRANSFER, "SYNCOBJ_TRANSFER");
}

}  // namespace fake_gpu
