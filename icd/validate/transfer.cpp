// Rules of commands that move data between buffers and the host: OpenCL 3.0, 5.2.2 to 5.2.4.
#include "icd/entry/transfer.h"

#include <algorithm>
#include <bit>

#include "icd/validate/memory_common.h"

namespace clze::icd::validate {
namespace {

Result<void> linear(cl_command_queue handle, cl_mem memory, size_t offset, size_t size, const void* pointer,
                    cl_uint waitCount, const cl_event* waits, bool reads) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Buffer * buffer, bufferOf(*queue, memory));
  // Inside the buffer, and a pointer to go with it.
  if (!fits(offset, size, buffer->size()) || pointer == nullptr) return Failure{CL_INVALID_VALUE};
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  // The access the host promised not to make.
  if (!(reads ? buffer->hostMayRead() : buffer->hostMayWrite())) return Failure{CL_INVALID_OPERATION};
  return usable(*buffer);
}

// Pitches of a rectangle with 0 replaced; CL_INVALID_VALUE when rows or slices would overlap.
struct RectPitches {
  size_t row = 0, slice = 0;
};
Result<RectPitches> rectPitches(const size_t* region, size_t row, size_t slice) {
  if (row != 0 && row < region[0]) return Failure{CL_INVALID_VALUE};
  const size_t rowPitch = row != 0 ? row : region[0];
  const size_t sliceBytes = product(region[1], rowPitch);
  if (slice != 0 && (slice < sliceBytes || slice % rowPitch != 0)) return Failure{CL_INVALID_VALUE};
  return RectPitches{rowPitch, slice != 0 ? slice : sliceBytes};
}

size_t rectStart(const size_t* origin, const RectPitches& pitches) {
  return sum(sum(product(origin[2], pitches.slice), product(origin[1], pitches.row)), origin[0]);
}

bool rectFits(const size_t* origin, const size_t* region, const RectPitches& pitches, size_t limit) {
  const size_t span =
      sum(sum(product(region[2] - 1, pitches.slice), product(region[1] - 1, pitches.row)), region[0]);
  return fits(rectStart(origin, pitches), span, limit);
}

bool goodRegion(const size_t* origin, const size_t* otherOrigin, const size_t* region) {
  return origin != nullptr && otherOrigin != nullptr && region != nullptr && region[0] != 0 &&
         region[1] != 0 && region[2] != 0;
}

// Ranges of `size` beginning at a and b, on a circle of `period`, do not meet.
bool apart(size_t a, size_t b, size_t size, size_t period) {
  a %= period;
  b %= period;
  const size_t low = std::min(a, b);
  const size_t high = std::max(a, b);
  return high - low >= size && high + size <= low + period;
}

// Two rectangles of one pitch in one memory (OpenCL 3.0, appendix on CL_MEM_COPY_OVERLAP).
bool rectsOverlap(size_t from, size_t to, const size_t* region, const RectPitches& pitches) {
  const size_t sliceSpan = (region[1] - 1) * pitches.row + region[0];
  const size_t span = (region[2] - 1) * pitches.slice + sliceSpan;
  if (to + span <= from || from + span <= to) return false;
  // Side by side in each row, or above each other in each slice.
  if (apart(from, to, region[0], pitches.row)) return false;
  return !apart(from, to, sliceSpan, pitches.slice);
}

Result<void> hostRect(cl_command_queue handle, cl_mem memory, const size_t* bufferOrigin,
                      const size_t* hostOrigin, const size_t* region, size_t bufferRow, size_t bufferSlice,
                      size_t hostRow, size_t hostSlice, const void* pointer, cl_uint waitCount,
                      const cl_event* waits, bool reads) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Buffer * buffer, bufferOf(*queue, memory));
  // Arrays are there and no direction is empty.
  if (!goodRegion(bufferOrigin, hostOrigin, region)) return Failure{CL_INVALID_VALUE};
  // Pitches hold the rows and slices.
  CLZE_TRY_ASSIGN(const RectPitches pitches, rectPitches(region, bufferRow, bufferSlice));
  CLZE_TRY(rectPitches(region, hostRow, hostSlice));
  // Inside the buffer, and a pointer to go with it.
  if (!rectFits(bufferOrigin, region, pitches, buffer->size()) || pointer == nullptr) {
    return Failure{CL_INVALID_VALUE};
  }
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  // The access the host promised not to make.
  if (!(reads ? buffer->hostMayRead() : buffer->hostMayWrite())) return Failure{CL_INVALID_OPERATION};
  return usable(*buffer);
}

}  // namespace

