// Rules that creating, moving and mapping memory objects share. Each returns the code of the first rule
// broken.
#pragma once

#include "icd/object/memory.h"
#include "icd/validate/common.h"

namespace clze::icd::validate {

constexpr cl_mem_flags kKernelAccessFlags = CL_MEM_READ_WRITE | CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY;
constexpr cl_mem_flags kHostAccessFlags =
    CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS;
constexpr cl_mem_flags kHostPointerFlags = CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR;

// [offset, offset + size) lies in [0, limit), without overflow.
inline bool fits(size_t offset, size_t size, size_t limit) {
  return offset <= limit && size <= limit - offset;
}
// a * b, or SIZE_MAX when it does not fit.
size_t product(size_t a, size_t b);
size_t sum(size_t a, size_t b);

// Flags of clCreateBuffer and clCreateImage (OpenCL 3.0, table of 5.2.1).
Result<void> memoryFlags(cl_mem_flags flags);
// host_ptr fits the flags.
Result<void> hostPointer(cl_mem_flags flags, const void* pointer);
// Flags of an object made from a buffer with `parent` flags: no access that the parent lacks.
Result<void> inheritedFlags(cl_mem_flags parent, cl_mem_flags flags);
// A list of memory properties: none is known.
Result<void> memoryProperties(const cl_mem_properties* properties);

// The object of a command on `queue`: alive, of the kind, of the queue's context.
Result<Buffer*> bufferOf(const CommandQueue& queue, cl_mem memory);
Result<Image*> imageOf(const CommandQueue& queue, cl_mem memory);
inline Result<void> usable(Memory& memory) {
  cl_int code = memory.usable();
  if (code == CL_SUCCESS && memory.stale()) code = memory.refresh();
  if (code != CL_SUCCESS) return Failure{code};
  return {};
}

// origin and region of an image command.
Result<void> imageRegion(const Image& image, const size_t* origin, const size_t* region);

}  // namespace clze::icd::validate
