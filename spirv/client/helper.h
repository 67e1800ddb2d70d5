// The connection to the compiler process: started at the first compile, again when it is gone, one per
// process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <mutex>
#include <span>
#include <string>

#include "base/unique_fd.h"

namespace clze::spirv {

// Thread-safe. The lock is held to start the helper and to hand it a job, never while a job runs.
class Helper {
 public:
  static Helper& instance();

  // Hands over a job, starting the helper when there is none. False with a sentence in `error` when that
  // fails. `generation` says which helper took it.
  bool submit(uint32_t seconds, std::span<const int> fds, uint64_t& generation, std::string& error);

  // Ends that helper, unless a newer one runs already.
  void discard(uint64_t generation);

  // The running helper's process id, 0 when none runs.
  pid_t pid();

  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

 private:
  Helper();
  ~Helper() = default;

  bool start(std::string& error);
  bool greet(const std::string& path, std::string& error);
  void drop(bool kill);
  // The socket belongs to the process that made it: after fork() the child must not speak on it.
  void leaveToParent();

  std::mutex mutex_;
  UniqueFd control_;
  UniqueFd process_;  // pidfd
  pid_t pid_ = 0;
  pid_t owner_ = 0;
  uint64_t generation_ = 0;
};

}  // namespace clze::spirv
