// Log lines for people: what went wrong and why. Off unless CLZE_LOG asks; a line costs one branch when off.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace clze::log {

// CLZE_LOG=error|warning|info|debug[,file=PATH]; default: off. Lines go to stderr, or to PATH (appended).
enum class Level { Error = 1, Warning = 2, Info = 3, Debug = 4 };

bool enabled(Level level);
void write(Level level, std::string_view room, std::string_view message);

template <class... Args>
void line(Level level, std::string_view room, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(level)) write(level, room, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace clze::log

// `room` is where the line comes from: "icd", "l0", "va", "spirv".
#define CLZE_LOG_ERROR(room, ...) ::clze::log::line(::clze::log::Level::Error, room, __VA_ARGS__)
#define CLZE_LOG_WARNING(room, ...) ::clze::log::line(::clze::log::Level::Warning, room, __VA_ARGS__)
#define CLZE_LOG_INFO(room, ...) ::clze::log::line(::clze::log::Level::Info, room, __VA_ARGS__)
#define CLZE_LOG_DEBUG(room, ...) ::clze::log::line(::clze::log::Level::Debug, room, __VA_ARGS__)
