// Rectangles of buffers: OpenCL 3.0, 5.2.2.
#include "icd/command/transfer.h"
#include "icd/entry/transfer.h"

namespace clze::icd {
namespace {

l0::MemoryRect rect(void* base, const size_t* origin, const size_t* region, size_t rowPitch,
                    size_t slicePitch) {
  const size_t row = rowPitch != 0 ? rowPitch : region[0];
  return {base, extentOf(origin), row, slicePitch != 0 ? slicePitch : region[1] * row};
}

Result<void> move(const Enqueue& command, std::initializer_list<Object*> keeps,
                  const l0::MemoryRect& destination, const l0::MemoryRect& source, const size_t* region) {
  return enqueue(command, keeps,
                 [destination, source, region = extentOf(region)](l0::Queue& level0, const l0::Sync& sync) {
                   return level0.copyRect(destination, source, region, sync);
                 });
}

}  // namespace

namespace api {

Result<void> enqueueReadBufferRect(cl_command_queue queue, cl_mem memory, cl_bool blocking,
                                   const size_t* bufferOrigin, const size_t* hostOrigin, const size_t* region,
                                   size_t bufferRowPitch, size_t bufferSlicePitch, size_t hostRowPitch,
                                   size_t hostSlicePitch, void* pointer, cl_uint waitCount,
                                   const cl_event* waits, cl_event* event) {
  Buffer& buffer = *Memory::trusted(memory).asBuffer();
  return move(commandOf(queue, CL_COMMAND_READ_BUFFER_RECT, waitCount, waits, event, blocking), {&buffer},
              rect(pointer, hostOrigin, region, hostRowPitch, hostSlicePitch),
              rect(buffer.data(), bufferOrigin, region, bufferRowPitch, bufferSlicePitch), region);
}

Result<void> enqueueWriteBufferRect(cl_command_queue queue, cl_mem memory, cl_bool blocking,
                                    const size_t* bufferOrigin, const size_t* hostOrigin,
                                    const size_t* region, size_t bufferRowPitch, size_t bufferSlicePitch,
                                    size_t hostRowPitch, size_t hostSlicePitch, const void* pointer,
                                    cl_uint waitCount, const cl_event* waits, cl_event* event) {
  Buffer& buffer = *Memory::trusted(memory).asBuffer();
  // Only read through: the rectangle's type serves both sides.
  return move(commandOf(queue, CL_COMMAND_WRITE_BUFFER_RECT, waitCount, waits, event, blocking), {&buffer},
              rect(buffer.data(), bufferOrigin, region, bufferRowPitch, bufferSlicePitch),
              rect(const_cast<void*>(pointer), hostOrigin, region, hostRowPitch, hostSlicePitch), region);
}

Result<void> enqueueCopyBufferRect(cl_command_queue queue, cl_mem from, cl_mem to, const size_t* fromOrigin,
                                   const size_t* toOrigin, const size_t* region, size_t fromRowPitch,
                                   size_t fromSlicePitch, size_t toRowPitch, size_t toSlicePitch,
                                   cl_uint waitCount, const cl_event* waits, cl_event* event) {
  Buffer& source = *Memory::trusted(from).asBuffer();
  Buffer& destination = *Memory::trusted(to).asBuffer();
  return move(commandOf(queue, CL_COMMAND_COPY_BUFFER_RECT, waitCount, waits, event), {&source, &destination},
              rect(destination.data(), toOrigin, region, toRowPitch, toSlicePitch),
              rect(source.data(), fromOrigin, region, fromRowPitch, fromSlicePitch), region);
}

}  // namespace api
}  // namespace clze::icd