Result<void> enqueueReadBuffer(cl_command_queue queue, cl_mem buffer, cl_bool /*blocking*/, size_t offset,
                               size_t size, void* pointer, cl_uint waitCount, const cl_event* waits,
                               cl_event* /*event*/) {
  return linear(queue, buffer, offset, size, pointer, waitCount, waits, true);
}

Result<void> enqueueWriteBuffer(cl_command_queue queue, cl_mem buffer, cl_bool /*blocking*/, size_t offset,
                                size_t size, const void* pointer, cl_uint waitCount, const cl_event* waits,
                                cl_event* /*event*/) {
  return linear(queue, buffer, offset, size, pointer, waitCount, waits, false);
}

Result<void> enqueueReadBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool /*blocking*/,
                                   const size_t* bufferOrigin, const size_t* hostOrigin, const size_t* region,
                                   size_t bufferRowPitch, size_t bufferSlicePitch, size_t hostRowPitch,
                                   size_t hostSlicePitch, void* pointer, cl_uint waitCount,
                                   const cl_event* waits, cl_event* /*event*/) {
  return hostRect(queue, buffer, bufferOrigin, hostOrigin, region, bufferRowPitch, bufferSlicePitch,
                  hostRowPitch, hostSlicePitch, pointer, waitCount, waits, true);
}

Result<void> enqueueWriteBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool /*blocking*/,
                                    const size_t* bufferOrigin, const size_t* hostOrigin,
                                    const size_t* region, size_t bufferRowPitch, size_t bufferSlicePitch,
                                    size_t hostRowPitch, size_t hostSlicePitch, const void* pointer,
                                    cl_uint waitCount, const cl_event* waits, cl_event* /*event*/) {
  return hostRect(queue, buffer, bufferOrigin, hostOrigin, region, bufferRowPitch, bufferSlicePitch,
                  hostRowPitch, hostSlicePitch, pointer, waitCount, waits, false);
}

Result<void> enqueueCopyBuffer(cl_command_queue handle, cl_mem from, cl_mem to, size_t fromOffset,
                               size_t toOffset, size_t size, cl_uint waitCount, const cl_event* waits,
                               cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Buffer * source, bufferOf(*queue, from));
  CLZE_TRY_ASSIGN(Buffer * destination, bufferOf(*queue, to));
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  // Inside both buffers.
  if (!fits(fromOffset, size, source->size()) || !fits(toOffset, size, destination->size())) {
    return Failure{CL_INVALID_VALUE};
  }
  // The same bytes, in one buffer or in parts of one.
  const std::byte* first = source->data() + fromOffset;
  const std::byte* second = destination->data() + toOffset;
  if (first < second + size && second < first + size) return Failure{CL_MEM_COPY_OVERLAP};
  CLZE_TRY(usable(*source));
  return usable(*destination);
}

