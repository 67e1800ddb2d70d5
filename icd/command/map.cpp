// Mapping: a pointer into the object's own memory where the host reaches it, else a copy fetched at map and
// written back at unmap; with CL_MEM_USE_HOST_PTR the copy is the application's memory.
#include "icd/entry/map.h"

#include <utility>

#include "icd/command/transfer.h"

namespace clze::icd {
namespace {

constexpr cl_map_flags kWrites = CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION;

bool fetches(cl_map_flags flags) { return (flags & CL_MAP_WRITE_INVALIDATE_REGION) == 0; }
// Flags of 0 promise nothing: such a mapping is written back too.
bool writesBack(cl_map_flags flags) { return flags == 0 || (flags & kWrites) != 0; }

std::byte* at(void* pointer, size_t offset) { return static_cast<std::byte*>(pointer) + offset; }

// Where a box begins in host memory with these pitches.
size_t offsetOf(const Image& image, const l0::Extent3& origin, const HostPitches& pitches) {
  const size_t first = origin.x * image.texelSize();
  if (image.type() == CL_MEM_OBJECT_IMAGE1D_ARRAY) return first + origin.y * pitches.slice;
  return first + origin.y * pitches.row + origin.z * pitches.slice;
}

// Notes the mapping, enqueues its command, and forgets it again if that failed.
template <class Body>
Result<void*> map(const Enqueue& command, Memory& memory, void* pointer, Mapping mapping, Body body) {
  if (mapping.direct && isHostsTurn(command)) {
    CLZE_TRY(command.queue.finish());
    memory.mappings().lock()->emplace(pointer, std::move(mapping));
    return pointer;
  }
  const Ref<Staging> staging = mapping.staging;
  const auto entry = memory.mappings().lock()->emplace(pointer, std::move(mapping));
  const auto enqueued = staging ? enqueue(command, {&memory, staging.get()}, std::move(body))
                                : enqueue(command, {&memory}, std::move(body));
  if (!enqueued.ok()) {
    memory.mappings().lock()->erase(entry);
    return enqueued.failure();
  }
  return pointer;
}

Result<void*> mapBuffer(const Enqueue& command, Buffer& buffer, Mapping mapping) {
  const size_t offset = mapping.origin.x;
  const size_t size = mapping.region.x;
  std::byte* data = buffer.data() + offset;
  void* pointer = data;
  if (buffer.hostPointer() != nullptr) {
    pointer = at(buffer.hostPointer(), offset);
  } else if (buffer.hostAccess()) {
    mapping.direct = true;
  } else {
    CLZE_TRY_ASSIGN(mapping.staging, Staging::create(buffer.context(), command.queue.device(), size));
    pointer = mapping.staging->data();
  }
  const bool copies = !mapping.direct && fetches(mapping.flags);
  return map(command, buffer, pointer, std::move(mapping),
             [copies, pointer, data, size](l0::Queue& level0, const l0::Sync& sync) {
               return copies ? level0.copy(pointer, data, size, sync) : takePlace(level0, sync);
             });
}

Result<void*> mapImage(const Enqueue& command, Image& image, Mapping mapping) {
  const ImageBox box(image, mapping.origin, mapping.region);
  const HostPitches whole{image.desc().image_row_pitch, image.desc().image_slice_pitch};
  HostPitches pitches = whole;
  void* pointer = nullptr;
  if (image.hostPointer() != nullptr) {
    pointer = at(image.hostPointer(), offsetOf(image, mapping.origin, whole));
  } else if (const Buffer* buffer = image.buffer(); buffer != nullptr && buffer->hostAccess()) {
    pointer = buffer->data() + offsetOf(image, mapping.origin, whole);
    mapping.direct = true;
  } else {
    pitches = box.pitches();
    CLZE_TRY_ASSIGN(mapping.staging, Staging::create(image.context(), command.queue.device(), box.bytes()));
    pointer = mapping.staging->data();
  }
  // Images without slices report 0; copies need a value.
  if (pitches.slice == 0) pitches = box.pitches(pitches.row);
  mapping.rowPitch = pitches.row;
  mapping.slicePitch = pitches.slice;
  const bool copies = !mapping.direct && fetches(mapping.flags);
  return map(command, image, pointer, std::move(mapping),
             [copies, box, pointer, pitches](l0::Queue& level0, const l0::Sync& sync) {
               return copies ? box.toMemory(level0, pointer, pitches, sync) : takePlace(level0, sync);
             });
}

// The mapping made last of those that answered this pointer.
Mapping take(Memory& memory, void* pointer) {
  auto mappings = memory.mappings().lock();
  const auto range = mappings->equal_range(pointer);
  if (range.first == range.second) return {};  // another thread was faster with the same unmap
  const auto last = std::prev(range.second);
  Mapping mapping = std::move(last->second);
  mappings->erase(last);
  return mapping;
}

template <class Body>
Result<void> unmap(const Enqueue& command, Memory& memory, const Ref<Staging>& staging, Body body) {
  return staging ? enqueue(command, {&memory, staging.get()}, std::move(body))
                 : enqueue(command, {&memory}, std::move(body));
}

}  // namespace

namespace api {

Result<void*> enqueueMapBuffer(cl_command_queue queue, cl_mem memory, cl_bool blocking, cl_map_flags flags,
                               size_t offset, size_t size, cl_uint waitCount, const cl_event* waits,
                               cl_event* event) {
  Mapping mapping;
  mapping.flags = flags;
  mapping.origin = {offset, 0, 0};
  mapping.region = {size, 1, 1};
  return mapBuffer(commandOf(queue, CL_COMMAND_MAP_BUFFER, waitCount, waits, event, blocking),
                   *Memory::trusted(memory).asBuffer(), std::move(mapping));
}

Result<void*> enqueueMapImage(cl_command_queue queue, cl_mem memory, cl_bool blocking, cl_map_flags flags,
                              const size_t* origin, const size_t* region, size_t* rowPitch,
                              size_t* slicePitch, cl_uint waitCount, const cl_event* waits, cl_event* event) {
  Image& image = *Memory::trusted(memory).asImage();
  const ImageBox box(image, extentOf(origin), extentOf(region));
  Mapping mapping;
  mapping.flags = flags;
  mapping.origin = extentOf(origin);
  mapping.region = extentOf(region);
  CLZE_TRY_ASSIGN(void* pointer,
                  mapImage(commandOf(queue, CL_COMMAND_MAP_IMAGE, waitCount, waits, event, blocking), image,
                           std::move(mapping)));
  // The application's or the buffer's pitches, else those of the tight copy.
  const bool tight =
      image.hostPointer() == nullptr && (image.buffer() == nullptr || !image.buffer()->hostAccess());
  const HostPitches pitches =
      tight ? box.pitches() : HostPitches{image.desc().image_row_pitch, image.desc().image_slice_pitch};
  *rowPitch = pitches.row;
  // 1D and 2D images have no slices: 0.
  if (slicePitch != nullptr) *slicePitch = image.desc().image_slice_pitch == 0 ? 0 : pitches.slice;
  return pointer;
}

Result<void> enqueueUnmapMemObject(cl_command_queue queue, cl_mem handle, void* pointer, cl_uint waitCount,
                                   const cl_event* waits, cl_event* event) {
  Memory& memory = Memory::trusted(handle);
  const auto command = commandOf(queue, CL_COMMAND_UNMAP_MEM_OBJECT, waitCount, waits, event);
  Mapping mapping = take(memory, pointer);
  const bool copies = !mapping.direct && mapping.region.x != 0 && writesBack(mapping.flags);
  Result<void> enqueued;
  if (!copies) {
    enqueued = unmap(command, memory, mapping.staging, takePlace);
  } else if (const Buffer* buffer = memory.asBuffer(); buffer != nullptr) {
    enqueued = unmap(
        command, memory, mapping.staging,
        [pointer, data = buffer->data() + mapping.origin.x, size = mapping.region.x](
            l0::Queue& level0, const l0::Sync& sync) { return level0.copy(data, pointer, size, sync); });
  } else {
    const ImageBox box(*memory.asImage(), mapping.origin, mapping.region);
    enqueued = unmap(command, memory, mapping.staging,
                     [pointer, box, pitches = HostPitches{mapping.rowPitch, mapping.slicePitch}](
                         l0::Queue& level0, const l0::Sync& sync) {
                       return box.fromMemory(level0, pointer, pitches, sync);
                     });
  }
  // A command that was refused has unmapped nothing.
  if (!enqueued.ok()) memory.mappings().lock()->emplace(pointer, std::move(mapping));
  return enqueued;
}

}  // namespace api
}  // namespace clze::icd
