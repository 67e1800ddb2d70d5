// A dma-buf's fd while a driver imports it. Drivers crash on an fd that is none, do not look at sizes, and
// disagree on whether an import closes the fd it is given: each import gets a duplicate, and finds out for
// itself.
#pragma once

#include <sys/stat.h>

#include <mutex>

#include "base/result.h"
#include "base/unique_fd.h"

namespace clze::l0 {

class LentFd {
 public:
  // CL_INVALID_VALUE when `fd` is no open file of at least `size` bytes. One loan at a time in the process.
  static Result<LentFd> of(int fd, uint64_t size);
  LentFd(LentFd&&) = default;
  LentFd& operator=(LentFd&&) = delete;
  // After the import, whatever came of it: closes the duplicate unless the driver has done so.
  ~LentFd();

  int get() const { return duplicate_.get(); }

 private:
  LentFd() = default;
  std::unique_lock<std::mutex> lock_;
  UniqueFd duplicate_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace clze::l0
