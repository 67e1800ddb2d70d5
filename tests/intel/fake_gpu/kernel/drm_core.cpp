// Ioctls that DRM's core answers for every driver: version, capabilities, closing, PRIME. Syncobjs stand in
// syncobj.cpp.
#include <fcntl.h>
#include <libdrm/drm.h>

#include <algorithm>
#include <cerrno>

#include "tests/intel/fake_gpu/kernel/open_file.h"

namespace fake_gpu {
namespace {

// As much of `text` as the caller has room for; the length it needs.
void giveText(char* to, __kernel_size_t& length, std::string_view text) {
  if (to) std::memcpy(to, text.data(), std::min<size_t>(length, text.size()));
  length = text.size();
}

int version(OpenFile& file, drm_version& version) {
  const bool xe = file.profile().driver == Driver::Xe;
  version.version_major = 1;
  version.version_minor = xe ? 1 : 6;
  version.version_patchlevel = 0;
  giveText(version.name, version.name_len, xe ? "xe" : "i915");
  giveText(version.date, version.date_len, xe ? "20201103" : "20201103");
  giveText(version.desc, version.desc_len, xe ? "Intel Xe Graphics" : "Intel Graphics");
  return 0;
}

int unique(OpenFile&, drm_unique& unique) {
  unique.unique_len = 0;
  return 0;
}

int magic(OpenFile& file, drm_auth& auth) {
  if (file.isRender()) return -EACCES;
  auth.magic = 1;
  return 0;
}

int setVersion(OpenFile&, drm_set_version& version) {
  version.drm_di_major = 1;
  version.drm_di_minor = 4;
  version.drm_dd_major = version.drm_dd_minor = -1;
  return 0;
}

int capability(OpenFile&, drm_get_cap& cap) {
  switch (cap.capability) {
    case DRM_CAP_PRIME:
      cap.value = DRM_PRIME_CAP_IMPORT | DRM_PRIME_CAP_EXPORT;
      return 0;
    case DRM_CAP_TIMESTAMP_MONOTONIC:
    case DRM_CAP_ADDFB2_MODIFIERS:
    case DRM_CAP_SYNCOBJ:
    case DRM_CAP_SYNCOBJ_TIMELINE:
      cap.value = 1;
      return 0;
    default:
      cap.value = 0;
      return 0;
  }
}

int setClientCapability(OpenFile&, drm_set_client_cap&) { return 0; }

int authMagic(OpenFile&, drm_auth&) { return 0; }

int gemClose(OpenFile& file, drm_gem_close& close) { return file.closeHandle(close.handle); }

int handleToFd(OpenFile& file, drm_prime_handle& prime) {
  if (prime.flags & ~static_cast<uint32_t>(DRM_CLOEXEC | DRM_RDWR)) return -EINVAL;
  const std::shared_ptr<Gem> gem = file.gem(prime.handle);
  if (!gem) return -ENOENT;
  const int fd = DmaBufs::exportFd(gem);
  if (fd < 0) return fd;
  prime.fd = fd;
  return 0;
}

int fdToHandle(OpenFile& file, drm_prime_handle& prime) {
  int error = -EINVAL;
  const std::shared_ptr<Gem> gem = DmaBufs::import(prime.fd, error);
  if (!gem) return error;
  prime.handle = file.addHandle(gem);
  return 0;
}

}  // namespace

void addCoreIoctls(IoctlTable& table) {
  enter<drm_version, version>(table, DRM_IOCTL_VERSION, "VERSION");
  enter<drm_unique, unique>(table, DRM_IOCTL_GET_UNIQUE, "GET_UNIQUE");
  enter<drm_auth, magic>(table, DRM_IOCTL_GET_MAGIC, "GET_MAGIC");
  enter<drm_auth, authMagic>(table, DRM_IOCTL_AUTH_MAGIC, "AUTH_MAGIC");
  enter<drm_set_version, setVersion>(table, DRM_IOCTL_SET_VERSION, "SET_VERSION");
  enter<drm_get_cap, capability>(table, DRM_IOCTL_GET_CAP, "GET_CAP");
  enter<drm_set_client_cap, setClientCapability>(table, DRM_IOCTL_SET_CLIENT_CAP, "SET_CLIENT_CAP");
  enter<drm_gem_close, gemClose>(table, DRM_IOCTL_GEM_CLOSE, "GEM_CLOSE");
  enter<drm_prime_handle, handleToFd>(table, DRM_IOCTL_PRIME_HANDLE_TO_FD, "PRIME_HANDLE_TO_FD");
  enter<drm_prime_handle, fdToHandle>(table, DRM_IOCTL_PRIME_FD_TO_HANDLE, "PRIME_FD_TO_HANDLE");
  addSyncobjIoctls(table);
}

}  // namespace fake_gpu
