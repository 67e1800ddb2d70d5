// Entry points of memory and kernels that are newer than API 1.4.
#include <sys/stat.h>

#include <cstring>

#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/ipc.h"
#include "softgpu/ze/driver/kernel.h"
#include "softgpu/ze/driver/usm.h"
#include "softgpu/ze/driver/virtual_memory.h"

namespace softgpu::driver {
namespace {

constexpr uint32_t kAttributes = 0x7f;

bool isMemory(const IpcFile& file) {
  return file.fd >= 0 && file.size > 0 && file.type <= ZE_MEMORY_TYPE_SHARED;
}

ze_result_t checkShared(ze_context_handle_t hContext, ze_device_handle_t hDevice, const void* ptr,
                        size_t size) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(ptr);
  const auto allocation = UsmTable::instance().find(ptr);
  const bool shared = allocation ? allocation->type == ZE_MEMORY_TYPE_SHARED : !pose().discrete;
  SOFTGPU_REQUIRE_SAID(shared, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the memory is no shared allocation, nor the system's where the device reaches that");
  return checkRange(ptr, size);
}

}  // namespace

// Handles own nothing: the descriptor in them is the allocation's.
ze_result_t ZE_APICALL memPutIpcHandle(ze_context_handle_t hContext, ze_ipc_mem_handle_t handle) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_SAID(isMemory(unpackIpc(handle)), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "it is no handle of memory");
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL memGetIpcHandleWithProperties(ze_context_handle_t hContext, const void* ptr,
                                                     void* pNext, ze_ipc_mem_handle_t* pIpcHandle) {
  for (const auto* next = static_cast<const ze_base_desc_t*>(pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    SOFTGPU_REQUIRE(next->stype == newer::kStypeIpcMemHandleType, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    const uint32_t flags = reinterpret_cast<const newer::IpcMemHandleTypeDesc*>(next)->flags;
    SOFTGPU_REQUIRE((flags & ~(newer::kIpcMemDefault | newer::kIpcMemFabric)) == 0,
                    ZE_RESULT_ERROR_INVALID_ENUMERATION);
    // Intel's driver gives a handle that does not reach across one.
    if ((flags & newer::kIpcMemFabric) != 0 && strict::on()) {
      strict::misuse("a handle for a fabric is asked for, and the driver does not announce them");
    }
  }
  return zeMemGetIpcHandle(hContext, ptr, pIpcHandle);
}

// The descriptor alone says neither how much of the object the application may use nor what kind of memory it
// is: the allocation does, which is still there.
ze_result_t ZE_APICALL memGetIpcHandleFromFileDescriptorExp(ze_context_handle_t hContext, uint64_t handle,
                                                            ze_ipc_mem_handle_t* pIpcHandle) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(pIpcHandle);
  struct stat status {};
  SOFTGPU_REQUIRE_SAID(handle <= INT32_MAX && fstat(static_cast<int>(handle), &status) == 0,
                       ZE_RESULT_ERROR_INVALID_ARGUMENT, "the descriptor is not open");
  const int fd = static_cast<int>(handle);
  if (const auto memory = VirtualSpace::instance().findFile(status.st_dev, status.st_ino)) {
    const auto type = memory->host() ? ZE_MEMORY_TYPE_HOST : ZE_MEMORY_TYPE_DEVICE;
    *pIpcHandle = packIpc<ze_ipc_mem_handle_t>(describeIpc(fd, memory->size(), type));
    return ZE_RESULT_SUCCESS;
  }
  const auto allocation = UsmTable::instance().findFile(status.st_dev, status.st_ino);
  SOFTGPU_REQUIRE_SAID(allocation, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the descriptor is of no allocation that was exported here");
  *pIpcHandle = packIpc<ze_ipc_mem_handle_t>(describeIpc(
      fd, allocation->size(), allocation->type, static_cast<uint32_t>(allocation->mapping->offset())));
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL memGetFileDescriptorFromIpcHandleExp(ze_context_handle_t hContext,
                                                            ze_ipc_mem_handle_t ipcHandle,
                                                            uint64_t* pHandle) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(pHandle);
  const IpcFile file = unpackIpc(ipcHandle);
  struct stat status {};
  SOFTGPU_REQUIRE_SAID(isMemory(file) && fstat(file.fd, &status) == 0 && status.st_ino == file.inode,
                       ZE_RESULT_ERROR_INVALID_ARGUMENT, "it is no handle of memory of this process");
  // The one that the application was given for this memory, if it still has it.
  const auto allocation = UsmTable::instance().findFile(status.st_dev, status.st_ino);
  const bool own = allocation && allocation->mapping->fd() == file.fd;
  *pHandle = static_cast<uint64_t>(own ? allocation->mapping->knownFd() : file.fd);
  return ZE_RESULT_SUCCESS;
}

// All atomics work on all memory, whatever is asked for; what is asked for is remembered.
ze_result_t ZE_APICALL memSetAtomicAccessAttributeExp(ze_context_handle_t hContext,
                                                      ze_device_handle_t hDevice, const void* ptr,
                                                      size_t size, uint32_t attr) {
  SOFTGPU_TRY(checkShared(hContext, hDevice, ptr, size));
  SOFTGPU_REQUIRE((attr & ~kAttributes) == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  const auto both = [&](uint32_t one, uint32_t other) { return (attr & one) != 0 && (attr & other) != 0; };
  SOFTGPU_REQUIRE_SAID(
      !both(newer::kAtomicNoHost, newer::kAtomicHost) &&
          !both(newer::kAtomicNoDevice, newer::kAtomicDevice) &&
          !both(newer::kAtomicNoSystem, newer::kAtomicSystem) &&
          !both(newer::kAtomicNone, newer::kAtomicHost | newer::kAtomicDevice | newer::kAtomicSystem),
      ZE_RESULT_ERROR_INVALID_ARGUMENT, "the attributes contradict each other");
  UsmTable::instance().setAtomics(ptr, size, attr);
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL memGetAtomicAccessAttributeExp(ze_context_handle_t hContext,
                                                      ze_device_handle_t hDevice, const void* ptr,
                                                      size_t size, uint32_t* pAttr) {
  SOFTGPU_TRY(checkShared(hContext, hDevice, ptr, size));
  SOFTGPU_REQUIRE_POINTER(pAttr);
  *pAttr = UsmTable::instance().atomics(ptr);
  return ZE_RESULT_SUCCESS;
}

// The machine code of the kernel's module: it is compiled as a whole.
ze_result_t ZE_APICALL kernelGetBinaryExp(ze_kernel_handle_t hKernel, size_t* pSize, uint8_t* pKernelBinary) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  SOFTGPU_REQUIRE_POINTER(pSize);
  const auto binary = kernel->program()->native();
  if (pKernelBinary != nullptr) {
    SOFTGPU_REQUIRE(*pSize >= binary.size(), ZE_RESULT_ERROR_INVALID_SIZE);
    std::memcpy(pKernelBinary, binary.data(), binary.size());
  }
  *pSize = binary.size();
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL kernelGetAllocationPropertiesExp(ze_kernel_handle_t hKernel, uint32_t* pCount,
                                                        newer::KernelAllocation* pAllocationProperties) {
  SOFTGPU_RESOLVE(Kernel, kernel, hKernel);
  struct Used {
    Allocation allocation;
    uint32_t argument;
  };
  std::vector<Used> used;
  for (uint32_t i = 0; i < kernel->info().args.size(); ++i) {
    const auto allocation = UsmTable::instance().find(kernel->pointerArgument(i));
    if (allocation) used.push_back({*allocation, i});
  }
  return enumerate(pCount, pAllocationProperties, static_cast<uint32_t>(used.size()),
                   [&](uint32_t i, newer::KernelAllocation& out) {
                     out.base = reinterpret_cast<uint64_t>(used[i].allocation.base());
                     out.size = used[i].allocation.size();
                     out.type = used[i].allocation.type;
                     out.argIndex = used[i].argument;
                   });
}

}  // namespace softgpu::driver
