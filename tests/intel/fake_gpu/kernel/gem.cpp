// Buffers with their users; dma-bufs are duplicates of the buffers' memfds, told by inode.
#include "tests/intel/fake_gpu/kernel/gem.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "tests/intel/fake_gpu/counts/tally.h"

namespace fake_gpu {
namespace {

using Clock = std::chrono::steady_clock;

// What outlives the last handle while somebody still holds a dma-buf's fd.
struct Known {
  std::weak_ptr<Gem> gem;
  Tiling tiling = Tiling::Linear;
  uint32_t stride = 0;
};

struct Registry {
  std::mutex mutex;
  std::map<std::pair<dev_t, ino_t>, Known> byFile;
};

Registry& registry() {
  static Registry& kept = *new Registry;
  return kept;
}

bool status(int fd, struct stat& of) { return syscall(SYS_fstat, fd, &of) == 0; }

}  // namespace

Gem::Gem(std::shared_ptr<Object> object, Origin origin) : object_(std::move(object)), origin_(origin) {
  tally().objectsCreated++;
  tally().objectsAlive++;
  if (object_->fd() >= 0) tally().memfdsAlive++;
  tally().objectBytesAlive += object_->size();
}

Gem::~Gem() {
  tally().objectsAlive--;
  if (object_->fd() >= 0) tally().memfdsAlive--;
  tally().objectBytesAlive -= object_->size();
  if (object_->tiling == Tiling::Linear || object_->fd() < 0) return;
  struct stat file {};
  if (!status(object_->fd(), file)) return;
  std::lock_guard lock(registry().mutex);
  const auto known = registry().byFile.find({file.st_dev, file.st_ino});
  if (known == registry().byFile.end()) return;
  known->second.tiling = object_->tiling;
  known->second.stride = object_->stride;
}

void Gem::use(Use use) {
  std::lock_guard lock(mutex_);
  std::erase_if(uses_, [](const Use& old) { return old.fence->signalled(); });
  uses_.push_back(std::move(use));
}

std::vector<Gem::Use> Gem::uses() {
  std::lock_guard lock(mutex_);
  std::erase_if(uses_, [](const Use& old) { return old.fence->signalled(); });
  return uses_;
}

bool Gem::waitIdle(std::chrono::nanoseconds timeout, bool writersOnly) {
  const bool forEver = timeout.count() < 0 || timeout > std::chrono::hours(24);
  const Clock::time_point end = forEver ? Clock::time_point::max() : Clock::now() + timeout;
  for (const Use& use : uses()) {
    if (writersOnly && !use.writes) continue;
    if (forEver) {
      use.fence->wait(std::chrono::nanoseconds(-1));
    } else if (!use.fence->wait(
                   std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(end - Clock::now())))) {
      return false;
    }
  }
  return true;
}

int DmaBufs::exportFd(const std::shared_ptr<Gem>& gem) {
  // i915 refuses to export user memory.
  if (gem->object().fd() < 0) return -ENODEV;
  const long fd = syscall(SYS_fcntl, gem->object().fd(), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return -errno;
  struct stat file {};
  status(static_cast<int>(fd), file);
  tally().primeExports++;
  std::lock_guard lock(registry().mutex);
  registry().byFile[{file.st_dev, file.st_ino}].gem = gem;
  return static_cast<int>(fd);
}

std::shared_ptr<Gem> DmaBufs::find(int fd) {
  struct stat file {};
  if (!status(fd, file)) return nullptr;
  std::lock_guard lock(registry().mutex);
  const auto known = registry().byFile.find({file.st_dev, file.st_ino});
  return known == registry().byFile.end() ? nullptr : known->second.gem.lock();
}

std::shared_ptr<Gem> DmaBufs::import(int fd, int& error) {
  struct stat file {};
  if (!status(fd, file)) {
    error = -EBADF;
    return nullptr;
  }
  if (!S_ISREG(file.st_mode) || file.st_size == 0) {
    error = -EINVAL;
    return nullptr;
  }
  // Made under the lock, so that two importers of one dma-buf get one buffer.
  std::lock_guard lock(registry().mutex);
  Known& known = registry().byFile[{file.st_dev, file.st_ino}];
  std::shared_ptr<Gem> gem = known.gem.lock();
  if (!gem) {
    const long own = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0);
    auto object =
        own < 0 ? nullptr : Object::ofFile(static_cast<int>(own), static_cast<uint64_t>(file.st_size));
    if (!object) {
      error = own < 0 ? -EMFILE : -EINVAL;
      return nullptr;
    }
    object->tiling = known.tiling;
    object->stride = known.stride;
    gem = std::make_shared<Gem>(std::move(object), Gem::Origin::Imported);
    known.gem = gem;
  }
  tally().primeImports++;
  return gem;
}

}  // namespace fake_gpu
