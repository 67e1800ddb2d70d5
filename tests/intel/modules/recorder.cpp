// Takes the place of clze-clc (CLZE_CLC) and keeps what it is asked to compile: one file a program in the
// folder that CLZE_RECORD names, as the request of spirv/wire.h. Passes everything on to the clze-clc that
// CLZE_RECORD_COMPILER names.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "base/unique_fd.h"
#include "spirv/wire.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace clze::modules {
namespace {

namespace wire = spirv::wire;

// FNV-1a: the same program has the same name in every run.
uint64_t hash(const std::string& bytes) {
  uint64_t value = 0xcbf29ce484222325;
  for (const char c : bytes) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return value;
}

void record(int data) {
  const char* folder = std::getenv("CLZE_RECORD");
  const auto bytes = wire::readAll(data);
  auto request = bytes ? wire::decodeRequest(*bytes) : std::nullopt;
  if (folder == nullptr || !request) return;
  // What the device of this run has is not part of the program.
  request->extensions.clear();
  request->features.clear();
  const std::string kept = wire::encode(*request);
  std::array<char, 32> name = {};
  std::snprintf(name.data(), name.size(), "/%016" PRIx64, hash(kept));
  const std::string path = folder + std::string(name.data());
  // Several processes may write the same program: each its own file, moved to its place whole.
  const std::string draft = path + "." + std::to_string(::getpid());
  std::ofstream(draft, std::ios::binary) << kept;
  std::rename(draft.c_str(), (path + ".request").c_str());
}

// Reads one packet here and sends it there, with its descriptors. False at the end of either side.
bool pass(int from, int to, bool jobs) {
  std::array<char, 256> bytes = {};
  std::array<UniqueFd, wire::kJobFds> fds;
  const ssize_t size = wire::receive(from, bytes.data(), bytes.size(), fds);
  if (size <= 0) return false;
  if (jobs && fds[wire::DataFd]) record(fds[wire::DataFd].get());
  std::array<int, wire::kJobFds> raw = {};
  size_t count = 0;
  for (const UniqueFd& fd : fds) {
    if (fd) raw[count++] = fd.get();
  }
  return wire::send(to, bytes.data(), static_cast<size_t>(size), {raw.data(), count});
}

UniqueFd startCompiler() {
  const char* path = std::getenv("CLZE_RECORD_COMPILER");
  std::array<int, 2> ends = {-1, -1};
  if (path == nullptr || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, theirs.get(), wire::kControlFd);
  std::array<char*, 2> arguments = {const_cast<char*>(path), nullptr};
  pid_t pid = 0;
  const int failure = ::posix_spawn(&pid, path, &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  if (failure != 0) return {};
  // It leaves a child of its own behind and ends, as the application expects of us too.
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return ours;
}

int run() {
  // Off the number that the compiler's end is to have.
  const UniqueFd application(::fcntl(wire::kControlFd, F_DUPFD_CLOEXEC, wire::kControlFd + 1));
  ::close(wire::kControlFd);
  if (!application) return 2;
  if (const pid_t child = ::fork(); child != 0) return child < 0 ? 1 : 0;
  const UniqueFd compiler = startCompiler();
  if (!compiler) return 1;
  std::array<pollfd, 2> polled = {{{application.get(), POLLIN, 0}, {compiler.get(), POLLIN, 0}}};
  while (::poll(polled.data(), polled.size(), -1) >= 0 || errno == EINTR) {
    if (polled[0].revents != 0 && !pass(application.get(), compiler.get(), true)) break;
    if (polled[1].revents != 0 && !pass(compiler.get(), application.get(), false)) break;
  }
  return 0;
}

}  // namespace
}  // namespace clze::modules

int main() { ::_exit(clze::modules::run()); }
