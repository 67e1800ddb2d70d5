// Reading, writing and copying images.
#include "icd/command/transfer.h"
#include "icd/entry/transfer.h"

namespace clze::icd {
namespace {

ze_image_region_t regionOf(const l0::Extent3& origin, const l0::Extent3& region) {
  return {static_cast<uint32_t>(origin.x), static_cast<uint32_t>(origin.y), static_cast<uint32_t>(origin.z),
          static_cast<uint32_t>(region.x), static_cast<uint32_t>(region.y), static_cast<uint32_t>(region.z)};
}

}  // namespace

ImageBox::ImageBox(const Image& object, const l0::Extent3& origin, const l0::Extent3& size)
    : image(object.level0()),
      region(regionOf(origin, size)),
      texelSize(object.texelSize()),
      layersAreRows(object.type() == CL_MEM_OBJECT_IMAGE1D_ARRAY) {}

HostPitches ImageBox::pitches(size_t row, size_t slice) const {
  HostPitches pitches{row != 0 ? row : rowBytes(), slice};
  if (slice == 0) pitches.slice = pitches.row * (layersAreRows ? 1 : region.height);
  return pitches;
}

Result<void> ImageBox::toMemory(l0::Queue& queue, void* destination, const HostPitches& pitches,
                                const l0::Sync& sync) const {
  const size_t row = layersAreRows ? pitches.slice : pitches.row;
  const size_t slice = layersAreRows ? row * region.height : pitches.slice;
  return queue.imageToMemory(destination, row, slice, image, region, rowBytes(), sync);
}

Result<void> ImageBox::fromMemory(l0::Queue& queue, const void* source, const HostPitches& pitches,
                                  const l0::Sync& sync) const {
  const size_t row = layersAreRows ? pitches.slice : pitches.row;
  const size_t slice = layersAreRows ? row * region.height : pitches.slice;
  return queue.memoryToImage(image, region, source, row, slice, rowBytes(), sync);
}

namespace api {

Result<void> enqueueReadImage(cl_command_queue queue, cl_mem memory, cl_bool blocking, const size_t* origin,
                              const size_t* region, size_t rowPitch, size_t slicePitch, void* pointer,
                              cl_uint waitCount, const cl_event* waits, cl_event* event) {
  Image& image = *Memory::trusted(memory).asImage();
  const ImageBox box(image, extentOf(origin), extentOf(region));
  return enqueue(
      commandOf(queue, CL_COMMAND_READ_IMAGE, waitCount, waits, event, blocking), {&image},
      [box, pointer, pitches = box.pitches(rowPitch, slicePitch)](l0::Queue& level0, const l0::Sync& sync) {
        return box.toMemory(level0, pointer, pitches, sync);
      });
}

Result<void> enqueueWriteImage(cl_command_queue queue, cl_mem memory, cl_bool blocking, const size_t* origin,
                               const size_t* region, size_t rowPitch, size_t slicePitch, const void* pointer,
                               cl_uint waitCount, const cl_event* waits, cl_event* event) {
  Image& image = *Memory::trusted(memory).asImage();
  const ImageBox box(image, extentOf(origin), extentOf(region));
  return enqueue(
      commandOf(queue, CL_COMMAND_WRITE_IMAGE, waitCount, waits, event, blocking), {&image},
      [box, pointer, pitches = box.pitches(rowPitch, slicePitch)](l0::Queue& level0, const l0::Sync& sync) {
        return box.fromMemory(level0, pointer, pitches, sync);
      });
}

Result<void> enqueueCopyImage(cl_command_queue queue, cl_mem from, cl_mem to, const size_t* fromOrigin,
                              const size_t* toOrigin, const size_t* region, cl_uint waitCount,
                              const cl_event* waits, cl_event* event) {
  Image& source = *Memory::trusted(from).asImage();
  Image& destination = *Memory::trusted(to).asImage();
  const ImageBox first(source, extentOf(fromOrigin), extentOf(region));
  const ImageBox second(destination, extentOf(toOrigin), extentOf(region));
  return enqueue(commandOf(queue, CL_COMMAND_COPY_IMAGE, waitCount, waits, event), {&source, &destination},
                 [first, second](l0::Queue& level0, const l0::Sync& sync) {
                   return level0.copyImage(second.image, second.region, first.image, first.region, sync);
                 });
}

Result<void> enqueueCopyImageToBuffer(cl_command_queue queue, cl_mem imageHandle, cl_mem bufferHandle,
                                      const size_t* origin, const size_t* region, size_t offset,
                                      cl_uint waitCount, const cl_event* waits, cl_event* event) {
  Image& image = *Memory::trusted(imageHandle).asImage();
  Buffer& buffer = *Memory::trusted(bufferHandle).asBuffer();
  const ImageBox box(image, extentOf(origin), extentOf(region));
  return enqueue(commandOf(queue, CL_COMMAND_COPY_IMAGE_TO_BUFFER, waitCount, waits, event),
                 {&image, &buffer},
                 [box, data = buffer.data() + offset](l0::Queue& level0, const l0::Sync& sync) {
                   return box.toMemory(level0, data, box.pitches(), sync);
                 });
}

Result<void> enqueueCopyBufferToImage(cl_command_queue queue, cl_mem bufferHandle, cl_mem imageHandle,
                                      size_t offset, const size_t* origin, const size_t* region,
                                      cl_uint waitCount, const cl_event* waits, cl_event* event) {
  Image& image = *Memory::trusted(imageHandle).asImage();
  Buffer& buffer = *Memory::trusted(bufferHandle).asBuffer();
  const ImageBox box(image, extentOf(origin), extentOf(region));
  return enqueue(commandOf(queue, CL_COMMAND_COPY_BUFFER_TO_IMAGE, waitCount, waits, event),
                 {&buffer, &image},
                 [box, data = buffer.data() + offset](l0::Queue& level0, const l0::Sync& sync) {
                   return box.fromMemory(level0, data, box.pitches(), sync);
                 });
}

}  // namespace api
}  // namespace clze::icd
