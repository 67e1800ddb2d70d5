// Lending a descriptor and taking it back.
#include "l0backend/memory/lent_fd.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"

namespace clze::l0 {

namespace {

// Numbered above those that other threads are given meanwhile: if the driver closes it, the number stays
// unused, and a look at it afterwards tells the two cases apart.
UniqueFd duplicateHigh(int fd) {
  rlimit limit = {};
  rlim_t lowest = 512;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) lowest = std::min<rlim_t>(limit.rlim_cur / 2, 4096);
  UniqueFd high(::fcntl(fd, F_DUPFD_CLOEXEC, static_cast<int>(lowest)));
  return high ? std::move(high) : UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

// One at a time, so that no two loans share the numbers duplicateHigh() counts on.
std::mutex loans;

}  // namespace

Result<LentFd> LentFd::of(int fd, uint64_t size) {
  struct stat identity = {};
  if (fd < 0 || ::fstat(fd, &identity) != 0) return Failure{CL_INVALID_VALUE};
  // Old kernels tell a dma-buf's size only by seeking.
  const off_t bytes = identity.st_size > 0 ? identity.st_size : ::lseek(fd, 0, SEEK_END);
  if (size == 0 || bytes < 0 || static_cast<uint64_t>(bytes) < size) {
    CLZE_LOG_ERROR("l0", "dma-buf of {} bytes cannot hold the {} bytes asked for", bytes, size);
    return Failure{CL_INVALID_VALUE};
  }
  LentFd lent;
  lent.lock_ = std::unique_lock<std::mutex>(loans);
  lent.duplicate_ = duplicateHigh(fd);
  if (!lent.duplicate_) return Failure{CL_OUT_OF_HOST_MEMORY};
  lent.device_ = identity.st_dev;
  lent.inode_ = identity.st_ino;
  return lent;
}

LentFd::~LentFd() {
  if (!duplicate_) return;
  struct stat after = {};
  const bool stillOurs =
      ::fstat(duplicate_.get(), &after) == 0 && after.st_dev == device_ && after.st_ino == inode_;
  if (!stillOurs) duplicate_.release();
}

}  // namespace clze::l0
