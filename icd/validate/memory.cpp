// Rules of memory objects in general and of buffers: OpenCL 3.0, 5.2 and 5.5.
#include "icd/entry/memory.h"

#include <algorithm>
#include <bit>

#include "icd/validate/memory_common.h"

namespace clze::icd::validate {

size_t product(size_t a, size_t b) {
  size_t result = 0;
  return __builtin_mul_overflow(a, b, &result) ? SIZE_MAX : result;
}

size_t sum(size_t a, size_t b) {
  size_t result = 0;
  return __builtin_add_overflow(a, b, &result) ? SIZE_MAX : result;
}

Result<void> memoryFlags(cl_mem_flags flags) {
  // Flags of clSVMAlloc and of clGetSupportedImageFormats alone are wrong here.
  if (!onlyBits(flags, kKernelAccessFlags | kHostAccessFlags | kHostPointerFlags)) {
    return Failure{CL_INVALID_VALUE};
  }
  // Kernels' access: one of the three; the host's: one of the three.
  if (std::popcount(flags & kKernelAccessFlags) > 1 || std::popcount(flags & kHostAccessFlags) > 1) {
    return Failure{CL_INVALID_VALUE};
  }
  // CL_MEM_USE_HOST_PTR goes with neither of the other two.
  if ((flags & CL_MEM_USE_HOST_PTR) != 0 && (flags & (CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR)) != 0) {
    return Failure{CL_INVALID_VALUE};
  }
  return {};
}

Result<void> hostPointer(cl_mem_flags flags, const void* pointer) {
  const bool wanted = (flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR)) != 0;
  if (wanted != (pointer != nullptr)) return Failure{CL_INVALID_HOST_PTR};
  return {};
}

Result<void> inheritedFlags(cl_mem_flags parent, cl_mem_flags flags) {
  // The host pointer is the parent's.
  if (!onlyBits(flags, kKernelAccessFlags | kHostAccessFlags)) return Failure{CL_INVALID_VALUE};
  if (std::popcount(flags & kKernelAccessFlags) > 1 || std::popcount(flags & kHostAccessFlags) > 1) {
    return Failure{CL_INVALID_VALUE};
  }
  // No kernel access that the parent lacks.
  if ((parent & CL_MEM_WRITE_ONLY) != 0 && (flags & (CL_MEM_READ_ONLY | CL_MEM_READ_WRITE)) != 0) {
    return Failure{CL_INVALID_VALUE};
  }
  if ((parent & CL_MEM_READ_ONLY) != 0 && (flags & (CL_MEM_WRITE_ONLY | CL_MEM_READ_WRITE)) != 0) {
    return Failure{CL_INVALID_VALUE};
  }
  // No host access that the parent lacks.
  if ((parent & CL_MEM_HOST_WRITE_ONLY) != 0 && (flags & CL_MEM_HOST_READ_ONLY) != 0) {
    return Failure{CL_INVALID_VALUE};
  }
  if ((parent & CL_MEM_HOST_READ_ONLY) != 0 && (flags & CL_MEM_HOST_WRITE_ONLY) != 0) {
    return Failure{CL_INVALID_VALUE};
  }
  if ((parent & CL_MEM_HOST_NO_ACCESS) != 0 &&
      (flags & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY)) != 0) {
    return Failure{CL_INVALID_VALUE};
  }
  return {};
}

Result<void> memoryProperties(const cl_mem_properties* properties) {
  if (properties != nullptr && *properties != 0) return Failure{CL_INVALID_PROPERTY};
  return {};
}

Result<Buffer*> bufferOf(const CommandQueue& queue, cl_mem memory) {
  // A live memory object that is a buffer.
  CLZE_TRY_ASSIGN(Memory * object, live<Memory>(memory, CL_INVALID_MEM_OBJECT));
  if (object->asBuffer() == nullptr) return Failure{CL_INVALID_MEM_OBJECT};
  // Of the queue's context.
  if (&object->context() != &queue.context()) return Failure{CL_INVALID_CONTEXT};
  return object->asBuffer();
}

Result<Image*> imageOf(const CommandQueue& queue, cl_mem memory) {
  // A live memory object that is an image.
  CLZE_TRY_ASSIGN(Memory * object, live<Memory>(memory, CL_INVALID_MEM_OBJECT));
  if (object->asImage() == nullptr) return Failure{CL_INVALID_MEM_OBJECT};
  // Of the queue's context.
  if (&object->context() != &queue.context()) return Failure{CL_INVALID_CONTEXT};
  return object->asImage();
}

Result<void> createBuffer(cl_context context, cl_mem_flags flags, size_t size, void* pointer) {
  return createBufferWithProperties(context, nullptr, flags, size, pointer);
}

Result<void> createBufferWithProperties(cl_context handle, const cl_mem_properties* properties,
                                        cl_mem_flags flags, size_t size, void* pointer) {
  CLZE_TRY_ASSIGN(Context * context, live<Context>(handle, CL_INVALID_CONTEXT));
  CLZE_TRY(memoryProperties(properties));
  CLZE_TRY(memoryFlags(flags));
  // Not empty, and not larger than every device allows.
  const auto& devices = context->devices();
  if (size == 0 || std::all_of(devices.begin(), devices.end(),
                               [size](const Device* device) { return size > device->maxAllocBytes(); })) {
    return Failure{CL_INVALID_BUFFER_SIZE};
  }
  return hostPointer(flags, pointer);
}

Result<void> createSubBuffer(cl_mem handle, cl_mem_flags flags, cl_buffer_create_type type,
                             const void* info) {
  CLZE_TRY_ASSIGN(Memory * memory, live<Memory>(handle, CL_INVALID_MEM_OBJECT));
  // A buffer, and no part of another.
  if (memory->asBuffer() == nullptr || memory->parent() != nullptr) return Failure{CL_INVALID_MEM_OBJECT};
  CLZE_TRY(inheritedFlags(memory->flags(), flags));
  // The one way there is to describe a part, and the description.
  if (type != CL_BUFFER_CREATE_TYPE_REGION || info == nullptr) return Failure{CL_INVALID_VALUE};
  const auto& region = *static_cast<const cl_buffer_region*>(info);
  // Inside the buffer.
  if (!fits(region.origin, region.size, memory->size())) return Failure{CL_INVALID_VALUE};
  // Not empty.
  if (region.size == 0) return Failure{CL_INVALID_BUFFER_SIZE};
  // At an address every device of ours can begin at: one alignment for all, so commands need not ask again.
  if (region.origin % kBaseAddressAlignment != 0) return Failure{CL_MISALIGNED_SUB_BUFFER_OFFSET};
  return {};
}

Result<void> retainMemObject(cl_mem memory) {
  return live<Memory>(memory, CL_INVALID_MEM_OBJECT).ok() ? Result<void>{} : Failure{CL_INVALID_MEM_OBJECT};
}

Result<void> releaseMemObject(cl_mem memory) { return retainMemObject(memory); }

Result<void> getMemObjectInfo(cl_mem memory, cl_mem_info /*name*/, size_t /*size*/, void* /*value*/,
                              size_t* /*sizeReturned*/) {
  return retainMemObject(memory);
}

Result<void> setMemObjectDestructorCallback(cl_mem memory, void(CL_CALLBACK* notify)(cl_mem, void*),
                                            void* /*userData*/) {
  CLZE_TRY(retainMemObject(memory));
  if (notify == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

}  // namespace clze::icd::validate
