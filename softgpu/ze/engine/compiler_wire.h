// What travels between the driver and softgpu-compiler; both are of one build. Jobs and outcomes lie in a
// memfd, so that nothing can block; sockets carry what happens.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace softgpu::engine::wire {

inline constexpr uint32_t kMagic = 0x73677031;  // changes with every layout here
inline constexpr int kControlFd = 3;            // the compiler's end of the control socket

// Control socket, SOCK_SEQPACKET: the compiler begins with Hello; a Request carries the memfd and the
// compiler's end of a socket for what happens to this job.
struct Hello {
  uint32_t magic;
};
struct Request {
  uint32_t magic;
  uint32_t seconds;
};
// End of file without Started: the job was never seen. After it: the process ended in some other way.
enum class Event : uint32_t { Started, Done, Signalled };
struct Status {
  Event event;
  int32_t signal;
};

bool send(int socket, std::span<const std::byte> message, std::span<const int> fds);
// Bytes received, 0 at end of file, -1 on error. Descriptors that do not come are -1.
ssize_t receive(int socket, std::span<std::byte> message, std::span<int> fds);
bool writeFile(int fd, std::span<const std::byte> bytes);  // in place of what is there
std::optional<std::vector<std::byte>> readFile(int fd);

template <typename T>
std::span<const std::byte> bytesOf(const T& message) {
  return std::as_bytes(std::span(&message, 1));
}
template <typename T>
std::span<std::byte> writableBytesOf(T& message) {
  return std::as_writable_bytes(std::span(&message, 1));
}

}  // namespace softgpu::engine::wire
