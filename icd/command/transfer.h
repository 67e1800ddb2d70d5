// What the commands that move data share: their place in a queue, and image regions as Level Zero counts
// them.
#pragma once

#include "icd/command/enqueue.h"
#include "icd/object/memory.h"

namespace clze::icd {

inline Enqueue commandOf(cl_command_queue queue, cl_command_type type, cl_uint waitCount,
                         const cl_event* waits, cl_event* event, cl_bool blocking = CL_FALSE) {
  return {.queue = CommandQueue::trusted(queue),
          .type = type,
          .waits = {waits, waitCount},
          .event = event,
          .blocking = blocking != CL_FALSE};
}

// The host may do a command on memory it reaches itself, after CommandQueue::finish(): the call is to return
// after it anyway, all that was enqueued before has to end first, and nobody asked for an event.
inline bool isHostsTurn(const Enqueue& command) {
  return command.blocking && command.event == nullptr && command.waits.empty() && !command.queue.outOfOrder();
}

// A command that moves nothing, but has its place in the queue.
inline Result<void> takePlace(l0::Queue& queue, const l0::Sync& sync) {
  if (sync.waits.empty() && sync.signal == nullptr) return {};
  return queue.forward(sync);
}

// Pitches of host memory in OpenCL's sense, bytes, never 0: the slice pitch is a layer's for arrays.
struct HostPitches {
  size_t row = 0, slice = 0;
};

// A box of an image's texels.
struct ImageBox {
  ImageBox(const Image& image, const l0::Extent3& origin, const l0::Extent3& region);
  // 0 means tight.
  HostPitches pitches(size_t row = 0, size_t slice = 0) const;
  size_t rowBytes() const { return region.width * texelSize; }
  size_t bytes() const { return rowBytes() * region.height * region.depth; }  // tight

  Result<void> toMemory(l0::Queue& queue, void* destination, const HostPitches& pitches,
                        const l0::Sync& sync) const;
  Result<void> fromMemory(l0::Queue& queue, const void* source, const HostPitches& pitches,
                          const l0::Sync& sync) const;

  ze_image_handle_t image;
  ze_image_region_t region;  // layers are y of 1D arrays, z of 2D arrays, as in OpenCL
  size_t texelSize;
  bool layersAreRows;  // a 1D array: for Level Zero its layers are rows
};

inline l0::Extent3 extentOf(const size_t* three) { return {three[0], three[1], three[2]}; }

}  // namespace clze::icd
