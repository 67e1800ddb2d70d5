// Allocation and import. Whoever passes a dma-buf hands over its fd.
#include "l0backend/memory/memory.h"

#include "base/log.h"
#include "l0backend/loader/api.h"
#include "l0backend/memory/lent_fd.h"

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
  // Drivers map the whole buffer and check nothing: the size is checked here.
  CLZE_TRY_ASSIGN(const LentFd lent, LentFd::of(fd.get(), size));
  ze_external_memory_import_fd_t import = {};
  import.stype = ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD;
  import.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  import.fd = lent.get();
  const ze_device_mem_alloc_desc_t desc = {ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, &import, 0, 0};
  void* data = nullptr;
  const auto code = ze().zeMemAllocDevice(context.handle(), &desc, size, 0, device.handle, &data);
  if (code != ZE_RESULT_SUCCESS) return memoryFailure(code, "zeMemAllocDevice (dma-buf)");
  return Allocation(context, data, size, false);
}

}  // namespace clze::l0
