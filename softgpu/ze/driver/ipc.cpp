// Descriptors of other processes are reached through /proc, as far as the kernel lets us look there.
#include "softgpu/ze/driver/ipc.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace softgpu::driver {
namespace {

bool isInode(int fd, uint64_t inode) {
  struct stat status {};
  return fstat(fd, &status) == 0 && status.st_ino == inode;
}

}  // namespace

IpcFile describeIpc(int fd, uint64_t size, uint32_t type, uint32_t offset) {
  struct stat status {};
  fstat(fd, &status);
  return {fd, getpid(), status.st_ino, size, type, offset};
}

int openIpc(const IpcFile& file) {
  // The descriptor is ours, or one the application received and put in; else the exporter's.
  if (isInode(file.fd, file.inode)) return fcntl(file.fd, F_DUPFD_CLOEXEC, 0);
  if (file.pid <= 0) return -1;
  const std::string path = "/proc/" + std::to_string(file.pid) + "/fd/" + std::to_string(file.fd);
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0 || isInode(fd, file.inode)) return fd;
  close(fd);
  return -1;
}

}  // namespace softgpu::driver
