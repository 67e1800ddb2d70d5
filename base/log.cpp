// The log's sink: one write(2) a line, so that lines of several threads and processes do not mix.
#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>

namespace clze::log {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"off", "error", "warning", "info", "debug"};

struct Sink {
  int level = 0;
  int fd = STDERR_FILENO;

  Sink() {
    const char* setting = std::getenv("CLZE_LOG");
    if (setting == nullptr) return;
    std::string_view rest = setting;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      const std::string_view word = rest.substr(0, comma);
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
      if (word.starts_with("file=")) {
        const int opened =
            ::open(std::string(word.substr(5)).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (opened >= 0) fd = opened;
        continue;
      }
      for (size_t i = 0; i < kLevelNames.size(); ++i) {
        if (word == kLevelNames[i] || (word.size() == 1 && word[0] == static_cast<char>('0' + i))) {
          level = static_cast<int>(i);
        }
      }
    }
  }
};

const Sink& sink() {
  static const Sink instance;
  return instance;
}

}  // namespace

bool enabled(Level level) { return static_cast<int>(level) <= sink().level; }

void write(Level level, std::string_view room, std::string_view message) {
  const std::string text =
      fmt::format("clze[{}] {} {}: {}\n", ::getpid(), room, kLevelNames[static_cast<size_t>(level)], message);
  // A log line that cannot be written is lost on purpose: there is nobody left to tell.
  [[maybe_unused]] const ssize_t written = ::write(sink().fd, text.data(), text.size());
}

}  // namespace clze::log
