// Filling buffers and images.
#include <algorithm>
#include <array>
#include <cstring>

#include "icd/command/texel.h"
#include "icd/command/transfer.h"
#include "icd/entry/transfer.h"

namespace clze::icd::api {

Result<void> enqueueFillBuffer(cl_command_queue queue, cl_mem memory, const void* pattern, size_t patternSize,
                               size_t offset, size_t size, cl_uint waitCount, const cl_event* waits,
                               cl_event* event) {
  Buffer& buffer = *Memory::trusted(memory).asBuffer();
  // The application may change its pattern as soon as the call returns.
  std::array<std::byte, 128> copy = {};
  std::memcpy(copy.data(), pattern, patternSize);
  return enqueue(
      commandOf(queue, CL_COMMAND_FILL_BUFFER, waitCount, waits, event), {&buffer},
      [copy, patternSize, data = buffer.data() + offset, size](l0::Queue& level0, const l0::Sync& sync) {
        return size == 0 ? takePlace(level0, sync) : level0.fill(data, copy.data(), patternSize, size, sync);
      });
}

Result<void> enqueueFillImage(cl_command_queue queue, cl_mem memory, const void* color, const size_t* origin,
                              const size_t* region, cl_uint waitCount, const cl_event* waits,
                              cl_event* event) {
  Image& image = *Memory::trusted(memory).asImage();
  const auto command = commandOf(queue, CL_COMMAND_FILL_IMAGE, waitCount, waits, event);
  const ImageBox box(image, extentOf(origin), extentOf(region));
  const Texel texel = texelOf(image.format(), color);
  CLZE_TRY_ASSIGN(const auto staging,
                  Staging::create(command.queue.context(), command.queue.device(), box.bytes()));
  // One texel, then what is there again, doubling.
  std::byte* data = staging->data();
  const size_t bytes = box.bytes();
  std::memcpy(data, texel.data(), box.texelSize);
  for (size_t filled = box.texelSize; filled < bytes;) {
    const size_t more = std::min(filled, bytes - filled);
    std::memcpy(data + filled, data, more);
    filled += more;
  }
  return enqueue(command, {&image, staging.get()}, [box, data](l0::Queue& level0, const l0::Sync& sync) {
    return box.fromMemory(level0, data, box.pitches(), sync);
  });
}

}  // namespace clze::icd::api
