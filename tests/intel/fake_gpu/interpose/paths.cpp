// Functions that take a path: paths of GPUs lead into the tree; opening a node's placeholder gives a node.
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <string>

#include "tests/intel/fake_gpu/house.h"
#include "tests/intel/fake_gpu/interpose/call.h"
#include "tests/intel/fake_gpu/log.h"
#include "tests/intel/fake_gpu/settings.h"

namespace fake_gpu {
namespace {

// A path as libc shall see it.
class Path {
 public:
  explicit Path(const char* path) : given_(path), redirected_(isRedirected(path) && isEnabled()) {
    if (!redirected_) return;
    log(3, "path %s", path);
    inTree_ = House::get().tree().at(path);
  }
  const char* get() const { return redirected_ ? inTree_.c_str() : given_; }
  bool isInTree() const { return redirected_; }

 private:
  const char* given_;
  bool redirected_;
  std::string inTree_;
};

// Relative to an open folder, which may be one of the tree.
bool isRelative(int folder, const char* path) { return folder != AT_FDCWD && path && path[0] != '/'; }

int openAt(int folder, const char* given, int flags, mode_t mode) {
  const Path path(given);
  const long fd = syscall(SYS_openat, folder, path.get(), flags, mode);
  House* house = House::existing();
  if (fd < 0 || !house || !(path.isInTree() || isRelative(folder, given))) return static_cast<int>(fd);
  struct stat status {};
  if ((flags & O_PATH) || syscall(SYS_fstat, fd, &status) != 0) return static_cast<int>(fd);
  const std::optional<Node> node = S_ISREG(status.st_mode) ? house->tree().nodeOf(status) : std::nullopt;
  if (!node) return static_cast<int>(fd);
  syscall(SYS_close, fd);
  const int opened = house->openNode(*node, flags);
  if (opened >= 0) return opened;
  errno = -opened;
  return -1;
}

int statAt(int folder, const char* given, struct stat* status, int flags) {
  const Path path(given);
  const long result = syscall(SYS_newfstatat, folder, path.get(), status, flags);
  House* house = House::existing();
  const bool byDescriptor = (flags & AT_EMPTY_PATH) && given && !*given;
  if (result == 0 && house && (path.isInTree() || isRelative(folder, given) || byDescriptor)) {
    if (S_ISREG(status->st_mode) || S_ISFIFO(status->st_mode)) {
      if (const std::optional<Node> node = house->nodeOf(*status)) Tree::describe(*node, *status);
    }
  }
  return static_cast<int>(result);
}

char* resolve(const char* given, char* resolved) {
  static const auto real = libc<char* (*)(const char*, char*)>("realpath");
  const Path path(given);
  char* result = real(path.get(), resolved);
  if (result && path.isInTree()) {
    const std::string shown(House::get().tree().withoutRoot(result));
    std::memcpy(result, shown.c_str(), shown.size() + 1);
  }
  return result;
}

mode_t modeOf(int flags, va_list arguments) {
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

// x86-64 has one layout for both names.
static_assert(sizeof(struct stat) == sizeof(struct stat64));
struct stat* same(struct stat64* status) {
  return reinterpret_cast<struct stat*>(status);
}

}  // namespace
}  // namespace fake_gpu

using namespace fake_gpu;

// libc's names are what they are.
// NOLINTBEGIN(readability-identifier-naming)

FAKE_GPU_HOOK int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = modeOf(flags, arguments);
  va_end(arguments);
  return openAt(AT_FDCWD, path, flags, mode);
}
FAKE_GPU_HOOK int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = modeOf(flags, arguments);
  va_end(arguments);
  return openAt(AT_FDCWD, path, flags, mode);
}
FAKE_GPU_HOOK int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = modeOf(flags, arguments);
  va_end(arguments);
  return openAt(folder, path, flags, mode);
}
FAKE_GPU_HOOK int openat64(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = modeOf(flags, arguments);
  va_end(arguments);
  return openAt(folder, path, flags, mode);
}
FAKE_GPU_HOOK int __open_2(const char* path, int flags) { return openAt(AT_FDCWD, path, flags, 0); }
FAKE_GPU_HOOK int __open64_2(const char* path, int flags) { return openAt(AT_FDCWD, path, flags, 0); }
FAKE_GPU_HOOK int __openat_2(int folder, const char* path, int flags) {
  return openAt(folder, path, flags, 0);
}
FAKE_GPU_HOOK int __openat64_2(int folder, const char* path, int flags) {
  return openAt(folder, path, flags, 0);
}

