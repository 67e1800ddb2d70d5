// Entry points of virtual and physical memory: the checks of sizes, alignments and access.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/external.h"
#include "softgpu/ze/driver/virtual_memory.h"

namespace softgpu::driver {
namespace {

bool isAligned(const void* pointer, size_t page) { return reinterpret_cast<uintptr_t>(pointer) % page == 0; }

ze_result_t checkPages(const void* ptr, size_t size, size_t page) {
  SOFTGPU_REQUIRE_POINTER(ptr);
  SOFTGPU_REQUIRE(size > 0 && size % page == 0, ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  SOFTGPU_REQUIRE(isAligned(ptr, page), ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
  return ZE_RESULT_SUCCESS;
}

// Whether the file can be mapped for so many bytes.
bool holds(int fd, size_t size) {
  void* pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (pages == MAP_FAILED) return false;
  munmap(pages, size);
  return objectSize(fd) >= size;
}

}  // namespace

ze_result_t ZE_APICALL physicalMemGetProperties(ze_context_handle_t hContext,
                                                ze_physical_mem_handle_t hPhysicalMem,
                                                clze::ze_newer::PhysicalMemProperties* pMemProperties) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(PhysicalMemory, memory, hPhysicalMem);
  SOFTGPU_REQUIRE_POINTER(pMemProperties);
  pMemProperties->id = memory->id();
  pMemProperties->size = memory->size();
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeVirtualMemReserve(ze_context_handle_t hContext, const void* pStart, size_t size, void** pptr) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(pptr);
  SOFTGPU_REQUIRE(size > 0 && size % kVirtualPage == 0, ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  return VirtualSpace::instance().reserve(context, pStart, size, pptr);
}

ze_result_t zeVirtualMemFree(ze_context_handle_t hContext, const void* ptr, size_t size) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_TRY(checkPages(ptr, size, kVirtualPage));
  return VirtualSpace::instance().release(context, ptr, size);
}

ze_result_t zeVirtualMemQueryPageSize(ze_context_handle_t hContext, ze_device_handle_t hDevice, size_t size,
                                      size_t* pagesize) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(pagesize);
  // Intel's driver answers all the same.
  if (size == 0 && strict::on()) strict::misuse("the size is 0");
  *pagesize = kVirtualPage;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zePhysicalMemCreate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                ze_physical_mem_desc_t* desc, ze_physical_mem_handle_t* phPhysicalMemory) {
  // ZE_PHYSICAL_MEM_FLAG_ALLOCATE_ON_DEVICE and _ON_HOST; the second is newer than API 1.4.
  constexpr uint32_t kOnDevice = 1U << 0, kOnHost = 1U << 1;
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phPhysicalMemory);
  SOFTGPU_REQUIRE((desc->flags & ~(kOnDevice | kOnHost)) == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE(desc->flags != (kOnDevice | kOnHost), ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  const bool host = desc->flags == kOnHost;
  External external;
  for (const auto* next = static_cast<const ze_base_desc_t*>(desc->pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    SOFTGPU_REQUIRE(!host && (next->stype == ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD ||
                              next->stype == ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_EXPORT_DESC),
                    ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    SOFTGPU_TRY(external.read(*next));
  }
  if (!host || hDevice != nullptr) {
    SOFTGPU_RESOLVE(Device, device, hDevice);
  }
  SOFTGPU_REQUIRE(desc->size > 0 && desc->size % (host ? pageSize() : kVirtualPage) == 0,
                  ZE_RESULT_ERROR_UNSUPPORTED_SIZE);
  if (external.importFd >= 0) {
    SOFTGPU_REQUIRE_SAID(holds(external.importFd, desc->size), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                         "the file is no memory of that size");
    const int fd = fcntl(external.importFd, F_DUPFD_CLOEXEC, 0);
    SOFTGPU_REQUIRE(fd >= 0, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
    // As with zeMemAllocDevice.
    if (pose().memoryImportTakesFd) close(external.importFd);
    *phPhysicalMemory = publish(std::make_shared<PhysicalMemory>(context, fd, desc->size, false, true));
    return ZE_RESULT_SUCCESS;
  }
  SOFTGPU_REQUIRE(host || UsmTable::instance().charge(desc->size), ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  const int fd = memfd_create("softgpu", MFD_CLOEXEC);
  if (fd < 0 || ftruncate(fd, static_cast<off_t>(desc->size)) != 0) {
    if (fd >= 0) close(fd);
    if (!host) UsmTable::instance().refund(desc->size);
    return host ? ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY : ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY;
  }
  auto memory = std::make_shared<PhysicalMemory>(context, fd, desc->size, host, false);
  memory->exportTypes = external.exportTypes;
  *phPhysicalMemory = publish(std::move(memory));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zePhysicalMemDestroy(ze_context_handle_t hContext, ze_physical_mem_handle_t hPhysicalMemory) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(PhysicalMemory, memory, hPhysicalMemory);
  SOFTGPU_REQUIRE(memory->context() == context, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  SOFTGPU_REQUIRE(memory->mappings.load() == 0, ZE_RESULT_ERROR_HANDLE_OBJECT_IN_USE);
  return destroy<PhysicalMemory>(hPhysicalMemory);
}

ze_result_t zeVirtualMemMap(ze_context_handle_t hContext, const void* ptr, size_t size,
                            ze_physical_mem_handle_t hPhysicalMemory, size_t offset,
                            ze_memory_access_attribute_t access) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(PhysicalMemory, memory, hPhysicalMemory);
  SOFTGPU_REQUIRE(access <= ZE_MEMORY_ACCESS_ATTRIBUTE_READONLY, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_TRY(checkPages(ptr, size, memory->page()));
  SOFTGPU_REQUIRE(offset % memory->page() == 0, ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
  SOFTGPU_REQUIRE(memory->context() == context, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  SOFTGPU_REQUIRE(offset < memory->size() && size <= memory->size() - offset,
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  return VirtualSpace::instance().map(context, ptr, size, memory, offset, access);
}

ze_result_t zeVirtualMemUnmap(ze_context_handle_t hContext, const void* ptr, size_t size) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_TRY(checkPages(ptr, size, pageSize()));
  return VirtualSpace::instance().unmap(context, ptr, size);
}

ze_result_t zeVirtualMemSetAccessAttribute(ze_context_handle_t hContext, const void* ptr, size_t size,
                                           ze_memory_access_attribute_t access) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE(access <= ZE_MEMORY_ACCESS_ATTRIBUTE_READONLY, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_TRY(checkPages(ptr, size, pageSize()));
  return VirtualSpace::instance().setAccess(context, ptr, size, access);
}

ze_result_t zeVirtualMemGetAccessAttribute(ze_context_handle_t hContext, const void* ptr, size_t size,
                                           ze_memory_access_attribute_t* access, size_t* outSize) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(access);
  SOFTGPU_REQUIRE_POINTER(outSize);
  SOFTGPU_TRY(checkPages(ptr, size, pageSize()));
  return VirtualSpace::instance().getAccess(context, ptr, size, access, outSize);
}
