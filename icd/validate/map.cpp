// Rules of mapping: OpenCL 3.0, 5.2.4, 5.3.6 and 5.5.2.
#include "icd/entry/map.h"

#include "icd/validate/memory_common.h"

namespace clze::icd::validate {
namespace {

constexpr cl_map_flags kWrites = CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION;

Result<void> mapFlags(cl_map_flags flags) {
  if (!onlyBits(flags, CL_MAP_READ | kWrites)) return Failure{CL_INVALID_VALUE};
  // "Invalidate" goes with neither of the other two.
  if ((flags & CL_MAP_WRITE_INVALIDATE_REGION) != 0 && (flags & (CL_MAP_READ | CL_MAP_WRITE)) != 0) {
    return Failure{CL_INVALID_VALUE};
  }
  return {};
}

// The access the host promised not to make.
Result<void> hostAccess(const Memory& memory, cl_map_flags flags) {
  if ((flags & CL_MAP_READ) != 0 && !memory.hostMayRead()) return Failure{CL_INVALID_OPERATION};
  if ((flags & kWrites) != 0 && !memory.hostMayWrite()) return Failure{CL_INVALID_OPERATION};
  return {};
}

bool meet(size_t a, size_t aSize, size_t b, size_t bSize) { return a < b + bSize && b < a + aSize; }

// One region is mapped for writing once at a time.
Result<void> writtenOnce(const Memory& memory, cl_map_flags flags, const l0::Extent3& origin,
                         const l0::Extent3& region) {
  if ((flags & kWrites) == 0) return {};
  for (auto mappings = memory.mappings().lock(); const auto& [pointer, other] : *mappings) {
    if ((other.flags & kWrites) != 0 && meet(origin.x, region.x, other.origin.x, other.region.x) &&
        meet(origin.y, region.y, other.origin.y, other.region.y) &&
        meet(origin.z, region.z, other.origin.z, other.region.z)) {
      return Failure{CL_INVALID_OPERATION};
    }
  }
  return {};
}

}  // namespace

Result<void> enqueueMapBuffer(cl_command_queue handle, cl_mem memory, cl_bool /*blocking*/,
                              cl_map_flags flags, size_t offset, size_t size, cl_uint waitCount,
                              const cl_event* waits, cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Buffer * buffer, bufferOf(*queue, memory));
  // Inside the buffer, and not empty.
  if (size == 0 || !fits(offset, size, buffer->size())) return Failure{CL_INVALID_VALUE};
  CLZE_TRY(mapFlags(flags));
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  CLZE_TRY(hostAccess(*buffer, flags));
  CLZE_TRY(writtenOnce(*buffer, flags, {offset, 0, 0}, {size, 1, 1}));
  return usable(*buffer);
}

Result<void> enqueueMapImage(cl_command_queue handle, cl_mem memory, cl_bool /*blocking*/, cl_map_flags flags,
                             const size_t* origin, const size_t* region, size_t* rowPitch, size_t* slicePitch,
                             cl_uint waitCount, const cl_event* waits, cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Image * image, imageOf(*queue, memory));
  CLZE_TRY(imageRegion(*image, origin, region));
  CLZE_TRY(mapFlags(flags));
  // Pitches are answered, the slice's for types that have slices or layers.
  if (rowPitch == nullptr) return Failure{CL_INVALID_VALUE};
  const auto type = image->type();
  const bool sliced = type == CL_MEM_OBJECT_IMAGE3D || type == CL_MEM_OBJECT_IMAGE2D_ARRAY ||
                      type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
  if (sliced && slicePitch == nullptr) return Failure{CL_INVALID_VALUE};
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  CLZE_TRY(hostAccess(*image, flags));
  CLZE_TRY(writtenOnce(*image, flags, {origin[0], origin[1], origin[2]}, {region[0], region[1], region[2]}));
  return usable(*image);
}

Result<void> enqueueUnmapMemObject(cl_command_queue handle, cl_mem object, void* pointer, cl_uint waitCount,
                                   const cl_event* waits, cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Memory * memory, live<Memory>(object, CL_INVALID_MEM_OBJECT));
  // What a map of this object answered, and no unmap has taken back.
  if (!memory->mappings().lock()->contains(pointer)) return Failure{CL_INVALID_VALUE};
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  if (&memory->context() != &queue->context()) return Failure{CL_INVALID_CONTEXT};
  return usable(*memory);
}

}  // namespace clze::icd::validate
