// Reading, writing and copying buffers, and moving memory objects between devices (which is nothing to do).
#include "icd/command/transfer.h"

#include <cstring>

#include "icd/entry/transfer.h"

namespace clze::icd::api {

Result<void> enqueueReadBuffer(cl_command_queue queue, cl_mem memory, cl_bool blocking, size_t offset,
                               size_t size, void* pointer, cl_uint waitCount, const cl_event* waits,
                               cl_event* event) {
  Buffer& buffer = *Memory::trusted(memory).asBuffer();
  const auto command = commandOf(queue, CL_COMMAND_READ_BUFFER, waitCount, waits, event, blocking);
  if (buffer.hostAccess() && isHostsTurn(command)) {
    CLZE_TRY(command.queue.finish());
    std::memmove(pointer, buffer.data() + offset, size);
    return {};
  }
  return enqueue(command, {&buffer},
                 [pointer, source = buffer.data() + offset, size](l0::Queue& level0, const l0::Sync& sync) {
                   return size == 0 ? takePlace(level0, sync) : level0.copy(pointer, source, size, sync);
                 });
}

Result<void> enqueueWriteBuffer(cl_command_queue queue, cl_mem memory, cl_bool blocking, size_t offset,
                                size_t size, const void* pointer, cl_uint waitCount, const cl_event* waits,
                                cl_event* event) {
  Buffer& buffer = *Memory::trusted(memory).asBuffer();
  const auto command = commandOf(queue, CL_COMMAND_WRITE_BUFFER, waitCount, waits, event, blocking);
  if (buffer.hostAccess() && isHostsTurn(command)) {
    CLZE_TRY(command.queue.finish());
    std::memmove(buffer.data() + offset, pointer, size);
    return {};
  }
  return enqueue(
      command, {&buffer},
      [pointer, destination = buffer.data() + offset, size](l0::Queue& level0, const l0::Sync& sync) {
        return size == 0 ? takePlace(level0, sync) : level0.copy(destination, pointer, size, sync);
      });
}

Result<void> enqueueCopyBuffer(cl_command_queue queue, cl_mem from, cl_mem to, size_t fromOffset,
                               size_t toOffset, size_t size, cl_uint waitCount, const cl_event* waits,
                               cl_event* event) {
  Buffer& source = *Memory::trusted(from).asBuffer();
  Buffer& destination = *Memory::trusted(to).asBuffer();
  return enqueue(commandOf(queue, CL_COMMAND_COPY_BUFFER, waitCount, waits, event), {&source, &destination},
                 [first = source.data() + fromOffset, second = destination.data() + toOffset, size](
                     l0::Queue& level0, const l0::Sync& sync) {
                   return size == 0 ? takePlace(level0, sync) : level0.copy(second, first, size, sync);
                 });
}

Result<void> enqueueMigrateMemObjects(cl_command_queue queue, cl_uint /*count*/, const cl_mem* /*objects*/,
                                      cl_mem_migration_flags /*flags*/, cl_uint waitCount,
                                      const cl_event* waits, cl_event* event) {
  // Level Zero moves memory itself; only the order in the queue is kept.
  return enqueue(commandOf(queue, CL_COMMAND_MIGRATE_MEM_OBJECTS, waitCount, waits, event), {}, takePlace);
}

}  // namespace clze::icd::api
