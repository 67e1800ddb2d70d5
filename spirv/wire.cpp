// Encoding of requests and outcomes (lengths before contents, host byte order), and packets with descriptors.
#include "spirv/wire.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace clze::spirv::wire {
namespace {

class Writer {
 public:
  void number(uint64_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
  }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reading past the end makes every later value empty and good() false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool good() const { return good_; }

  uint64_t number() {
    uint64_t value = 0;
    const std::string_view raw = take(sizeof value);
    if (good_) std::memcpy(&value, raw.data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(take(number())); }
  std::vector<std::string> texts() {
    std::vector<std::string> values;
    for (uint64_t left = number(); left > 0 && good_; --left) values.push_back(text());
    return values;
  }
  std::string_view take(uint64_t size) {
    if (size > rest_.size()) good_ = false;
    if (!good_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string encode(const Request& request) {
  Writer writer;
  writer.number(kMagic);
  writer.text(request.directory);
  writer.text(request.source);
  writer.number(request.headers.size());
  for (const auto& [name, text] : request.headers) {
    writer.text(name);
    writer.text(text);
  }
  writer.texts(request.options);
  writer.texts(request.extensions);
  writer.texts(request.features);
  writer.number(request.addressBits);
  writer.number(request.images ? 1 : 0);
  writer.number(request.seconds);
  return writer.take();
}

std::optional<Request> decodeRequest(std::string_view bytes) {
  Reader reader(bytes);
  Request request;
  if (reader.number() != kMagic) return std::nullopt;
  request.directory = reader.text();
  request.source = reader.text();
  for (uint64_t left = reader.number(); left > 0 && reader.good(); --left) {
    std::string name = reader.text();
    request.headers.emplace_back(std::move(name), reader.text());
  }
  request.options = reader.texts();
  request.extensions = reader.texts();
  request.features = reader.texts();
  request.addressBits = static_cast<uint32_t>(reader.number());
  request.images = reader.number() != 0;
  request.seconds = static_cast<uint32_t>(reader.number());
  if (!reader.good()) return std::nullopt;
  return request;
}

std::string encode(const Outcome& outcome) {
  Writer writer;
  writer.number(kMagic + 1);
  writer.number(outcome.ok ? 1 : 0);
  writer.text(
      {reinterpret_cast<const char*>(outcome.module.data()), outcome.module.size() * sizeof(uint32_t)});
  writer.text(outcome.log);
  return writer.take();
}

std::optional<Outcome> decodeOutcome(std::string_view bytes) {
  Reader reader(bytes);
  Outcome outcome;
  if (reader.number() != kMagic + 1) return std::nullopt;
  outcome.ok = reader.number() != 0;
  const std::string_view words = reader.take(reader.number());
  outcome.module.resize(words.size() / sizeof(uint32_t));
  if (!outcome.module.empty()) {
    std::memcpy(outcome.module.data(), words.data(), outcome.module.size() * sizeof(uint32_t));
  }
  outcome.log = reader.text();
  if (!reader.good()) return std::nullopt;
  return outcome;
}

std::optional<std::string> readAll(int fd) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || status.st_size < 0) return std::nullopt;
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    done += static_cast<size_t>(got);
  }
  return bytes;
}

bool writeAll(int fd, std::string_view bytes) {
  if (::ftruncate(fd, 0) != 0) return false;
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::pwrite(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    done += static_cast<size_t>(put);
  }
  return true;
}

bool send(int socket, const void* bytes, size_t size, std::span<const int> fds) {
  iovec part = {const_cast<void*>(bytes), size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kJobFds)> control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(size);
}

ssize_t receive(int socket, void* bytes, size_t size, std::span<UniqueFd> fds) {
  iovec part = {bytes, size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kJobFds)> control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return got;
  size_t taken = 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      UniqueFd owned(fd);
      if (taken < fds.size()) fds[taken++] = std::move(owned);
    }
  }
  return got;
}

}  // namespace clze::spirv::wire
