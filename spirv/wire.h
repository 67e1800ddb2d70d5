// What travels between the library and its compiler process clze-clc; both ends are built from one source
// tree. A request and its outcome lie in one memfd (shared memory), so that no pipe can block; sockets carry
// only the events.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"

namespace clze::spirv::wire {

constexpr uint32_t kMagic = 0x637a6c31;  // changes whenever a layout below does
constexpr int kControlFd = 3;            // clze-clc's end of the control socket

struct Request {
  std::string directory;  // the application's, for relative -I
  std::string source;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::string> options;
  std::vector<std::string> extensions;
  std::vector<std::string> features;
  uint32_t addressBits = 64;
  bool images = true;
  uint32_t seconds = 60;
};

struct Outcome {
  bool ok = false;
  std::vector<uint32_t> module;
  std::string log;
};

// Control socket, SOCK_SEQPACKET. clze-clc begins with Hello and a pidfd of itself; a Job carries kJobFds
// descriptors.
struct Hello {
  uint32_t magic;
  int32_t pid;
};
struct Job {
  uint32_t magic;
  uint32_t seconds;  // wall clock
};
enum JobFd : uint32_t { DataFd, TextFd, StatusFd, kJobFds };

// On the job's own status socket: Started, then one of the others. EOF without Started: the job was never
// seen.
enum class StatusKind : uint32_t { Started, Exited, Signalled, TimedOut, NotStarted };
struct Status {
  StatusKind kind;
  int32_t value;  // pid, exit code, signal number, seconds, errno
};

std::string encode(const Request& request);
std::optional<Request> decodeRequest(std::string_view bytes);
std::string encode(const Outcome& outcome);
std::optional<Outcome> decodeOutcome(std::string_view bytes);

// Whole contents of a memfd; nothing when it cannot be read.
std::optional<std::string> readAll(int fd);
// Replaces the contents of a memfd.
bool writeAll(int fd, std::string_view bytes);

// One packet with descriptors. receive() returns the packet's length, 0 at end of file, -1 on error; fds
// beyond `fds` are closed.
bool send(int socket, const void* bytes, size_t size, std::span<const int> fds);
ssize_t receive(int socket, void* bytes, size_t size, std::span<UniqueFd> fds);

}  // namespace clze::spirv::wire
