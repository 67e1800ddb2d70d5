// Runs a test of this program alone in a new process, for what ends a process or must happen first in one.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace clze::test {

// The test is named DISABLED_, so that only this runs it. How it ended: its exit code, or minus the signal.
inline int runAlone(const std::string& test) {
  // As this process was started: a program given to a dynamic loader has that as its executable.
  std::vector<std::string> words;
  std::ifstream line("/proc/self/cmdline", std::ios::binary);
  for (std::string word; std::getline(line, word, '\0');) {
    if (word.rfind("--gtest_", 0) != 0) words.push_back(std::move(word));
  }
  words.insert(words.end(), {"--gtest_filter=" + test, "--gtest_also_run_disabled_tests", "--gtest_brief=1"});
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    // Nothing of the parent's threads or locks is used between fork and exec but the environment.
    ::unsetenv("GTEST_TOTAL_SHARDS");
    ::unsetenv("GTEST_SHARD_INDEX");
    ::unsetenv("GTEST_OUTPUT");
    ::execv("/proc/self/exe", arguments.data());
    ::_exit(126);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace clze::test
