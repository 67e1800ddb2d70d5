// One write a message, so that messages of several threads do not mix.
#include "tests/intel/fake_gpu/log.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace fake_gpu {

int logLevel() {
  static const int level = [] {
    const char* text = std::getenv("FAKE_GPU_LOG");
    return text ? std::atoi(text) : 0;
  }();
  return level;
}

void log(int level, const char* format, ...) {
  if (level > logLevel()) return;
  const int kept = errno;
  char line[8192] = "fake_gpu: ";
  constexpr int prefix = 10;
  va_list arguments;
  va_start(arguments, format);
  const int length = std::vsnprintf(line + prefix, sizeof(line) - prefix - 1, format, arguments);
  va_end(arguments);
  int end = prefix + std::clamp(length, 0, static_cast<int>(sizeof(line)) - prefix - 2);
  if (line[end - 1] != '\n') line[end++] = '\n';
  syscall(SYS_write, STDERR_FILENO, line, end);
  errno = kept;
}

}  // namespace fake_gpu
