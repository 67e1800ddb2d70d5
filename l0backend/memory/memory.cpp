// Allocation and import. Whoever passes a dma-buf hands over its fd; drivers disagree on whether an import
// closes the fd it is given, so each import finds out for itself.
#include "l0backend/memory/memory.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <mutex>

#include "base/log.h"
#include "l0backend/loader/api.h"

namespace clze::l0 {

Allocation::Allocation(Allocation&& other) noexcept
    : context_(other.context_),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      hostAccess_(other.hostAccess_) {}

Allocation& Allocation::operator=(Allocation&& other) noexcept {
  if (this != &other) {
    Allocation old(std::move(*this));
    context_ = other.context_;
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    hostAccess_ = other.hostAccess_;
  }
  return *this;
}

Allocation::~Allocation() {
  if (data_ == nullptr) return;
  if (const auto code = ze().zeMemFree(context_->handle(), data_); code != ZE_RESULT_SUCCESS) {
    toCl(code, "zeMemFree");
  }
}

namespace {

// What an OpenCL program is told when memory cannot be had.
Failure memoryFailure(ze_result_t code, const char* call) {
  const cl_int general = toCl(code, call);
  return Failure{general == CL_OUT_OF_HOST_MEMORY || code == ZE_RESULT_ERROR_DEVICE_LOST
                     ? general
                     : CL_MEM_OBJECT_ALLOCATION_FAILURE};
}

bool sameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// A second descriptor for the driver, numbered above those that other threads are given meanwhile: if the
// driver closes it, the number stays unused, and a look at it afterwards tells the two cases apart.
UniqueFd duplicateHigh(int fd) {
  rlimit limit = {};
  rlim_t lowest = 512;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) lowest = std::min<rlim_t>(limit.rlim_cur / 2, 4096);
  UniqueFd high(fcntl(fd, F_DUPFD_CLOEXEC, static_cast<int>(lowest)));
  return high ? std::move(high) : UniqueFd(fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

// Imports are one at a time, so that no two of them share the numbers duplicateHigh() counts on.
std::mutex importMutex;

}  // namespace

Result<Allocation> allocate(const Context& context, const Device& device, size_t size, size_t alignment,
                            Placement placement) {
  const bool host = placement == Placement::Host || (placement == Placement::Default && device.integrated());
  void* data = nullptr;
  const ze_host_mem_alloc_desc_t hostDesc = {ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC, nullptr, 0};
  if (host) {
    if (const auto code = ze().zeMemAllocHost(context.handle(), &hostDesc, size, alignment, &data);
        code != ZE_RESULT_SUCCESS) {
      return memoryFailure(code, "zeMemAllocHost");
    }
  } else {
    const ze_device_mem_alloc_desc_t desc = {ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, nullptr, 0, 0};
    if (const auto code =
            ze().zeMemAllocDevice(context.handle(), &desc, size, alignment, device.handle, &data);
        code != ZE_RESULT_SUCCESS) {
      return memoryFailure(code, "zeMemAllocDevice");
    }
  }
  return Allocation(context, data, size, host);
}

Result<Allocation> importDmaBuf(const Context& context, const Device& device, UniqueFd fd, size_t size) {
  if (!device.caps.importDmaBuf) return Failure{CL_INVALID_OPERATION};
  struct stat identity = {};
  if (!fd || fstat(fd.get(), &identity) != 0) return Failure{CL_INVALID_VALUE};
  // Drivers map the whole buffer and check nothing, so the size is checked here. Old kernels tell a dma-buf's
  // size only by seeking.
  const off_t bytes = identity.st_size > 0 ? identity.st_size : lseek(fd.get(), 0, SEEK_END);
  if (size == 0 || bytes < 0 || static_cast<uint64_t>(bytes) < size) {
    CLZE_LOG_ERROR("l0", "dma-buf of {} bytes cannot hold the {} bytes asked for", bytes, size);
    return Failure{CL_INVALID_VALUE};
  }

  const std::lock_guard<std::mutex> lock(importMutex);
  UniqueFd lent = duplicateHigh(fd.get());
  if (!lent) return Failure{CL_OUT_OF_HOST_MEMORY};
  ze_external_memory_import_fd_t import = {};
  import.stype = ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD;
  import.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  import.fd = lent.get();
  const ze_device_mem_alloc_desc_t desc = {ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, &import, 0, 0};
  void* data = nullptr;
  const auto code = ze().zeMemAllocDevice(context.handle(), &desc, size, 0, device.handle, &data);
  struct stat after = {};
  const bool stillOurs = fstat(lent.get(), &after) == 0 && sameFile(identity, after);
  if (!stillOurs) lent.release();
  if (code != ZE_RESULT_SUCCESS) return memoryFailure(code, "zeMemAllocDevice (dma-buf)");
  return Allocation(context, data, size, false);
}

}  // namespace clze::l0