Result<void> enqueueCopyBufferRect(cl_command_queue handle, cl_mem from, cl_mem to, const size_t* fromOrigin,
                                   const size_t* toOrigin, const size_t* region, size_t fromRowPitch,
                                   size_t fromSlicePitch, size_t toRowPitch, size_t toSlicePitch,
                                   cl_uint waitCount, const cl_event* waits, cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Buffer * source, bufferOf(*queue, from));
  CLZE_TRY_ASSIGN(Buffer * destination, bufferOf(*queue, to));
  // Arrays are there and no direction is empty.
  if (!goodRegion(fromOrigin, toOrigin, region)) return Failure{CL_INVALID_VALUE};
  // Pitches hold the rows and slices.
  CLZE_TRY_ASSIGN(const RectPitches fromPitches, rectPitches(region, fromRowPitch, fromSlicePitch));
  CLZE_TRY_ASSIGN(const RectPitches toPitches, rectPitches(region, toRowPitch, toSlicePitch));
  // Inside both buffers.
  if (!rectFits(fromOrigin, region, fromPitches, source->size()) ||
      !rectFits(toOrigin, region, toPitches, destination->size())) {
    return Failure{CL_INVALID_VALUE};
  }
  // Within one buffer the pitches agree.
  if (source == destination && (fromPitches.row != toPitches.row || fromPitches.slice != toPitches.slice)) {
    return Failure{CL_INVALID_VALUE};
  }
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  // The same bytes, in one buffer or in parts of one; positions are counted from the buffer all are parts of.
  const Memory* fromWhole = source->parent() != nullptr ? source->parent() : source;
  const Memory* toWhole = destination->parent() != nullptr ? destination->parent() : destination;
  if (fromWhole == toWhole) {
    const size_t fromStart = source->offsetInParent() + rectStart(fromOrigin, fromPitches);
    const size_t toStart = destination->offsetInParent() + rectStart(toOrigin, toPitches);
    const bool onePitch = fromPitches.row == toPitches.row && fromPitches.slice == toPitches.slice;
    const auto spanOf = [region](const RectPitches& pitches) {
      return (region[2] - 1) * pitches.slice + (region[1] - 1) * pitches.row + region[0];
    };
    // Parts with different pitches: what may overlap is refused.
    const bool overlap =
        onePitch ? rectsOverlap(fromStart, toStart, region, fromPitches)
                 : fromStart < toStart + spanOf(toPitches) && toStart < fromStart + spanOf(fromPitches);
    if (overlap) return Failure{CL_MEM_COPY_OVERLAP};
  }
  CLZE_TRY(usable(*source));
  return usable(*destination);
}

Result<void> enqueueFillBuffer(cl_command_queue handle, cl_mem memory, const void* pattern,
                               size_t patternSize, size_t offset, size_t size, cl_uint waitCount,
                               const cl_event* waits, cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Buffer * buffer, bufferOf(*queue, memory));
  // Inside the buffer.
  if (!fits(offset, size, buffer->size())) return Failure{CL_INVALID_VALUE};
  // A pattern of 1, 2, 4 .. 128 bytes.
  if (pattern == nullptr || patternSize > 128 || !std::has_single_bit(patternSize)) {
    return Failure{CL_INVALID_VALUE};
  }
  // Whole patterns, at places a pattern can begin.
  if (offset % patternSize != 0 || size % patternSize != 0) return Failure{CL_INVALID_VALUE};
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  return usable(*buffer);
}

Result<void> enqueueMigrateMemObjects(cl_command_queue handle, cl_uint count, const cl_mem* objects,
                                      cl_mem_migration_flags flags, cl_uint waitCount, const cl_event* waits,
                                      cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  // A list that is not empty, and known flags.
  if (count == 0 || objects == nullptr) return Failure{CL_INVALID_VALUE};
  if (!onlyBits(flags, CL_MIGRATE_MEM_OBJECT_HOST | CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED)) {
    return Failure{CL_INVALID_VALUE};
  }
  for (cl_uint i = 0; i < count; ++i) {
    CLZE_TRY_ASSIGN(Memory * memory, live<Memory>(objects[i], CL_INVALID_MEM_OBJECT));
    if (&memory->context() != &queue->context()) return Failure{CL_INVALID_CONTEXT};
  }
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  for (cl_uint i = 0; i < count; ++i) CLZE_TRY(usable(Memory::trusted(objects[i])));
  return {};
}

}  // namespace clze::icd::validate
