// Entry points of USM: allocation, import and export, queries, IPC handles.
#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <mutex>
#include <string>

#include "softgpu/pose/pose.h"
#include "softgpu/ze/driver/external.h"
#include "softgpu/ze/driver/ipc.h"
#include "softgpu/ze/driver/stream.h"
#include "softgpu/ze/driver/usm.h"
#include "softgpu/ze/driver/virtual_memory.h"

namespace softgpu::driver {
namespace {

// What an allocation call's pNext chains said.
struct Wishes {
  External external;
  bool relaxedSize = false;
  ze_device_handle_t device = nullptr;
};

ze_result_t readChain(const void* pNext, Wishes* wishes) {
  for (const auto* next = static_cast<const ze_base_desc_t*>(pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    switch (next->stype) {
      case ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD:
      case ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC:
        SOFTGPU_TRY(wishes->external.read(*next));
        break;
      case ZE_STRUCTURE_TYPE_RELAXED_ALLOCATION_LIMITS_EXP_DESC: {
        const auto& relaxed = *reinterpret_cast<const ze_relaxed_allocation_limits_exp_desc_t*>(next);
        SOFTGPU_REQUIRE((relaxed.flags & ~uint32_t{ZE_RELAXED_ALLOCATION_LIMITS_EXP_FLAG_MAX_SIZE}) == 0,
                        ZE_RESULT_ERROR_INVALID_ENUMERATION);
        wishes->relaxedSize = (relaxed.flags & ZE_RELAXED_ALLOCATION_LIMITS_EXP_FLAG_MAX_SIZE) != 0;
        break;
      }
      case ZE_STRUCTURE_TYPE_MEMORY_COMPRESSION_HINTS_EXT_DESC:
        break;  // a hint
      default:
        return ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION;
    }
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t allocate(const std::shared_ptr<Context>& context, ze_memory_type_t type, const Wishes& wishes,
                     size_t size, size_t alignment, void** out) {
  SOFTGPU_REQUIRE_POINTER(out);
  if (size == 0) return strict::refuseMistake(ZE_RESULT_ERROR_UNSUPPORTED_SIZE, "the size is 0");
  SOFTGPU_REQUIRE(alignment <= size_t{1} << 32, ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
  if (alignment != 0 && !std::has_single_bit(alignment)) {
    // Intel's driver rounds up.
    if (strict::on()) strict::misuse("the alignment " + std::to_string(alignment) + " is no power of two");
    alignment = std::bit_ceil(alignment);
  }
  const uint64_t limit = wishes.relaxedSize ? deviceMemorySize() : maxAllocationSize();
  SOFTGPU_REQUIRE(size <= limit, ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  UsmTable::instance().reap();

  Allocation allocation;
  allocation.type = type;
  allocation.context = context;
  allocation.device = wishes.device;
  if (wishes.external.importFd >= 0) {
    const int lent = wishes.external.importFd;
    const int fd = pose().memoryImportTakesFd ? lent : fcntl(lent, F_DUPFD_CLOEXEC, 0);
    allocation.mapping = Mapping::import(fd, size);
    if (!allocation.mapping && fd >= 0 && fd != lent) close(fd);
    allocation.imported = true;
    SOFTGPU_REQUIRE(allocation.mapping, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  } else {
    allocation.exportTypes = wishes.external.exportTypes;
    const Guards guards = strict::on() ? Guards::Yes : Guards::No;
    allocation.mapping = allocation.exportTypes != 0 ? Mapping::exportable(size, alignment, guards)
                                                     : Mapping::anonymous(size, alignment, guards);
    SOFTGPU_REQUIRE(allocation.mapping, type == ZE_MEMORY_TYPE_HOST ? ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY
                                                                    : ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  }
  void* base = allocation.base();
  SOFTGPU_REQUIRE(UsmTable::instance().add(std::move(allocation)), ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  *out = base;
  return ZE_RESULT_SUCCESS;
}

// Into a memfd under the same address: no command may write while it moves. False when there is none to be
// had.
bool moveIntoFile(const Allocation& allocation) {
  static std::mutex moving;
  const std::lock_guard lock(moving);
  if (allocation.mapping->fd() < 0) waitForAllStreams();
  return allocation.mapping->makeExportable();
}

// Of physical memory, whether it is mapped or not.
ze_result_t shareMapped(const PhysicalMemory& memory, size_t offset, size_t size, ze_ipc_mem_handle_t* out) {
  SOFTGPU_REQUIRE_SAID(offset <= UINT32_MAX, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE,
                       "an IPC handle reaches no further than 4 GiB into physical memory");
  const auto type = memory.host() ? ZE_MEMORY_TYPE_HOST : ZE_MEMORY_TYPE_DEVICE;
  *out = packIpc<ze_ipc_mem_handle_t>(describeIpc(memory.fd(), size, type, static_cast<uint32_t>(offset)));
  return ZE_RESULT_SUCCESS;
}

// Of all memory but that of other processes, as Intel's driver does, which looks neither at what the memory
// was allocated for nor at what is asked for.
ze_result_t exportMemory(const Allocation& allocation, ze_external_memory_export_fd_t* out) {
  SOFTGPU_REQUIRE(out->flags != 0 && (out->flags & ~kExternalTypes) == 0,
                  ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  SOFTGPU_REQUIRE_SAID(!allocation.imported, ZE_RESULT_ERROR_INVALID_ARGUMENT, "the memory is imported");
  if ((out->flags & ~allocation.exportTypes) != 0) {
    SOFTGPU_REQUIRE_SAID(allocation.type != ZE_MEMORY_TYPE_SHARED, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE,
                         "shared memory is exported only when it was allocated for that");
    SOFTGPU_REQUIRE(moveIntoFile(allocation), ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
    const size_t before = allocation.mapping->offset();
    if (strict::on()) {
      strict::misuse("the memory was not allocated to be exported like this" +
                     (before == 0 ? "" : ", and begins " + std::to_string(before) + " bytes into the file"));
    }
  }
  out->fd = allocation.mapping->exportFd();
  return out->fd >= 0 ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY;
}

ze_result_t exportPhysical(const PhysicalMemory& memory, ze_external_memory_export_fd_t* out) {
  SOFTGPU_REQUIRE(out->flags != 0 && (out->flags & ~kExternalTypes) == 0,
                  ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  if ((out->flags & ~memory.exportTypes) != 0 && strict::on()) {
    strict::misuse("the physical memory was not allocated to be exported like this");
  }
  out->fd = fcntl(memory.fd(), F_DUPFD_CLOEXEC, 0);
  return out->fd >= 0 ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY;
}

// Calls `get` for what is chained to ask for a file descriptor.
template <class Get>
ze_result_t eachExport(void* pNext, Get&& get) {
  for (auto* next = static_cast<ze_base_properties_t*>(pNext); next != nullptr;
       next = static_cast<ze_base_properties_t*>(next->pNext)) {
    if (next->stype != ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_FD) continue;
    SOFTGPU_TRY(get(reinterpret_cast<ze_external_memory_export_fd_t*>(next)));
  }
  return ZE_RESULT_SUCCESS;
}

ze_result_t checkDeviceDesc(const ze_device_mem_alloc_desc_t* desc, Wishes* wishes) {
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE(desc->flags <= 0x7, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  // Drivers allocate from the memory they have, whatever this says.
  if (desc->ordinal != 0 && strict::on()) {
    strict::misuse("memory ordinal " + std::to_string(desc->ordinal) + " of a device with one memory");
  }
  return readChain(desc->pNext, wishes);
}

ze_result_t checkHostDesc(const ze_host_mem_alloc_desc_t* desc, Wishes* wishes) {
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE(desc->flags <= 0xf, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  return readChain(desc->pNext, wishes);
}

}  // namespace
}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeMemAllocShared(ze_context_handle_t hContext, const ze_device_mem_alloc_desc_t* deviceDesc,
                             const ze_host_mem_alloc_desc_t* hostDesc, size_t size, size_t alignment,
                             ze_device_handle_t hDevice, void** pptr) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  if (hDevice != nullptr) {
    SOFTGPU_RESOLVE(Device, device, hDevice);
  }
  Wishes wishes;
  wishes.device = hDevice;
  SOFTGPU_TRY(checkDeviceDesc(deviceDesc, &wishes));
  SOFTGPU_TRY(checkHostDesc(hostDesc, &wishes));
  SOFTGPU_REQUIRE(wishes.external.importFd < 0, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  return allocate(context, ZE_MEMORY_TYPE_SHARED, wishes, size, alignment, pptr);
}

ze_result_t zeMemAllocDevice(ze_context_handle_t hContext, const ze_device_mem_alloc_desc_t* deviceDesc,
                             size_t size, size_t alignment, ze_device_handle_t hDevice, void** pptr) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  Wishes wishes;
  wishes.device = hDevice;
  SOFTGPU_TRY(checkDeviceDesc(deviceDesc, &wishes));
  return allocate(context, ZE_MEMORY_TYPE_DEVICE, wishes, size, alignment, pptr);
}

ze_result_t zeMemAllocHost(ze_context_handle_t hContext, const ze_host_mem_alloc_desc_t* hostDesc,
                           size_t size, size_t alignment, void** pptr) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  Wishes wishes;
  SOFTGPU_TRY(checkHostDesc(hostDesc, &wishes));
  return allocate(context, ZE_MEMORY_TYPE_HOST, wishes, size, alignment, pptr);
}

ze_result_t zeMemFree(ze_context_handle_t hContext, void* ptr) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(ptr);
  return UsmTable::instance().remove(ptr) ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_INVALID_ARGUMENT;
}

ze_result_t zeMemFreeExt(ze_context_handle_t hContext, const ze_memory_free_ext_desc_t* pMemFreeDesc,
                         void* ptr) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(pMemFreeDesc);
  SOFTGPU_REQUIRE_POINTER(ptr);
  SOFTGPU_REQUIRE(pMemFreeDesc->freePolicy <= 0x3, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  const auto allocation = UsmTable::instance().find(ptr);
  SOFTGPU_REQUIRE(allocation && allocation->base() == ptr, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  if ((pMemFreeDesc->freePolicy & ZE_DRIVER_MEMORY_FREE_POLICY_EXT_FLAG_DEFER_FREE) != 0) {
    UsmTable::instance().removeDeferred(ptr);
    return ZE_RESULT_SUCCESS;
  }
  if ((pMemFreeDesc->freePolicy & ZE_DRIVER_MEMORY_FREE_POLICY_EXT_FLAG_BLOCKING_FREE) != 0)
    waitForAllStreams();
  return zeMemFree(hContext, ptr);
}

ze_result_t zeMemGetAllocProperties(ze_context_handle_t hContext, const void* ptr,
                                    ze_memory_allocation_properties_t* pMemAllocProperties,
                                    ze_device_handle_t* phDevice) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(ptr);
  SOFTGPU_REQUIRE_POINTER(pMemAllocProperties);
  const auto allocation = UsmTable::instance().find(ptr);
  if (phDevice != nullptr) *phDevice = nullptr;
  if (const auto mapped = VirtualSpace::instance().find(ptr)) {
    const bool host = mapped->memory->host();
    pMemAllocProperties->type = host ? ZE_MEMORY_TYPE_HOST : ZE_MEMORY_TYPE_DEVICE;
    pMemAllocProperties->id = mapped->memory->id();
    pMemAllocProperties->pageSize = mapped->memory->page();
    if (phDevice != nullptr && !host) *phDevice = deviceHandle();
    return eachExport(pMemAllocProperties->pNext,
                      [&](auto* out) { return exportPhysical(*mapped->memory, out); });
  }
  pMemAllocProperties->type = allocation ? allocation->type : ZE_MEMORY_TYPE_UNKNOWN;
  pMemAllocProperties->id = allocation ? allocation->id : 0;
  pMemAllocProperties->pageSize = allocation ? pageSize() : 0;
  if (!allocation) return ZE_RESULT_SUCCESS;
  if (phDevice != nullptr && allocation->type != ZE_MEMORY_TYPE_HOST) {
    *phDevice = allocation->device != nullptr ? allocation->device : deviceHandle();
  }
  return eachExport(pMemAllocProperties->pNext, [&](auto* out) { return exportMemory(*allocation, out); });
}

ze_result_t zeMemGetAddressRange(ze_context_handle_t hContext, const void* ptr, void** pBase, size_t* pSize) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(ptr);
  if (const auto mapped = VirtualSpace::instance().find(ptr)) {
    if (pBase != nullptr) *pBase = mapped->base;
    if (pSize != nullptr) *pSize = mapped->size;
    return ZE_RESULT_SUCCESS;
  }
  const auto allocation = UsmTable::instance().find(ptr);
  SOFTGPU_REQUIRE(allocation, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  if (pBase != nullptr) *pBase = allocation->base();
  if (pSize != nullptr) *pSize = allocation->size();
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeMemGetIpcHandle(ze_context_handle_t hContext, const void* ptr,
                              ze_ipc_mem_handle_t* pIpcHandle) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(ptr);
  SOFTGPU_REQUIRE_POINTER(pIpcHandle);
  if (const auto mapped = VirtualSpace::instance().find(ptr)) {
    return shareMapped(*mapped->memory, mapped->offset, mapped->size, pIpcHandle);
  }
  const auto allocation = UsmTable::instance().find(ptr);
  if (!allocation) {
    // Physical memory that is mapped nowhere.
    const auto handle = reinterpret_cast<ze_physical_mem_handle_t>(const_cast<void*>(ptr));
    if (const auto memory = lookup<PhysicalMemory>(handle)) {
      return shareMapped(*memory, 0, memory->size(), pIpcHandle);
    }
  }
  SOFTGPU_REQUIRE(allocation && !allocation->ipc, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  SOFTGPU_REQUIRE(moveIntoFile(*allocation), ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  *pIpcHandle = packIpc<ze_ipc_mem_handle_t>(
      describeIpc(allocation->mapping->fd(), allocation->size(), allocation->type,
                  static_cast<uint32_t>(allocation->mapping->offset())));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeMemOpenIpcHandle(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                               ze_ipc_mem_handle_t handle, ze_ipc_memory_flags_t flags, void** pptr) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE(flags <= 0x3, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE_POINTER(pptr);
  const IpcFile ipc = unpackIpc(handle);
  SOFTGPU_REQUIRE(ipc.type <= ZE_MEMORY_TYPE_SHARED, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const int fd = openIpc(ipc);
  SOFTGPU_REQUIRE(fd >= 0, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  Allocation allocation;
  allocation.type = static_cast<ze_memory_type_t>(ipc.type);
  allocation.context = context;
  allocation.device = hDevice;
  allocation.mapping = Mapping::import(fd, ipc.size);
  allocation.imported = allocation.ipc = true;
  if (!allocation.mapping) {
    close(fd);
    return ZE_RESULT_ERROR_INVALID_ARGUMENT;
  }
  SOFTGPU_REQUIRE(allocation.mapping->narrow(ipc.offset, ipc.size), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  *pptr = allocation.base();
  UsmTable::instance().add(std::move(allocation));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeMemCloseIpcHandle(ze_context_handle_t hContext, const void* ptr) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(ptr);
  const auto allocation = UsmTable::instance().find(ptr);
  SOFTGPU_REQUIRE(allocation && allocation->ipc && allocation->base() == ptr,
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  UsmTable::instance().remove(ptr);
  return ZE_RESULT_SUCCESS;
}
