// Makes the house once, keeps the table of open nodes, and ends it with the process.
#include "tests/intel/fake_gpu/house.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "tests/intel/fake_gpu/counts/report.h"
#include "tests/intel/fake_gpu/log.h"
#include "tests/intel/fake_gpu/settings.h"

// libc's, which its headers do not declare: the last argument is the library that the handler belongs to.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int __cxa_atexit(void (*handler)(void*), void* argument, void* library);

namespace fake_gpu {
namespace {

std::atomic<House*>& current() {
  static std::atomic<House*>& kept = *new std::atomic<House*>(nullptr);
  return kept;
}

std::atomic<std::mutex*>& making() {
  static std::atomic<std::mutex*>& kept = *new std::atomic<std::mutex*>(new std::mutex);
  return kept;
}

// The child has neither the parent's threads nor its locks in a known state: it starts afresh, and what it
// inherited of descriptors is dead, as a driver's would be without the memory behind them.
void forgetInChild() {
  current() = nullptr;
  making() = new std::mutex;
}

}  // namespace

House* House::existing() { return current().load(std::memory_order_acquire); }

House& House::get() {
  if (House* house = existing()) return *house;
  std::lock_guard lock(*making().load());
  if (House* house = existing()) return *house;
  static const bool once = [] {
    pthread_atfork(nullptr, nullptr, forgetInChild);
    return true;
  }();
  static_cast<void>(once);
  // Leaked: drivers close their devices after the program's static destructors.
  auto* made = new House;
  current().store(made, std::memory_order_release);
  return *made;
}

House::House() : tree_(settings().devices) {
  for (size_t i = 0; i < settings().devices.size(); ++i) {
    devices_.push_back(std::make_unique<Device>(i, *settings().devices[i]));
  }
}

int House::openNode(const Node& node, int flags) {
  int ends[2];
  if (syscall(SYS_pipe2, ends, O_NONBLOCK | O_CLOEXEC) != 0) return -errno;
  if (!(flags & O_CLOEXEC)) syscall(SYS_fcntl, ends[0], F_SETFD, 0);
  struct stat status {};
  syscall(SYS_fstat, ends[0], &status);
  auto file = std::make_shared<OpenFile>(*devices_[node.device], node.render);
  tally().nodesOpened++;
  {
    std::unique_lock lock(mutex_);
    open_[status.st_ino] = {std::move(file), node, ends[1]};
    openNodes_ = open_.size();
  }
  log(1, "%s: %s node opened as descriptor %d", devices_[node.device]->name().c_str(),
      node.render ? "render" : "card", ends[0]);
  return ends[0];
}

const House::Open* House::find(int fd, ino_t& inode) const {
  struct stat status {};
  if (openNodes_ == 0 || fd < 0 || syscall(SYS_fstat, fd, &status) != 0 || !S_ISFIFO(status.st_mode))
    return nullptr;
  inode = status.st_ino;
  const auto found = open_.find(inode);
  return found == open_.end() ? nullptr : &found->second;
}

std::shared_ptr<OpenFile> House::fileOf(int fd) const {
  ino_t inode = 0;
  std::shared_lock lock(mutex_);
  const Open* open = find(fd, inode);
  return open ? open->file : nullptr;
}

ino_t House::nodeInode(int fd) const {
  ino_t inode = 0;
  std::shared_lock lock(mutex_);
  return find(fd, inode) ? inode : 0;
}

std::optional<Node> House::nodeOf(const struct stat& status) const {
  if (!S_ISFIFO(status.st_mode)) return tree_.nodeOf(status);
  std::shared_lock lock(mutex_);
  const auto found = open_.find(status.st_ino);
  return found == open_.end() ? std::nullopt : std::optional(found->second.node);
}

void House::afterClose(ino_t inode) {
  std::shared_ptr<OpenFile> last;
  {
    std::unique_lock lock(mutex_);
    const auto found = open_.find(inode);
    if (found == open_.end()) return;
    // A pipe without readers is in error: no duplicate is left, here or in a child.
    pollfd other{found->second.otherEnd, 0, 0};
    timespec now{0, 0};
    if (syscall(SYS_ppoll, &other, 1, &now, nullptr, 0) != 1 || !(other.revents & POLLERR)) return;
    syscall(SYS_close, found->second.otherEnd);
    last = std::move(found->second.file);
    open_.erase(found);
    openNodes_ = open_.size();
  }
  log(1, "%s: node closed", last->device().name().c_str());
}

bool House::isProgramsNode(int fd) const {
  ino_t inode = 0;
  std::shared_lock lock(mutex_);
  const Open* open = find(fd, inode);
  // The other end is the same pipe, and the house's own.
  return open && open->otherEnd != fd;
}

House::Descriptors House::openDescriptors() const {
  Descriptors counted;
  // dma-bufs are the memfds that are open more often than the buffers themselves hold them.
  uint64_t memfds = 0;
  const long folder = syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return counted;
  alignas(8) char entries[4096];
  long got = 0;
  while ((got = syscall(SYS_getdents64, folder, entries, sizeof(entries))) > 0) {
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries + at);
      at += entry->d_reclen;
      const int fd = std::atoi(entry->d_name);
      if (entry->d_name[0] == '.' || fd == folder) continue;
      if (isProgramsNode(fd)) {
        counted.nodes++;
        continue;
      }
      char target[64] = {};
      if (syscall(SYS_readlinkat, folder, entry->d_name, target, sizeof(target) - 1) > 0 &&
          std::strncmp(target, "/memfd:fake-gpu-object", 22) == 0) {
        memfds++;
      }
    }
  }
  syscall(SYS_close, folder);
  const uint64_t own = tally().memfdsAlive;
  counted.dmaBufs = memfds > own ? memfds - own : 0;
  return counted;
}

void House::atEnd() {
  // A child that was forked after the house was made has none of its own: existing() is null there.
  tree_.remove();
  for (const auto& device : devices_) device->engines().waitIdle(std::chrono::milliseconds(1000));
  reportAtEnd();
}

namespace {

void end(void*) {
  if (House* house = House::existing()) house->atEnd();
}

// A preloaded library's destructors run before those of most others, and drivers close their devices in
// theirs. A handler added now runs when they all are through (glibc starts over when handlers were added
// meanwhile), so what is alive then was leaked. It belongs to no library, or it would run with this one's
// handlers.
__attribute__((destructor)) void destructorsBegin() {
  if (House::existing() && __cxa_atexit(end, nullptr, nullptr) != 0) end(nullptr);
}

}  // namespace

}  // namespace fake_gpu
