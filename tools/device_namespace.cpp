// The node is /dev/null under another name. libdrm takes a character device for a DRM node if sysfs says so,
// hence a /sys/dev/char in which /dev/null's number has a "drm" folder. Nothing outside the namespace
// changes.
#include "tools/device_namespace.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <vector>

namespace clze::tools {
namespace {

constexpr char kNull[] = "/dev/null";
constexpr char kNode[] = "/dev/dri/renderD128";
constexpr char kDri[] = "/dev/dri";
constexpr char kSysChar[] = "/sys/dev/char";

// "what: reason", or empty: every step ends in this.
using Failure = std::string;

Failure failure(const std::string& what) { return what + ": " + std::strerror(errno); }

// An open directory with the names in it, which stays reachable when something is mounted over it.
struct Directory {
  int fd = -1;
  std::vector<std::string> names;

  Directory() = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    if (fd >= 0) ::close(fd);
  }

  Failure open(const char* path) {
    fd = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return failure(std::string("cannot open ") + path);
    const auto close = [](DIR* d) { ::closedir(d); };
    const std::unique_ptr<DIR, decltype(close)> stream(::opendir(path), close);
    if (!stream) return failure(std::string("cannot list ") + path);
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    return {};
  }
  std::string pathOf(const std::string& name) const {
    return "/proc/self/fd/" + std::to_string(fd) + "/" + name;
  }
};

Failure copyLink(const Directory& from, const std::string& name, const std::string& to) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlinkat(from.fd, name.c_str(), target.data(), target.size() - 1);
  if (length < 0) return failure("cannot read the link " + name);
  if (::symlink(target.data(), to.c_str()) != 0) return failure("cannot make " + to);
  return {};
}

Failure bindFile(const std::string& from, const std::string& to) {
  const int fd = ::open(to.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return failure("cannot make " + to);
  ::close(fd);
  if (::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0) return failure("cannot bind " + to);
  return {};
}

Failure mountTmpfs(const char* at, const char* options) {
  if (::mount("clze-run", at, "tmpfs", MS_NOSUID | MS_NOEXEC, options) == 0) return {};
  return failure(std::string("cannot mount on ") + at);
}

// An entry of the old /dev at the same name in the new one.
Failure keepEntry(const Directory& old, const std::string& name) {
  struct stat info {};
  // Gone since it was listed.
  if (::fstatat(old.fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return {};
  const std::string to = "/dev/" + name;
  if (S_ISLNK(info.st_mode)) return copyLink(old, name, to);
  if (!S_ISDIR(info.st_mode)) return bindFile(old.pathOf(name), to);
  if (::mkdir(to.c_str(), 0755) != 0) return failure("cannot make " + to);
  // With what is mounted below: pts, shm, mqueue, hugepages.
  if (::mount(old.pathOf(name).c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    return failure("cannot bind " + to);
  }
  return {};
}

// A /dev that has a folder dri: the machine's own, or a copy made of binds.
Failure makeDri() {
  struct stat info {};
  if (::stat(kDri, &info) == 0) return mountTmpfs(kDri, "mode=0755,size=64k");
  Directory old;
  if (Failure f = old.open("/dev"); !f.empty()) return f;
  if (Failure f = mountTmpfs("/dev", "mode=0755,size=1m"); !f.empty()) return f;
  for (const std::string& name : old.names) {
    if (Failure f = keepEntry(old, name); !f.empty()) return f;
  }
  if (::mkdir(kDri, 0755) != 0) return failure("cannot make /dev/dri");
  return {};
}

Failure describeNodeAsDrm() {
  struct stat node {};
  if (::stat(kNode, &node) != 0) return failure("cannot see the new render node");
  const std::string number = std::to_string(major(node.st_rdev)) + ":" + std::to_string(minor(node.st_rdev));
  const std::string folder = std::string(kSysChar) + "/" + number;
  struct stat drm {};
  if (::stat((folder + "/device/drm").c_str(), &drm) == 0) return {};  // within another clze-run
  Directory old;
  if (Failure f = old.open(kSysChar); !f.empty()) return f;
  if (Failure f = mountTmpfs(kSysChar, "mode=0755,size=1m"); !f.empty()) return f;
  for (const std::string& name : old.names) {
    if (name == number) continue;
    // Relative links into /sys/devices: they lead to the same places from here.
    if (Failure f = copyLink(old, name, std::string(kSysChar) + "/" + name); !f.empty()) return f;
  }
  for (const char* part : {"", "/device", "/device/drm"}) {
    if (::mkdir((folder + part).c_str(), 0755) != 0) return failure("cannot make " + folder + part);
  }
  return {};
}

Failure writeFile(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return failure(std::string("cannot open ") + path);
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  Failure result = written ? Failure() : failure(std::string("cannot write ") + path);
  ::close(fd);
  return result;
}

// As root a mount namespace alone; else within a user namespace in which the user is who he was.
Failure unshareMounts() {
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  if (::unshare(CLONE_NEWNS) == 0) return {};
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return failure("this system permits no private mount namespace");
  // The kernel wants group lists frozen before an ordinary user may map his group.
  if (Failure f = writeFile("/proc/self/setgroups", "deny"); !f.empty()) return f;
  if (Failure f = writeFile("/proc/self/uid_map", uid + " " + uid + " 1"); !f.empty()) return f;
  return writeFile("/proc/self/gid_map", gid + " " + gid + " 1");
}

}  // namespace

std::string enterDeviceNamespace() {
  if (Failure f = unshareMounts(); !f.empty()) return f;
  // Mounts made here must not appear outside; those made outside may still appear here.
  if (::mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) != 0)
    return failure("cannot make mounts private");
  if (Failure f = makeDri(); !f.empty()) return f;
  if (Failure f = bindFile(kNull, kNode); !f.empty()) return f;
  return describeNodeAsDrm();
}

}  // namespace clze::tools