FAKE_GPU_HOOK int stat(const char* path, struct stat* status) noexcept {
  return statAt(AT_FDCWD, path, status, 0);
}
FAKE_GPU_HOOK int stat64(const char* path, struct stat64* status) noexcept {
  return statAt(AT_FDCWD, path, same(status), 0);
}
FAKE_GPU_HOOK int lstat(const char* path, struct stat* status) noexcept {
  return statAt(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}
FAKE_GPU_HOOK int lstat64(const char* path, struct stat64* status) noexcept {
  return statAt(AT_FDCWD, path, same(status), AT_SYMLINK_NOFOLLOW);
}
FAKE_GPU_HOOK int fstat(int fd, struct stat* status) noexcept {
  return statAt(fd, "", status, AT_EMPTY_PATH);
}
FAKE_GPU_HOOK int fstat64(int fd, struct stat64* status) noexcept {
  return statAt(fd, "", same(status), AT_EMPTY_PATH);
}
FAKE_GPU_HOOK int fstatat(int folder, const char* path, struct stat* status, int flags) noexcept {
  return statAt(folder, path, status, flags);
}
FAKE_GPU_HOOK int fstatat64(int folder, const char* path, struct stat64* status, int flags) noexcept {
  return statAt(folder, path, same(status), flags);
}
// Programs linked before glibc 2.33 ask through these.
FAKE_GPU_HOOK int __xstat(int, const char* path, struct stat* status) noexcept {
  return statAt(AT_FDCWD, path, status, 0);
}
FAKE_GPU_HOOK int __xstat64(int, const char* path, struct stat64* status) noexcept {
  return statAt(AT_FDCWD, path, same(status), 0);
}
FAKE_GPU_HOOK int __lxstat(int, const char* path, struct stat* status) noexcept {
  return statAt(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}
FAKE_GPU_HOOK int __lxstat64(int, const char* path, struct stat64* status) noexcept {
  return statAt(AT_FDCWD, path, same(status), AT_SYMLINK_NOFOLLOW);
}
FAKE_GPU_HOOK int __fxstat(int, int fd, struct stat* status) noexcept {
  return statAt(fd, "", status, AT_EMPTY_PATH);
}
FAKE_GPU_HOOK int __fxstat64(int, int fd, struct stat64* status) noexcept {
  return statAt(fd, "", same(status), AT_EMPTY_PATH);
}

FAKE_GPU_HOOK int statx(int folder, const char* given, int flags, unsigned mask,
                        struct statx* status) noexcept {
  const Path path(given);
  const long result = syscall(SYS_statx, folder, path.get(), flags, mask, status);
  House* house = House::existing();
  if (result == 0 && house) {
    struct stat known {};
    known.st_mode = status->stx_mode;
    known.st_ino = status->stx_ino;
    known.st_dev = makedev(status->stx_dev_major, status->stx_dev_minor);
    if (S_ISREG(known.st_mode) || S_ISFIFO(known.st_mode)) {
      if (const std::optional<Node> node = house->nodeOf(known)) {
        Tree::describe(*node, known);
        status->stx_mode = static_cast<uint16_t>(known.st_mode);
        status->stx_rdev_major = major(known.st_rdev);
        status->stx_rdev_minor = minor(known.st_rdev);
        status->stx_size = 0;
      }
    }
  }
  return static_cast<int>(result);
}

FAKE_GPU_HOOK int access(const char* given, int mode) noexcept {
  const Path path(given);
  return static_cast<int>(syscall(SYS_access, path.get(), mode));
}
FAKE_GPU_HOOK ssize_t readlink(const char* given, char* text, size_t bytes) noexcept {
  const Path path(given);
  return syscall(SYS_readlink, path.get(), text, bytes);
}
FAKE_GPU_HOOK ssize_t __readlink_chk(const char* given, char* text, size_t bytes, size_t) noexcept {
  const Path path(given);
  return syscall(SYS_readlink, path.get(), text, bytes);
}
FAKE_GPU_HOOK ssize_t readlinkat(int folder, const char* given, char* text, size_t bytes) noexcept {
  const Path path(given);
  return syscall(SYS_readlinkat, folder, path.get(), text, bytes);
}
FAKE_GPU_HOOK char* realpath(const char* path, char* resolved) noexcept { return resolve(path, resolved); }
FAKE_GPU_HOOK char* __realpath_chk(const char* path, char* resolved, size_t) noexcept {
  return resolve(path, resolved);
}
FAKE_GPU_HOOK char* canonicalize_file_name(const char* path) noexcept { return resolve(path, nullptr); }

FAKE_GPU_HOOK DIR* opendir(const char* given) {
  static const auto real = libc<DIR* (*)(const char*)>("opendir");
  return real(Path(given).get());
}
FAKE_GPU_HOOK int scandir(const char* given, dirent*** list, int (*filter)(const dirent*),
                          int (*compare)(const dirent**, const dirent**)) {
  static const auto real = libc<decltype(&::scandir)>("scandir");
  return real(Path(given).get(), list, filter, compare);
}
FAKE_GPU_HOOK FILE* fopen(const char* given, const char* mode) {
  static const auto real = libc<FILE* (*)(const char*, const char*)>("fopen");
  return real(Path(given).get(), mode);
}
FAKE_GPU_HOOK FILE* fopen64(const char* given, const char* mode) {
  static const auto real = libc<FILE* (*)(const char*, const char*)>("fopen64");
  return real(Path(given).get(), mode);
}
// NOLINTEND(readability-identifier-naming)
