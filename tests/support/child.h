// Runs a test of this program alone in a new process, for what ends a process or must happen first in one.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace clze::test {

// The test is named DISABLED_, so that only this runs it. How it ended: its exit code, or minus the signal.
inline int runAlone(const std::string& test) {
  const pid_t child = ::fork();
  if (child == 0) {
    // Nothing of the parent's threads or locks is used between fork and exec but the environment.
    ::unsetenv("GTEST_TOTAL_SHARDS");
    ::unsetenv("GTEST_SHARD_INDEX");
    ::unsetenv("GTEST_OUTPUT");
    const std::string filter = "--gtest_filter=" + test;
    ::execl("/proc/self/exe", "child", filter.c_str(), "--gtest_also_run_disabled_tests", "--gtest_brief=1",
            static_cast<char*>(nullptr));
    ::_exit(126);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace clze::test
